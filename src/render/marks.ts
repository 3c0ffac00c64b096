import type { JudgedFinding } from "../domain/verdict.ts";
import { text } from "./markdown.ts";

/** A score below it says nothing that a reader acts on: nine of ten advisories are. */
const LEAST_SCORE = 0.01;

/** What is known of attacks, as it stands below an advisory's id; empty: nothing. */
export function exploitMark(judged: JudgedFinding): string {
  return exploitWords(judged)
    .map((words, index) => `<br>${index === 0 && judged.exploitation?.kev !== undefined ? "🔥 " : ""}${words}`)
    .join("");
}

/** The same in plain words: `exploited, due 2026-12-01, ransomware` and `EPSS 72 %`. */
export function exploitWords({ exploitation }: JudgedFinding): string[] {
  const { kev, epss } = exploitation ?? {};
  return [
    ...(kev === undefined
      ? []
      : [
          `exploited${kev.dueDate === undefined ? "" : `, due ${text(kev.dueDate, 10)}`}${kev.ransomware ? ", ransomware" : ""}`,
        ]),
    ...(epss !== undefined && epss >= LEAST_SCORE ? [`EPSS ${Math.floor(epss * 100 + 1e-9)} %`] : []),
  ];
}

/** From which day one counts that is spared for a while. */
export function graceMark({ countsFrom }: JudgedFinding): string {
  return countsFrom === undefined ? "" : `<br>counts from ${text(countsFrom, 20)}`;
}

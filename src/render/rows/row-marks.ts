import type { JudgedFinding } from "../../domain/verdict.ts";
import { number } from "../shared/phrases.ts";
import { exploitWords } from "../shared/status.ts";

/** Something about a row in a few words. `about` tells a format what to stress. */
export interface Mark {
  readonly words: string;
  readonly about: "new" | "exploited" | "score" | "disclosed" | "ended" | "grace";
}

/**
 * What a row of several findings must not hide: how many are new, newly disclosed or exploited, and which exception or
 * grace period ended or ends. The most pressing comes first.
 */
export function rowMarks(findings: readonly JudgedFinding[]): readonly Mark[] {
  if (!findings.some(hasMark)) return NONE;
  const marks: Mark[] = [
    { words: countedMark(findings, ({ change }) => change === "new", "new"), about: "new" },
    { words: exploitedMark(findings), about: "exploited" },
    { words: scoreMark(findings), about: "score" },
    {
      words: countedMark(findings, ({ change }) => change === "newly-disclosed", "newly disclosed"),
      about: "disclosed",
    },
    { words: endedMark(findings), about: "ended" },
    { words: graceMark(findings), about: "grace" },
  ];
  return marks.filter(({ words }) => words !== "");
}

/** Most findings of a large report have none. */
const NONE: readonly Mark[] = [];

function hasMark({ change, exploitation, ended, countsFrom }: JudgedFinding): boolean {
  const isChanged = change !== undefined && change !== "unchanged";
  return isChanged || exploitation !== undefined || ended !== undefined || countsFrom !== undefined;
}

/** `new`, or `2 new` if the row has more findings than those. */
function countedMark(findings: readonly JudgedFinding[], is: (judged: JudgedFinding) => boolean, word: string): string {
  const count = findings.filter(is).length;
  if (count === 0) return "";
  return findings.length === 1 ? word : `${number(count)} ${word}`;
}

/** What is known about attacks on the most pressing finding, and how many others are exploited. */
function exploitedMark(findings: readonly JudgedFinding[]): string {
  const exploited = findings.filter(({ exploitation }) => exploitation?.kev !== undefined);
  if (exploited.length === 0) return "";
  const first = exploited.toSorted((a, b) => dueOf(a).localeCompare(dueOf(b), "en"))[0] as JudgedFinding;
  const ransomware = exploited.some(({ exploitation }) => exploitation?.kev?.ransomware === true);
  const due = first.exploitation?.kev?.dueDate;
  const kev = { ransomware, ...(due === undefined ? {} : { dueDate: due }) };
  const [words = ""] = exploitWords({ ...first, exploitation: { kev } });
  return `${exploited.length === 1 ? "" : `${number(exploited.length)} `}${words}`;
}

/** Days sort as text. One without a day comes last. */
function dueOf({ exploitation }: JudgedFinding): string {
  return exploitation?.kev?.dueDate ?? "~";
}

/** The highest score of EPSS. */
function scoreMark(findings: readonly JudgedFinding[]): string {
  let best: JudgedFinding | undefined;
  for (const judged of findings) if ((judged.exploitation?.epss ?? 0) > (best?.exploitation?.epss ?? 0)) best = judged;
  return best === undefined ? "" : exploitWords({ ...best, exploitation: { epss: best.exploitation?.epss } }).join("");
}

/** The exception that ended last, of open findings that count again. */
function endedMark(findings: readonly JudgedFinding[]): string {
  const days = findings.flatMap(({ ended, outcome }) =>
    ended === undefined || outcome !== "open" ? [] : [ended.expires],
  );
  if (days.length === 0) return "";
  const last = days.toSorted().at(-1) ?? "";
  return `${days.length === 1 ? "exception" : `${number(days.length)} exceptions`} ended ${last}`;
}

/** The first day on which one of the findings counts whose grace period has not ended. */
function graceMark(findings: readonly JudgedFinding[]): string {
  const days = findings.flatMap(({ countsFrom }) => (countsFrom === undefined ? [] : [countsFrom]));
  if (days.length === 0) return "";
  const [first = ""] = days.toSorted();
  const others = days.length === findings.length ? "" : `${number(days.length)} `;
  return `${others}${days.length === 1 ? "counts" : "count"} from ${first}`;
}

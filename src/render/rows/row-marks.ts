import type { JudgedFinding } from "../../domain/verdict.ts";
import { number } from "../shared/phrases.ts";
import { exploitWords } from "../shared/status.ts";

/** A fact about a row in a few words. `about` decides how a format stresses it. */
export interface Mark {
  readonly words: string;
  readonly about: "new" | "exploited" | "other";
}

/**
 * The marks that a row of several findings must not hide: the number of new, newly disclosed or exploited findings, and
 * the exception or grace period that ended or ends. The most pressing comes first.
 */
export function rowMarks(findings: readonly JudgedFinding[]): readonly Mark[] {
  if (!findings.some(hasMark)) return NONE;
  const many = (count: number, words = "") =>
    count === 0 ? "" : findings.length === 1 ? words : `${number(count)} ${words}`;
  const withChange = (change: JudgedFinding["change"]) => findings.filter((each) => each.change === change).length;
  const kevs = findings.flatMap(({ exploitation }) => exploitation?.kev ?? []);
  const epss = findings.reduce((best, { exploitation }) => Math.max(best, exploitation?.epss ?? 0), 0);
  const [dueDate] = kevs.flatMap((kev) => kev.dueDate ?? []).sort();
  const kev = { dueDate, ransomware: kevs.some(({ ransomware }) => ransomware) };
  const ended = findings.flatMap((each) => (each.outcome === "open" ? (each.ended?.expires ?? []) : [])).sort();
  const [countsFrom, ...later] = findings.flatMap((each) => each.countsFrom ?? []).sort();
  const marks: Mark[] = [
    { words: many(withChange("new"), "new"), about: "new" },
    { words: many(kevs.length, exploitWords({ exploitation: { kev } })[0]), about: "exploited" },
    { words: exploitWords({ exploitation: { epss } }).join(), about: "other" },
    { words: many(withChange("newly-disclosed"), "newly disclosed"), about: "other" },
    {
      words: many(ended.length, `${ended.length > 1 ? "exceptions" : "exception"} ended ${ended.at(-1)}`),
      about: "other",
    },
    {
      words: many(
        countsFrom === undefined ? 0 : later.length + 1,
        `${later.length > 0 ? "count" : "counts"} from ${countsFrom}`,
      ),
      about: "other",
    },
  ];
  return marks.filter(({ words }) => words !== "");
}

/** Most findings of a large report have no mark. */
const NONE: readonly Mark[] = [];

function hasMark({ change, exploitation, ended, countsFrom }: JudgedFinding): boolean {
  const isChanged = change !== undefined && change !== "unchanged";
  return isChanged || exploitation !== undefined || ended !== undefined || countsFrom !== undefined;
}

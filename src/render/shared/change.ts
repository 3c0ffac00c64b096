import type { BaselineSource } from "../../domain/change/comparison.ts";
import { severityRank } from "../../domain/severity.ts";
import { GIVEN_REPORT } from "../../domain/target.ts";
import type { Change, JudgedFinding } from "../../domain/verdict.ts";
import { age } from "./phrases.ts";

const MARKS: Readonly<Partial<Record<Change, string>>> = {
  new: "**new**",
  "newly-disclosed": "newly disclosed",
};

/** A cell with the finding's change as a mark. An unchanged finding needs none. */
export function withChange(change: Change | undefined, cell: string): string {
  const mark = change === undefined ? undefined : MARKS[change];
  return mark === undefined ? cell : `${cell}<br>${mark}`;
}

const RANK: Readonly<Record<Change, number>> = { new: 0, "newly-disclosed": 1, unchanged: 2 };

/** Within a severity, puts first what attackers use; within that, what is new, then what is newly disclosed. */
export function newFirst(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  if (!findings.some(({ change }) => change === "new" || change === "newly-disclosed")) return findings;
  return [...findings].sort((a, b) => rankOf(a) - rankOf(b));
}

/** 0 for what is new with the change, 1 for what is newly disclosed, 2 for all else. */
export function changeRank(change: Change | undefined): number {
  return change === undefined ? RANK.unchanged : RANK[change];
}

function rankOf({ finding, exploitation, change }: JudgedFinding): number {
  const attacked = exploitation?.kev === undefined ? 1 : 0;
  return (severityRank(finding.severity) * 2 + attacked) * 3 + changeRank(change);
}

/** Renders untrusted text: as a code span, or as plain text. */
type Show = (untrusted: string) => string;

/** Describes a baseline: ``the report of `main` (commit `3f1c9a7e5b2d`, 2 days old, for `linux/amd64`)``. */
export function baselineWords(source: BaselineSource, now: Date, show: Show): string {
  const { commit, madeAt, platform } = source;
  const old = madeAt === undefined ? undefined : age(madeAt, now);
  const details = [
    commit === undefined ? "" : `commit ${show(commit.slice(0, 12))}`,
    old === undefined ? "" : `${old} old`,
    platform === undefined ? "" : `for ${show(platform)}`,
  ].filter((part) => part !== "");
  return `${nameOf(source, show)}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

function nameOf({ kind, branch, given, image }: BaselineSource, show: Show): string {
  if (kind === "run") return `the report of ${show(branch ?? "the default branch")}`;
  const name = show(given ?? image ?? "");
  switch (kind) {
    case "report":
      return `the report ${name}`;
    case GIVEN_REPORT:
      return `the scanner's report ${name}`;
    case "sbom":
      return `the SBOM ${name}`;
    case "image":
      return name;
  }
}

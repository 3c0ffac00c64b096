import type { Advice, JudgedCoverage } from "./coverage.ts";
import type { Exception } from "./exception.ts";
import type { Finding } from "./finding.ts";
import type { Plan } from "./fix-plan.ts";
import { andMore } from "./list-some.ts";
import { oneLine } from "./one-line.ts";
import type { ReadOf } from "./report/fields.ts";
import type { judged } from "./report/finding-schema.ts";
import type { exploitRow, Report, severityRow } from "./report/schema.ts";
import type { Limit, Severity } from "./severity.ts";
import type { ScanResult, Target } from "./target.ts";

type ReportedFinding = Report["findings"][number];

/** `error`: there is no answer, for example because the scan failed. It is never treated as one of the other two. */
export type Answer = Report["verdict"];

/** An `open` finding counts against the threshold. For a `not-counted` one, `spared` has the reason. */
export type Outcome = ReportedFinding["outcome"];

/**
 * Why a finding that is not accepted does not count. `unfixed`: it has no fix, under `ignore-unfixed`. `grace`: its
 * advisory is younger than `grace-days`. `not-introduced`: the change did not introduce it, under `count: introduced`.
 * `not-agreed`: a scanner that could have seen it does not report it, under `agreement: all`.
 */
export type Exemption = NonNullable<ReportedFinding["spared"]>;

/**
 * How a finding compares with the baseline. `newly-disclosed`: the package was present before, but its advisory was not
 * yet known.
 */
export type Change = NonNullable<ReportedFinding["change"]>;

/** The known facts about attacks that use a vulnerability. */
export type Exploitation = NonNullable<ReportedFinding["exploitation"]>;

/** The statement of a VEX document about a finding that it accepts, with the document's name in the input. */
export type VexStatement = NonNullable<ReportedFinding["vex"]>;

export interface JudgedFinding extends Omit<ReadOf<typeof judged>, "exceptions" | "ended"> {
  readonly finding: Finding;
  /** The live exceptions that cover it. The first ends last, and is the one that applies. Empty unless accepted. */
  readonly exceptions: readonly Exception[];
  /** An ended exception that would cover this finding if it were still live. Only set if no other covers it. */
  readonly ended?: Exception | undefined;
}

/** One line of the verdict's table. */
export type SeverityRow = ReadOf<typeof severityRow>;

/**
 * A row about exploited vulnerabilities, in addition to the rows by severity. A finding can count in both. `exploited`:
 * it is in CISA's catalog. `epss`: its score is above `above`.
 */
export type ExploitRow = ReadOf<typeof exploitRow>;

/** A limit's place in the policy file, as a path of keys: `["targets", 0, "thresholds", "high"]`. */
type LimitPlace = { readonly place?: readonly (string | number)[] };

/** A target that was judged. */
export interface JudgedTarget {
  readonly answer: "pass" | "fail";
  readonly target: Target;
  readonly scan: ScanResult;
  /** One row per severity, most severe first. */
  readonly rows: readonly SeverityRow[];
  /** Absent if the policy has no limit on exploited vulnerabilities. */
  readonly exploitRows?: readonly ExploitRow[] | undefined;
  /** The place of each limit in the policy file. A limit without a place is an input's, or the default. */
  readonly limitedBy?: Readonly<Record<Severity | "exploited", LimitPlace>> | undefined;
  /** Only findings that the change introduces should count, but there is no baseline. So all findings count. */
  readonly uncompared?: boolean | undefined;
  /** Under `count: introduced`: number of findings that count although they are in the baseline. Absent: none. */
  readonly due?: number | undefined;
  /** The parts that were scanned. Every gap is accepted. */
  readonly coverage?: JudgedCoverage | undefined;
  /** In the order of `sortFindings`: most severe first, then exploited, then new findings. */
  readonly findings: readonly JudgedFinding[];
  /** The steps that clear the failing findings. Absent if nothing fails, or before the plan is made. */
  readonly plan?: Plan | undefined;
}

/** A problem, with enough detail to act on. */
export interface Problem<Code extends string = string> extends Advice {
  /** Kebab-case, two words or more; it never changes. */
  readonly code: Code;
  /** The problem, without a final full stop. Untrusted text. */
  readonly what: string;
}

/** Why a target cannot be judged. */
export type TargetError = Problem;

/** A target that could not be scanned, or could not be checked against its limits. */
export interface FailedTarget {
  readonly answer: "error";
  readonly target: Target;
  readonly error: TargetError;
  /** The parts that were scanned, if the scan ran but left gaps. */
  readonly coverage?: JudgedCoverage | undefined;
}

export type TargetVerdict = JudgedTarget | FailedTarget;

/**
 * The state of an exception in this run.
 * `ended`: its last day is over. `fixed`: it has `only-while-unfixed`, and all findings that it matches now have a fix.
 * `ending`: live, but ends within `warn-days`. `unused`: live, but matches nothing although its images are in this
 * run.
 * `elsewhere`: live, but for images that this run did not judge.
 */
export type ExceptionState = Report["exceptions"][number]["state"];

export interface ExceptionUse extends Pick<Report["exceptions"][number], "state" | "matches" | "daysLeft"> {
  readonly exception: Exception;
  /** The findings counted now that it would cover if it were still live. */
  readonly open: number;
  /**
   * The live exception that applies instead to a finding that both cover: it ends later, or is earlier in the file.
   */
  readonly overlappedBy?: Exception | undefined;
}

export interface Verdict {
  readonly answer: Answer;
  /** `fail: 2 CRITICAL (limit 0), 5 HIGH (limit 0) in ghcr.io/acme/app`. */
  readonly reason: string;
  readonly targets: readonly TargetVerdict[];
  readonly exceptions: readonly ExceptionUse[];
}

/** From worst to best. */
const ANSWERS: readonly Answer[] = ["error", "fail", "pass"];

/** Sorts the worse of two answers first. */
export function compareAnswers(a: Answer, b: Answer): number {
  return ANSWERS.indexOf(a) - ANSWERS.indexOf(b);
}

/** The worst of several answers. `error` if the list is empty, since nothing was judged. */
export function worstAnswer(answers: readonly Answer[]): Answer {
  return answers.toSorted(compareAnswers)[0] ?? "error";
}

/** The targets that were judged. */
export function judgedAmong(targets: readonly TargetVerdict[]): JudgedTarget[] {
  return targets.filter((target): target is JudgedTarget => target.answer !== "error");
}

/** The findings by outcome, and whether those that count exceed a limit. */
export function countedUnder(limit: Limit, findings: readonly Pick<JudgedFinding, "outcome">[]) {
  const counts = { open: 0, accepted: 0, "not-counted": 0 };
  for (const { outcome } of findings) counts[outcome] += 1;
  const { open, accepted, "not-counted": notCounted } = counts;
  return { open, limit, accepted, notCounted, broken: limit !== "unlimited" && open > limit };
}

/** Tests whether a finding falls under a limit that its target broke. Only open findings count against a limit. */
export function breaks(
  target: Pick<JudgedTarget, "rows" | "exploitRows">,
): (
  judged: Pick<JudgedFinding, "outcome" | "exploitation"> & { readonly finding: Pick<Finding, "severity"> },
) => boolean {
  const broken = new Set(target.rows.filter((row) => row.broken).map((row) => row.severity));
  const exploitRows = (target.exploitRows ?? []).filter((row) => row.broken);
  return (judged) =>
    judged.outcome === "open" &&
    (broken.has(judged.finding.severity) || exploitRows.some((row) => fallsUnder(row, judged)));
}

/** Open findings of a judged target that broke a limit. */
export function failing(target: JudgedTarget): JudgedFinding[] {
  return target.findings.filter(breaks(target));
}

/** True if the finding falls under a row, regardless of its outcome. */
export function fallsUnder(
  { kind, above = 1 }: Pick<ExploitRow, "kind" | "above">,
  { exploitation }: Pick<JudgedFinding, "exploitation">,
): boolean {
  return kind === "exploited" ? exploitation?.kev !== undefined : (exploitation?.epss ?? 0) > above;
}

/**
 * The verdict of a run that failed before it could judge anything: an error for every target, or for the run's name.
 */
export function undecided(error: FailedTarget["error"], targets: readonly Target[], name: string | undefined): Verdict {
  const { code, what, remedy } = error;
  const label = name ?? "this run";
  const meant: readonly Target[] = targets.length > 0 ? targets : [{ kind: "image", input: label, label }];
  return {
    answer: "error",
    reason: `error: [${code}] ${firstOf(what)}`,
    targets: meant.map((target) => ({ answer: "error", target, error: { code, what, remedy } })),
    exceptions: [],
  };
}

/**
 * The first two lines, joined, of a text that may list many mistakes, and the number of the other lines. A sentence
 * over several lines, all but the last ending with a semicolon, is kept whole.
 */
function firstOf(what: string): string {
  const [head, first, ...more] = what.split("\n");
  if (first?.endsWith(";")) return oneLine(what);
  const rest = more.length === 0 ? "" : ` (${andMore(more.length)})`;
  return oneLine(`${[head, first].join(" ").trimEnd()}${rest}`);
}

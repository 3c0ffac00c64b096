import type { JudgedCoverage } from "./coverage/coverage.ts";
import type { Finding } from "./finding.ts";
import { oneLine } from "./one-line.ts";
import type { Day, Exception } from "./policy/policy.ts";
import type { Limit, Severity } from "./severity.ts";
import type { ScanResult, Target } from "./target.ts";

/** `error`: the scan did not happen, so nobody knows. Never mixed up with the other two. */
export type Answer = "pass" | "fail" | "error";

/** `open` counts against the threshold; why one is `not-counted` stands in `spared`. */
export type Outcome = "open" | "accepted" | "not-counted";

/**
 * Why a finding that nobody has accepted does not count: no fix under `ignore-unfixed`; its advisory is younger than
 * `grace-days`; the change did not bring it in, under `count: introduced`.
 */
export type Spared = "unfixed" | "grace" | "not-introduced";

/** How a finding stands to the baseline; `newly-disclosed`: the package was there, the advisory was not known. */
export type Change = "new" | "unchanged" | "newly-disclosed";

/** What is known of attacks that use a vulnerability. */
export interface Exploitation {
  /** Its entry in CISA's catalog of known exploited vulnerabilities. */
  readonly kev?: { readonly dueDate?: Day | undefined; readonly ransomware: boolean } | undefined;
  /** Probability of exploitation within 30 days (FIRST's EPSS), 0 to 1. */
  readonly epss?: number | undefined;
}

/** What a VEX document says of a finding that it accepts. */
export interface VexStatement {
  readonly status: "not_affected" | "fixed";
  readonly justification?: string | undefined;
  readonly author?: string | undefined;
  /** The document, as the input names it. */
  readonly document: string;
}

export interface JudgedFinding {
  readonly finding: Finding;
  readonly outcome: Outcome;
  readonly spared?: Spared | undefined;
  /** First day on which one that is spared by `grace` counts. */
  readonly countsFrom?: Day | undefined;
  /** The document that accepts it, where no exception does. */
  readonly vex?: VexStatement | undefined;
  /** Absent where there is nothing to compare with. */
  readonly change?: Change | undefined;
  /** Absent where the image's base is not known. */
  readonly origin?: "base" | "own" | undefined;
  /** Absent where nothing is known of it. */
  readonly exploitation?: Exploitation | undefined;
  /** The live exceptions that cover it; the first, which ends last, is the one that holds. Empty unless accepted. */
  readonly exceptions: readonly Exception[];
  /** An exception that ended and would cover this finding were it still live; only where no other covers it. */
  readonly ended?: Exception | undefined;
}

/** One line of the verdict's table. */
export interface SeverityRow {
  readonly severity: Severity;
  readonly open: number;
  readonly limit: Limit;
  readonly accepted: number;
  readonly notCounted: number;
  /** More open findings than the limit allows. */
  readonly broken: boolean;
}

/** A line about what attackers use, beside those of the severities; a finding stands in both. */
export interface ExploitRow {
  /** `exploited`: it stands in CISA's catalog; `epss`: its score is above `above`. */
  readonly kind: "exploited" | "epss";
  readonly above?: number | undefined;
  readonly open: number;
  readonly limit: Limit;
  readonly accepted: number;
  readonly notCounted: number;
  readonly broken: boolean;
}

/** A target that was judged. */
export interface JudgedTarget {
  readonly answer: "pass" | "fail";
  readonly target: Target;
  readonly scan: ScanResult;
  /** One row per severity, most severe first. */
  readonly rows: readonly SeverityRow[];
  /** Absent where the policy has no limit on what attackers use. */
  readonly exploitRows?: readonly ExploitRow[] | undefined;
  /** Only what the change brings in was to count, and there is nothing to compare with: all of it counts. */
  readonly uncompared?: boolean | undefined;
  /** Under `count: introduced`: findings that count though the baseline has them; absent: there are none. */
  readonly due?: number | undefined;
  /** What was looked at, every gap of it accepted. */
  readonly coverage?: JudgedCoverage | undefined;
  /** Most severe first, then what attackers use, then by package, advisory and path. */
  readonly findings: readonly JudgedFinding[];
}

/** Why a target cannot be judged. */
export interface TargetError {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** A target that could not be scanned, or not be held against its limits. */
export interface FailedTarget {
  readonly answer: "error";
  readonly target: Target;
  readonly error: TargetError;
  /** Where the scan happened, and did not look at all: what was looked at. */
  readonly coverage?: JudgedCoverage | undefined;
}

export type TargetVerdict = JudgedTarget | FailedTarget;

/**
 * What became of an exception in this run.
 * `ended`: its last day is over. `fixed`: `only-while-unfixed`, and a fix exists for all that it matches.
 * `ending`: live, ends within `warn-days`. `unused`: live and matches nothing, though its images are in this run.
 * `elsewhere`: live, and meant for images that this run did not judge.
 */
export type ExceptionState = "live" | "ending" | "ended" | "fixed" | "unused" | "elsewhere";

export interface ExceptionUse {
  readonly exception: Exception;
  readonly state: ExceptionState;
  /** Findings that it covers, or would cover were it still live; where it is `fixed`, those that it is meant for. */
  readonly matches: number;
  /** Of those that it would cover were it still live, the ones that count now. */
  readonly open: number;
  /** Days from today to its last day: 0 on the last day, negative once it has ended. */
  readonly daysLeft: number;
  /** The live exception that holds in its place on a finding that both cover: it ends later, or stands first. */
  readonly overlappedBy?: Exception | undefined;
}

export interface Verdict {
  readonly answer: Answer;
  /** `fail: 2 CRITICAL (limit 0), 5 HIGH (limit 0) in ghcr.io/acme/app`. */
  readonly reason: string;
  readonly targets: readonly TargetVerdict[];
  readonly exceptions: readonly ExceptionUse[];
}

/** Whether a finding falls under a limit that its target broke; only an open one counts against it. */
export function breaks(target: JudgedTarget): (judged: JudgedFinding) => boolean {
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

/** Whether a row is about the finding, whatever became of it. */
export function fallsUnder(
  { kind, above = 1 }: Pick<ExploitRow, "kind" | "above">,
  { exploitation }: JudgedFinding,
): boolean {
  return kind === "exploited" ? exploitation?.kev !== undefined : (exploitation?.epss ?? 0) > above;
}

/** The verdict of a run that broke down before it could judge anything: every target, or what it is called, in error. */
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

/** The first two lines of a text that may list many mistakes, as one. */
function firstOf(what: string): string {
  const [head, first, ...more] = what.split("\n");
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return oneLine(`${[head, first].join(" ").trimEnd()}${rest}`);
}

import { type Coverages, createCoverages } from "./coverage.ts";
import { exceptionUses } from "./exception-use.ts";
import { compileScopes, matcherOf } from "./exceptions.ts";
import { type Finding, isFixable } from "./finding.ts";
import { compileImageGlobs } from "./image-glob.ts";
import type { Day, Exception, Policy } from "./policy-types.ts";
import { reasonOf } from "./reason.ts";
import { DEFAULT_THRESHOLDS, perSeverity, SEVERITIES, type Severity, type Thresholds } from "./severity.ts";
import { sortFindings } from "./sort-findings.ts";
import type { ScanResult, Target } from "./target.ts";
import type { Answer, FailedTarget, JudgedFinding, JudgedTarget, Outcome, SeverityRow, Verdict } from "./verdict.ts";

/** A target with what the scan found, or with the reason why there was no scan. */
export type ScanOutcome =
  | { readonly target: Target; readonly scan: ScanResult }
  | { readonly target: Target; readonly error: FailedTarget["error"] };

export interface JudgeSettings {
  readonly policy: Policy;
  /** Thresholds from the inputs: they beat the policy's. */
  readonly limits: Partial<Thresholds>;
  /** From the inputs; undefined: the policy decides. */
  readonly ignoreUnfixed: boolean | undefined;
  /** Today in UTC. An exception still holds on its last day. */
  readonly today: Day;
}

/** What is the same for all targets of a run. */
interface Bench {
  readonly limitsOf: (artifactNames: readonly string[]) => Thresholds;
  readonly exceptionsFor: (artifactNames: readonly string[]) => Exception[];
  readonly coverages: Coverages;
  readonly ignoreUnfixed: boolean;
  /** Exceptions that were meant for a target of this run. */
  readonly inScope: Set<Exception>;
}

const NO_EXCEPTIONS: readonly Exception[] = [];

/**
 * Holds each target's findings against thresholds and exceptions. Each target is judged alone; the run's answer is its
 * worst target's: error, then fail, then pass.
 * @throws RangeError where there is no target: nothing to judge must not read as a pass.
 */
export function judge(outcomes: readonly ScanOutcome[], settings: JudgeSettings): Verdict {
  if (outcomes.length === 0) throw new RangeError("There is no target to judge.");
  const { policy, today } = settings;
  const bench: Bench = {
    limitsOf: compileLimits(policy, settings.limits),
    exceptionsFor: compileScopes(policy.exceptions),
    coverages: createCoverages(today),
    ignoreUnfixed: settings.ignoreUnfixed ?? policy.ignoreUnfixed ?? false,
    inScope: new Set(),
  };
  const targets = outcomes.map((outcome) =>
    "error" in outcome ? { ...outcome, answer: "error" as const } : judgeTarget(outcome.target, outcome.scan, bench),
  );
  const answer = worstOf(targets.map((target) => target.answer));
  const exceptions = exceptionUses(policy, today, {
    coverages: bench.coverages.all(),
    inScope: bench.inScope,
    complete: answer !== "error",
  });
  return { answer, reason: reasonOf(targets, exceptions), targets, exceptions };
}

/** The thresholds for a target of these names: input, then the first matching target rule, then file, then default. */
function compileLimits(policy: Policy, inputs: Partial<Thresholds>): Bench["limitsOf"] {
  const matching = compileImageGlobs(
    policy.targets.flatMap((rule, position) => rule.images.map((glob) => ({ glob, value: position }))),
  );
  return (artifactNames) => {
    const rule = policy.targets[Math.min(...matching(artifactNames))];
    return perSeverity(
      (severity) =>
        inputs[severity] ?? rule?.thresholds[severity] ?? policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity],
    );
  };
}

function judgeTarget(target: Target, scan: ScanResult, bench: Bench): JudgedTarget {
  const { names } = scan.artifact;
  const exceptions = bench.exceptionsFor(names);
  for (const exception of exceptions) bench.inScope.add(exception);
  const matcher = matcherOf(exceptions);
  const counts = perSeverity(() => ({ open: 0, accepted: 0, "not-counted": 0 }));
  const findings = sortFindings(scan.findings).map((finding) => {
    const judged = judgeFinding(finding, matcher.matches(finding), bench);
    counts[finding.severity][judged.outcome] += 1;
    return judged;
  });
  const rows = rowsOf(counts, bench.limitsOf(names));
  return { answer: rows.some((row) => row.broken) ? "fail" : "pass", target, scan, rows, findings };
}

function judgeFinding(finding: Finding, matched: readonly Exception[], bench: Bench): JudgedFinding {
  const fixable = isFixable(finding);
  const unless = bench.ignoreUnfixed && !fixable ? "not-counted" : "open";
  const spared = unless === "open" ? undefined : "unfixed";
  if (matched.length === 0) return { finding, outcome: unless, spared, exceptions: NO_EXCEPTIONS, ended: undefined };
  const { live, ended } = bench.coverages.add(matched, fixable);
  if (live.length > 0) return { finding, outcome: "accepted", exceptions: live, ended };
  return { finding, outcome: unless, spared, exceptions: live, ended };
}

function rowsOf(counts: Record<Severity, Record<Outcome, number>>, limits: Thresholds): SeverityRow[] {
  return SEVERITIES.map((severity) => {
    const { open, accepted, "not-counted": notCounted } = counts[severity];
    const limit = limits[severity];
    return { severity, open, limit, accepted, notCounted, broken: limit !== "unlimited" && open > limit };
  });
}

function worstOf(answers: readonly Answer[]): Answer {
  if (answers.includes("error")) return "error";
  return answers.includes("fail") ? "fail" : "pass";
}

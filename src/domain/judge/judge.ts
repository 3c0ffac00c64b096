import { gapError, judgeCoverage } from "../coverage/judge-coverage.ts";
import type { JudgedCoverage } from "../coverage.ts";
import type { Day } from "../dates.ts";
import type { Exception } from "../exception.ts";
import { type Finding, isFixable } from "../finding.ts";
import { addCoverage, type ExceptionCoverage, exceptionUses } from "../policy/exception-coverage.ts";
import { compileScopes, matcherOf } from "../policy/exception-matcher.ts";
import { type ExploitLimits, exploitRowsOf, type MissingExploitData, needed } from "../policy/exploit-limits.ts";
import { compileImageGlobs } from "../policy/glob.ts";
import { compileGrace } from "../policy/grace.ts";
import type { Policy, TargetRule } from "../policy/policy.ts";
import { reasonOf } from "../reason.ts";
import {
  DEFAULT_THRESHOLDS,
  type Limit,
  lowerLimit,
  perSeverity,
  SEVERITIES,
  type Severity,
  severityName,
  type Thresholds,
} from "../severity.ts";
import type { ScanResult, Target } from "../target.ts";
import {
  type Change,
  countedUnder,
  type Exploitation,
  type JudgedFinding,
  type SeverityRow,
  type TargetError,
  type TargetVerdict,
  type Verdict,
  type VexStatement,
  worstAnswer,
} from "../verdict.ts";
import { sortFindings } from "./sort-findings.ts";

/** A target with the result of its scan, or with the reason why there was no scan. */
export type ScanOutcome =
  | { readonly target: Target; readonly scan: ScanResult }
  | { readonly target: Target; readonly error: TargetError };

export interface JudgeSettings {
  readonly policy: Policy;
  /** Thresholds from the inputs. They override the policy's. */
  readonly limits: Partial<Thresholds>;
  /** From the inputs. Undefined: the policy decides. */
  readonly ignoreUnfixed: boolean | undefined;
  /** Today in UTC. An exception still applies on its last day. */
  readonly today: Day;
  /** How a finding compares with its target's baseline. No entry: there is no baseline. */
  readonly changes?: ReadonlyMap<Target, (finding: Finding) => Change | undefined> | undefined;
  /** Findings that the target's baseline also has, but did not permanently let in. */
  readonly unsettled?: ReadonlyMap<Target, ReadonlySet<Finding>> | undefined;
  /** The part of the image that a finding comes from. No entry: the base is unknown. */
  readonly origins?: ReadonlyMap<Target, (finding: Finding) => "base" | "own" | undefined> | undefined;
  /** The known facts about attacks. Absent if they were not requested, or could not be fetched. */
  readonly exploits?: ((advisoryId: string) => Exploitation | undefined) | undefined;
  /** Why {@link exploits} lacks data. A target whose limits need them cannot be judged. */
  readonly missingExploitData?: MissingExploitData | undefined;
  /** Finds the VEX statement that accepts a finding. */
  readonly vex?: ((finding: Finding, target: Target, scan: ScanResult) => VexStatement | undefined) | undefined;
}

/** The settings that all targets of a run share. */
type Bench = ReturnType<typeof benchOf>;

/** A limit of a target. */
interface Bound<L = Limit> {
  readonly limit: L;
  /** Its place in the policy file. Absent: it is an input's, or the default. */
  readonly place?: readonly (string | number)[];
}

/** One for each severity, and one for exploited findings. */
type Limits = Readonly<Record<Severity, Bound>> & { readonly exploited: Bound<Limit | undefined> };

/** The known facts about one target's findings. */
type TargetContext = ReturnType<typeof knownOf>;

/**
 * Checks each target's findings against thresholds and exceptions. Each target is judged separately. The run's answer
 * is its worst target's: error, then fail, then pass.
 * @throws RangeError if there are no targets, or if data for a limit are missing without a reason. A target that was
 * not judged must not look like a pass
 */
export function judge(outcomes: readonly ScanOutcome[], settings: JudgeSettings): Verdict {
  if (outcomes.length === 0) throw new RangeError("There is no target to judge.");
  const bench = benchOf(settings);
  const targets = outcomes.map((outcome) =>
    "error" in outcome ? { ...outcome, answer: "error" as const } : judgeTarget(outcome.target, outcome.scan, bench),
  );
  const answer = worstAnswer(targets.map((target) => target.answer));
  const { coverages, inScope } = bench;
  const { policy, today } = settings;
  const all = { ...policy, exceptions: [...policy.exceptions, ...(policy.coverage ?? [])] };
  const exceptions = exceptionUses(all, today, { coverages, inScope, complete: answer !== "error" });
  return { answer, reason: reasonOf(targets, exceptions), targets, exceptions };
}

function benchOf(settings: JudgeSettings) {
  const { policy, today } = settings;
  return {
    settings,
    limitsOf: compileLimits(policy, settings.limits),
    exceptionsFor: compileScopes(policy.exceptions),
    /** Like `exceptionsFor`, but for coverage gaps. */
    acceptancesFor: compileScopes(policy.coverage ?? []),
    ignoreUnfixed: settings.ignoreUnfixed ?? policy.ignoreUnfixed ?? false,
    grace: compileGrace(policy, today),
    /** The coverage by exceptions of all findings and gaps. */
    coverages: [] as ExceptionCoverage[],
    /** Exceptions that are in scope for a target of this run. */
    inScope: new Set<Exception>(),
  };
}

/**
 * The limits for a target with these names: from the input, otherwise the first matching target rule, the file, the
 * default. If an unconfirmed tag chooses another rule than the rest of the reference, the stricter limit of the two
 * applies.
 */
function compileLimits(policy: Policy, inputs: Partial<Thresholds>) {
  const matching = compileImageGlobs(policy.targets);
  const limitsBy = (rules: ReadonlySet<TargetRule>): Limits => {
    const position = policy.targets.findIndex((each) => rules.has(each));
    const rule = policy.targets[position];
    const bound = <L>(name: string, own: Limit | undefined, common: Limit | undefined, usual: L): Bound<Limit | L> => {
      if (own !== undefined) return { limit: own, place: ["targets", position, "thresholds", name] };
      return common === undefined ? { limit: usual } : { limit: common, place: ["thresholds", name] };
    };
    const bySeverity = perSeverity((severity) => {
      const [input, usual] = [inputs[severity], DEFAULT_THRESHOLDS[severity]];
      if (input !== undefined) return { limit: input };
      return bound(severityName(severity), rule?.thresholds[severity], policy.thresholds[severity], usual);
    });
    return { ...bySeverity, exploited: bound("exploited", rule?.exploited, policy.exploited, undefined) };
  };
  return (artifactNames: readonly string[]): Limits => {
    const { all, confirmed } = matching(artifactNames);
    return all === confirmed ? limitsBy(all) : stricter(limitsBy(all), limitsBy(confirmed));
  };
}

function stricter(one: Limits, other: Limits): Limits {
  const lower = <L extends Limit | undefined>(a: Bound<L>, b: Bound<L>) =>
    a.limit !== undefined && lowerLimit(a.limit, b.limit ?? "unlimited") === a.limit ? a : b;
  return {
    ...perSeverity((severity) => lower(one[severity], other[severity])),
    exploited: lower(one.exploited, other.exploited),
  };
}

function judgeTarget(target: Target, scan: ScanResult, bench: Bench): TargetVerdict {
  const { names } = scan.artifact;
  const { settings } = bench;
  const limits = bench.limitsOf(names);
  const exploits: ExploitLimits = { exploited: limits.exploited.limit, epss: settings.policy.epss };
  const error = missingFor(exploits, settings);
  const coverage = coverageOf(scan, names, bench);
  const failure = error ?? (coverage && gapError(coverage, target.label));
  if (failure !== undefined) return { answer: "error", target, error: failure, ...(coverage && { coverage }) };
  const exceptions = bench.exceptionsFor(names);
  for (const exception of exceptions) bench.inScope.add(exception);
  const matcher = matcherOf(exceptions);
  const known = knownOf(target, scan, settings);
  const findings = sortFindings(
    scan.findings.map((finding) => judgeFinding(finding, matcher.matches(finding), known, bench)),
  );
  const bySeverity = Map.groupBy(findings, ({ finding }) => finding.severity);
  const rows = SEVERITIES.map(
    (severity): SeverityRow => ({
      severity,
      ...countedUnder(limits[severity].limit, bySeverity.get(severity) ?? []),
    }),
  );
  const exploitRows = exploitRowsOf(exploits, findings);
  const isIntroduced = settings.policy.count === "introduced";
  const uncompared = isIntroduced && known.change === undefined;
  const isKnown = (change: Change | undefined) => change !== undefined && change !== "new";
  const due = findings.filter(({ outcome, change }) => isIntroduced && outcome === "open" && isKnown(change)).length;
  return {
    answer: [...rows, ...exploitRows].some((row) => row.broken) ? "fail" : "pass",
    target,
    scan,
    rows,
    ...(exploitRows.length > 0 && { exploitRows }),
    limitedBy: limits,
    ...(uncompared && { uncompared }),
    ...(due > 0 && { due }),
    ...(coverage && { coverage }),
    findings,
  };
}

/** The target's coverage, with the policy's decision about each gap. */
function coverageOf({ coverage }: ScanResult, names: readonly string[], bench: Bench): JudgedCoverage | undefined {
  if (coverage === undefined) return undefined;
  const acceptances = bench.acceptancesFor(names);
  for (const acceptance of acceptances) bench.inScope.add(acceptance);
  return judgeCoverage(coverage, acceptances, bench.coverages, bench.settings.today);
}

/** Why the target cannot be checked against its limits. Undefined: it can. */
function missingFor(
  limits: ExploitLimits,
  { exploits, missingExploitData = {} }: JudgeSettings,
): TargetError | undefined {
  const need = needed(limits);
  const error = (need.kev && missingExploitData.kev) || (need.epss && missingExploitData.epss) || undefined;
  if (error === undefined && (need.kev || need.epss) && exploits === undefined)
    throw new RangeError("A limit on exploited findings needs exploit data.");
  return error;
}

function knownOf(target: Target, scan: ScanResult, { changes, unsettled, origins, exploits, vex }: JudgeSettings) {
  return {
    change: changes?.get(target),
    unsettled: unsettled?.get(target),
    origin: origins?.get(target),
    exploits,
    vex: vex && ((finding: Finding) => vex(finding, target, scan)),
  };
}

function judgeFinding(
  finding: Finding,
  matched: readonly Exception[],
  known: TargetContext,
  bench: Bench,
): JudgedFinding {
  const exploitation = finding.kind === "vulnerability" ? exploitationOf(finding, known.exploits) : undefined;
  const change = known.change?.(finding);
  const facts = { change, origin: known.origin?.(finding), exploitation };
  const on = { fixable: isFixable(finding), today: bench.settings.today };
  const coverage = matched.length === 0 ? undefined : addCoverage(bench.coverages, matched, on);
  const live = coverage?.live ?? [];
  const held = { finding, exceptions: live, ended: coverage?.ended, ...facts };
  // Always evaluated: even if an exception takes precedence, the document does make a statement about the finding.
  const vex = known.vex?.(finding);
  if (live.length > 0) return { ...held, outcome: "accepted" };
  if (vex !== undefined) return { ...held, outcome: "accepted", vex };
  const isDisputed = finding.missedBy !== undefined && bench.settings.policy.agreement === "all";
  if (isDisputed) return { ...held, outcome: "not-counted", spared: "not-agreed" };
  // It was let through for a limited time, which is over.
  const isDue = matched.length > 0 || known.unsettled?.has(finding) === true;
  const rule = exemptedBy(held, isDue, bench);
  if (rule !== undefined) return { ...held, outcome: "not-counted", ...rule };
  if (coverage !== undefined) coverage.isOpen = true;
  return { ...held, outcome: "open" };
}

/** The known facts under any id of the advisory, including ids that only a given report has. */
function exploitationOf(
  { id, aliases, opinions }: Pick<Finding, "id" | "aliases" | "opinions">,
  exploits: JudgeSettings["exploits"],
): Exploitation | undefined {
  const own = exploits?.(id);
  if (exploits === undefined || (aliases === undefined && opinions === undefined)) return own;
  const others = new Set([...(aliases ?? []), ...(opinions ?? []).map((each) => each.id)]);
  others.delete(id);
  const known = [own, ...[...others].map(exploits)].filter((each) => each !== undefined);
  if (known.length < 2) return known[0];
  const kev = known.find((each) => each.kev !== undefined)?.kev;
  const scores = known.flatMap(({ epss }) => epss ?? []);
  return { ...(kev && { kev }), ...(scores.length > 0 && { epss: Math.max(...scores) }) };
}

/** The rule that exempts a finding without acceptance. "Not introduced" is first, since later runs depend on it. */
function exemptedBy(
  { finding, change, exploitation }: Omit<JudgedFinding, "outcome">,
  isDue: boolean,
  { ignoreUnfixed, grace, settings }: Bench,
): Pick<JudgedFinding, "spared" | "countsFrom"> | undefined {
  // An exploited finding is never exempted for being old, recent or without a fix.
  if (exploitation?.kev !== undefined) return undefined;
  // A finding without a comparison result counts: it may be new.
  const isOld = change !== undefined && change !== "new" && !isDue;
  if (settings.policy.count === "introduced" && isOld) return { spared: "not-introduced" };
  if (ignoreUnfixed && !isFixable(finding)) return { spared: "unfixed" };
  const countsFrom = graceOf(finding, grace);
  return countsFrom === undefined ? undefined : { spared: "grace", countsFrom };
}

/** A severity raised by a given report may have a longer grace period than the scan's. The earlier day counts. */
function graceOf(finding: Finding, grace: Bench["grace"]): Day | undefined {
  const day = grace?.(finding);
  if (day === undefined || finding.raisedFrom === undefined) return day;
  const own = grace?.({ ...finding, severity: finding.raisedFrom });
  return own === undefined || own < day ? own : day;
}

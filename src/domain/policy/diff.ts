import { DEFAULT_THRESHOLDS, type Limit, perSeverity, SEVERITIES, type Severity, severityName } from "../severity.ts";
import { changed, limitValue, type PolicyChange, pairUp } from "./change.ts";
import { exceptionChanges } from "./exception-diff.ts";
import { exploitDataWanted } from "./exploit-limits.ts";
import type { EpssRule, ExploitSources, Policy, TargetRule } from "./policy.ts";

/** What `head` changes compared with `base`. General settings come first, single exceptions last. */
export function diffPolicies(base: Policy, head: Policy): PolicyChange[] {
  return [
    ...thresholdChanges(base, head),
    ...weightChanges(base, head),
    ...ignoreUnfixedChange(base, head),
    ...opinionChanges(base, head),
    ...targetRuleChanges(base, head),
    ...trackingChanges(base, head),
    ...exceptionRuleChanges(base, head),
    ...exceptionChanges(base.exceptions, head.exceptions, "exception", head.count),
    ...exceptionChanges(base.coverage ?? [], head.coverage ?? [], "coverage"),
  ];
}

function thresholdChanges(base: Policy, head: Policy): PolicyChange[] {
  return SEVERITIES.flatMap((severity) => {
    const from = thresholdOf(base, severity);
    const to = thresholdOf(head, severity);
    return changed({ subject: "threshold", about: severity }, { from, to }, limitValue(to) > limitValue(from));
  });
}

/** The limit that a policy sets for all targets, or the default if it sets none. */
function thresholdOf(policy: Policy, severity: Severity): Limit {
  return policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity];
}

function ignoreUnfixedChange(base: Policy, head: Policy): PolicyChange[] {
  const from = base.ignoreUnfixed ?? false;
  const to = head.ignoreUnfixed ?? false;
  return changed({ subject: "ignore-unfixed", about: "ignore-unfixed" }, { from, to }, to);
}

function exceptionRuleChanges({ exceptionRules: base }: Policy, { exceptionRules: head }: Policy): PolicyChange[] {
  return [
    ...changed(
      { subject: "exception rule", about: "max-days" },
      { from: base.maxDays, to: head.maxDays },
      head.maxDays > base.maxDays,
    ),
    // How early an end is announced does not let anything through.
    ...changed({ subject: "exception rule", about: "warn-days" }, { from: base.warnDays, to: head.warnDays }, false),
    ...changed(
      { subject: "exception rule", about: "require-owner" },
      { from: base.requireOwner, to: head.requireOwner },
      base.requireOwner,
    ),
  ];
}

/** Changes of the keys that make a finding count more or less than its severity suggests. */
function weightChanges(base: Policy, head: Policy): PolicyChange[] {
  const exploited = [...exploitedChange(base, head), ...exploitDataChange(base, head)];
  const isSaid = exploited.some(({ loosens }) => loosens);
  return [
    ...exploited,
    ...(isSaid ? [] : catalogDropped(base, head)),
    ...epssChange(base.epss, head.epss),
    ...countChange(base, head),
    ...graceChanges(base, head),
  ];
}

function exploitedChange({ exploited: from = "unlimited" }: Policy, { exploited: to = "unlimited" }: Policy) {
  return changed({ subject: "threshold", about: "exploited" }, { from, to }, limitValue(to) > limitValue(from));
}

function epssChange(from: EpssRule | undefined, to: EpssRule | undefined): PolicyChange[] {
  const texts = [epssText(from), epssText(to)] as const;
  return oneChange("epss", "epss", texts, isLooser(from, to));
}

function isLooser(from: EpssRule | undefined, to: EpssRule | undefined): boolean {
  if (from === undefined || from.max === "unlimited") return false;
  return to === undefined || to.above > from.above || limitValue(to.max) > limitValue(from.max);
}

function epssText(rule: EpssRule | undefined): string | undefined {
  return rule && `at most ${rule.max} above ${rule.above}`;
}

/** Other data sources may know less. If anything depended on the old ones, that may let more through. */
function exploitDataChange(base: Policy, head: Policy): PolicyChange[] {
  const { exploited, epss, exploitData, targets } = base;
  const texts = [sourcesText(exploitData), sourcesText(head.exploitData)] as const;
  const mattered =
    exploited !== undefined ||
    epss !== undefined ||
    exploitData !== undefined ||
    targets.some((rule) => rule.exploited !== undefined);
  return oneChange("exploit-data", "exploit-data", texts, mattered);
}

/**
 * While KEV is requested, findings in it always count, even if their own limit is `unlimited`. So dropping it loosens.
 */
function catalogDropped(base: Policy, head: Policy): PolicyChange[] {
  if (!exploitDataWanted(base).kev || exploitDataWanted(head).kev) return [];
  return oneChange("exploit-data", "KEV", ["asked for", undefined], true);
}

function sourcesText(sources: ExploitSources | undefined): string | undefined {
  return sources && `KEV from ${sources.kev ?? "CISA"}, EPSS from ${sources.epss ?? "FIRST"}`;
}

function countChange({ count: from = "all" }: Policy, { count: to = "all" }: Policy): PolicyChange[] {
  return oneChange("count", "count", [from, to], to === "introduced");
}

/**
 * Changes of how several scanners' opinions count. Another scanner's severity may be lower than the one that counted,
 * and only the highest of all cannot be.
 */
function opinionChanges(base: Policy, head: Policy): PolicyChange[] {
  const { agreement: from = "any", severityFrom } = base;
  const { agreement: to = "any" } = head;
  const severities = [severityFrom?.join(", "), head.severityFrom?.join(", ")] as const;
  return [
    ...oneChange("agreement", "agreement", [from, to], to === "all"),
    ...oneChange("severity-from", "severity-from", severities, head.severityFrom !== undefined),
    ...optionalChanges(base.optionalScanners, head.optionalScanners),
  ];
}

function optionalChanges(base: readonly string[] = [], head: readonly string[] = []): PolicyChange[] {
  const [before, after] = [base, head].map((names) => new Set(names.map((name) => name.toLowerCase()))) as [
    Set<string>,
    Set<string>,
  ];
  return [...new Set([...before, ...after])].flatMap((name) => {
    const [from, to] = [before, after].map((names) => (names.has(name) ? "optional" : "required")) as [string, string];
    return oneChange("scan-with", name, [from, to], to === "optional");
  });
}

function graceChanges({ graceDays: base = {} }: Policy, { graceDays: head = {} }: Policy): PolicyChange[] {
  return SEVERITIES.flatMap((severity) => {
    const from = base[severity] ?? 0;
    const to = head[severity] ?? 0;
    return changed({ subject: "grace-days", about: severity }, { from, to }, to > from);
  });
}

/**
 * Deadlines and issues of running images. They let nothing through, but anyone who reviews the change must see them.
 */
function trackingChanges(base: Policy, head: Policy): PolicyChange[] {
  const days = SEVERITIES.flatMap((severity) => {
    const [from, to] = [base, head].map(({ fixWithinDays }) => fixWithinDays?.[severityName(severity)]?.toString());
    return oneChange("fix-within-days", severity, [from, to], false);
  });
  return [...days, ...oneChange("issues", "issues", [issuesText(base), issuesText(head)], false)];
}

function issuesText({ issues }: Policy): string | undefined {
  return issues
    ?.map(
      ({ images, assignees, labels }) => `${images.join(", ")}: ${[...assignees, ...labels].join(", ") || "nobody"}`,
    )
    .join("; ");
}

/** The change of a value that is given as text. Empty if it is unchanged. Undefined: not set. */
function oneChange(
  subject: PolicyChange["subject"],
  about: string,
  [from, to]: readonly [string | undefined, string | undefined],
  loosens: boolean,
): PolicyChange[] {
  if (from === to) return [];
  const what = from === undefined ? "added" : to === undefined ? "removed" : "changed";
  return [{ what, subject, about, from, to, loosens, line: 0 }];
}

/** What can have a limit: each severity, and what attackers use. */
const LIMITED = [...SEVERITIES, "exploited"] as const;
type Limits = Readonly<Record<(typeof LIMITED)[number], Limit>>;

/** A rule with its position and its effective limits, including those of the file and the defaults. */
interface Ranked {
  readonly rule: TargetRule;
  readonly position: number;
  readonly limits: Limits;
}

/**
 * Changes of the rules for some images. The first match counts, so adding, removing or moving a rule decides whether
 * later rules are reached. We do not check whether the globs of two rules overlap. If a limit could become higher, the
 * change counts as loosening.
 */
function targetRuleChanges(base: Policy, head: Policy): PolicyChange[] {
  const { pairs, added, removed } = pairUp(ranked(base), ranked(head), imagesKey, ({ rule }) => limitsText(rule));
  return [
    ...added.map(
      (to): PolicyChange => ({
        ...about("added", to),
        to: limitsText(to.rule),
        loosens: [
          limitsOf(base),
          ...pairs.filter(([, other]) => other.position > to.position).map(([from]) => from.limits),
        ].some((before) => isHigher(before, to.limits)),
        line: to.rule.line,
      }),
    ),
    ...pairs.flatMap(([from, to]) => changedLimits(from, to)),
    ...moved(pairs),
    ...removed.map(
      (from): PolicyChange => ({
        ...about("removed", from),
        from: limitsText(from.rule),
        loosens: [
          limitsOf(head),
          ...pairs.filter(([other]) => other.position > from.position).map(([, to]) => to.limits),
        ].some((after) => isHigher(from.limits, after)),
        line: 0,
      }),
    ),
  ];
}

function changedLimits(from: Ranked, to: Ranked): PolicyChange[] {
  const texts = { from: limitsText(from.rule), to: limitsText(to.rule) };
  if (texts.from === texts.to) return [];
  return [{ ...about("changed", to), ...texts, loosens: isHigher(from.limits, to.limits), line: to.rule.line }];
}

/** A single change for all rules whose order changed. */
function moved(pairs: readonly (readonly [Ranked, Ranked])[]): PolicyChange[] {
  const before = pairs.toSorted(([a], [b]) => a.position - b.position);
  const after = pairs.toSorted(([, a], [, b]) => a.position - b.position);
  const first = after.find((pair, index) => pair !== before[index]);
  if (first === undefined) return [];
  const overtaken = before.some(([from, fromNow], index) =>
    before.slice(index + 1).some(([, to]) => to.position < fromNow.position && isHigher(from.limits, to.limits)),
  );
  return [
    {
      what: "changed",
      subject: "target rule",
      about: "order",
      from: before.map(([{ rule }]) => rule.images.join(", ")).join("; "),
      to: after.map(([{ rule }]) => rule.images.join(", ")).join("; "),
      loosens: overtaken,
      line: first[1].rule.line,
    },
  ];
}

function ranked(policy: Policy): Ranked[] {
  return policy.targets.map((rule, position) => ({ rule, position, limits: limitsOf(policy, rule) }));
}

function limitsOf(policy: Policy, rule?: TargetRule): Limits {
  return {
    ...perSeverity(
      (severity) => rule?.thresholds[severity] ?? policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity],
    ),
    exploited: rule?.exploited ?? policy.exploited ?? "unlimited",
  };
}

/** Whether any limit is higher than before. */
function isHigher(before: Limits, after: Limits): boolean {
  return LIMITED.some((key) => limitValue(after[key]) > limitValue(before[key]));
}

function imagesKey({ rule }: Ranked): string {
  return JSON.stringify(rule.images.toSorted());
}

function limitsText({ thresholds, exploited }: TargetRule): string {
  const limits = { ...thresholds, exploited };
  const set = LIMITED.filter((key) => limits[key] !== undefined);
  return set.length === 0 ? "no limits" : set.map((key) => `${key} ${limits[key]}`).join(", ");
}

function about(what: PolicyChange["what"], { rule }: Ranked): Pick<PolicyChange, "what" | "subject" | "about"> {
  return { what, subject: "target rule", about: rule.images.join(", ") };
}

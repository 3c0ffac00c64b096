import { DEFAULT_THRESHOLDS, type Limit, perSeverity, SEVERITIES } from "../severity.ts";
import { limitValue, type PolicyChange, pairUp } from "./change.ts";
import type { Policy, TargetRule } from "./policy.ts";

/** What is limited: each severity, and what attackers use. */
const LIMITED = [...SEVERITIES, "exploited"] as const;
type Limits = Readonly<Record<(typeof LIMITED)[number], Limit>>;

/** A rule with its place and the limits that it comes to, file and defaults included. */
interface Ranked {
  readonly rule: TargetRule;
  readonly position: number;
  readonly limits: Limits;
}

/**
 * Changes of the rules for some images. The first match counts, so a rule that comes, goes or moves decides whether
 * the rules behind it are reached. Whether the globs of two rules overlap is not looked into: where they could make a
 * limit higher, the change counts as loosening.
 */
export function targetRuleChanges(base: Policy, head: Policy): PolicyChange[] {
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

/** One change for all rules that stand in another order than before. */
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

/** Whether any limit is higher after than before. */
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

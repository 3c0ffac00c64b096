import { DEFAULT_THRESHOLDS, type Limit, SEVERITIES, type Severity } from "../severity.ts";
import { exceptionChanges } from "./exception-diff.ts";
import type { Policy } from "./policy.ts";
import { changed, limitValue } from "./policy-value.ts";
import { targetRuleChanges } from "./target-rule-diff.ts";
import { weightChanges } from "./weight-diff.ts";

/** One difference between two policies, as plain text: untrusted, to be escaped by whoever renders it. */
export interface PolicyChange {
  readonly what: "added" | "changed" | "removed";
  readonly subject:
    | "exception"
    | "coverage"
    | "threshold"
    | "epss"
    | "exploit-data"
    | "target rule"
    | "exception rule"
    | "ignore-unfixed"
    | "count"
    | "VEX statement"
    | "VEX document"
    | "baseline"
    | "grace-days";
  /** What it is about: an advisory id with its scope, a severity, … */
  readonly about: string;
  /** Former and present value, as text. Absent where there is none. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whether more is let through than before. */
  readonly loosens: boolean;
  /** Line in the present file, 1-based; 0 where it is gone or its line is not known. */
  readonly line: number;
  /** The file where it is another than the policy, as the input names it. */
  readonly file?: string | undefined;
}

/** What `head` changes against `base`: what holds for all first, the single exceptions last. */
export function diffPolicies(base: Policy, head: Policy): PolicyChange[] {
  return [
    ...thresholdChanges(base, head),
    ...weightChanges(base, head),
    ...ignoreUnfixedChange(base, head),
    ...targetRuleChanges(base, head),
    ...exceptionRuleChanges(base, head),
    ...exceptionChanges(base.exceptions, head.exceptions, "exception", head.count),
    ...exceptionChanges(base.coverage ?? [], head.coverage ?? [], "coverage"),
  ];
}

function thresholdChanges(base: Policy, head: Policy): PolicyChange[] {
  return SEVERITIES.flatMap((severity) => {
    const from = thresholdOf(base, severity);
    const to = thresholdOf(head, severity);
    return changed("threshold", severity, from, to, limitValue(to) > limitValue(from));
  });
}

/** The limit that a policy sets for all targets, or the default where it sets none. */
function thresholdOf(policy: Policy, severity: Severity): Limit {
  return policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity];
}

function ignoreUnfixedChange(base: Policy, head: Policy): PolicyChange[] {
  const from = base.ignoreUnfixed ?? false;
  const to = head.ignoreUnfixed ?? false;
  return changed("ignore-unfixed", "ignore-unfixed", from, to, to);
}

function exceptionRuleChanges({ exceptionRules: base }: Policy, { exceptionRules: head }: Policy): PolicyChange[] {
  return [
    ...changed("exception rule", "max-days", base.maxDays, head.maxDays, head.maxDays > base.maxDays),
    // How early an end is announced lets nothing through.
    ...changed("exception rule", "warn-days", base.warnDays, head.warnDays, false),
    ...changed("exception rule", "require-owner", base.requireOwner, head.requireOwner, base.requireOwner),
  ];
}

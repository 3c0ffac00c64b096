import { DEFAULT_THRESHOLDS, type Limit, SEVERITIES, type Severity } from "../severity.ts";
import { changed, limitValue, type PolicyChange } from "./change.ts";
import { exceptionChanges } from "./exception-diff.ts";
import type { Policy } from "./policy.ts";
import { targetRuleChanges } from "./target-rule-diff.ts";
import { weightChanges } from "./weight-diff.ts";

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

import type { Access, Change, Platform, RuleReader } from "../platforms/platform.ts";
import type { RulesFrom } from "../render/view.ts";

/** Where the rules of a run come from: its policy, and the files that are as good as a policy. */
export interface RuleSource {
  readonly from: RulesFrom;
  readonly change: Change;
  /** The platform may not be asked. */
  readonly offline: boolean;
  readonly read: RuleReader;
}

/** Nothing is asked yet: the platform is connected to by the first {@link RuleSource.read}. */
export function ruleSource(
  policyFrom: RulesFrom,
  access: Access,
  platform: Pick<Platform, "change" | "ruleReader">,
): RuleSource {
  const { change } = platform;
  return { from: rulesFrom(policyFrom, change), change, offline: access.offline, read: platform.ruleReader(access) };
}

/** What lies in the workspace of a privileged run is not known to be a pull request's, and that of a push is no pull request. */
export function hasOwnChange({ privileged, hasBase }: Change): boolean {
  return !privileged && hasBase;
}

/**
 * A trigger that a stranger can cause with the repository's own rights is judged by the default branch, whatever the input
 * says; so is one that asks for a base and has none, as a push. If the event cannot be read, nobody knows whether it has one.
 */
function rulesFrom(policyFrom: RulesFrom, { privileged, hasBase, problem }: Change): RulesFrom {
  const mayHaveBase = hasBase || problem !== undefined;
  if (privileged || (policyFrom === "base" && !mayHaveBase)) return "default-branch";
  return policyFrom;
}

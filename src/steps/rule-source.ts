import { type Connect, capability } from "../forge/connect.ts";
import type { RuleReader } from "../forge/forge.ts";
import type { Platform, RunChange } from "../job/job.ts";
import type { RulesFrom } from "../render/view.ts";

/** The source of a run's rules: its policy, and the files that act like a policy. */
export interface RuleSource {
  readonly from: RulesFrom;
  readonly change: RunChange;
  /** The remedy that lets it be read, as a sentence without its full stop. */
  readonly mayRead: string;
  /** The platform's term for a request to merge: `pull request`. */
  readonly changeRequest: string;
  readonly read: RuleReader;
}

/** Sends no request yet; the first {@link RuleSource.read} connects to the server. */
export function ruleSource(
  policyFrom: RulesFrom,
  connect: Connect,
  { change, words }: Pick<Platform, "change" | "words">,
): RuleSource {
  const read: RuleReader = async (use, file) => {
    const rules = capability(await connect(), (forge) => forge.rules, words);
    // Such a file was not read, so it must never count as absent.
    return "why" in rules ? { unreadable: rules.why, remedy: rules.remedy } : rules(use, file);
  };
  return { ...words, from: rulesFrom(policyFrom, change), change, read };
}

/** True if the workspace is a pull request's. A push has none, and a privileged run rarely has its files. */
export function hasOwnChange({ privileged, hasBase, isCheckedOut }: RunChange): boolean {
  return (!privileged && hasBase) || isCheckedOut === true;
}

/**
 * The default branch's rules apply if a stranger can start the run with the repository's rights, even if the input says
 * otherwise. They also apply if the input wants the base and there is none, as on a push. If the event cannot be read,
 * it is unknown if there is a base.
 */
function rulesFrom(policyFrom: RulesFrom, { privileged, hasBase, problem }: RunChange): RulesFrom {
  const mayHaveBase = hasBase || problem !== undefined;
  if (privileged || (policyFrom === "base" && !mayHaveBase)) return "default-branch";
  return policyFrom;
}

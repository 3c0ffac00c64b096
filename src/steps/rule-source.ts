import type { Inputs } from "../actions/gate/inputs.ts";
import { type Api, connect } from "../platforms/github/api/api.ts";
import { type BaseUse, type FileAtBase, type RuleFile, readerAtBase } from "../platforms/github/base-policy.ts";
import type { GitHubEvent } from "../platforms/github/event.ts";
import type { RulesFrom } from "../render/view.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";

/** Where the rules of a run come from: its policy, and the files that are as good as a policy. */
export interface RuleSource {
  readonly from: RulesFrom;
  readonly event: GitHubEvent;
  /** GitHub may not be asked. */
  readonly offline: boolean;
  /** A file of the repository at another commit than the one in the workspace. Never throws. */
  read(use: BaseUse, file: RuleFile): Promise<FileAtBase>;
}

/** Nothing is asked yet: GitHub is connected to by the first {@link RuleSource.read}. */
export function ruleSource(
  { policyFrom, token = "", offline }: Pick<Inputs, "policyFrom" | "token" | "offline">,
  event: GitHubEvent,
  world: Pick<World, "signal">,
): RuleSource {
  let api: Promise<Api> | undefined;
  const readers = new Map<BaseUse, ReturnType<typeof readerAtBase>>();
  return {
    from: rulesFrom(policyFrom, event),
    event,
    offline,
    async read(use, file) {
      if (offline) return { unreadable: "`offline` forbids asking GitHub's API" };
      try {
        api ??= connect({ token, event, signal: world.signal });
        const reader = readers.get(use) ?? readerAtBase(await api, use);
        readers.set(use, reader);
        return await reader(file);
      } catch (thrown) {
        const { what, remedy } = asGateError(thrown);
        return { unreadable: `${what}. ${remedy}` };
      }
    },
  };
}

/** What lies in the workspace of a privileged run is not known to be a pull request's, and that of a push is no pull request. */
export function hasOwnChange({ privileged, pullRequest, mergeInto }: GitHubEvent): boolean {
  return !privileged && (pullRequest !== undefined || mergeInto !== undefined);
}

/**
 * A trigger that a stranger can cause with the repository's own rights is judged by the default branch, whatever the input
 * says; so is one that asks for a base and has none, as a push. Of an event that cannot be read nobody knows whether it has one.
 */
function rulesFrom(policyFrom: RulesFrom, { privileged, pullRequest, mergeInto, problem }: GitHubEvent): RulesFrom {
  const hasBase = pullRequest !== undefined || mergeInto !== undefined || problem !== undefined;
  if (privileged || (policyFrom === "base" && !hasBase)) return "default-branch";
  return policyFrom;
}

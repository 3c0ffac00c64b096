import type { Day } from "../domain/dates.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { DEFAULT_POLICY, EMPTY_POLICY, type Policy } from "../domain/policy/policy.ts";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "../policy/read.ts";
import type { View } from "../render/view.ts";
import { asGateError, GateError } from "../system/errors.ts";
import { repositoryPath } from "../system/given-files.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";
import { type AppliedFile, branchOf, isSame, loadRuleFile } from "./rule-file.ts";
import { hasOwnChange, type RuleSource } from "./rule-source.ts";

/** The policy that applies to a run. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** For the view: the policy's source, and its changes by the pull request. */
  readonly source: View["policy"];
  readonly change: View["policyChange"];
}

/**
 * The policy with the changes of files that act like one. If the policy's own change is not known, a note says so.
 * @returns with all notes
 */
export function withChanges(policy: LoadedPolicy, changes: readonly PolicyChange[], notes: readonly string[]) {
  const { change } = policy;
  if (changes.length === 0 || change === undefined) return { policy, notes };
  const own = "changes" in change ? change.changes : [];
  const unknown = "changes" in change ? [] : [`It is unknown if the policy file is changed: ${change.unreadable}`];
  return { policy: { ...policy, change: { changes: [...own, ...changes] } }, notes: [...unknown, ...notes] };
}

/**
 * The policy that applies, and the pull request's changes of it compared with its base.
 * @param named the policy's path, if the user names one
 * @throws GateError if the policy that applies is missing, unreadable or wrong. If only the base for the comparison
 * cannot be read, `change` says so.
 */
export async function loadPolicy(
  named: string | undefined,
  source: RuleSource,
  today: Day,
  world: World,
): Promise<LoadedPolicy> {
  const { from } = source;
  // Its path from the repository's root, as annotations name it.
  const file = repositoryPath(named ?? DEFAULT_POLICY, world.workspace);
  // In place of another branch's policy, the workspace need not have one.
  const search = { path: file, named: named !== undefined && from === "workspace" };
  const read = () => readWorkspacePolicy(search, world);
  const loaded = await loadRuleFile({ what: "policy", name: file, maxBytes: MAX_POLICY_BYTES, read }, source, world);
  const { bytes } = loaded;
  if (bytes === undefined && named !== undefined && from !== "workspace")
    throw new GateError(
      "policy-missing",
      `The policy file ${JSON.stringify(file)} does not exist in the ${branchOf(from)}`,
      `Merge it into the ${branchOf(from)} first, or leave \`policy\` out to judge by the defaults.`,
    );
  const policy = await parse(bytes, file, today);
  const change = await changeOf(loaded, named !== undefined, source, today);
  return {
    policy,
    source: bytes === undefined ? { from } : { path: file, sha256: sha256OfBytes(bytes), from },
    change,
  };
}

/** Loads YAML and its schema only if there is a file. */
async function parse(bytes: Buffer | undefined, file: string, today: Day): Promise<Policy> {
  if (bytes === undefined) return EMPTY_POLICY;
  const { parsePolicyFile } = await import("../policy/parse.ts");
  return parsePolicyFile(bytes, { file, today });
}

/** The pull request's changes of the policy. Undefined: there is nothing to compare with. */
async function changeOf(
  { name, change, isElsewhere }: AppliedFile,
  isNamed: boolean,
  { change: about, changeRequest }: RuleSource,
  today: Day,
): Promise<View["policyChange"]> {
  if (isElsewhere === true && isNamed && hasOwnChange(about))
    return { unreadable: "the policy is not a file of this repository, so the job has brought it" };
  if (change === undefined || "unreadable" in change) return change;
  if (isSame(change)) return { changes: [] };
  const { diffPolicies } = await import("../domain/policy/diff.ts");
  let whose = "base";
  try {
    const before = await parse(change.base, name, today);
    whose = changeRequest;
    return { changes: diffPolicies(before, await parse(change.head, name, today)) };
  } catch (thrown) {
    return { unreadable: `The ${whose}'s policy is not valid: ${asGateError(thrown).what}` };
  }
}

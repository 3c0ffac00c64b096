import type { Day } from "../domain/dates.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { DEFAULT_POLICY, EMPTY_POLICY, type Policy } from "../domain/policy/policy.ts";
import type { BaseUse, FileAtBase } from "../platforms/platform.ts";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "../policy/read.ts";
import type { RulesFrom, View } from "../render/view.ts";
import { asGateError, GateError } from "../system/errors.ts";
import { repositoryPath } from "../system/given-files.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";
import { hasOwnChange, type RuleSource } from "./rule-source.ts";

/** The policy that applies to a run. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** For the view: the policy's source, and what the pull request changes in it. */
  readonly source: View["policy"];
  readonly change: View["policyChange"];
}

/**
 * The policy with the changes of files that act like one. If the policy's own change is not known, a note says so.
 * @returns with all notes
 */
export function withChanges(
  policy: LoadedPolicy,
  changes: readonly PolicyChange[],
  notes: readonly string[],
): { readonly policy: LoadedPolicy; readonly notes: readonly string[] } {
  const { change } = policy;
  if (changes.length === 0 || change === undefined) return { policy, notes };
  if ("changes" in change)
    return { policy: { ...policy, change: { changes: [...change.changes, ...changes] } }, notes };
  const unknown = `Whether the policy file is changed is not known: ${change.unreadable}`;
  return { policy: { ...policy, change: { changes } }, notes: [unknown, ...notes] };
}

type Text = Buffer | undefined;

/** How to find a policy. */
interface Search {
  /** Its path, from the repository's root if it is in it, as annotations and the platform's API name it. */
  readonly path: string;
  /** The user named it, so it must exist. */
  readonly named: boolean;
  readonly source: RuleSource;
  readonly today: Day;
  readonly world: World;
}

/**
 * The policy that applies, and what the pull request changes in it compared with its base.
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
  const path = repositoryPath(named ?? DEFAULT_POLICY, world.workspace);
  const search: Search = { path, named: named !== undefined, source, today, world };
  return source.from === "workspace" ? fromWorkspace(search) : fromBase(search, source.from);
}

async function fromBase(search: Search, from: Exclude<RulesFrom, "workspace">): Promise<LoadedPolicy> {
  const text = await baseToObey(search, from);
  const policy = await parse(text, search);
  const { change: about } = search.source;
  const isShown = hasOwnChange(about) || about.isCheckedOut === true;
  const change = isShown ? await changeInWorkspace(policy, text, search, from) : undefined;
  return { policy, source: sourceOf(text, search, from), change };
}

async function fromWorkspace(search: Search): Promise<LoadedPolicy> {
  const text = readWorkspacePolicy(search, search.world);
  const policy = await parse(text, search);
  const change = await changeIn(search, policy, text);
  return { policy, source: sourceOf(text, search, "workspace"), change };
}

function sourceOf(text: Text, { path }: Search, from: RulesFrom): View["policy"] {
  return text === undefined ? { from } : { path, sha256: sha256OfBytes(text), from };
}

/** Loads YAML and its schema only if there is a file. */
async function parse(text: Text, { path: file, today }: Search): Promise<Policy> {
  if (text === undefined) return EMPTY_POLICY;
  const { parsePolicyFile } = await import("../policy/parse.ts");
  return parsePolicyFile(text, { file, today });
}

async function readBase(
  { source, path }: Search,
  use: BaseUse,
): Promise<{ text: Text } | Extract<FileAtBase, { readonly unreadable: string }>> {
  const found = await source.read(use, { what: "policy", path, maxBytes: MAX_POLICY_BYTES });
  if ("unreadable" in found) return found;
  return { text: "text" in found ? found.text : undefined };
}

async function baseToObey(search: Search, from: Exclude<RulesFrom, "workspace">): Promise<Text> {
  const base = await readBase(search, from);
  const place = from === "base" ? "base" : "default branch";
  if ("unreadable" in base)
    throw new GateError(
      "base-policy-unreadable",
      `The ${place}'s policy, by which this run is to be judged, could not be read: ${base.unreadable.replace(/\.$/, "")}`,
      `${base.remedy ?? search.source.mayRead}; nothing is judged by another policy instead.`,
    );
  if (base.text === undefined && search.named)
    throw new GateError(
      "policy-missing",
      `The policy file ${JSON.stringify(search.path)} does not exist in the ${place}`,
      `Merge it into the ${place} first, or leave \`policy\` out to judge by the defaults.`,
    );
  return base.text;
}

/** Undefined if there is nothing to compare with, as the run is not about a pull request. */
async function changeIn(search: Search, policy: Policy, text: Text): Promise<View["policyChange"]> {
  const { problem, trigger } = search.source.change;
  if (hasOwnChange(search.source.change)) return changeAgainstBase(policy, text, search);
  return problem !== undefined && trigger.startsWith("pull_request") ? { unreadable: problem } : undefined;
}

/** If the workspace's policy applies: what it changes in the base's. */
async function changeAgainstBase(policy: Policy, text: Text, search: Search): Promise<View["policyChange"]> {
  const base = await readBase(search, "comparison");
  if ("unreadable" in base) return { unreadable: base.unreadable };
  if (isSame(base.text, text)) return { changes: [] };
  if (base.text === undefined && (await isElsewhere(search))) return { unreadable: ELSEWHERE };
  try {
    return { changes: await changesBetween(await parse(base.text, search), policy) };
  } catch (thrown) {
    return { unreadable: `The base's policy is not valid: ${asGateError(thrown).what}` };
  }
}

async function changesBetween(before: Policy, after: Policy): Promise<PolicyChange[]> {
  const { diffPolicies } = await import("../domain/policy/diff.ts");
  return diffPolicies(before, after);
}

/** Whether a named file is neither in the base nor in this run's commit: the job brought it from elsewhere. */
async function isElsewhere(search: Search): Promise<boolean> {
  if (!search.named) return false;
  const own = await readBase(search, "run");
  return "text" in own && own.text === undefined;
}

const ELSEWHERE = "the policy is not a file of this repository, so the job has brought it";

/** If another branch's policy applies: what the workspace's would change in it. */
async function changeInWorkspace(
  policy: Policy,
  text: Text,
  search: Search,
  from: RulesFrom,
): Promise<View["policyChange"]> {
  let head: Text;
  try {
    head = readWorkspacePolicy({ path: search.path, named: false }, search.world);
  } catch (thrown) {
    return { unreadable: asGateError(thrown).what };
  }
  try {
    // The default branch need not be the base, and the pull request did not cause their differences.
    if (from === "default-branch") return await changeAgainstBase(await parse(head, search), head, search);
    return { changes: isSame(text, head) ? [] : await changesBetween(policy, await parse(head, search)) };
  } catch (thrown) {
    return { unreadable: `The ${search.source.changeRequest}'s policy is not valid: ${asGateError(thrown).what}` };
  }
}

function isSame(one: Text, other: Text): boolean {
  return one === other || (one !== undefined && other !== undefined && one.equals(other));
}

import { diffPolicies } from "./domain/policy-diff.ts";
import { type Day, EMPTY_POLICY, type Policy } from "./domain/policy-types.ts";
import { asGateError, GateError } from "./errors.ts";
import { repositoryPath } from "./files.ts";
import { connect } from "./github/api.ts";
import type { GitHubEvent } from "./github/event.ts";
import { type BaseUse, readPolicyAtBase } from "./github/policy.ts";
import type { Inputs } from "./inputs.ts";
import type { LoadedPolicy } from "./loaded-policy.ts";
import { DEFAULT_POLICY, readWorkspacePolicy } from "./policy/read.ts";
import type { View } from "./render/view.ts";
import type { World } from "./world.ts";

type Text = Buffer | undefined;

/** What a policy is looked for by. */
interface Search {
  /** As people, annotations and GitHub's API name it, where it lies in the repository. */
  readonly path: string;
  /** The user named it: it must be there. */
  readonly named: boolean;
  readonly token: string;
  /** GitHub may not be asked. */
  readonly offline: boolean;
  readonly event: GitHubEvent;
  readonly today: Day;
  readonly world: World;
}

/**
 * The policy to judge by, and what the pull request changes in it against its base. A trigger that a stranger can cause
 * with the repository's own rights is always judged by the base.
 * @throws GateError where the policy to judge by is missing, unreadable or wrong; a base that only serves the comparison
 * and cannot be read is told in `change`.
 */
export async function loadPolicy(inputs: Inputs, event: GitHubEvent, today: Day, world: World): Promise<LoadedPolicy> {
  const path = repositoryPath(inputs.policy ?? DEFAULT_POLICY, world.workspace);
  const named = inputs.policy !== undefined;
  const { token = "", offline } = inputs;
  const search: Search = { path, named, token, offline, event, today, world };
  // Of an event that cannot be read nobody knows whether it has a base: the base's policy is then missing, not needless.
  const hasBase = event.pullRequest !== undefined || event.problem !== undefined;
  return event.privileged || (inputs.policyFrom === "base" && hasBase) ? fromBase(search) : fromWorkspace(search);
}

async function fromBase(search: Search): Promise<LoadedPolicy> {
  const text = await baseToObey(search);
  const policy = await parse(text, search);
  // What lies in the workspace of a privileged run is not known to be a pull request's.
  const change = search.event.privileged ? undefined : await changeByWorkspace(policy, text, search);
  return { policy, source: { path: text && search.path, from: "base" }, change };
}

async function fromWorkspace(search: Search): Promise<LoadedPolicy> {
  const text = readWorkspacePolicy(search, search.world);
  const policy = await parse(text, search);
  const change = await changeIn(search, policy, text);
  return { policy, source: { path: text && search.path, from: "workspace" }, change };
}

/** YAML and its schema are loaded only where there is a file. */
async function parse(text: Text, { path: file, today }: Search): Promise<Policy> {
  if (text === undefined) return EMPTY_POLICY;
  const { parsePolicyFile } = await import("./policy/parse.ts");
  return parsePolicyFile(text, { file, today });
}

async function readBase(search: Search, use: BaseUse): Promise<{ text: Text } | { unreadable: string }> {
  const { token, offline, event, world, path } = search;
  if (offline) return { unreadable: "`offline` forbids asking GitHub's API" };
  try {
    const api = await connect({ token, event, signal: world.signal });
    const found = await readPolicyAtBase(api, event, path, use);
    if ("unreadable" in found) return found;
    return { text: "text" in found ? found.text : undefined };
  } catch (thrown) {
    const { what, remedy } = asGateError(thrown);
    return { unreadable: `${what}. ${remedy}` };
  }
}

async function baseToObey(search: Search): Promise<Text> {
  const base = await readBase(search, "policy");
  if ("unreadable" in base)
    throw new GateError(
      "base-policy-unreadable",
      `The base's policy, by which this run is to be judged, could not be read: ${base.unreadable.replace(/\.$/, "")}`,
      `${search.offline ? "Leave `offline` out on this trigger" : "Give the job `contents: read` and leave `token` at its default"}; nothing is judged by another policy instead.`,
    );
  if (base.text === undefined && search.named)
    throw new GateError(
      "policy-missing",
      `The policy file ${JSON.stringify(search.path)} does not exist in the base`,
      "Merge it into the base first, or leave `policy` out to judge by the defaults.",
    );
  return base.text;
}

/** Undefined where there is nothing to compare with: a run that is about no pull request. */
async function changeIn(search: Search, policy: Policy, text: Text): Promise<View["policyChange"]> {
  const { pullRequest, problem, name } = search.event;
  if (pullRequest !== undefined) return changeAgainstBase(policy, text, search);
  return problem !== undefined && name.startsWith("pull_request") ? { unreadable: problem } : undefined;
}

/** Judged by the workspace's policy: what that changes in the base's. */
async function changeAgainstBase(policy: Policy, text: Text, search: Search): Promise<View["policyChange"]> {
  const base = await readBase(search, "comparison");
  if ("unreadable" in base) return base;
  if (isSame(base.text, text)) return { changes: [] };
  try {
    return { changes: diffPolicies(await parse(base.text, search), policy) };
  } catch (thrown) {
    return { unreadable: `The base's policy is not valid: ${asGateError(thrown).what}` };
  }
}

/** Judged by the base's policy: what the workspace's would change in it. */
async function changeByWorkspace(policy: Policy, text: Text, search: Search): Promise<View["policyChange"]> {
  let head: Text;
  try {
    head = readWorkspacePolicy({ path: search.path, named: false }, search.world);
  } catch (thrown) {
    return { unreadable: asGateError(thrown).what };
  }
  if (isSame(text, head)) return { changes: [] };
  try {
    return { changes: diffPolicies(policy, await parse(head, search)) };
  } catch (thrown) {
    return { unreadable: `The pull request's policy is not valid: ${asGateError(thrown).what}` };
  }
}

function isSame(one: Text, other: Text): boolean {
  return one === other || (one !== undefined && other !== undefined && one.equals(other));
}

import { isAbsolute, relative, resolve, sep } from "node:path";
import { diffPolicies } from "./domain/policy-diff.ts";
import { type Day, EMPTY_POLICY, type Policy } from "./domain/policy-types.ts";
import { asGateError, GateError } from "./errors.ts";
import { connect } from "./github/api.ts";
import type { GitHubEvent } from "./github/event.ts";
import { readPolicyAtBase } from "./github/policy.ts";
import type { Inputs } from "./inputs.ts";
import type { LoadedPolicy } from "./loaded-policy.ts";
import { DEFAULT_POLICY, readWorkspacePolicy } from "./policy/read.ts";
import type { View } from "./render/view.ts";
import type { World } from "./world.ts";

type Text = Buffer | undefined;

/**
 * The policy to judge by, and what the pull request changes in it against its base. A trigger that a stranger can cause
 * with the repository's own rights is always judged by the base.
 * @throws GateError where the policy to judge by is missing, unreadable or wrong; a base that only serves the comparison
 * and cannot be read is told in `change`.
 */
export async function loadPolicy(inputs: Inputs, event: GitHubEvent, today: Day, world: World): Promise<LoadedPolicy> {
  const named = inputs.policy !== undefined;
  const path = repositoryPath(inputs.policy ?? DEFAULT_POLICY, world.workspace);
  if (event.privileged || (inputs.policyFrom === "base" && event.pullRequest !== undefined)) {
    const text = await baseToObey(path, named, inputs, event, world);
    const policy = await parse(text, path, today);
    const change = event.privileged ? undefined : await changeByWorkspace(policy, text, path, today, world);
    return { policy, source: { path: text && path, from: "base" }, change };
  }
  const text = readWorkspacePolicy({ path, named }, world);
  const policy = await parse(text, path, today);
  const change = event.pullRequest && (await changeAgainstBase(policy, text, path, inputs, event, today, world));
  return { policy, source: { path: text && path, from: "workspace" }, change };
}

/** Relative to the workspace where it lies in it, with `/`: how people, annotations and GitHub's API name it. */
function repositoryPath(path: string, workspace: string): string {
  const way = relative(workspace, resolve(workspace, path));
  return way.startsWith("..") || isAbsolute(way) || way === "" ? path : way.split(sep).join("/");
}

/** YAML and its schema are loaded only where there is a file. */
async function parse(text: Text, file: string, today: Day): Promise<Policy> {
  if (text === undefined) return EMPTY_POLICY;
  const { parsePolicyFile } = await import("./policy/parse.ts");
  return parsePolicyFile(text, { file, today });
}

async function readBase(
  path: string,
  inputs: Inputs,
  event: GitHubEvent,
  world: World,
  use: "policy" | "comparison",
): Promise<{ text: Text } | { unreadable: string }> {
  try {
    const api = await connect({ token: inputs.token ?? "", event, signal: world.signal });
    const found = await readPolicyAtBase(api, event, path, use);
    if ("unreadable" in found) return found;
    return { text: "text" in found ? found.text : undefined };
  } catch (thrown) {
    const { what, remedy } = asGateError(thrown);
    return { unreadable: `${what}. ${remedy}` };
  }
}

async function baseToObey(
  path: string,
  named: boolean,
  inputs: Inputs,
  event: GitHubEvent,
  world: World,
): Promise<Text> {
  const base = await readBase(path, inputs, event, world, "policy");
  if ("unreadable" in base)
    throw new GateError(
      "base-policy-unreadable",
      `The base's policy, by which this run is to be judged, could not be read: ${base.unreadable.replace(/\.$/, "")}`,
      "Give the job `contents: read` and leave `token` at its default; nothing is judged by another policy instead.",
    );
  if (base.text === undefined && named)
    throw new GateError(
      "policy-missing",
      `The policy file ${JSON.stringify(path)} does not exist in the base`,
      "Merge it into the base first, or leave `policy` out to judge by the defaults.",
    );
  return base.text;
}

async function changeAgainstBase(
  head: Policy,
  text: Text,
  path: string,
  inputs: Inputs,
  event: GitHubEvent,
  today: Day,
  world: World,
): Promise<View["policyChange"]> {
  const base = await readBase(path, inputs, event, world, "comparison");
  if ("unreadable" in base) return base;
  return compared(
    () => parse(base.text, path, today),
    async () => head,
    base.text,
    text,
    "base's",
  );
}

async function changeByWorkspace(
  base: Policy,
  baseText: Text,
  path: string,
  today: Day,
  world: World,
): Promise<View["policyChange"]> {
  let text: Text;
  try {
    text = readWorkspacePolicy({ path, named: false }, world);
  } catch (thrown) {
    return { unreadable: asGateError(thrown).what };
  }
  return compared(
    async () => base,
    () => parse(text, path, today),
    baseText,
    text,
    "pull request's",
  );
}

async function compared(
  base: () => Promise<Policy>,
  head: () => Promise<Policy>,
  baseText: Text,
  headText: Text,
  whose: string,
): Promise<View["policyChange"]> {
  if (baseText?.toString("latin1") === headText?.toString("latin1")) return { changes: [] };
  try {
    return { changes: diffPolicies(await base(), await head()) };
  } catch (thrown) {
    return { unreadable: `The ${whose} policy is not valid: ${asGateError(thrown).what}` };
  }
}

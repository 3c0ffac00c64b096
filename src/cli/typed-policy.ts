import { dayOf } from "../domain/dates.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { DEFAULT_POLICY, EMPTY_POLICY } from "../domain/policy/policy.ts";
import { decodePolicy, parsePolicy } from "../policy/parse.ts";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "../policy/read.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { readTyped } from "./reading.ts";

/** The option that names it. */
export const POLICY_OPTION = {
  name: "policy",
  kind: "text",
  value: "FILE",
  file: true,
  initially: DEFAULT_POLICY,
  about: "The policy file.",
} as const;

/** In place of the default policy if there is none. */
export const NEW_POLICY: TypedPolicy = { file: DEFAULT_POLICY, text: "version: 1\n", policy: EMPTY_POLICY };

/** A policy file that was read. */
export interface TypedPolicy {
  /** As it was typed, or the default path. */
  readonly file: string;
  readonly text: string;
  readonly policy: Policy;
}

/**
 * The policy in the file that was typed, or in the default one.
 * @returns undefined if none was typed and the default one does not exist
 * @throws GateError `policy-…`, `file-…`
 */
export function typedPolicy(
  typed: string | undefined,
  world: Pick<World, "workspace" | "temp" | "now">,
): TypedPolicy | undefined {
  const file = typed ?? DEFAULT_POLICY;
  const bytes =
    typed === undefined
      ? readWorkspacePolicy({ path: DEFAULT_POLICY, named: false }, world)
      : readTyped({ what: "policy file", path: typed, maxBytes: MAX_POLICY_BYTES }, world);
  if (bytes === undefined) return undefined;
  const text = decodePolicy(bytes, file);
  return { file, text, policy: parsePolicy(text, { file, today: dayOf(world.now()) }) };
}

/**
 * The same, where there must be one.
 * @throws GateError `file-missing`, too
 */
export function requiredPolicy(
  typed: string | undefined,
  world: Pick<World, "workspace" | "temp" | "now">,
): TypedPolicy {
  const read = typedPolicy(typed, world);
  if (read !== undefined) return read;
  throw new GateError("file-missing", `There is no policy at ${DEFAULT_POLICY}`, "Name the file, or write one.");
}

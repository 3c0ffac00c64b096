import { existsSync, lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DEFAULT_POLICY } from "../domain/policy/policy.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/** The same with the other common extension. It is not read, so it must not count as "no policy". */
const MISNAMED_POLICY = ".github/image-gate.yaml";

export const MAX_POLICY_BYTES = 1024 * 1024;

/**
 * The policy file's bytes. Undefined if the user named no policy and the default file does not exist. Any other object
 * at its path (a folder, a broken link, a link out of the workspace) is an error: it must not count as "no policy".
 * @throws GateError `policy-misnamed`, `file-missing`, `file-outside-workspace`, `file-not-regular`, `file-too-large`,
 * `file-unreadable`.
 */
export function readWorkspacePolicy(
  given: { readonly path: string; readonly named: boolean },
  world: Pick<World, "workspace" | "temp">,
): Buffer | undefined {
  const path = resolve(world.workspace, given.path);
  if (isBroken(path, resolve(world.workspace)))
    throw new GateError(
      "file-missing",
      `The policy file ${JSON.stringify(given.path)} is, or is behind, a broken symbolic link`,
      "Commit the file itself, or the link's target.",
    );
  if (given.named || !isAbsent(path))
    return readGivenFile({ what: "policy file", path: given.path, maxBytes: MAX_POLICY_BYTES }, world);
  if (given.path !== DEFAULT_POLICY || isAbsent(resolve(world.workspace, MISNAMED_POLICY))) return undefined;
  throw new GateError(
    "policy-misnamed",
    `The policy is expected at ${DEFAULT_POLICY}, and there is a ${MISNAMED_POLICY}`,
    `Rename it to ${DEFAULT_POLICY}, or name it with \`policy: ${MISNAMED_POLICY}\`.`,
  );
}

function isAbsent(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR";
  }
}

/** True if the path, or a folder above it up to `top`, is a broken link. */
function isBroken(path: string, top: string): boolean {
  if (path === top || path === dirname(path)) return false;
  const isLink = tryOr(() => lstatSync(path).isSymbolicLink(), false);
  return (isLink && !existsSync(path)) || isBroken(dirname(path), top);
}

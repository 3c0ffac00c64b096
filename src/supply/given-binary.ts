import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin, statusOf } from "../system/given-files.ts";
import { findProgram } from "../system/program-folders.ts";
import { type HashedProgram, hashedProgram } from "../system/store/hashed-program.ts";
import type { World } from "../system/world.ts";
import { installError, type Publisher } from "./publisher.ts";

/**
 * Finds the program that `…-binary` names, and warns of one in the workspace that no SHA-256 vouches for.
 * @returns an absolute path
 * @throws GateError `…-binary-missing`
 */
export function givenBinary(binary: string, sha256: string | undefined, publisher: Publisher, world: World): string {
  const path = findBinary(binary, publisher, world);
  if (sha256 === undefined) warnOfWorkspace(path, binary, publisher, world);
  return path;
}

/**
 * Puts a given program where only this run can change it, and holds it to the user's SHA-256, if there is one.
 * @throws GateError `…-hash-mismatch`
 */
export async function hashedBinary(
  path: string,
  { binary, sha256 }: { readonly binary: string; readonly sha256: string | undefined },
  publisher: Publisher,
  world: World,
): Promise<HashedProgram> {
  const program = await hashedProgram(path, world);
  if (sha256 === undefined || program.sha256 === sha256) return program;
  const { tool } = publisher;
  throw installError(
    publisher,
    "hash-mismatch",
    `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`,
    `Give the program's own SHA-256 as \`${tool}-sha256\` (with \`${tool}-binary\` it is not the archive's), or replace the program.`,
  );
}

/** Warns of a program in the workspace: a pull request may have added it, and such a program decides the answer. */
function warnOfWorkspace(given: string, binary: string, publisher: Publisher, { workspace, log }: World): void {
  const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
  if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
  const { tool, name } = publisher;
  const warning = installError(
    publisher,
    "binary-in-workspace",
    `\`${tool}-binary\` ${JSON.stringify(binary)} lies in the workspace, where a change that is not merged can put a program of its own`,
    `Install ${name} outside of it, or give the program's SHA-256 as \`${tool}-sha256\`.`,
  );
  log.warning(warning.message);
}

/**
 * Resolves a path relative to the workspace. Looks up a bare name on the PATH, but not in folders that the job may
 * fill.
 */
function findBinary(binary: string, publisher: Publisher, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
  const found = isName
    ? findProgram(binary, world)
    : names.map((name) => resolve(world.workspace, name)).find((path) => statusOf(path)?.isFile());
  if (found !== undefined) return found;
  const { tool, name } = publisher;
  throw installError(
    publisher,
    "binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`
      : `\`${tool}-binary\` ${JSON.stringify(binary)} is not a file`,
    isName
      ? `Install ${name} in a step before this one, or write \`./${binary}\` for a file in the workspace.`
      : `Check the path, which is relative to the workspace, or leave \`${tool}-binary\` out to have ${name} downloaded.`,
  );
}

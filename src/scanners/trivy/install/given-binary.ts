import { existsSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { isWithin } from "../../../system/given-files.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { isPrivate } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { hashedProgram } from "./files.ts";
import type { InstalledTrivy } from "./install.ts";
import { refuseBadVersion, versionOfBinary } from "./release.ts";
import { askVersion } from "./version.ts";

/**
 * The Trivy that `trivy-binary` names, checked as far as it can be: by the user's SHA-256, and by the version that it has.
 * @throws GateError `trivy-binary-missing`, `trivy-hash-mismatch`, `trivy-known-bad`, `trivy-unusable`, …
 */
export async function givenBinary(binary: string, sha256: string | undefined, world: World): Promise<InstalledTrivy> {
  const given = findBinary(binary, world);
  if (sha256 === undefined) warnOfWorkspace(given, binary, world);
  const shared = sha256 !== undefined || !isPrivate(realpathSync(given), world.platform);
  const checked = shared ? await hashedProgram(given, world) : { path: realpathSync(given), sha256: undefined };
  if (sha256 !== undefined && checked.sha256 !== sha256)
    throw new GateError(
      "trivy-hash-mismatch",
      `The program ${JSON.stringify(binary)} has the SHA-256 ${checked.sha256}, not ${sha256}`,
      "Give the program's own SHA-256 as `trivy-sha256` (with `trivy-binary` it is not the archive's), or replace the program.",
    );
  const known = checked.sha256 === undefined ? undefined : versionOfBinary(checked.sha256);
  const version = known ?? (await askVersion(checked.path, world));
  refuseBadVersion(version);
  return { path: checked.path, version, origin: "given binary", sha256: checked.sha256 };
}

/** A pull request may have brought the file, and what runs in the scanner's place chooses the answer. */
function warnOfWorkspace(given: string, binary: string, { workspace, log }: World): void {
  const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
  if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
  const warning = new GateError(
    "trivy-binary-in-workspace",
    `\`trivy-binary\` ${JSON.stringify(binary)} lies in the workspace, where a pull request can put a program of its own`,
    "Install Trivy outside of it, or give the program's SHA-256 as `trivy-sha256`.",
  );
  log.warning(warning.message);
}

/** A path, relative to the workspace; a bare name is looked up on the PATH, never in what the job may have brought. */
function findBinary(binary: string, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
  const found = isName
    ? findProgram(binary, world)
    : names
        .map((name) => resolve(world.workspace, name))
        .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new GateError(
    "trivy-binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`
      : `\`trivy-binary\` ${JSON.stringify(binary)} is not a file`,
    isName
      ? `Install Trivy in a step before this one, or write \`./${binary}\` for a file in the workspace.`
      : "Check the path, which is relative to the workspace, or leave `trivy-binary` out to have Trivy downloaded.",
  );
}

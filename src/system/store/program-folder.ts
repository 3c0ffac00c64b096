import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GateError } from "../errors.ts";
import type { World } from "../world.ts";
import { isPrivate, privateFolder } from "./private-file.ts";
import { databaseStore, freshFolder } from "./store.ts";

export type FolderWorld = Pick<World, "env" | "platform" | "runFolder">;

/** By run folder: the program folders outside of it, which are not removed with it. */
const elsewhere = new Map<string, string[]>();

/**
 * A new folder, in which a program is hashed and from which it is then started. It is below the run's folder. If others
 * may rename entries of RUNNER_TEMP, they could replace the folder meanwhile; it is then created in a place that is
 * ours alone.
 * @throws GateError `temporary-folder-open`
 */
export function programFolder(world: FolderWorld): string {
  const { runFolder, platform } = world;
  if (platform === "win32" || isPrivate(realpathSync(runFolder), platform)) return privateFolder(world, "bin");
  const folder = folderElsewhere(world);
  elsewhere.set(runFolder, [...(elsewhere.get(runFolder) ?? []), folder]);
  return folder;
}

/** Removes the folders that {@link programFolder} created outside of this run's folder. */
export function removeProgramFolders({ runFolder }: Pick<World, "runFolder">): void {
  for (const folder of elsewhere.get(runFolder) ?? []) rmSync(folder, { recursive: true, force: true });
  elsewhere.delete(runFolder);
}

function folderElsewhere(world: FolderWorld): string {
  const { store, problem } = databaseStore(world);
  if (problem === undefined) return freshFolder(store);
  const shared = realpathSync(tmpdir());
  const folder = mkdtempSync(join(shared, "image-gate-"));
  if (isPrivate(folder, world.platform)) return folder;
  rmSync(folder, { recursive: true });
  throw new GateError(
    "temporary-folder-open",
    "Other users can write to the folder for temporary files, and could replace the scanner between its check and its start; every other place for it is open, too",
    "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on that folder and the folders above it, or on the system's temporary folder.",
  );
}

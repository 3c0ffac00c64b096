import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "../given-files.ts";

/** A command's folder for temporary files, and the single executable's unpacked program: `image-gate-4711-a1B2c3`. */
const NAME = /^image-gate-(?:program-)?(\d+)-\w{6}$/;
/** A process of another container that shares the folder is not seen. It would have touched its folder since. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Folders of commands that were killed, and so could not remove them: of this user, of no process that is there, and
 * untouched for a day.
 * @param temp the folder for temporary files
 * @returns their paths
 */
export function foldersOfKilledRuns(temp: string, now: Date): string[] {
  return entriesOf(temp).flatMap(({ name }) => {
    const [, process = ""] = NAME.exec(name) ?? [];
    const path = join(temp, name);
    return process !== "" && isAbandoned(path, now) && !isThere(Number(process)) ? [path] : [];
  });
}

function isAbandoned(path: string, now: Date): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  const isOwn = status?.isDirectory() === true && status.uid === process.getuid?.();
  return isOwn && now.getTime() - status.mtimeMs > ABANDONED_MS;
}

function isThere(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be asked.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Removes them; links in them, and not what those lead to. */
export function removeFolders(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

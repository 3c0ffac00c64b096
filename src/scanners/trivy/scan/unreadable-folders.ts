import { type Dirent, readdirSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { compileGlobs } from "../../../domain/policy/glob.ts";
import { GateError } from "../../../system/errors.ts";

/**
 * Refuses sources with a folder that may not be read: Trivy passes over it without a word, and what is in it would count
 * as "no findings". What `skip-dirs` leaves out may be unreadable. Links are not followed, as Trivy does not follow them.
 * @param root absolute; a file has no folders
 * @throws GateError `folder-unreadable`
 */
export function requireReadable(root: string, skipDirs: readonly string[]): void {
  // Root may read everything.
  if (process.geteuid?.() === 0) return;
  const skipped = skipper(root, skipDirs);
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of entriesOf(folder, root)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped(path)) waiting.push(path);
    }
  }
}

function entriesOf(folder: string, root: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM") return [];
    const name = relative(root, folder) || ".";
    throw new GateError(
      "folder-unreadable",
      `The folder ${JSON.stringify(name)} in it may not be read by the runner's user, and Trivy would pass over it without a word`,
      "Give the runner's user the right to read it, or leave it out by `skip-dirs`.",
      { cause },
    );
  }
}

/** What of a folder is left out: Trivy takes `skip-dirs` and `skip-files` as globs on the path within the target, and as paths. */
export function skipper(root: string, skipDirs: readonly string[]): (path: string) => boolean {
  const matching = compileGlobs(
    skipDirs.map((dir) => ({ glob: isAbsolute(dir) ? relative(root, dir) : dir.replace(/^\.\//, ""), value: true })),
  );
  return (path) => matching(relative(root, path).split(sep).join("/")).length > 0;
}

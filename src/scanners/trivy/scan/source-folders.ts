import { type Dirent, readdirSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { compileGlobs } from "../../../domain/policy/glob.ts";
import type { LocatedTarget } from "../../../domain/target.ts";
import { GateError, tryOr } from "../../../system/errors.ts";

/**
 * Refuses sources with an unreadable folder: Trivy silently skips it, and its content would count as "no findings".
 * Folders that `skip-dirs` leaves out may be unreadable. Does not follow links, like Trivy.
 * @param root absolute; may be a file, which has no folders
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
      `The folder ${JSON.stringify(name)} in it may not be read by the user of this run, and Trivy would pass over it without a word`,
      "Give the user of this run the right to read it, or leave it out by `skip-dirs`.",
      { cause },
    );
  }
}

/**
 * Tests whether a path is left out. Trivy takes `skip-dirs` and `skip-files` as globs for paths in the target, and as
 * paths.
 */
export function skipper(root: string, skipDirs: readonly string[]): (path: string) => boolean {
  const matching = compileGlobs(
    skipDirs.map((dir) => ({ glob: isAbsolute(dir) ? relative(root, dir) : dir.replace(/^\.\//, ""), value: true })),
  );
  return (path) => matching(relative(root, path).split(sep).join("/")).length > 0;
}

/** More files do not change the answer. */
const MOST = 1_000;

/**
 * Sorted relative paths of Terraform and OpenTofu files in a folder. They are not checked (`CHECKED` in `arguments.ts`
 * says why). Does not follow links, like Trivy. Undefined if we cannot search: in a repository that Trivy clones. Empty
 * if the target is not source code.
 * @param skipped paths and globs that are left out
 */
export function terraformIn(
  { how, location }: LocatedTarget,
  skipped: readonly string[],
): readonly string[] | undefined {
  if (how === "repository" && !isAbsolute(location)) return undefined;
  if (how !== "folder" && how !== "repository") return [];
  const isSkipped = skipper(location, skipped);
  const found: string[] = [];
  const waiting = [location];
  for (let folder = waiting.pop(); folder !== undefined && found.length < MOST; folder = waiting.pop()) {
    for (const entry of entriesOrNone(folder)) {
      const path = join(folder, entry.name);
      if (isSkipped(path)) continue;
      if (entry.isDirectory() && entry.name !== ".git" && entry.name !== ".terraform") waiting.push(path);
      else if (entry.isFile() && /\.(?:tf|tofu)(?:\.json)?$/.test(entry.name)) found.push(path);
    }
  }
  return found.map((path) => relative(location, path).split(sep).join("/")).sort();
}

/** Trivy skips unreadable folders too, and `folder-unreadable` was reported before. A file has no entries. */
function entriesOrNone(folder: string) {
  return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}

import { posix } from "node:path";
import { asGateError } from "../system/errors.ts";
import type { BaseUse, FileAtBase, RuleFile, RuleReader } from "./platform.ts";

/** Reads files of one commit. */
export type FileReader = (file: RuleFile) => Promise<FileAtBase>;

/** The path from the repository's root; undefined if it leads out of the repository. */
function pathInRepository(path: string): string | undefined {
  if (posix.isAbsolute(path) || /[\p{Cc}\\]/u.test(path) || /^[A-Za-z]:/.test(path)) return undefined;
  const normal = posix.normalize(path);
  return normal === "." || normal === ".." || normal.startsWith("../") || normal.endsWith("/") ? undefined : normal;
}

/**
 * Reads a run's rule files at another commit than the one that is checked out, and never from the work tree. A file is
 * `absent` only if its commit could be read; a file that cannot be read is not absent.
 * @param readerOf called once for each use, when its first file is read
 * @returns a function that never throws
 */
export function rulesBy(readerOf: (use: BaseUse) => Promise<FileReader>): RuleReader {
  const readers = new Map<BaseUse, Promise<FileReader>>();
  return async (use, file) => {
    const path = pathInRepository(file.path);
    if (path === undefined)
      return { unreadable: `The ${file.what} ${JSON.stringify(file.path)} lies outside of the repository` };
    try {
      const reader = readers.get(use) ?? readerOf(use);
      readers.set(use, reader);
      return await (await reader)({ ...file, path });
    } catch (thrown) {
      const { what, remedy } = asGateError(thrown);
      return { unreadable: `${what}. ${remedy.replace(/\.$/, "")}` };
    }
  };
}

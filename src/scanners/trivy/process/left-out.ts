import { compileGlobs } from "../../../domain/policy/glob.ts";
import type { ScannerSettings } from "../../scanner.ts";

/** Paths within the target, or globs, that the user leaves out of a scan. */
export type LeftOut = Pick<ScannerSettings, "skipDirs" | "skipFiles">;

/** True if Trivy leaves a path out. A path that ends in `/` means everything in the folder. */
export function leftOutPaths({ skipDirs, skipFiles }: LeftOut): (path: string) => boolean {
  const globs = (entries: readonly string[]) =>
    compileGlobs(entries.map((entry) => ({ glob: entry.replace(/^\.?\/+/, "").replace(/\/+$/, ""), value: true })));
  const [isFolder, isFile] = [globs(skipDirs), globs(skipFiles)];
  return (path) => {
    if (isFile(path).length > 0) return true;
    for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1))
      if (isFolder(path.slice(0, at)).length > 0) return true;
    return false;
  };
}

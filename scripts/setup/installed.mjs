import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Plain JavaScript, because scripts/start.mjs runs it on any Node from 20 on.

/** Whether npm has installed what the lock file of a folder names: it keeps a list of that in node_modules. */
export function isInstalled(folder) {
  try {
    const packagesOf = (path) => Object.entries(JSON.parse(readFileSync(join(folder, path), "utf8")).packages);
    const installed = new Map(packagesOf("node_modules/.package-lock.json"));
    return packagesOf("package-lock.json").every(
      ([path, { integrity, optional }]) =>
        integrity === undefined ||
        installed.get(path)?.integrity === integrity ||
        (optional && !installed.has(path) && !existsSync(join(folder, path))),
    );
  } catch {
    return false; // Nothing is installed, or not by npm.
  }
}

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./health.ts";

/** Trivy's names for its databases in a cache folder. */
const FOLDERS = { vulnerability: "db", java: "java-db" } as const;

/**
 * Links a database into a cache folder, since it is shared and only read. If one is missing, Trivy leaves an empty
 * folder.
 */
export function linkDatabase(cacheFolder: string, kind: keyof typeof FOLDERS, database: Database): void {
  const path = join(cacheFolder, FOLDERS[kind]);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(database.folder, path, "junction");
}

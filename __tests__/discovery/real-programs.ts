import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { writeFiles } from "./discovered.ts";

/** A PATH of a folder that has these programs and no others. @param programs paths by name */
export function pathOf(folder: string, programs: Readonly<Record<string, string>>): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name));
  return bin;
}

/** A world whose workspace has these files and no others, and whose PATH is this. */
export function worldWith(
  folder: string,
  path: string,
  files: Readonly<Record<string, string | Buffer>>,
  env: Readonly<Record<string, string>> = {},
): TestWorld {
  const own = mkdtempSync(join(folder, "case-"));
  const runFolder = join(own, "temp", "run");
  mkdirSync(runFolder, { recursive: true });
  const world = testWorld(own, { env: { ...env, PATH: path }, runFolder });
  writeFiles(world.workspace, files);
  return world;
}

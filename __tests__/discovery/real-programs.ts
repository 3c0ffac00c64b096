import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finish } from "../../scripts/setup/command.ts";
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

/** Images of containers that kubectl reads in files, sorted. @param folder for its own files */
export async function kubectlImages(kubectl: string, folder: string, texts: readonly string[]): Promise<string[]> {
  const files = mkdtempSync(join(folder, "files-"));
  texts.forEach((text, index) => {
    writeFileSync(join(files, `${index}.yaml`), text);
  });
  const args = ["annotate", "--local", "--overwrite", "--output=json", "-f", files, "a=b"];
  const { stdout } = await finish(kubectl, args, { env: { HOME: files, KUBECONFIG: join(files, "none") } });
  return stdout
    .split(/^(?=\{)/m)
    .flatMap((object) => (object === "" ? [] : containerImages(JSON.parse(object))))
    .sort();
}

/** The images of all lists of containers in a value, read without any code of ours. */
function containerImages(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(/^(?:init)?containers$/i.test(key) && Array.isArray(inner)
      ? inner.flatMap(({ image }) => image ?? [])
      : []
    ).map(String),
    ...containerImages(inner),
  ]);
}

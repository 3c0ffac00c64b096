import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The histories of images in a folder of `state-dir`, as texts in the order of their paths. */
export function historiesIn(folder: string): string[] {
  if (!existsSync(join(folder, "index.json"))) return [];
  const { files } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
    readonly files: Readonly<Record<string, string>>;
  };
  return Object.entries(files)
    .filter(([path]) => path.startsWith("images/"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, hash]) => readFileSync(join(folder, "objects", hash), "utf8"));
}

import { readdirSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import type { LocatedTarget } from "../../../domain/target.ts";
import { skipper } from "./unreadable-folders.ts";

/** More of them make no other answer. */
const MOST = 1_000;

/**
 * Files of Terraform and OpenTofu in a folder, which are not checked (`CHECKED` in `arguments.ts` says why): their paths
 * within it, sorted. Links are not followed, as Trivy does not follow them. Undefined where nobody can look: a repository
 * that Trivy clones. None in what is no source.
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
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (isSkipped(path)) continue;
      if (entry.isDirectory() && entry.name !== ".git" && entry.name !== ".terraform") waiting.push(path);
      else if (entry.isFile() && /\.(?:tf|tofu)(?:\.json)?$/.test(entry.name)) found.push(path);
    }
  }
  return found.map((path) => relative(location, path).split(sep).join("/")).sort();
}

/** Trivy passes over what cannot be read as well; `folder-unreadable` has said it before. A file is no folder. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

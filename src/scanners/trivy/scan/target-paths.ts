import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { LocatedTarget } from "../../../domain/target.ts";
import { isWithin } from "../../../system/given-files.ts";
import type { World } from "../../../system/world.ts";

/**
 * Trivy takes `skip-dirs` and `skip-files` as paths within the target. A reader of the workflow writes them as all paths,
 * relative to the workspace: one that lies below a folder that is scanned is turned into its path there. Others, such as
 * `dist*` or a path of an image, stay as they are.
 * @param entries paths or globs
 */
export function skipsWithin(
  { how, location }: LocatedTarget,
  entries: readonly string[],
  { workspace }: Pick<World, "workspace">,
): readonly string[] {
  if (how !== "folder" && !(how === "repository" && isAbsolute(location))) return entries;
  // The target's path is a real one.
  const base = realpathSync(workspace);
  return entries.map((entry) => {
    const path = resolve(base, isAbsolute(entry) && isWithin(workspace, entry) ? relative(workspace, entry) : entry);
    return path !== location && isWithin(location, path) ? relative(location, path).split(sep).join("/") : entry;
  });
}

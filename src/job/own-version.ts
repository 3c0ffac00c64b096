import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { tryOr } from "../system/errors.ts";

/** The version of this bundle. */
export const VERSION: string = packageJson.version;

/**
 * The commit of this bundle: the one in its path on a runner (`…/_actions/OWNER/REPOSITORY/REF/dist`), otherwise the
 * one from which the npm package was packed. A branch or a tag may have moved since, and variables can come from
 * another action: they do not count.
 * @param folder the bundle's
 */
export function commitOf(folder: string): string | undefined {
  const pinned = /[\\/]_actions[\\/][^\\/]+[\\/][^\\/]+[\\/]([0-9a-f]{40})[\\/]dist$/.exec(folder)?.[1];
  return pinned ?? tryOr(() => JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8")).gitHead, undefined);
}

/** The first line of a log. */
export function ownLine(folder: string): string {
  return `Image Gate ${VERSION}, commit ${commitOf(folder) ?? "not known"}`;
}

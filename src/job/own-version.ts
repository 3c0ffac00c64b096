import packageJson from "../../package.json" with { type: "json" };

/** The version of this bundle. */
export const VERSION: string = packageJson.version;

/**
 * The commit of this bundle, if its path on a runner contains one: `…/_actions/OWNER/REPOSITORY/REF/dist`. A
 * branch or a tag may have moved since, and variables can come from another action: they do not count.
 * @param folder the bundle's
 */
export function commitOf(folder: string): string | undefined {
  return /[\\/]_actions[\\/][^\\/]+[\\/][^\\/]+[\\/]([0-9a-f]{40})[\\/]dist$/.exec(folder)?.[1];
}

/** The first line of a log. */
export function ownLine(folder: string): string {
  return `Image Gate ${VERSION}, commit ${commitOf(folder) ?? "not known"}`;
}

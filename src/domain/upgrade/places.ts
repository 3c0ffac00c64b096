import { folderOf } from "../coverage/seen-packages.ts";
import type { Finding, FindingPackage } from "../finding.ts";
import type { Place } from "../fix-plan.ts";
import type { InstalledPackage } from "../target.ts";

/** The place of an operating system's packages, and of all others without a path. */
const NOWHERE: Place = placeAt("", undefined);

/** Finds the place of a finding. */
export function placeFinder(packages: readonly InstalledPackage[]): (finding: Placed) => Place {
  const byPath = Map.groupBy(packages, ({ path }) => path);
  // The path of a program or an archive with its parts, or of a lock file.
  const isShared = (path: string) => (byPath.get(path)?.length ?? 0) > 1;
  return ({ package: { type }, path, owner }) => {
    if (path === undefined && owner === undefined) return NOWHERE;
    const application = type === "jar" && path !== undefined ? applicationOf(path) : undefined;
    const tool = type === "node-pkg" && path !== undefined ? toolOf(path) : undefined;
    // npm chooses the folders in node_modules, so a package does not bundle the packages below its folder.
    const shipping = type === "node-pkg" || application !== undefined ? undefined : owner;
    return { ...placeAt(keyOf(type, path, isShared), shipping), application, tool };
  };
}

function placeAt(key: string, owner: Finding["owner"]): Place {
  const shippedBy = [owner?.ecosystem, owner?.name, owner?.version];
  return { key: JSON.stringify([key, ...shippedBy]), shippedBy: JSON.stringify(shippedBy), ...(owner && { owner }) };
}

type Placed = Pick<Finding, "path" | "owner"> & { readonly package: FindingPackage };

/**
 * One lock file; one project's `node_modules`; one folder of Python packages; one archive with all of its files, or one
 * folder of archives.
 * @param type the scanner's package type
 */
function keyOf(type: string, path: string | undefined, isShared: (path: string) => boolean): string {
  if (path === undefined) return "";
  switch (type) {
    case "node-pkg":
      return projectOf(path);
    case "jar":
      return /^.*?\.(?:jar|war|ear|par)(?=\/)/.exec(path)?.[0] ?? (isShared(path) ? path : folderOf(path));
    case "python-pkg":
      return /^.*?(?:site|dist)-packages(?=\/)/.exec(path)?.[0] ?? folderOf(path);
    case "gobinary":
    case "rustbinary":
      return folderOf(path);
    default:
      return path;
  }
}

/** The folder of the outermost `node_modules`. The packages of npm itself do not belong to a project. */
function projectOf(path: string): string {
  const project = /^(.*?)\/?node_modules\//.exec(path)?.[1] ?? folderOf(path);
  const tool = toolOf(path);
  return tool === undefined ? project : `${project}/node_modules/${tool}`;
}

function toolOf(path: string): string | undefined {
  return /(?:^|\/)node_modules\/(npm|yarn|pnpm|corepack)\/(?:node_modules|dist)\//.exec(path)?.[1];
}

/** The folders of Spring Boot and the servlet standard for an application's libraries. */
function applicationOf(path: string): string | undefined {
  return /^(.*\.(?:jar|war|ear))\/(?:(?:BOOT|WEB|APP)-INF\/)?lib\/[^/]+\.jar$/.exec(path)?.[1];
}

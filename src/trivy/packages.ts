import type { OwnedPackage } from "./owner.ts";
import { parsed } from "./report-error.ts";
import { packageSchema, type TrivyPackage, type TrivyResult } from "./report-schema.ts";

/** All packages of a report, in their order. */
export function packagesOf(results: readonly TrivyResult[]): OwnedPackage[] {
  return results.flatMap((result, at) =>
    [...(result.rows.get("Packages") ?? [])].map((value, index): OwnedPackage => {
      const each = parsed(packageSchema, value, ["Results", at, "Packages"], index);
      return {
        name: each.Name ?? "",
        version: versionOf(each),
        type: result.Type ?? "",
        filePath: each.FilePath,
        installedFiles: each.InstalledFiles,
      };
    }),
  );
}

/** As Trivy writes an installed version: `1:1.2.13.dfsg-1`. */
function versionOf({ Epoch: epoch, Version: version, Release: release }: TrivyPackage): string | undefined {
  if (version === undefined) return undefined;
  return `${epoch ? `${epoch}:` : ""}${version}${release ? `-${release}` : ""}`;
}

/** Finds a package by its name and the place of its description; the index is made at the first question. */
export function packageFinder(packages: readonly OwnedPackage[]) {
  let index: Map<string, OwnedPackage> | undefined;
  return (name: string, path: string | undefined): OwnedPackage | undefined => {
    index ??= new Map(packages.map((each) => [`${each.name}\0${each.filePath?.replace(/^\/+/, "") ?? ""}`, each]));
    return index.get(`${name}\0${path ?? ""}`);
  };
}

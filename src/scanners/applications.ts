import type { Looked } from "../domain/coverage/gaps.ts";
import type { InstalledPackage } from "../domain/target.ts";

/** The packages of applications by their kind, and in how many files they are. */
export function applicationsIn(
  packages: readonly Pick<InstalledPackage, "type" | "system" | "path">[],
): Looked["applications"] {
  const own = packages.filter(({ system }) => system !== true);
  const counted = [...Map.groupBy(own, ({ type }) => type)].map(([type, all]) => {
    const files = new Set(all.flatMap(({ path }) => path ?? []));
    return [type, { packages: all.length, files: files.size }] as const;
  });
  return new Map(counted);
}

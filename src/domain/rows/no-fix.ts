import type { NoFix } from "../fix-plan.ts";
import { oncePer } from "../memoize.ts";
import { sumOf } from "../upgrade/weight.ts";

/** What no version clears in the packages of one source, or in one package. */
export interface NoFixEntry extends Pick<NoFix, "version" | "count" | "bySeverity" | "owner"> {
  /** Of the source, if there are several packages of it, else of the package. */
  readonly name: string;
  /** Number of packages. */
  readonly packages: number;
  /** Each once, that of the most severe findings first. */
  readonly statuses: readonly string[];
}

/**
 * One entry for each source or package, however many packages and statuses it has. Keeps the order of the first of
 * each. Each document asks, some for each attempt to fit, and a plan never changes.
 */
export const noFixEntries = oncePer((noFix: readonly NoFix[]): readonly NoFixEntry[] => {
  const groups = Map.groupBy(noFix, ({ package: name, type, version, owner, source }) =>
    [
      type,
      ...(source === undefined ? ["package", name, version] : ["source", source.name, source.version]),
      ...(owner === undefined ? [] : [owner.ecosystem, owner.name, owner.version]),
    ].join("\0"),
  );
  return [...groups.values()].map((parts) => {
    const [{ package: name, version, owner, source }] = parts as [NoFix, ...NoFix[]];
    const packages = new Set(parts.map((each) => each.package)).size;
    const isOfSource = packages > 1 && source !== undefined;
    const { clears: count, bySeverity } = sumOf(parts.map((each) => ({ ...each, clears: each.count })));
    return {
      name: isOfSource ? source.name : name,
      version: (isOfSource && source.version) || version,
      packages,
      statuses: [...new Set(parts.map(({ status }) => status))],
      count,
      bySeverity,
      owner,
    };
  });
});

import type { Finding, FindingPackage } from "../finding.ts";
import { changeRank } from "../judge/sort-findings.ts";
import { memoize, oncePer } from "../memoize.ts";
import { type Counts, compareCounts, countSeverities, SEVERITIES, severityRank } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import { packageKey } from "../upgrade/decisions.ts";
import type { JudgedFinding } from "../verdict.ts";
import { compareText } from "../versions/order.ts";

/** The findings of one package in one place. Packages that an operating system built from one source are one row. */
export interface PackageRow {
  /** The source package, if the row has several packages of it. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  /** The packages, each once. Empty if the findings are about no package. */
  readonly packages: readonly FindingPackage[];
  /** At least one, in the order in which they were given. */
  readonly findings: readonly [JudgedFinding, ...JudgedFinding[]];
  /** How many findings it has of each severity. */
  readonly counts: Counts;
}

/**
 * Groups findings by package and place: each finding is in exactly one row. Rows are in the order of {@link inOrder},
 * the findings of each in the order in which they were given.
 *
 * One place is one layer, whatever the number of paths in it. Without a layer it is one path, such as a lock file.
 * Findings about no package are one row if they have the same id and path.
 */
export function packageRows(
  findings: readonly JudgedFinding[],
  installed: readonly InstalledPackage[] = [],
): PackageRow[] {
  const sourceOf = (about: FindingPackage) => sourcesIn(installed).get(packageKey(about));
  // Findings share their packages.
  const sourceKeyOf = memoize((about: FindingPackage) => {
    const { name, version } = sourceOf(about) ?? about;
    return `${sourceOf(about) === undefined ? "" : "source"}\0${about.type}\0${name}\0${version}`;
  });
  const rows = Map.groupBy(findings, ({ finding }) => {
    const { kind, id, package: about, owner } = finding;
    if (about === undefined) return `${kind}\0${id}\0${finding.path ?? ""}\0${placeKey(finding)}`;
    const shippedBy = owner === undefined ? "" : `${owner.ecosystem}\0${owner.name}\0${owner.version ?? ""}`;
    return `${kind}\0${sourceKeyOf(about)}\0${shippedBy}\0${placeKey(finding)}`;
  });
  const made = [...rows.values()].map((row): PackageRow => {
    const all = row as [JudgedFinding, ...JudgedFinding[]];
    const about = new Set(all.flatMap(({ finding }) => finding.package ?? []));
    const packages = [...new Map([...about].map((each) => [packageKey(each), each])).values()];
    const counts = countSeverities(all, ({ finding }) => finding.severity);
    const [first] = packages;
    const source = packages.length > 1 && first !== undefined ? sourceOf(first) : undefined;
    return { source, packages, findings: all, counts };
  });
  return inOrder(made, (row) => row);
}

/**
 * What matters most comes first. The keys, in order: the worst severity; used by attackers; new with the change; newly
 * disclosed; findings of the worst severity, then of the next; EPSS; the name.
 */
export function inOrder<T>(all: readonly T[], rowOf: (one: T) => PackageRow): T[] {
  return all
    .map((one) => ({ one, key: orderOf(rowOf(one)) }))
    .sort(({ key: a }, { key: b }) => {
      const [most, least] = [b, a];
      return (
        a.worst - b.worst ||
        Number(most.isExploited) - Number(least.isExploited) ||
        a.change - b.change ||
        compareCounts(most.counts, least.counts) ||
        most.epss - least.epss ||
        compareText(a.name, b.name)
      );
    })
    .map(({ one }) => one);
}

/** What a row is ordered by. */
function orderOf({ source, packages, findings, counts }: PackageRow) {
  const worst = SEVERITIES.findIndex((severity) => counts[severity] > 0);
  const changes = findings.flatMap(({ finding, change }) =>
    severityRank(finding.severity) === worst ? changeRank(change) : [],
  );
  return {
    counts,
    worst,
    isExploited: findings.some(({ exploitation }) => exploitation?.kev !== undefined),
    change: changes.reduce((a, b) => Math.min(a, b)),
    epss: findings.reduce((best, { exploitation }) => Math.max(best, exploitation?.epss ?? 0), 0),
    name: source?.name ?? packages[0]?.name ?? findings[0].finding.path ?? "",
  };
}

function placeKey({ layer, path }: Finding): string {
  return layer === undefined ? `\0${path ?? ""}` : layer.diffId;
}

/** The sources of an operating system's packages. */
const sourcesIn = oncePer(
  (installed: readonly InstalledPackage[]) =>
    new Map(installed.flatMap((each) => (each.system && each.source ? [[packageKey(each), each.source]] : []))),
);

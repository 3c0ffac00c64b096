import type { Finding, FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { type Counts, compareCounts, countSeverities, SEVERITIES, severityRank } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import type { JudgedFinding } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import { changeRank } from "./change-order.ts";

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

type Source = NonNullable<InstalledPackage["source"]>;

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
  const sourceOf = sources(installed);
  const rows: { source: Source | undefined; findings: [JudgedFinding, ...JudgedFinding[]] }[] = [];
  const bucketOf = buckets(sourceOf);
  for (const judged of findings) {
    const { finding } = judged;
    const bucket = bucketOf(finding);
    const key = placeKey(finding);
    const row = bucket.get(key);
    if (row !== undefined) {
      row.push(judged);
      continue;
    }
    const fresh: [JudgedFinding] = [judged];
    bucket.set(key, fresh);
    rows.push({ source: finding.package && sourceOf(finding.package), findings: fresh });
  }
  const made = rows.map((row): PackageRow => {
    const packages = packagesOf(row.findings);
    const counts = countSeverities(row.findings, ({ finding }) => finding.severity);
    return { source: packages.length > 1 ? row.source : undefined, packages, findings: row.findings, counts };
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

type Bucket = Map<string, JudgedFinding[]>;

/**
 * Finds the rows of a finding's package, by their place. Findings share packages, so that each package's key is built
 * once.
 */
function buckets(sourceOf: (about: FindingPackage) => Source | undefined): (finding: Finding) => Bucket {
  const bucket = memoize((_: string): Bucket => new Map());
  const ofKind = memoize((kind: string) =>
    memoize((about: FindingPackage) => {
      const source = sourceOf(about);
      const { name, version } = source ?? about;
      const key = `${kind}\0${source === undefined ? "" : "source"}\0${about.type}\0${name}\0${version}`;
      return memoize((shippedBy: string) => bucket(`${key}\0${shippedBy}`));
    }),
  );
  return ({ kind, id, package: about, path, owner }) => {
    if (about === undefined) return bucket(`${kind}\0${id}\0${path ?? ""}`);
    const shippedBy = owner === undefined ? "" : `${owner.ecosystem}\0${owner.name}\0${owner.version ?? ""}`;
    return ofKind(kind)(about)(shippedBy);
  };
}

function placeKey({ layer, path }: Finding): string {
  return layer === undefined ? `\0${path ?? ""}` : layer.diffId;
}

function packagesOf(findings: readonly JudgedFinding[]): FindingPackage[] {
  const packages = new Map<string, FindingPackage>();
  let last: FindingPackage | undefined;
  for (const { finding } of findings) {
    if (finding.package === undefined || finding.package === last) continue;
    last = finding.package;
    packages.set(packageKey(last), last);
  }
  return [...packages.values()];
}

/**
 * Finds the source of an operating system's package. Undefined for all others. Nothing is indexed before the first
 * call.
 */
function sources(installed: readonly InstalledPackage[]): (about: FindingPackage) => Source | undefined {
  let known: Map<string, Source> | undefined;
  return (about) => {
    if (known === undefined) {
      known = new Map();
      for (const each of installed)
        if (each.system === true && each.source !== undefined) known.set(packageKey(each), each.source);
    }
    return known.get(packageKey(about));
  };
}

function packageKey({ name, version, type }: Pick<FindingPackage, "name" | "version" | "type">): string {
  return `${type}\0${name}\0${version}`;
}

import type { FindingPackage } from "../finding.ts";
import { changeRank } from "../judge/sort-findings.ts";
import { memoize, oncePer } from "../memoize.ts";
import { type Counts, compareCounts, countSeverities, perSeverity, SEVERITIES, severityRank } from "../severity.ts";
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
  const sources = sourcesIn(installed);
  const sourceOf = (about: FindingPackage) => sources.get(packageKey(about));
  const ofSource = (about: FindingPackage) => {
    const source = sourceOf(about);
    return source === undefined ? packageKey(about) : `source\0${about.type}\0${source.name}\0${source.version}`;
  };
  // Most reports without sources have one finding per package, so remembering a key costs more than making it.
  const keyOf = sources.size === 0 ? packageKey : memoize(ofSource);
  const rows = Map.groupBy(findings, ({ finding }) => {
    const { kind, id, package: about, owner, layer, path = "" } = finding;
    const place = layer === undefined ? `\0${path}` : layer.diffId;
    if (about === undefined) return `${kind}\0${id}\0${path}\0${place}`;
    if (owner === undefined) return `${kind}\0${keyOf(about)}\0\0${place}`;
    return `${kind}\0${keyOf(about)}\0${owner.ecosystem}\0${owner.name}\0${owner.version ?? ""}\0${place}`;
  });
  return inOrder(
    [...rows.values()].map((row) => rowOf(row as [JudgedFinding, ...JudgedFinding[]], sourceOf)),
    (row) => row,
  );
}

type Findings = PackageRow["findings"];

function rowOf(findings: Findings, sourceOf: (about: FindingPackage) => PackageRow["source"]): PackageRow {
  const [{ finding }] = findings;
  if (findings.length === 1)
    return {
      source: undefined,
      packages: finding.package === undefined ? [] : [finding.package],
      findings,
      counts: ONE[finding.severity],
    };
  const about = new Set(findings.flatMap((each) => each.finding.package ?? []));
  const packages = [...new Map([...about].map((each) => [packageKey(each), each])).values()];
  const counts = countSeverities(findings, (each) => each.finding.severity);
  const source = packages.length > 1 ? sourceOf(packages[0] as FindingPackage) : undefined;
  return { source, packages, findings, counts };
}

/** The counts of a row with one finding. Most rows of a large report have one. */
const ONE = perSeverity((severity): Counts => perSeverity((each) => (each === severity ? 1 : 0)));

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
  let [isExploited, change, epss] = [false, Number.POSITIVE_INFINITY, 0];
  for (const judged of findings) {
    if (judged.exploitation?.kev !== undefined) isExploited = true;
    epss = Math.max(epss, judged.exploitation?.epss ?? 0);
    if (severityRank(judged.finding.severity) === worst) change = Math.min(change, changeRank(judged.change));
  }
  const name = source?.name ?? packages[0]?.name ?? findings[0].finding.path ?? "";
  return { counts, worst, isExploited, change, epss, name };
}

/** The sources of an operating system's packages. */
const sourcesIn = oncePer(
  (installed: readonly InstalledPackage[]) =>
    new Map(installed.flatMap((each) => (each.system && each.source ? [[packageKey(each), each.source]] : []))),
);

import type { Finding, FindingPackage } from "../finding.ts";
import { changeRank } from "../judge/sort-findings.ts";
import { oncePer } from "../memoize.ts";
import { type Counts, compareCounts, perSeverity, type Severity, severityRank } from "../severity.ts";
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
  /** Rank of the worst severity: the lower, the worse. */
  readonly worst: number;
  /** How the change affects the findings of the worst severity, as {@link changeRank}. */
  readonly change: number;
  /** Whether a finding is exploited, and the highest score of EPSS. */
  readonly isExploited: boolean;
  readonly epss: number;
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
  const places = new Map<string, Types>();
  const rows: Made[] = [];
  let before: Finding | undefined;
  let row: Made | undefined;
  for (const judged of findings) {
    const { layer, path = "", package: about } = judged.finding;
    if (row !== undefined && before !== undefined && isAlike(judged.finding, before)) {
      add(row, judged);
      continue;
    }
    before = judged.finding;
    // Maps within maps: making one long key for each finding would take most of the time of a large report.
    const types = valueAt(places, layer === undefined ? `\0${path}` : layer.diffId, (): Types => new Map());
    const ofType = valueAt(types, about?.type, (): Map<string, Made> => new Map());
    row = valueAt(ofType, keyOf(judged.finding, about), () => {
      const source = about && sources.get(packageKey(about));
      const made = source && ofType.get(sourceKey(judged.finding, source));
      if (made !== undefined) {
        made.packages.push(about as FindingPackage);
        return made;
      }
      const own = newRow(source, about);
      rows.push(own);
      if (source !== undefined) ofType.set(sourceKey(judged.finding, source), own);
      return own;
    });
    add(row, judged);
  }
  // The only package of its source keeps its own name.
  for (const row of rows) if (row.packages.length < 2) row.source = undefined;
  return inOrder(rows as unknown as PackageRow[], (row) => row);
}

/** A quick test: most findings are of the same package as the one before, and to look their row up takes longer. */
function isAlike(a: Finding, b: Finding): boolean {
  if (a.kind !== "vulnerability" || b.kind !== "vulnerability" || a.owner !== undefined || b.owner !== undefined)
    return false;
  if (a.layer?.diffId !== b.layer?.diffId || (a.layer === undefined && a.path !== b.path)) return false;
  const [one, other] = [a.package, b.package];
  if (one === undefined || other === undefined) return false;
  return one.name === other.name && one.version === other.version && one.type === other.type;
}

/** The rows of one place, by the type of their package, then by their key. */
type Types = Map<string | undefined, Map<string, Made>>;

type Made = { -readonly [K in keyof Omit<PackageRow, "findings" | "packages" | "counts">]: PackageRow[K] } & {
  readonly findings: JudgedFinding[];
  readonly packages: FindingPackage[];
  readonly counts: Record<Severity, number>;
};

/** The value of a key, made if there is none yet. */
function valueAt<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function keyOf({ kind, id, path = "", owner }: Finding, about: Pick<FindingPackage, "name" | "version"> | undefined) {
  if (about === undefined) return `${kind}\0${id}\0${path}`;
  if (kind === "vulnerability" && owner === undefined) return `${about.name}\0${about.version}`;
  return [about.name, about.version, kind, owner?.ecosystem, owner?.name, owner?.version].join("\0");
}

function sourceKey(finding: Finding, source: NonNullable<PackageRow["source"]>): string {
  return `source\0${keyOf(finding, source)}`;
}

const NO_COUNTS: Counts = perSeverity(() => 0);

function newRow(source: PackageRow["source"], about: FindingPackage | undefined): Made {
  const packages = about === undefined ? [] : [about];
  return {
    source,
    packages,
    findings: [],
    // Large reports have many rows: a function for each count would take three times as long.
    counts: { ...NO_COUNTS },
    worst: Number.POSITIVE_INFINITY,
    change: 0,
    isExploited: false,
    epss: 0,
  };
}

function add(row: Made, judged: JudgedFinding): void {
  const { finding, exploitation } = judged;
  row.findings.push(judged);
  row.counts[finding.severity] += 1;
  const [rank, change] = [severityRank(finding.severity), changeRank(judged.change)];
  if (rank <= row.worst) row.change = rank < row.worst ? change : Math.min(row.change, change);
  row.worst = Math.min(row.worst, rank);
  if (exploitation === undefined) return;
  row.isExploited ||= exploitation.kev !== undefined;
  row.epss = Math.max(row.epss, exploitation.epss ?? 0);
}

/**
 * What matters most comes first. The keys, in order: the worst severity; used by attackers; new with the change; newly
 * disclosed; findings of the worst severity, then of the next; EPSS; the name.
 */
export function inOrder<T>(all: readonly T[], rowOf: (one: T) => PackageRow): T[] {
  return all.toSorted((one, other) => {
    const [a, b] = [rowOf(one), rowOf(other)];
    return (
      a.worst - b.worst ||
      Number(b.isExploited) - Number(a.isExploited) ||
      a.change - b.change ||
      compareCounts(b.counts, a.counts) ||
      b.epss - a.epss ||
      compareText(nameOf(a), nameOf(b))
    );
  });
}

function nameOf({ source, packages, findings }: PackageRow): string {
  return source?.name ?? packages[0]?.name ?? findings[0].finding.path ?? "";
}

/** The sources of an operating system's packages. */
const sourcesIn = oncePer(
  (installed: readonly InstalledPackage[]) =>
    new Map(installed.flatMap((each) => (each.system && each.source ? [[packageKey(each), each.source]] : []))),
);

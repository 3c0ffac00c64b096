import type { Finding, FindingPackage } from "../finding.ts";
import { changeRank } from "../judge/sort-findings.ts";
import { oncePer } from "../memoize.ts";
import { type Counts, compareCounts, perSeverity, type Severity, severityRank } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import { packageKey } from "../upgrade/decisions.ts";
import type { JudgedFinding } from "../verdict.ts";
import { compareText } from "../versions/order.ts";

/** The findings of one package in one place. Packages that an operating system built from one source share a row. */
export interface PackageRow {
  /** The source package, if the row has several of its packages. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  /** The packages, without duplicates. Empty if the findings are not about a package. */
  readonly packages: readonly FindingPackage[];
  /** At least one, in the order of the input. */
  readonly findings: readonly [JudgedFinding, ...JudgedFinding[]];
  /** Number of findings of each severity. */
  readonly counts: Counts;
  /** Rank of the worst severity: the lower, the worse. */
  readonly worst: number;
  /** The effect of the change on the findings of the worst severity, see {@link changeRank}. */
  readonly change: number;
  /** True if a finding is exploited, and the highest EPSS score. */
  readonly isExploited: boolean;
  readonly epss: number;
}

/**
 * Groups findings by package and place: each finding is in exactly one row. Rows are in the order of {@link inOrder},
 * the findings of each in the order of the input.
 *
 * A layer is one place, with any number of paths in it. Without a layer, each path is a place, such as a lock file.
 * Findings without a package share a row if they have the same id and path.
 */
export function packageRows(
  findings: readonly JudgedFinding[],
  installed: readonly InstalledPackage[] = [],
): PackageRow[] {
  const sources = sourcesIn(installed);
  const rows = new Map<string, Made>();
  const rowOf = (finding: Finding): Made => {
    const { package: about, layer, path = "" } = finding;
    const source = about && sources.get(packageKey(about));
    const place = [layer?.diffId ?? `\0${path}`, about?.type, source && "source"].join("\0");
    const key = `${place}\0${keyOf(finding, source ?? about)}`;
    const row = rows.get(key) ?? newRow(source);
    rows.set(key, row);
    if (about && row.packages.every((each) => packageKey(each) !== packageKey(about))) row.packages.push(about);
    return row;
  };
  // Sorted findings of one package are adjacent: a key and a weight for each would take twice as long.
  let before: { readonly judged: JudgedFinding; readonly row: Made } | undefined;
  for (const judged of findings) {
    if (before !== undefined && isOfSameRow(before.judged, judged)) {
      before.row.findings.push(judged);
      before.row.counts[judged.finding.severity] += 1;
    } else {
      before = { judged, row: rowOf(judged.finding) };
      add(before.row, judged);
    }
  }
  // If it is the only package of its source, it keeps its own name.
  for (const each of rows.values()) if (each.packages.length < 2) each.source = undefined;
  return inOrder([...rows.values()] as unknown as PackageRow[], (one) => one);
}

type Made = { -readonly [K in keyof Omit<PackageRow, "findings" | "packages" | "counts">]: PackageRow[K] } & {
  readonly findings: JudgedFinding[];
  readonly packages: FindingPackage[];
  readonly counts: Record<Severity, number>;
};

function keyOf({ kind, id, path = "", owner }: Finding, about: Pick<FindingPackage, "name" | "version"> | undefined) {
  if (about === undefined) return `${kind}\0${id}\0${path}`;
  if (kind === "vulnerability" && owner === undefined) return `${about.name}\0${about.version}`;
  return [about.name, about.version, kind, owner?.ecosystem, owner?.name, owner?.version].join("\0");
}

/** True if a finding certainly belongs to the row of the previous one, and does not change that row's rank. */
function isOfSameRow(before: JudgedFinding, judged: JudgedFinding): boolean {
  const [one, other] = [before.finding, judged.finding];
  const { package: a, layer: { diffId } = {} } = one;
  const { package: b } = other;
  return (
    a !== undefined &&
    a.name === b?.name &&
    a.version === b.version &&
    a.type === b.type &&
    diffId === other.layer?.diffId &&
    (diffId !== undefined || one.path === other.path) &&
    one.kind === other.kind &&
    one.owner === other.owner &&
    one.severity === other.severity &&
    before.change === judged.change &&
    judged.exploitation === undefined
  );
}

const NO_COUNTS: Counts = perSeverity(() => 0);

function newRow(source: PackageRow["source"]): Made {
  return {
    source,
    packages: [],
    findings: [],
    // Large reports have many rows: calling a function for each count would take three times as long.
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
 * Sorts the most important first. The keys, in order: the worst severity; exploited; new with the change; newly
 * disclosed; the numbers of findings, from the worst severity down; EPSS; the name.
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

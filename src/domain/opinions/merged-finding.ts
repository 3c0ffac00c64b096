import { isSameAdvisory, type Named } from "../advisory-ids.ts";
import { ecosystemOf, type Finding, type Opinion, UNSPECIFIED_TYPE } from "../finding.ts";
import type { Policy } from "../policy/policy.ts";
import { FITS } from "../same/names.ts";
import { type Union, unite } from "../same/pair.ts";
import { type Severity, severityRank } from "../severity.ts";
import { clearingVersion } from "../upgrade/smallest-fix.ts";
import { compareText } from "../versions/order.ts";
import { isScannerNamed } from "./names.ts";

/** The rules for merging opinions into one finding. */
export type MergeRules = Pick<Policy, "severityFrom">;

/** The scanners of a merge. */
export interface Scanners {
  /** Indexed by number. */
  readonly names: readonly string[];
  /** The number of the scanner that knows the target best; any other number: there is none. */
  readonly best: number;
  /** Names of the scanners that could have reported the finding. */
  readonly able: readonly string[];
  /** Names of the scanners whose opinions were merged before, by the number of the result. */
  readonly sources: ReadonlyMap<number, readonly string[]>;
  /** The numbers of the reports that the user gave, which can only add to the others' findings. */
  readonly claims: ReadonlySet<number>;
}

/**
 * One finding from the rows of a group. It keeps each scanner's opinion. Facts that only one scanner has (layer, date,
 * explanation) are kept.
 */
export function mergedFinding(group: Group, scanners: Scanners, rules: MergeRules): Finding {
  const { names, best, claims } = scanners;
  const rows = group.length === 1 ? group : group.toSorted((a, b) => a.by - b.by);
  const opinionsOf = (some: Group) =>
    some.flatMap((row) => row.finding.opinions ?? [opinionOf(row, names[row.by] as string)]);
  const opinions = opinionsOf(rows);
  const missing = missedBy(rows, scanners).filter((name) => !opinions.some(({ scanner }) => scanner === name));
  const base = (rows[0] as Row).finding;
  const others = { opinions, missedBy: missing.length === 0 ? undefined : missing };
  if (rows.length === 1) return { ...base, ...others };
  const first = rows.find(({ by }) => by === best)?.finding;
  const finding = { ...joined(rows, first), severity: severityOf(opinions, rules), ...others };
  const scanned = rows.filter(({ by }) => !claims.has(by));
  if (scanned.length === 0 || scanned.length === rows.length) return finding;
  const severity = severityOf(opinionsOf(scanned), rules);
  return withoutClaims(finding, { ...joined(scanned, first), severity });
}

/**
 * Prevents a given report from weakening the finding. With such a report's id, path, date or severity, an exception, a
 * grace period or a limit could let through a finding of the scan.
 */
function withoutClaims(finding: Finding, scanned: Finding): Finding {
  const { id, aliases, path, layer, owner, publishedAt, severity: least } = scanned;
  // Many policies let LOW and MEDIUM pass but not UNKNOWN, so such a severity would weaken an unrated finding.
  const isRaised = severityRank(finding.severity) < severityRank(least === "UNKNOWN" ? "MEDIUM" : least);
  const severity = isRaised ? finding.severity : least;
  const own = { id, aliases, path, layer, owner, severity, ...(isRaised && { raisedFrom: least }) };
  // An earlier day ends a grace period earlier. Without a day, the finding counts at once.
  return { ...finding, ...own, publishedAt: publishedAt && finding.publishedAt };
}

/** The scanners that missed it. For scanners of an earlier merge, the result of that merge is kept. */
function missedBy(rows: Group, { able, sources }: Scanners): string[] {
  const before = rows.filter(({ by }) => sources.has(by));
  if (before.length === 0) return [...able];
  const decided = new Set(before.flatMap(({ by }) => sources.get(by) ?? []));
  return [...before.flatMap(({ finding }) => finding.missedBy ?? []), ...able.filter((name) => !decided.has(name))];
}

function opinionOf({ finding }: Row, scanner: string): Opinion {
  const { id, severity, fixedVersions, byName, bySystem } = finding;
  return { scanner, id, severity, fixedVersions, ...(byName && { byName }), ...(bySystem && { bySystem }) };
}

/** The severity that counts among the scanners' severities. */
export function severityOf(opinions: readonly Opinion[], { severityFrom = [] }: MergeRules): Severity {
  for (const name of severityFrom) {
    const own = opinions.find((each) => isScannerNamed(each.scanner, name) && each.severity !== "UNKNOWN");
    if (own !== undefined) return own.severity;
  }
  return opinions.reduce<Severity>(
    (most, { severity }) => (severityRank(severity) < severityRank(most) ? severity : most),
    "UNKNOWN",
  );
}

/** The facts of all rows: the best row first, then the ones with the most facts. */
function joined(rows: Group, best: Finding | undefined): Finding {
  const findings = rows.map(({ finding }) => finding);
  const rank = (finding: Finding) => (finding === best ? MOST_RICH : richness(finding));
  const sorted = findings.toSorted((a, b) => rank(b) - rank(a));
  const base = sorted[0] as Finding;
  // A report without kinds of packages is less exact than any other.
  const about = sorted.find((each) => each.package && each.package.type !== UNSPECIFIED_TYPE)?.package ?? base.package;
  const ids = [...new Set(sorted.flatMap(({ id, aliases = [] }) => [id, ...aliases]))];
  const id = mainId(sorted);
  const aliases = ids.filter((each) => each !== id).sort(compareText);
  const fixedVersions = agreedFixes(about, findings);
  const first = <Key extends keyof Finding>(key: Key) => sorted.find((each) => each[key])?.[key];
  return {
    ...base,
    package: about,
    id,
    aliases: aliases.length === 0 ? undefined : aliases,
    title: first("title") ?? "",
    description: first("description"),
    url: first("url"),
    fixedVersions,
    status: base.fixedVersions.length === 0 && fixedVersions.length > 0 ? "fixed" : base.status,
    publishedAt: sorted.flatMap(({ publishedAt }) => publishedAt ?? []).sort()[0],
    path: first("path"),
    layer: first("layer"),
    owner: first("owner"),
    // Weak evidence in addition to better evidence is no longer weak.
    byName: findings.every(({ byName }) => byName) || undefined,
    bySystem: first("bySystem"),
  };
}

const MOST_RICH = 8;

/** A scanner with access to the image knows the layer and the package URL. */
function richness({ layer, package: about, path }: Finding): number {
  return (layer ? 4 : 0) + (about?.purl ? 2 : 0) + (path ? 1 : 0);
}

/** The CVE, if any: exceptions, VEX and lists of exploited weaknesses use it. */
function mainId(findings: readonly Finding[]): string {
  const ids = findings.map(({ id }) => id).sort(compareText);
  return ids.find((id) => id.startsWith("CVE-")) ?? (ids[0] as string);
}

/**
 * The smallest version that all scanners with a fix accept. If the order of the versions is unknown, all of them: a
 * finding with a fix must not look like one without.
 */
function agreedFixes(about: Finding["package"], findings: readonly Finding[]): readonly string[] {
  const lists = findings.map(({ fixedVersions }) => fixedVersions).filter(({ length }) => length > 0);
  const [first = [], ...others] = lists;
  const text = first.join();
  if (others.every((list) => list.join() === text)) return first;
  const clearing = about && clearingVersion(ecosystemOf(about), about.version, lists);
  return clearing === undefined ? [...new Set(lists.flat())].sort(compareText) : [clearing];
}

/** One scanner's finding. */
export interface Row {
  /** The scanner's number. */
  readonly by: number;
  readonly finding: Finding;
  /** Path of the package. Empty: it is unknown, or says nothing. */
  readonly place: string;
}

/** Rows of different scanners that are one finding: at most one of each scanner. */
export type Group = readonly Row[];

/** Rows that are one finding, with all of their ids. */
interface Cluster extends Named {
  readonly rows: Group;
  readonly place: string;
}

/**
 * Finds the rows that are one finding, among rows about one package in one version. Rows with the same id come first,
 * then those that share any id, the best matching places first. A scanner's own rows are never joined: it counts them
 * as several. So a chain or cycle of aliases cannot merge more rows than there are scanners. The result does not depend
 * on the rows' order.
 */
export function matchRows(rows: readonly Row[]): Group[] {
  const byScanner = [...Map.groupBy(rows, ({ by }) => by)].sort(([a], [b]) => a - b).map(([, own]) => own);
  if (byScanner.length === 1) return rows.map((row) => [row]);
  const lists = byScanner.map((own) => own.toSorted(byContent).map(clusterOf));
  return unite(lists, CLUSTERS).map((cluster) => cluster.rows);
}

const CLUSTERS: Union<Cluster> = {
  key: ({ id, place }) => `${id}\n${place}`,
  passes: [
    ...FITS.slice(1).map((fits) => ({
      keys: ({ id }: Cluster) => [id],
      fits: (a: Cluster, b: Cluster) => fits(a.place, b.place),
    })),
    // Two rows without a common id may both match a third one of unknown place, and are joined through it.
    ...FITS.map((_, degree) => ({
      keys: ({ id, aliases = [] }: Cluster) => [id, ...aliases].sort(),
      fits: (a: Cluster, b: Cluster) =>
        FITS.slice(0, degree + 1).some((fits) => fits(a.place, b.place)) && isSameAdvisory(a, b),
    })),
  ],
  join: (one, other) => {
    const aliases = new Set([one, other].flatMap(({ id, aliases: others = [] }) => [id, ...others]));
    aliases.delete(one.id);
    return {
      id: one.id,
      aliases: [...aliases],
      rows: [...one.rows, ...other.rows],
      // The longer place is more exact.
      place: one.place.length < other.place.length ? other.place : one.place,
    };
  },
};

function clusterOf(row: Row): Cluster {
  return { id: row.finding.id, aliases: row.finding.aliases, rows: [row], place: row.place };
}

/** Makes the result independent of the order in the scanners' reports. */
function byContent(a: Row, b: Row): number {
  return (
    compareText(a.finding.id, b.finding.id) ||
    compareText(a.place, b.place) ||
    compareText(JSON.stringify(a.finding), JSON.stringify(b.finding))
  );
}

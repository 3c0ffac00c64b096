import { type Ecosystem, type Finding, type FindingPackage, UNSPECIFIED_TYPE } from "../finding.ts";
import { severityRank } from "../severity.ts";
import type { OpinionSource } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { type MergeRules, matchRows, mergedFinding, type Row } from "./merged-finding.ts";
import { type Subject, subjectOf, subjectOfFinding } from "./subject.ts";

/** What one scanner says about a target. */
export interface ScannerOpinion {
  /** The scanner's name, which no other opinion has. */
  readonly scanner: string;
  readonly findings: readonly Finding[];
  /**
   * What the scanner has advisories for and could look at. These are ecosystems (`debian`, `npm`, …; without rules of
   * ours, the type of the package URL), and kinds of findings about no package (`secret`, …).
   */
  readonly sees: ReadonlySet<string>;
  /** If it was itself merged from several scanners' opinions: these scanners. Its findings have their opinions. */
  readonly sources?: readonly Pick<OpinionSource, "scanner" | "sees" | "listsPackages">[] | undefined;
  /** It knows the target best: its word for package, path and layer counts. */
  readonly knowsBest?: boolean | undefined;
  /** Of what its silence counts as not seen. Absent: of all that it {@link sees}. */
  readonly silence?: ReadonlySet<string> | undefined;
  /** Packages, by {@link Subject.key}, that it lists and looks up nowhere: it has not missed what is known of them. */
  readonly unadvised?: ReadonlySet<string> | undefined;
  /** It was handed in, and may only add to what the others say. */
  readonly isClaim?: boolean | undefined;
}

/**
 * Merges what several scanners found in one target. Rows are one finding if they share an id, their own or an alias.
 * They must be about the same package in the same version, at places that do not contradict each other. The order of
 * the opinions does not matter, nor whether some of them were merged before (their `opinions` again). One scanner's
 * findings are returned as they are.
 */
export function mergeOpinions(given: readonly ScannerOpinion[], rules: MergeRules = {}): readonly Finding[] {
  const opinions = given.toSorted((a, b) => compareText(a.scanner, b.scanner));
  if (opinions.length < 2) return opinions[0]?.findings ?? [];
  const names = opinions.map(({ scanner }) => scanner);
  const best = opinions.findIndex(({ knowsBest }) => knowsBest);
  const claims = new Set(opinions.flatMap(({ isClaim }, by) => (isClaim ? [by] : [])));
  const sources = new Map(
    opinions.flatMap((each, by) => (each.sources ? [[by, each.sources.map(({ scanner }) => scanner)] as const] : [])),
  );
  const findings: Finding[] = [];
  for (const [key, { rows, needs }] of bySubject(opinions)) {
    const able = opinions.flatMap((each) => ableIn(each, needs, key));
    const groups = matchRows(rows);
    const merged = groups.map((group) => mergedFinding(group, { names, best, able, claims, sources }, rules));
    for (const each of withoutMissedApart(merged)) findings.push(each);
  }
  return findings;
}

/** The scanners of an opinion that could see something about a package. */
function ableIn(
  { scanner, sees, sources, silence = sees, unadvised }: ScannerOpinion,
  needs: string,
  key: string,
): string[] {
  const isUnadvised = unadvised?.has(key) === true;
  if (sources === undefined) return silence.has(needs) && !isUnadvised ? [scanner] : [];
  return sources
    .filter((each) => each.sees.includes(needs) && !(isUnadvised && each.listsPackages))
    .map((each) => each.scanner);
}

interface RowsOfSubject {
  readonly rows: Row[];
  readonly needs: string;
}

/** By {@link Subject.key}. */
function bySubject(opinions: readonly ScannerOpinion[]): ReadonlyMap<string, RowsOfSubject> {
  const found = new Map<string, RowsOfSubject>();
  for (const [by, { findings }] of opinions.entries())
    for (const finding of findings) {
      const { key, needs, isSystem } = subjectOfFinding(finding);
      const row = { by, finding, place: isSystem ? "" : (finding.path ?? "") };
      const known = found.get(key);
      if (known === undefined) found.set(key, { rows: [row], needs });
      else known.rows.push(row);
    }
  for (const [key, meant] of meantSubjects(found)) {
    for (const row of found.get(key)?.rows ?? []) found.get(meant)?.rows.push(row);
    found.delete(key);
  }
  return found;
}

/**
 * Scanners may name the place of one package so differently that what they see of one advisory stays apart. None of
 * them has missed it then. So a row counts as agreed on if every scanner that it lacks has its own row on the
 * advisory. That is the most severe one; the others stay as they are. Never more rows are agreed on than any of the
 * scanners has.
 * @param findings about one package in one version
 */
function withoutMissedApart(findings: readonly Finding[]): readonly Finding[] {
  const missed = findings.filter(({ missedBy }) => missedBy !== undefined);
  if (missed.length < 2) return findings;
  const agreed = new Set<Finding>();
  const seenBy = ({ opinions = [] }: Finding) => opinions.map(({ scanner }) => scanner);
  for (const same of Map.groupBy(missed, ({ id }) => id).values()) {
    const counts = Map.groupBy(same.flatMap(seenBy), (scanner) => scanner);
    let taken = 0;
    for (const each of same.toSorted(bySeverity)) {
      const scanners = [...(each.missedBy ?? []), ...seenBy(each)];
      if (!scanners.every((scanner) => (counts.get(scanner)?.length ?? 0) > taken)) continue;
      agreed.add(each);
      taken += 1;
    }
  }
  return findings.map((finding) => (agreed.has(finding) ? { ...finding, missedBy: undefined } : finding));
}

/** The most severe first, and otherwise by content. */
function bySeverity(a: Finding, b: Finding): number {
  return severityRank(a.severity) - severityRank(b.severity) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/**
 * Some scanners' reports (Harbor, Quay) name a package and its version, and not its ecosystem. If the others know one
 * package of that name and version, it is that one. If they know it in two ecosystems, nothing shows which is meant.
 * @param found rows by {@link Subject.key}
 * @returns the key of the package that is meant, by the key of the one without an ecosystem
 */
function meantSubjects(found: ReadonlyMap<string, RowsOfSubject>): ReadonlyMap<string, string> {
  const unspecified = [...found].filter(([, { needs }]) => needs === UNSPECIFIED_TYPE);
  if (unspecified.length === 0) return new Map();
  const ecosystems = new Set([...found.values()].map(({ needs }) => needs));
  ecosystems.delete(UNSPECIFIED_TYPE);
  return new Map(
    unspecified.flatMap(([key, { rows }]) => {
      const about = rows[0]?.finding.package;
      const keys = about === undefined ? [] : [...ecosystems].map((each) => keyIn(each, about));
      const [meant, other] = keys.filter((each) => found.has(each));
      return meant === undefined || other !== undefined ? [] : [[key, meant] as const];
    }),
  );
}

/** As that ecosystem compares the package's name and version. */
function keyIn(ecosystem: string, { name, version }: FindingPackage): string {
  return subjectOf({ name, version, type: ecosystem, ecosystem: ecosystem as Ecosystem }).key;
}

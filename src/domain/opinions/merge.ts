import { addTo } from "../collections.ts";
import { type Ecosystem, type Finding, type FindingPackage, UNSPECIFIED_TYPE } from "../finding.ts";
import { severityRank } from "../severity.ts";
import type { OpinionSource } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { type MergeRules, matchRows, mergedFinding, type Row } from "./merged-finding.ts";
import { type Subject, subjectOf, subjectOfFinding } from "./subject.ts";

/** One scanner's opinion on a target. */
export interface ScannerOpinion {
  /** The scanner's name, which is unique among the opinions. */
  readonly scanner: string;
  readonly findings: readonly Finding[];
  /**
   * The ecosystems that the scanner has advisories for and could check (`debian`, `npm`, …; without rules of ours, the
   * package URL's type), and the kinds of findings without a package (`secret`, …).
   */
  readonly sees: ReadonlySet<string>;
  /** If it was itself merged from several scanners' opinions: these scanners. Its findings have their opinions. */
  readonly sources?: readonly Pick<OpinionSource, "scanner" | "sees" | "listsPackages">[] | undefined;
  /** It knows the target best: its values for package, path and layer count. */
  readonly knowsBest?: boolean | undefined;
  /** The part of {@link sees} for which a missing report counts as disagreement. Absent: all of it. */
  readonly silence?: ReadonlySet<string> | undefined;
  /** Packages, by {@link Subject.key}, that it lists but never looks up: it has not missed their advisories. */
  readonly unadvised?: ReadonlySet<string> | undefined;
  /** It was given by the user, and can only add to the others' findings. */
  readonly isClaim?: boolean | undefined;
}

/**
 * Merges several scanners' findings in one target. Rows are one finding if they share an id, their own or an alias.
 * They must be about the same package in the same version, at places that do not contradict each other. The result does
 * not depend on the order of the opinions, nor on earlier merges of some of them (their `opinions` are merged again). A
 * single scanner's findings are returned unchanged.
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
  for (const [key, rows] of bySubject(opinions)) {
    const needs = needsIn(rows);
    const able = opinions.flatMap((each) => ableIn(each, needs, key));
    const groups = matchRows(rows);
    const merged = groups.map((group) => mergedFinding(group, { names, best, able, claims, sources }, rules));
    for (const each of withoutMissedApart(merged)) findings.push(each);
  }
  return findings;
}

/** The scanners of an opinion that could have reported an advisory for a package. */
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

/** The advisories that a scanner needs to see the subject of these rows. */
function needsIn([first]: readonly Row[]): string {
  return subjectOfFinding((first as Row).finding).needs;
}

/** The rows by {@link Subject.key}. */
function bySubject(opinions: readonly ScannerOpinion[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const [by, { findings }] of opinions.entries())
    for (const finding of findings) {
      const { key, isSystem } = subjectOfFinding(finding);
      addTo(found, key, { by, finding, place: isSystem ? "" : (finding.path ?? "") });
    }
  for (const [key, meant] of meantSubjects(found)) {
    for (const row of found.get(key) ?? []) addTo(found, meant, row);
    found.delete(key);
  }
  return found;
}

/**
 * Scanners may name one package's place so differently that their rows on one advisory stay separate. None of them has
 * missed it then. So a row counts as agreed if every scanner that it lacks has its own row on the advisory. The most
 * severe row becomes the agreed one; the others stay as they are. The number of agreed rows never exceeds any scanner's
 * own number.
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
 * Some scanners' reports (Harbor, Quay) name a package and its version without its ecosystem. If the other scanners
 * have one package with that name and version, it is the same. If they have it in two ecosystems, it is ambiguous.
 * @param found rows by {@link Subject.key}
 * @returns the key of the package that is meant, by the key of the one without an ecosystem
 */
function meantSubjects(found: ReadonlyMap<string, readonly Row[]>): ReadonlyMap<string, string> {
  const ecosystems = new Set([...found.values()].map(needsIn));
  if (!ecosystems.delete(UNSPECIFIED_TYPE)) return new Map();
  return new Map(
    [...found].flatMap(([key, rows]) => {
      const about = needsIn(rows) === UNSPECIFIED_TYPE ? rows[0]?.finding.package : undefined;
      const keys = about === undefined ? [] : [...ecosystems].map((each) => keyIn(each, about));
      const [meant, other] = keys.filter((each) => found.has(each));
      return meant === undefined || other !== undefined ? [] : [[key, meant] as const];
    }),
  );
}

/** The key under that ecosystem's rules for name and version. */
function keyIn(ecosystem: string, { name, version }: FindingPackage): string {
  return subjectOf({ name, version, type: ecosystem, ecosystem: ecosystem as Ecosystem }).key;
}

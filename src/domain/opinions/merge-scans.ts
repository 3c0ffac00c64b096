import { distinct } from "../collections.ts";
import { SYSTEM_GAPS, UNREAD_GAPS } from "../coverage/gap-codes.ts";
import type { Coverage, CoverageRow, Gap, GapCode } from "../coverage.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import type { Policy } from "../policy/policy.ts";
import type { Artifact, OpinionSource, Provenance, ScanResult } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { mergeOpinions, type ScannerOpinion } from "./merge.ts";
import { namesOf } from "./names.ts";
import { sightsOf } from "./sight.ts";
import { subjectOf } from "./subject.ts";

/** One scanner's result for a target. */
export interface NamedScan {
  /** The scanner's name, which is unique among the target's results. */
  readonly scanner: string;
  readonly scan: ScanResult;
  /** It is a given report. Absent: this run made the result. */
  readonly given?: true | undefined;
}

/** A scanner that was asked but has no result. */
export interface MissingScan {
  readonly scanner: string;
  readonly failed: { readonly code: string; readonly what: string };
}

/**
 * Merges several scanners' results for one target. Each finding is included once. The first result knows the target
 * best: its description of the image counts, and the others only fill gaps. Next to a scan of this run, a given report
 * is a claim, which can only add findings: anyone who can write a report could write an empty one. Among given reports
 * alone, each is an opinion like a scanner's.
 * @param missing scanners that may fail according to the policy
 */
export function mergeScans(
  scans: readonly [NamedScan, ...NamedScan[]],
  missing: readonly MissingScan[] = [],
  rules: OpinionRules = {},
): ScanResult {
  const [first] = scans;
  if (scans.length === 1 && missing.length === 0) return first.scan;
  const sights = sightsOf(scans.map(({ scan }) => scan));
  const isScanned = scans.some(({ given }) => given === undefined);
  const seen = scans.map((each, index): SeenScan => {
    return { ...each, sees: sights[index] as Set<string>, isClaim: isScanned && each.given === true };
  });
  const opinions = seen.map(
    ({ scanner, scan, sees, isClaim }, index): ScannerOpinion => ({
      scanner,
      findings: scan.findings,
      sees,
      silence: isClaim ? new Set() : silenceOf(scan, sees),
      // A distribution's packages from other repositories. A scanner that recognises them has no advisories for them.
      // It recognises them by a field in the image's own list of packages.
      unadvised: new Set(scan.packages.flatMap((each) => (each.thirdParty ? [subjectOf(each).key] : []))),
      isClaim,
      sources: scan.opinions,
      knowsBest: index === 0,
    }),
  );
  const findings = mergeOpinions(opinions, rules);
  const all = scans.map(({ scan }) => scan);
  const lister = all.find(({ packages }) => packages.length > 0);
  const sources = [
    ...seen.flatMap((each) => each.scan.opinions ?? [sourceOf(each, lister)]),
    ...missing.map(({ scanner, failed }): OpinionSource => ({ scanner, findings: 0, sees: [], failed })),
  ];
  return {
    ...first.scan,
    artifact: mergedArtifact(seen),
    packages: lister?.packages ?? [],
    layers: all.find(({ layers }) => layers.length > 0)?.layers ?? [],
    findings,
    suppressed: all.reduce((sum, { suppressed }) => sum + suppressed, 0),
    coverage: mergedCoverage(seen),
    // Each scanner's own ecosystems are in the opinions.
    blindTo: undefined,
    opinions: sources,
    provenance: mergedProvenance(seen, rules),
  };
}

type SeenScan = NamedScan & { readonly sees: ReadonlySet<string>; readonly isClaim: boolean };

/** @param lister the scan with the target's list of packages */
function sourceOf({ scanner, scan, sees, given }: SeenScan, lister: ScanResult | undefined): OpinionSource {
  const { scannerVersion: version, scannerSha256, databaseUpdatedAt, databaseSha256 } = scan.provenance;
  return {
    ...{ scanner, version, scannerSha256, databaseUpdatedAt, databaseSha256 },
    findings: scan.findings.length,
    sees: [...sees].sort(compareText),
    ...(scan === lister && { listsPackages: true }),
    ...(given && { given }),
  };
}

/**
 * Rules match each name that the user has typed. If this run scanned the image, given reports do not change its
 * description.
 */
function mergedArtifact(scans: readonly SeenScan[]): Artifact {
  const artifacts = scans.map(({ scan }) => scan.artifact);
  const scanned = scans.filter(({ given }) => given === undefined).map(({ scan }) => scan.artifact);
  const names = [...new Set(artifacts.flatMap((each) => each.names))];
  const claims = [...new Set(artifacts.flatMap((each) => each.claims ?? []))];
  const telling = scanned.length > 0 ? scanned : artifacts;
  const given = telling.map((each) => Object.entries(each).filter(([, value]) => value !== undefined));
  // The first result with a value counts.
  const merged = Object.fromEntries(given.toReversed().flat()) as unknown as Artifact;
  return { ...merged, names, ...(claims.length > 0 && { claims }), packages: merged.packages };
}

/**
 * Gaps from one scanner's lack of data, which another scanner can close. The other gaps about a distribution concern
 * the image itself: it misrepresents its distribution, or lacks its list of packages. A scanner that does not notice
 * this does not disprove it.
 */
const UNKNOWN_SYSTEM: ReadonlySet<GapCode> = new Set(["os-unknown", "os-release-unknown"]);

/**
 * The merged gaps. If one scanner has no advisories for the distribution but another one does, that is enough. For all
 * other gaps, a scanner that reports nothing does not prove that it could read a part that another could not.
 */
function mergedCoverage(scans: readonly SeenScan[]): Coverage | undefined {
  const known = scans.flatMap(({ scan }) => scan.coverage ?? []);
  if (known.length === 0) return undefined;
  const isSystemSeen = scans.some(({ sees, scan: { coverage }, isClaim }) => {
    const isLookedAt = coverage !== undefined && !coverage.gaps.some(({ code }) => SYSTEM_GAPS.has(code));
    return !isClaim && isLookedAt && [...SYSTEM_ECOSYSTEMS].some((each) => sees.has(each));
  });
  const isClosed = ({ code }: Gap) => isSystemSeen && UNKNOWN_SYSTEM.has(code);
  const gaps = distinct(known.flatMap((each) => each.gaps));
  const closed = new Set(gaps.filter(isClosed).map(({ what }) => what));
  const isOpen = ({ status, detail }: CoverageRow) => status !== "gap" || !closed.has(detail);
  const rows = distinct(known.flatMap((each) => each.rows.filter(isOpen)));
  return { rows, gaps: gaps.filter((gap) => !isClosed(gap)) };
}

/** The date of the data is the oldest database's. A report without such a date has a note about that. */
function mergedProvenance(scans: readonly SeenScan[], rules: OpinionRules): Provenance {
  const all = scans.map(({ scan }) => scan.provenance);
  const [first] = all as [Provenance, ...Provenance[]];
  // With such a rule in the policy, a scanner's opinion can remove findings.
  const takesAway = rules.agreement === "all" || rules.severityFrom !== undefined;
  const notes = scans.flatMap(({ scanner, scan, isClaim }) =>
    [...(isClaim && takesAway ? [ONLY_ADDS] : []), ...(scan.provenance.notes ?? [])].map(
      (note) => `${scanner}: ${note}`,
    ),
  );
  return {
    ...first,
    scanner: namesOf(scans.map(({ scanner }) => scanner)),
    ...(scans.length > 1 && { scannerVersion: undefined, scannerSha256: undefined, databaseSha256: undefined }),
    databaseUpdatedAt: oldest(all.flatMap(({ databaseUpdatedAt }) => databaseUpdatedAt ?? [])),
    // If one result has no date, the merged result may be of any age.
    scannedAt: all.every(({ scannedAt }) => scannedAt !== undefined)
      ? oldest(all.flatMap(({ scannedAt }) => scannedAt ?? []))
      : undefined,
    scanners: [...new Set(all.flatMap(({ scanners }) => scanners ?? ["vuln"]))],
    notes,
  };
}

function oldest(dates: readonly string[]): string | undefined {
  return dates.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}

/** The rules for merging opinions on one target. */
export type OpinionRules = Pick<Policy, "severityFrom" | "agreement">;

/** Kinds of findings that do not depend on a package's version. */
const OTHER_KINDS: ReadonlySet<string> = new Set(["misconfiguration", "secret", "license"]);

/**
 * The ecosystems and kinds of findings for which a missing report counts as disagreement. A scanner that could not read
 * applications' packages has not missed the findings of others in them, even if the policy accepts that gap. The
 * distribution's packages have separate gaps.
 */
function silenceOf({ coverage }: ScanResult, sees: ReadonlySet<string>): ReadonlySet<string> {
  const isUnread = coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false;
  return isUnread ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}

const ONLY_ADDS = "the report only adds findings, since this run has scanned the image itself.";

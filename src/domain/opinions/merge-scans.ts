import { distinct } from "../collections.ts";
import { SYSTEM_GAPS, UNREAD_GAPS } from "../coverage/gap-codes.ts";
import type { Coverage, CoverageRow, Gap, GapCode } from "../coverage.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import type { Agreement } from "../policy/policy.ts";
import type { Artifact, OpinionSource, Provenance, ScanResult } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { mergeOpinions, type ScannerOpinion } from "./merge.ts";
import type { MergeRules } from "./merged-finding.ts";
import { namesOf } from "./names.ts";
import { sightsOf } from "./sight.ts";
import { subjectOf } from "./subject.ts";

/** One scanner's result for a target. */
export interface NamedScan {
  /** The scanner's name, which no other result of the target has. */
  readonly scanner: string;
  readonly scan: ScanResult;
  /** It is a report that was given. Absent: this run has made the result. */
  readonly given?: true | undefined;
}

/** A scanner that has no result, although it was asked. */
export interface MissingScan {
  readonly scanner: string;
  readonly failed: { readonly code: string; readonly what: string };
}

/**
 * Several scanners' results for one target as one result. Each finding is in it once. The first result is the one that
 * knows the target best: what it says of the image counts, and the others fill what it does not say. Alongside a scan
 * of
 * this run, a given report is a claim, which only adds: anyone who can write a report could write an empty one. Among
 * given reports alone, each is an opinion like a scanner's.
 * @param missing scanners without which the policy lets the run go on
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
      // A distribution's packages from other repositories. A scanner that recognises them has no advisories about them.
      // It does so by a word in the image's own list of packages.
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
    // What each of them could see is in the opinions.
    blindTo: undefined,
    opinions: sources,
    provenance: mergedProvenance(seen, rules),
  };
}

type SeenScan = NamedScan & { readonly sees: ReadonlySet<string>; readonly isClaim: boolean };

/** @param lister whose packages the target's are */
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
 * Rules match each name that the user has typed. Where this run has scanned the image, no report says anything else
 * about it.
 */
function mergedArtifact(scans: readonly SeenScan[]): Artifact {
  const artifacts = scans.map(({ scan }) => scan.artifact);
  const scanned = scans.filter(({ given }) => given === undefined).map(({ scan }) => scan.artifact);
  const names = [...new Set(artifacts.flatMap((each) => each.names))];
  const claims = [...new Set(artifacts.flatMap((each) => each.claims ?? []))];
  const telling = scanned.length > 0 ? scanned : artifacts;
  const given = telling.map((each) => Object.entries(each).filter(([, value]) => value !== undefined));
  // The first one that knows something counts.
  const merged = Object.fromEntries(given.toReversed().flat()) as unknown as Artifact;
  return { ...merged, names, ...(claims.length > 0 && { claims }), packages: merged.packages };
}

/**
 * One scanner's ignorance, which another one's knowledge makes up for. The other gaps of a distribution are about the
 * image itself: that it lies about its distribution, or that its list of packages is gone. Who sees less does not
 * refute that.
 */
const UNKNOWN_SYSTEM: ReadonlySet<GapCode> = new Set(["os-unknown", "os-release-unknown"]);

/**
 * What no scanner looked at. If one scanner has no advisories for the distribution and another one has, that is enough.
 * For everything else, one scanner's silence does not prove that it looked where another could not.
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

/** The date of the data is that of the oldest database. A report without such a date has a note about that. */
function mergedProvenance(scans: readonly SeenScan[], rules: OpinionRules): Provenance {
  const all = scans.map(({ scan }) => scan.provenance);
  const [first] = all as [Provenance, ...Provenance[]];
  // By such a rule of the policy, a scanner's opinion takes findings away.
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
    // Without a date of one of them, the result may be of any age.
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

/** How opinions on one target become one answer. */
export interface OpinionRules extends MergeRules {
  readonly agreement?: Agreement | undefined;
}

/** Kinds of findings that are about no package's version. */
const OTHER_KINDS: ReadonlySet<string> = new Set(["misconfiguration", "secret", "license"]);

/**
 * The ecosystems and kinds of findings about which a result's silence counts, of those that it can see. A scanner that
 * left packages of applications unread has not missed what others found in them, even if the policy accepts that gap.
 * The distribution's packages have separate gaps.
 */
function silenceOf({ coverage }: ScanResult, sees: ReadonlySet<string>): ReadonlySet<string> {
  const isUnread = coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false;
  return isUnread ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}

const ONLY_ADDS = "the report only adds findings, since this run has scanned the image itself.";

import type { Coverage } from "../coverage.ts";
import type { Finding, Layer } from "../finding.ts";
import { listSome } from "../list-some.ts";
import { needsOf } from "../opinions/subject.ts";
import { parsePurl, purlOfVersion } from "../purl.ts";
import type { Artifact, InstalledPackage, Provenance, ScanResult } from "../target.ts";

/** A package of a list; it need not be installed anywhere. */
export interface ListedPackage extends InstalledPackage {
  /** Identifies it within its list. */
  readonly ref: string;
}

/** Packages to look up in a scanner's database. */
export interface PackageList {
  readonly packages: readonly ListedPackage[];
  /** The operating system of the packages that belong to one. */
  readonly system?: Artifact["os"];
  /** The name of the packages' source, for messages. */
  readonly subject?: string | undefined;
}

/** A scanner's answer about a list of packages. */
export interface Answer {
  /**
   * By the package's `ref`, without places. A package that is neither here nor in {@link unread} has no findings. A
   * finding on a package outside the list is under the empty text, with its place.
   */
  readonly found: ReadonlyMap<string, readonly Finding[]>;
  /** Packages that were not checked: the scanner could not identify them, or could not compare their versions. */
  readonly unread: ReadonlySet<string>;
  /** Notes for the reader, as sentences. */
  readonly notes: readonly string[];
  /** The gaps of the database itself. */
  readonly coverage?: Coverage | undefined;
  /** Like {@link ScanResult.blindTo}: the ecosystems that the database has no advisories for. */
  readonly blindTo?: readonly string[] | undefined;
  readonly suppressed?: number | undefined;
  /** The scanner and its database. */
  readonly by: Pick<
    Provenance,
    "scanner" | "scannerVersion" | "scannerSha256" | "databaseUpdatedAt" | "databaseSha256"
  >;
}

/**
 * Answers for each list from the database of the run's scans.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, and the scanner's errors
 */
export type Match = (lists: readonly PackageList[]) => Promise<readonly Answer[]>;

/** A scan's packages as a list, with their indexes as `ref`. */
export function listOf(
  { packages, artifact }: Pick<ScanResult, "packages" | "artifact">,
  subject: string,
): PackageList {
  return { packages: packages.map((each, index) => ({ ...each, ref: String(index) })), system: artifact.os, subject };
}

/** Packages that are known without a scan, in the form of a scan without findings. */
export function unscanned(packages: readonly InstalledPackage[], os: Artifact["os"], label: string): ScanResult {
  return {
    artifact: { names: [label], os, packages: packages.length },
    packages,
    layers: [],
    findings: [],
    suppressed: 0,
    provenance: { scanner: "an earlier run", source: "an earlier run's list of packages" },
  };
}

/**
 * A scanner's answer about packages that another scanner listed: a second opinion on the advisories, not on the
 * target's contents. Only the packages, places and gaps of the listing scan are kept.
 */
export function withAnswer(listed: ScanResult, answer: Answer): ScanResult {
  const { packages, layers: diffIds, coverage, provenance } = listed;
  const lister = `${provenance.scanner} ${provenance.scannerVersion ?? ""}`.trim();
  const listedBy = `The packages are those that ${lister} has listed; ${answer.by.scanner}'s database was asked about them.`;
  const layers = new Map(diffIds.map((diffId, index): [string, Layer] => [diffId, { diffId, number: index + 1 }]));
  const findings = packages.flatMap((each, index) =>
    (answer.found.get(String(index)) ?? []).map((finding) => placed(finding, each, layers)),
  );
  const unread = packages.filter((_, index) => answer.unread.has(String(index)));
  const gaps = [...unreadGaps(unread, answer.by.scanner), ...(answer.coverage?.gaps ?? [])];
  const subject = `${answer.by.scanner}'s database`;
  const rows = gaps.map(({ what }) => ({ subject, status: "gap" as const, detail: what }));
  const blindTo = new Set([...(answer.blindTo ?? []), ...unread.map(needsOf)]);
  return {
    ...listed,
    findings: [...findings, ...(answer.found.get("") ?? [])],
    suppressed: answer.suppressed ?? 0,
    coverage: {
      rows: [...rows, ...(answer.coverage?.rows ?? []), ...(coverage?.rows ?? [])],
      gaps: [...gaps, ...(coverage?.gaps ?? [])],
    },
    ...(blindTo.size > 0 && { blindTo: [...blindTo].sort() }),
    provenance: {
      ...provenance,
      ...answer.by,
      // Vulnerabilities only, whatever the listing scanner looked for. A kind that this scanner never looks for, such
      // as licences, is not a gap.
      scanners: ["vuln"],
      notes: [...(provenance.notes ?? []), listedBy, ...answer.notes],
    },
  };
}

function unreadGaps(unread: readonly InstalledPackage[], scanner: string): Coverage["gaps"] {
  if (unread.length === 0) return [];
  const names = listSome(unread, 5, { show: ({ name }) => name });
  return [
    {
      code: "packages-skipped",
      what: `${scanner} has left out ${unread.length} packages of the list, which have no package URL or one that it does not understand: ${names}`,
      remedy: `Scan the image with ${scanner}, which reads its packages itself, or correct the SBOM's package URLs.`,
    },
  ];
}

/** The finding at the place of the list's package. */
function placed(finding: Finding, each: InstalledPackage, layers: ReadonlyMap<string, Layer>): Finding {
  const { name, version, type, ecosystem, purl, path, diffId } = each;
  return {
    ...finding,
    package: { name, version, type, ecosystem, purl },
    path,
    layer: diffId === undefined ? undefined : (layers.get(diffId) ?? { diffId }),
  };
}

/** The package in another version, as a scanner would list it. Advisories use one version for it and its source. */
export function inVersion<T extends InstalledPackage>(installed: T, version: string): T {
  const purl = installed.purl === undefined ? undefined : parsePurl(installed.purl);
  // Go's modules have a `v` before the version, which advisories leave out.
  const isGo = purl?.type === "golang" && /^v\d/.test(installed.version) && /^\d/.test(version);
  const own = isGo ? `v${version}` : version;
  const { source } = installed;
  return {
    ...installed,
    version: own,
    ...(purl && { purl: purlOfVersion(purl, own) }),
    ...(source && { source: { ...source, version: own } }),
  };
}

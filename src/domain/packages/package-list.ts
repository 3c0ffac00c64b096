import type { Finding } from "../finding.ts";
import { parsePurl, purlOfVersion } from "../purl.ts";
import type { Artifact, InstalledPackage } from "../target.ts";

/** A package of a list, which need not be installed anywhere. */
export interface ListedPackage extends InstalledPackage {
  /** Names it within its list. */
  readonly ref: string;
}

/** Packages to look up in a scanner's database. */
export interface PackageList {
  readonly packages: readonly ListedPackage[];
  /** The operating system of those that belong to one. */
  readonly system?: Artifact["os"];
}

/** What a scanner says about a list of packages. */
export interface Answer {
  /** By the package's `ref`, without any place. A package that is in neither this nor {@link unread} has no finding. */
  readonly found: ReadonlyMap<string, readonly Finding[]>;
  /** Packages that were not looked at: the scanner could not identify them, or not compare their version. */
  readonly unread: ReadonlySet<string>;
  /** What a reader must know, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Answers for each list, with the database of the run's scans.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`; that of the scanner
 */
export type Match = (lists: readonly PackageList[]) => Promise<readonly Answer[]>;

/** The same package in another version, as a scanner would list it. Advisories name one version for it and its source. */
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

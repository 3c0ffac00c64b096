import type { Finding, FindingPackage } from "../../finding.ts";
import type { Artifact, InstalledPackage } from "../../target.ts";

/** A package in one version: which advisories concern it? */
export interface VersionQuestion {
  /** The package as it was found, with its installed version. */
  readonly package: FindingPackage;
  /** The same in the target's list of packages. Absent: it is not listed. */
  readonly installed?: Pick<InstalledPackage, "system" | "source" | "modularity"> | undefined;
  /** The version to ask about. Absent: the installed one. */
  readonly version?: string | undefined;
  /** The operating system of the target. */
  readonly os?: Artifact["os"];
}

/** The findings of a package in one version, without any place. Undefined: it was not looked at. */
export type VersionAnswer = readonly Finding[] | undefined;

/**
 * Answers questions in their order, with the database of the run's scans.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`
 */
export type CheckVersions = (questions: readonly VersionQuestion[]) => Promise<readonly VersionAnswer[]>;

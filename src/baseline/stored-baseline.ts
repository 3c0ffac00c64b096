import type { Baseline } from "../domain/change/comparison.ts";
import type { Gap } from "../domain/coverage.ts";
import type { FindingKind } from "../domain/finding.ts";
import { repositoryName } from "../domain/image/reference.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import type { Artifact, InstalledPackage, Provenance } from "../domain/target.ts";
import type { Sbom } from "../sboms/sbom.ts";

/** A baseline before it is matched with this run's database. */
export interface StoredBaseline extends Pick<Baseline, "source" | "earlier" | "unsettled" | "blind" | "withoutPaths"> {
  /** Names of the image, with or without tag; empty: it has none. */
  readonly names: readonly string[];
  /** For one of a report's targets: the name under which a judged target finds it. */
  readonly typed?: string | undefined;
  /** `linux/amd64`; undefined: unknown. */
  readonly platform?: string | undefined;
  /** The contents to match: packages, a CycloneDX document, or an image to scan. */
  readonly contents:
    | { readonly packages: readonly InstalledPackage[]; readonly os: Artifact["os"] }
    | { readonly sbom: Buffer }
    | { readonly reference: string };
  /** The kinds of findings that its run looked for, apart from those that a match with a later database shows. */
  readonly kinds: ReadonlySet<FindingKind>;
  /** The gaps in its run's coverage. Absent: none. */
  readonly gaps?: readonly Gap[] | undefined;
  /** For a report: the scanner that found {@link earlier}, and the age of its data. */
  readonly by?: Pick<Provenance, "scanner" | "databaseUpdatedAt" | "scannedAt"> | undefined;
  /** The SBOM as written. Absent: it is another kind of document. */
  readonly sbom?: Sbom | undefined;
}

/** A target that has been scanned. */
export type ScannedTarget = Extract<ScanOutcome, { readonly scan: unknown }>;

/**
 * True if the text looks like a file name. An existing file makes no difference: a pull request could put a file with
 * the image's name into the workspace.
 */
export function isBaselineFile(given: string): boolean {
  return /^(?:\.{1,2}\/|\/|[A-Za-z]:[\\/])|\.(?:json|cdx|xml|spdx)$/.test(given);
}

/** True if one of the names refers to the judged image, under any tag. */
export function isSameImage(names: readonly string[], { target, scan }: ScannedTarget): boolean {
  const own = new Set([target.input, ...scan.artifact.names, ...(scan.artifact.claims ?? [])].map(repositoryName));
  return names.some((name) => own.has(repositoryName(name)));
}

import type { Severity } from "./severity.ts";

export type FindingKind = "vulnerability" | "misconfiguration" | "secret" | "license";

/** The ecosystem whose rules a package's name and version follow. */
export type Ecosystem =
  | "alpine"
  | "cargo"
  | "debian"
  | "go"
  | "hex"
  | "julia"
  | "maven"
  | "npm"
  | "nuget"
  | "pub"
  | "pypi"
  | "rpm"
  | "swift";

/** The type of a package if the scanner does not tell its kind. Such a package has no package URL either. */
export const UNSPECIFIED_TYPE = "unknown";

/** The package that a finding is about. */
export interface FindingPackage {
  readonly name: string;
  readonly version: string;
  /** Package URL as the scanner reported it, with version and qualifiers. */
  readonly purl?: string | undefined;
  /** The scanner's own word for the package's kind, as we show and store it. An open set: no rule depends on it. */
  readonly type: string;
  /** Absent if its name equals {@link type}, or if no rule knows the ecosystem. */
  readonly ecosystem?: Ecosystem | undefined;
}

/** The name of a package's ecosystem, or the scanner's own word if no rule knows it. */
export function ecosystemOf({ ecosystem, type }: Pick<FindingPackage, "ecosystem" | "type">): string {
  return ecosystem ?? type;
}

/** The layer that added a file. */
export interface Layer {
  readonly diffId: string;
  /** 1 for the first layer. Absent if the image's configuration does not list the layer. */
  readonly number?: number | undefined;
  /** The Dockerfile instruction from the image's history. The values of build arguments, ARG and ENV are removed. */
  readonly instruction?: string | undefined;
  /**
   * First line (1-based) of the instruction in the given Dockerfile that made it, or of `FROM` for a base image's
   * layer.
   */
  readonly source?: { readonly file: string; readonly line: number } | undefined;
}

/** The package that ships the file with the finding, such as Python's `sparkly` for a jar in its folder. */
export interface Owner {
  /** The ecosystem's common name: `Python`, `Node.js`, `Debian`, … */
  readonly ecosystem: string;
  readonly name: string;
  readonly version?: string | undefined;
}

/** What one of several scanners says about a finding. */
export interface Opinion {
  /** The scanner's name. If two reports are one scanner's, the file is part of it. */
  readonly scanner: string;
  /** The id by which it goes there. */
  readonly id: string;
  readonly severity: Severity;
  readonly fixedVersions: readonly string[];
  /** As {@link Finding.byName}. */
  readonly byName?: true | undefined;
  /** As {@link Finding.bySystem}. */
  readonly bySystem?: true | undefined;
}

/** One advisory on one package in one place of one target. */
export interface Finding {
  readonly kind: FindingKind;
  /** CVE-…, GHSA-…, DS-0002, the rule that found a secret, or a licence's name. */
  readonly id: string;
  /** Other ids of the same advisory, each once. What is said of one of them is said of the finding. */
  readonly aliases?: readonly string[] | undefined;
  readonly severity: Severity;
  readonly title: string;
  /** The advisory's own explanation, shortened. Present only if a requested report shows it. Untrusted. */
  readonly description?: string | undefined;
  /** As the scanner reported it. Untrusted: rendered only if we know its host. */
  readonly url?: string | undefined;
  readonly package?: FindingPackage | undefined;
  /** Versions that fix it, one for each branch that has a fix. Empty: there is no fix. */
  readonly fixedVersions: readonly string[];
  /** The vendor's status: `fixed`, `affected`, `will_not_fix`, `fix_deferred`, `end_of_life`, … An open set. */
  readonly status: string;
  /** When the advisory became public, as the scanner reported it (ISO 8601). Absent: unknown. */
  readonly publishedAt?: string | undefined;
  /** Its path within the target, without a leading slash. */
  readonly path?: string | undefined;
  /** First line within {@link path}, 1-based. */
  readonly line?: number | undefined;
  readonly layer?: Layer | undefined;
  readonly owner?: Owner | undefined;
  /** Only a product's name (CPE) connects the advisory with the package, which is weak evidence. */
  readonly byName?: true | undefined;
  /** It is an application's package that a package of the distribution has installed. */
  readonly bySystem?: true | undefined;
  /** What each scanner says that sees it, by the scanner's name. Absent: the target has one scanner's opinion. */
  readonly opinions?: readonly Opinion[] | undefined;
  /** Its severity to the run's own scanners, if a report that was given has raised it. */
  readonly raisedFrom?: Severity | undefined;
  /** Scanners that have advisories for its kind of package, and do not see it. Absent: none. */
  readonly missedBy?: readonly string[] | undefined;
}

/** Whether a fix exists. Only a vulnerability can lack one: the image's author can fix everything else. */
export function isFixable(finding: Finding): boolean {
  return finding.kind !== "vulnerability" || finding.fixedVersions.length > 0;
}

/** Splits `6.0.3.1, 5.2.4.3`: one version for each branch that has a fix. */
export function fixedVersionsIn(text: string | undefined): string[] {
  if (!text) return [];
  if (!text.includes(",")) return [text.trim()];
  return text
    .split(",")
    .map((version) => version.trim())
    .filter((version) => version !== "");
}

import type { Severity } from "./severity.ts";

export type FindingKind = "vulnerability" | "misconfiguration" | "secret" | "license";

/** Whose rules the names and versions of packages follow. */
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

/** The package that a finding is about. */
export interface FindingPackage {
  readonly name: string;
  readonly version: string;
  /** Package URL as the scanner gave it, with version and qualifiers. */
  readonly purl?: string | undefined;
  /** The scanner's own word for its kind, as it is shown and stored. An open set: no rule goes by its words. */
  readonly type: string;
  /** Absent if it is called as the {@link type}, and if it is none that rules know. */
  readonly ecosystem?: Ecosystem | undefined;
}

/** The name of a package's ecosystem; the scanner's own word if no rule knows it. */
export function ecosystemOf({ ecosystem, type }: Pick<FindingPackage, "ecosystem" | "type">): string {
  return ecosystem ?? type;
}

/** The layer that brought a file in. */
export interface Layer {
  readonly diffId: string;
  /** 1 for the first layer. Absent where the image's configuration does not list the layer. */
  readonly number?: number | undefined;
  /** The Dockerfile instruction from the image's history, without the values of build arguments, ARG and ENV. */
  readonly instruction?: string | undefined;
  /** First line, 1-based, of the instruction in the given Dockerfile that made it; of a base image's layer, its `FROM`. */
  readonly source?: { readonly file: string; readonly line: number } | undefined;
}

/** The package that ships the file in which a finding sits, such as Python's `sparkly` for a jar below its folder. */
export interface Owner {
  /** How people call the ecosystem: `Python`, `Node.js`, `Debian`, … */
  readonly ecosystem: string;
  readonly name: string;
  readonly version?: string | undefined;
}

/** One advisory on one package at one place in one target. */
export interface Finding {
  readonly kind: FindingKind;
  /** CVE-…, GHSA-…, DS-0002, a secret's rule, a licence's name. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** The advisory's own explanation, shortened; only where a report is asked for that shows it. Untrusted. */
  readonly description?: string | undefined;
  /** As the scanner gave it: untrusted, rendered only where its host is known. */
  readonly url?: string | undefined;
  readonly package?: FindingPackage | undefined;
  /** Versions that fix it, one for each branch that got a fix; empty: there is none. */
  readonly fixedVersions: readonly string[];
  /** The vendor's word: `fixed`, `affected`, `will_not_fix`, `fix_deferred`, `end_of_life`, … An open set. */
  readonly status: string;
  /** When the advisory became public, as the scanner gave it (ISO 8601); absent: not known. */
  readonly publishedAt?: string | undefined;
  /** Where it sits within the target, without a leading slash. */
  readonly path?: string | undefined;
  /** First line within {@link path}, 1-based. */
  readonly line?: number | undefined;
  readonly layer?: Layer | undefined;
  readonly owner?: Owner | undefined;
}

/** Whether a fix exists. Only a vulnerability can be unfixed; everything else is in the author's own hands. */
export function isFixable(finding: Finding): boolean {
  return finding.kind !== "vulnerability" || finding.fixedVersions.length > 0;
}

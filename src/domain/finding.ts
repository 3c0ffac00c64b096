import type { ReadOf } from "./report/fields.ts";
import type { layer, opinion, owner, seenFinding } from "./report/finding-schema.ts";
import type { Severity } from "./severity.ts";

export type FindingKind = Finding["kind"];

const KINDS: Readonly<Record<string, FindingKind>> = {
  vuln: "vulnerability",
  misconfig: "misconfiguration",
  secret: "secret",
  license: "license",
};

/** The kinds of findings that these scanners look for; vulnerabilities by default. */
export function kindsOf(scanners: readonly string[] = ["vuln"]): ReadonlySet<FindingKind> {
  return new Set(scanners.flatMap((name) => KINDS[name] ?? []));
}

/** The ecosystems whose rules for names and versions are known. */
export const ECOSYSTEMS = [
  "alpine",
  "cargo",
  "debian",
  "go",
  "hex",
  "julia",
  "maven",
  "npm",
  "nuget",
  "pub",
  "pypi",
  "rpm",
  "swift",
] as const;
export type Ecosystem = (typeof ECOSYSTEMS)[number];

/** The type of a package whose kind the scanner does not report. Such a package has no package URL either. */
export const UNSPECIFIED_TYPE = "unknown";

/** The package that a finding is about. */
export interface FindingPackage extends NonNullable<ReadOf<typeof seenFinding>["package"]> {
  /** Absent if its name equals {@link type}, or if no rule knows the ecosystem. */
  readonly ecosystem?: Ecosystem | undefined;
}

/** The name of a package's ecosystem, or the scanner's own term if no rule knows it. */
export function ecosystemOf({ ecosystem, type }: Pick<FindingPackage, "ecosystem" | "type">): string {
  return ecosystem ?? type;
}

/** The layer that added a file. */
export type Layer = ReadOf<typeof layer>;

/** The package that ships the file with the finding, such as Python's `sparkly` for a jar in its folder. */
export type Owner = ReadOf<typeof owner>;

/** The opinion of one of several scanners on a finding. */
export type Opinion = ReadOf<typeof opinion>;

/** One advisory on one package in one place of one target. */
export interface Finding extends ReadOf<typeof seenFinding> {
  readonly package?: FindingPackage | undefined;
  /** The advisory's own explanation, shortened. Present only if a requested report shows it. Untrusted. */
  readonly description?: string | undefined;
  /** When the advisory became public, as the scanner reported it (ISO 8601). Absent: unknown. */
  readonly publishedAt?: string | undefined;
  /** Only a product's name (CPE) connects the advisory to the package, which is weak evidence. */
  readonly byName?: true | undefined;
  /** An application's package that a package of the distribution installed. */
  readonly bySystem?: true | undefined;
  /** The severity that the run's own scanners report, if a given report raised it. */
  readonly raisedFrom?: Severity | undefined;
}

/** A vulnerability in a package. */
export type PackageFinding = Finding & { readonly package: FindingPackage };

export function isOnPackage(finding: Finding): finding is PackageFinding {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

/** True if a fix exists. Only a vulnerability can lack a fix: the image's author can fix all other findings. */
export function isFixable(finding: Finding): boolean {
  return finding.kind !== "vulnerability" || finding.fixedVersions.length > 0;
}

/** Splits `6.0.3.1, 5.2.4.3`: one version for each branch that has a fix. */
export function fixedVersionsIn(text = ""): string[] {
  return text
    .split(",")
    .map((version) => version.trim())
    .filter((version) => version !== "");
}

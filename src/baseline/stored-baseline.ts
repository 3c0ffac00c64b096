import type { BaselineSource } from "../domain/change/comparison.ts";
import type { Finding, FindingKind } from "../domain/finding.ts";
import type { Artifact, InstalledPackage, ScanResult, Target } from "../domain/target.ts";

/** A baseline as it was found, not yet matched with the database of this run. */
export interface StoredBaseline {
  readonly source: BaselineSource;
  /** Names of the image, with or without tag; empty: it does not say. */
  readonly names: readonly string[];
  /** `linux/amd64`; undefined: it does not say. */
  readonly platform?: string | undefined;
  /** What is matched: its packages, a CycloneDX document, or an image that is scanned. */
  readonly contents:
    | { readonly packages: readonly InstalledPackage[]; readonly os: Artifact["os"] }
    | { readonly sbom: Buffer }
    | { readonly reference: string };
  /** Its findings at its own time. */
  readonly earlier?: readonly Finding[] | undefined;
  /** Of these, what its run did not let in for good; undefined: it does not say what became of them. */
  readonly unsettled?: ReadonlySet<Finding> | undefined;
  /** Nobody looked at its system's packages then. */
  readonly blind?: boolean | undefined;
  /** What it was searched for, as far as a match with a later database does not tell it. */
  readonly kinds: ReadonlySet<FindingKind>;
  readonly withoutPaths?: boolean | undefined;
}

/** A target that has been scanned. */
export interface ScannedTarget {
  readonly target: Target;
  readonly scan: ScanResult;
}

const KINDS: Readonly<Record<string, FindingKind>> = {
  vuln: "vulnerability",
  misconfig: "misconfiguration",
  secret: "secret",
  license: "license",
};

/** What a scan with these scanners looks for; where it does not tell: vulnerabilities. */
export function kindsOf(scanners: readonly string[] = ["vuln"]): ReadonlySet<FindingKind> {
  return new Set(scanners.flatMap((name) => KINDS[name] ?? []));
}

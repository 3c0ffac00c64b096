import type { LicenseChanges } from "../../domain/change/license-changes.ts";
import type { PackageChanges } from "../../domain/change/package-changes.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Severity } from "../../domain/severity.ts";

/** A finding that both sides have, and what is different about it. */
export interface ChangedFinding {
  readonly finding: Finding;
  readonly severity?: { readonly from: Severity; readonly to: Severity } | undefined;
  readonly fix?: "available" | "withdrawn" | undefined;
}

/** One target that both documents have. */
export interface ComparedPair {
  readonly old: string;
  readonly new: string;
  /** The documents name packages each in its own way: places were not compared. */
  readonly withoutPaths?: boolean | undefined;
  /** Absent: one of the documents does not list packages. */
  readonly packages?: PackageChanges | undefined;
  /** Absent: no SBOMs that one program made. Two programs read licences out of the same files differently. */
  readonly licenses?: LicenseChanges | undefined;
  /** Absent: one of the documents has no findings, as an SBOM. */
  readonly findings?:
    | {
        readonly counts: { readonly new: number; readonly fixed: number; readonly unchanged: number };
        readonly new: readonly Finding[];
        readonly fixed: readonly Finding[];
        readonly changed: readonly ChangedFinding[];
      }
    | undefined;
}

interface Named {
  readonly file: string;
  /** `report of Grype`. */
  readonly kind: string;
  /** Targets of it that could not be judged. */
  readonly unjudged: readonly string[];
}

export interface ComparedDocuments {
  readonly old: Named;
  readonly new: Named;
  readonly targets: readonly ComparedPair[];
  /** Labels of targets that only one of the documents has. */
  readonly lost: readonly string[];
  readonly gained: readonly string[];
}

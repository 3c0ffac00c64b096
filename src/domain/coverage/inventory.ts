/**
 * What the gate itself found in an image's layers that could have vulnerabilities. The layers are resolved: what a
 * later layer removes or replaces is not in it. All names, versions and paths are untrusted; paths have no leading
 * slash.
 */
export interface Inventory {
  readonly entries: readonly InventoryEntry[];
  /**
   * Files that change by which advisories a scanner matches packages. Of all layers: a scanner takes them from a layer,
   * and does not forget them when a later one removes the file.
   */
  readonly marks: readonly SystemMark[];
  /** Number of further entries beyond the bound. They are not known, so that they count as a gap. */
  readonly more: number;
}

/**
 * What an entry is, as the end of a sentence about it. `dpkg`, `apk`, `rpm`: a system's list of packages. `lock-file`:
 * lists packages that need not be installed. All others: one package's own file, a jar or a program. `packed-program`:
 * it is unknown what it was built from. `maven`: a Java package whose archive was unpacked. `other-manager`: a package,
 * or the list, of a package manager that scanners have no advisories for.
 */
export const INVENTORY_KINDS = {
  dpkg: "lists packages",
  apk: "lists packages",
  rpm: "lists packages",
  python: "describes a Python package",
  node: "describes a Node.js package",
  ruby: "describes a gem",
  php: "lists PHP packages",
  dotnet: "lists .NET packages",
  go: "is a Go program",
  rust: "is a Rust program",
  "packed-program": "is a program",
  jar: "is a Java archive",
  maven: "describes a Java package",
  conda: "describes a conda package",
  julia: "lists Julia packages",
  "lock-file": "lists packages",
  sbom: "is an SBOM",
  "other-manager": "is a package",
} as const;
export type InventoryKind = keyof typeof INVENTORY_KINDS;

export interface InventoryEntry {
  readonly kind: InventoryKind;
  /** The list, or the package's own file. For a link, the name under which the file system has it. */
  readonly path: string;
  /** Number of the layer that brings it, from 1. */
  readonly layer: number;
  /** What it names, as it is installed. Absent: only a scanner can identify it (jars, programs). */
  readonly packages?: readonly InventoryPackage[] | undefined;
  /** The path is a link (hard or symbolic) whose content has this path. */
  readonly linkTo?: string | undefined;
  /** The package of the system that owns the file, by the system's own lists. */
  readonly owner?: string | undefined;
  /** Why its content is not known: a clause. */
  readonly unread?: string | undefined;
  /** The file that has it, if it is within an archive or a program. {@link path} then goes on within that. */
  readonly archive?: string | undefined;
  /** Of `other-manager`: what it is called, such as `Nix`. */
  readonly manager?: string | undefined;
  /** Its content says what it is, and its name does not: a scanner needs a hint. */
  readonly isRenamed?: boolean | undefined;
  /** Engines and scanners differ in whether it is there, or under which name: what a scanner lists proves nothing. */
  readonly isDisputed?: boolean | undefined;
}

export interface InventoryPackage {
  readonly name: string;
  /** As the file writes it; of an RPM with epoch and release: `1:2.3-4.el9`. */
  readonly version: string;
  /** Of a system's package. */
  readonly source?: string | undefined;
  /** dpkg's `Maintainer`, RPM's `Vendor`. */
  readonly maintainer?: string | undefined;
}

/** A file, or a system's list with a package, by which a scanner takes other advisories than the system's own. */
export interface SystemMark {
  readonly path: string;
  readonly layer: number;
  /** `rapidfort`, `redhat-content-sets`, `root.io`, `seal`, `ubuntu-pro`. */
  readonly vendor: string;
}

/**
 * The items in an image's layers that could have vulnerabilities, as the gate itself found them. The layers are
 * resolved: a file that a later layer removes or replaces is not included. All names, versions and paths are untrusted;
 * paths have no leading slash.
 */
export interface Inventory {
  readonly entries: readonly InventoryEntry[];
  /**
   * Files that change which advisories a scanner uses for packages. From all layers: a scanner reads them in a layer,
   * and remembers them even if a later layer removes the file.
   */
  readonly marks: readonly SystemMark[];
  /** Number of further entries beyond the limit. They are unknown, so they count as a gap. */
  readonly more: number;
}

/**
 * The kinds of entries, with the end of a sentence about each. `dpkg`, `apk`, `rpm`: a system's list of packages.
 * `lock-file`: lists packages that need not be installed. All others: one package's own file, a jar or a program.
 * `packed-program`: its sources are unknown. `maven`: a Java package whose archive was unpacked. `other-manager`: a
 * package, or the list, of a package manager that scanners have no advisories for.
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
  /** The list, or the package's own file. For a link, its name in the file system. */
  readonly path: string;
  /** Number of the layer that adds it, from 1. */
  readonly layer: number;
  /** The packages in it, as installed. Absent: only a scanner can identify it (jars, programs). */
  readonly packages?: readonly InventoryPackage[] | undefined;
  /** The path is a link (hard or symbolic) to the content at this path. */
  readonly linkTo?: string | undefined;
  /** The system's package that owns the file, according to the system's lists. */
  readonly owner?: string | undefined;
  /** Why its content is unknown: a clause. */
  readonly unread?: string | undefined;
  /** The archive or program that contains it. The rest of {@link path} is then relative to that file. */
  readonly archive?: string | undefined;
  /** For `other-manager`: the manager's name, such as `Nix`. */
  readonly manager?: string | undefined;
  /** Its content shows its kind, but its name does not. A scanner needs a hint. */
  readonly isRenamed?: boolean | undefined;
  /** Engines and scanners differ in its presence or its name, so an entry in the scanner's list proves nothing. */
  readonly isDisputed?: boolean | undefined;
}

export interface InventoryPackage {
  readonly name: string;
  /** As in the file. For an RPM, with epoch and release: `1:2.3-4.el9`. */
  readonly version: string;
  /** For a system's package. */
  readonly source?: string | undefined;
  /** dpkg's `Maintainer`, RPM's `Vendor`. */
  readonly maintainer?: string | undefined;
}

/** A file, or a package in a system's list, that makes a scanner use other advisories than the system's own. */
export interface SystemMark {
  readonly path: string;
  readonly layer: number;
  /** `rapidfort`, `redhat-content-sets`, `root.io`, `seal`, `ubuntu-pro`. */
  readonly vendor: string;
}

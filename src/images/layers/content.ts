import type { InventoryKind, InventoryPackage } from "../../domain/coverage/inventory.ts";

/** The changes of one layer to the file system that an inventory needs. It can be sent between threads. */
export interface LayerContent {
  /** Files with packages, or whose content could be packages under another name. */
  readonly files: readonly LayerFile[];
  readonly symlinks: readonly LayerLink[];
  /** Hard links whose target is not in this layer: engines look for it in the layers below. */
  readonly hardLinks: readonly LayerLink[];
  /** All other regular files, as one text: each path ends in a NUL. */
  readonly plain: string;
  readonly pipes: readonly string[];
  /** Folders, in the same form. */
  readonly folders: string;
  /** Paths that are removed from the layers below. */
  readonly whiteouts: readonly string[];
  /** Folders whose contents in the layers below are removed. Empty: the root. */
  readonly opaque: readonly string[];
  /**
   * Paths that only some engines and scanners take for removed, with everything in them: the layer puts something back,
   * or a folder above is its link. Devices, too. Empty: the root.
   */
  readonly disputed: readonly string[];
}

export interface LayerFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The kind of the content, whatever the file's name. */
  readonly found: readonly Found[];
  /** Files that packages own, by this system's list. */
  readonly owned?: readonly OwnedFiles[] | undefined;
  /** True if it changes the advisories that a scanner uses, provided that it is where a scanner looks for it. */
  readonly isMark?: boolean | undefined;
  /** Number of the member that brings the content. Hard links have the same as the file. */
  readonly content: number;
  /** Programs may see another content, since it is a hard link through a link. */
  readonly isDisputed?: boolean | undefined;
  /** Path in the layer of the file that this hard link shares its content with. */
  readonly linkTo?: string | undefined;
  /** Of a link: where the content begins in the layer's tar. Absent: it is not stored in one piece. */
  readonly offset?: number | undefined;
}

export interface LayerLink {
  readonly path: string;
  /** Of a symbolic link: as written. Of a hard link: a clean path. */
  readonly target: string;
}

export interface Found {
  readonly kind: InventoryKind;
  /** Absent: only a scanner can identify them. Empty: it names none. */
  readonly packages?: readonly InventoryPackage[] | undefined;
  /** Why its packages are not known: a clause. */
  readonly unread?: string | undefined;
  /** Recognised by its content, whatever its name. */
  readonly isRenamed?: boolean | undefined;
  /** Its name within the file that contains it. */
  readonly within?: string | undefined;
}

export interface OwnedFiles {
  /** A package's name. */
  readonly owner: string;
  /** Paths, with or without a slash at their start, one a line. */
  readonly files: string;
}

/** A file of the file system that all layers make. */
export interface ResolvedFile extends LayerFile {
  /** Number of its layer, from 1. */
  readonly layer: number;
}

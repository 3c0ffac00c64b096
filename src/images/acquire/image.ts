import type { Inventory } from "../../domain/coverage/inventory.ts";
import type { ImageIndex } from "../../domain/target.ts";
import type { TableClaims } from "../oci/layer-kinds.ts";

/** A layer that a source offers, not yet read. */
export interface LayerSource {
  /** As it is stored (`sha256:…`). Absent: the source does not say. */
  readonly digest?: string | undefined;
  /** Bytes as they are stored. Absent: the source does not say. */
  readonly size?: number | undefined;
  /** What its descriptor says of tables of contents in it. Absent: nothing. */
  readonly tables?: TableClaims | undefined;
  /**
   * Where its bytes are, or how to fetch them into a file that does not exist yet. Nothing has held them to the digest.
   */
  readonly bytes:
    | { readonly file: string; readonly offset?: number | undefined; readonly length?: number | undefined }
    | { readonly fetch: (file: string, signal: AbortSignal, onBytes: (count: number) => void) => Promise<void> };
}

/** An image that a source offers: its documents are read and held to their digests, its layers are not yet read. */
export interface FoundImage {
  /** The bytes of its configuration. Their digest is the image's id. */
  readonly config: Buffer;
  /** First layer first. */
  readonly layers: readonly LayerSource[];
  /** Digest of its manifest, in its registry or layout. Absent: it has none, or an unconfirmed claim. */
  readonly digest?: string | undefined;
  /** Why {@link digest} is not known, for an image that has one somewhere. A clause. */
  readonly digestUnknown?: string | undefined;
  /** The index that lists it. */
  readonly index?: ImageIndex | undefined;
  /** Of the manifest, of its entry in the index, and of the index, in this order. Untrusted. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
  /** The names that it has at its source. Untrusted. */
  readonly repoTags: readonly string[];
  /** `name@sha256:…`, as its source names it. Untrusted if the source is an engine. */
  readonly repoDigests: readonly string[];
  /** Where it was found: `remote`, `docker`, `podman`, `containerd`, or a file. */
  readonly place: Place;
  /** What a reader should know about the source, as sentences. */
  readonly notes: readonly string[];
  /** Whether the source was changed since it was opened. Absent: it cannot be. */
  readonly hasChanged?: (() => boolean) | undefined;
}

export type Place = "remote" | "docker" | "podman" | "containerd" | "archive" | "layout";

/** A layer that was read and held to its digests. */
export interface AcquiredLayer {
  /** As its source stores it (`sha256:…`). */
  readonly digest: string;
  /** Digest of its unpacked content. */
  readonly diffId: string;
  /** Bytes as its source stores it. */
  readonly size: number;
}

/** An image on this machine's disk, held to its digests. */
export interface AcquiredImage extends Omit<FoundImage, "config" | "layers" | "hasChanged"> {
  /** Absolute path of an OCI layout with this image alone, whose layers are unpacked. Private to this run. */
  readonly folder: string;
  /** Digest of its configuration. */
  readonly imageId: string;
  /** `linux/amd64`, `linux/arm/v7`, from its configuration. */
  readonly platform?: string | undefined;
  /** First layer first. */
  readonly layers: readonly AcquiredLayer[];
  /** What its layers have, resolved as an engine sees them. */
  readonly inventory: Inventory;
  /** Its files may be removed from now on. */
  release(): void;
}

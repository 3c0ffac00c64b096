import type { ImageIndex } from "../domain/target.ts";
import type { Descriptor } from "./oci/documents.ts";
import type { TableClaims } from "./oci/layer-kinds.ts";

/** A place that has the bytes of images. It only reads: `resolve.ts` interprets them. */
export interface Source {
  /** The selected image, or an index of several. A file may have several. */
  top(): Promise<readonly Descriptor[]>;
  /**
   * A document, not yet checked against its digest.
   * @returns undefined if it is not there: a copy of an index need not have every platform
   */
  bytes(of: Descriptor, what: "manifest" | "configuration"): Promise<Buffer | undefined>;
  layer(of: Descriptor): LayerSource;
  /** The platform to take if the user names none and there are several. Absent: then it is ambiguous. */
  readonly usualPlatform?: string | undefined;
}

/** A layer that a source offers, not yet read. */
export interface LayerSource {
  /** As it is stored (`sha256:…`). Absent: the source does not say. */
  readonly digest?: string | undefined;
  /** Bytes as they are stored. Absent: the source does not say. */
  readonly size?: number | undefined;
  /** Its descriptor's claims about tables of contents in it. Absent: none. */
  readonly tables?: TableClaims | undefined;
  /**
   * A file with its bytes, or a way to fetch them into a new file. They are not yet checked against the digest.
   */
  readonly bytes:
    | { readonly file: string; readonly offset?: number | undefined; readonly length?: number | undefined }
    | { readonly fetch: (file: string, signal: AbortSignal, onBytes: (count: number) => void) => Promise<void> };
}

/** An image whose documents are read and checked against their digests. Its layers are not yet read. */
export interface ResolvedImage {
  /** The bytes of its configuration. Their digest is the image's id. */
  readonly config: Buffer;
  /** First layer first. */
  readonly layers: readonly LayerSource[];
  /** Digests of the documents that lead to it; the last is its manifest. None: its source has only the parts. */
  readonly documents: readonly string[];
  /** Digest of its manifest, in its registry or layout. Absent: there is none, or it is an unconfirmed claim. */
  readonly digest?: string | undefined;
  /** The index that lists it. */
  readonly index?: ImageIndex | undefined;
  /** Of the manifest, of its entry in the index, and of the index, in this order. Untrusted. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
  /** The tag that a file gives it. Untrusted. */
  readonly tag?: string | undefined;
  /** Facts about the source for the reader, as sentences. */
  readonly notes: readonly string[];
}

export type Place = "remote" | "docker" | "podman" | "containerd" | "archive" | "layout";

/** The place of an image, in words. */
export const PLACES: Readonly<Record<Place, string>> = {
  docker: "the local Docker",
  containerd: "the local containerd",
  podman: "the local Podman",
  remote: "the registry",
  archive: "a `docker save` tar",
  layout: "an OCI layout folder",
};

/** An image that was found. */
export interface FoundImage extends Omit<ResolvedImage, "documents" | "tag"> {
  /** Why {@link digest} is not known, for an image that has one somewhere. A clause. */
  readonly digestUnknown?: string | undefined;
  /** The names that it has at its source. Untrusted. */
  readonly repoTags: readonly string[];
  /** `name@sha256:…`, as its source names it. Untrusted if the source is an engine. */
  readonly repoDigests: readonly string[];
  readonly place: Place;
  /** True if the source was changed since it was opened. Absent: such a source cannot change. */
  readonly hasChanged?: (() => boolean) | undefined;
}

import { quoted } from "../../system/tar/problem.ts";
import { ImageFault } from "../fault.ts";
import type { Descriptor } from "./documents.ts";

type Layer = Pick<Descriptor, "mediaType" | "annotations">;

/** Claims of a layer's descriptor about tables of contents in the layer. Engines use them and the layer's footer. */
export interface TableClaims {
  /** Digests of tables of eStargz as JSON. */
  readonly stargz: readonly string[];
  /** Digests of tables of zstd:chunked as they are packed, in both spellings that Podman has read. */
  readonly chunked: readonly string[];
  /** Their positions. */
  readonly positions: readonly string[];
}

export const NO_CLAIMS: TableClaims = { stargz: [], chunked: [], positions: [] };

/** `containerd.io/snapshot/stargz` by stargz-snapshotter's docs/estargz.md, the others by `pkg/chunked` of Podman. */
const STARGZ = "containerd.io/snapshot/stargz/toc.digest";
const CHUNKED = ["io.github.containers.zstd-chunked", "io.containers.zstd-chunked"] as const;

/** Undefined: the descriptor claims no table. */
export function tableClaims({ annotations }: Pick<Layer, "annotations">): TableClaims | undefined {
  const own = (name: string): string[] => (Object.hasOwn(annotations, name) ? [annotations[name] as string] : []);
  const stargz = own(STARGZ);
  const chunked = CHUNKED.flatMap((name) => own(`${name}.manifest-checksum`));
  const positions = CHUNKED.flatMap((name) => own(`${name}.manifest-position`));
  return [stargz, chunked, positions].some((each) => each.length > 0) ? { stargz, chunked, positions } : undefined;
}

/** Layers that are tars. Absent: the source does not say, as in a docker save tar. */
const TAR =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1|docker\.image\.rootfs(?:\.foreign)?\.diff)\.tar(?:[.+](?:gzip|zstd))?$/;

/**
 * Annotations that containerd passes to its snapshotter (`FilterInheritedLabels`), other than the digest of a table.
 * They make a layer the image of a file system (Nydus, overlaybd), or name another image's layer in its place
 * (`containerd.io/snapshot/remote/stargz.reference`), whatever its media type is.
 */
const TO_SNAPSHOTTERS = /^containerd\.io\/snapshot[/.](?!stargz\/toc\.digest$)/;

/**
 * Refuses layers that an engine does not unpack as a tar. The same bytes can be a tar and an image of EROFS, whose
 * first 1024 bytes are free: the descriptor decides how an engine reads them.
 * @throws ImageFault `compression-unknown`
 */
export function requireTarLayers(layers: readonly Layer[]): void {
  for (const { mediaType, annotations } of layers) {
    if (mediaType !== undefined && !TAR.test(mediaType))
      throw new ImageFault("compression-unknown", `a layer's media type is ${quoted(mediaType)}`);
    const name = Object.keys(annotations).find((each) => TO_SNAPSHOTTERS.test(each));
    if (name !== undefined)
      throw new ImageFault("compression-unknown", `a layer tells engines by ${quoted(name)} where its files are`);
  }
}

/** The annotation that names tables of a manifest's layers (`soci/soci_index.go` in awslabs/soci-snapshotter). */
const SOCI = "com.amazon.soci.index-digest";

/**
 * A note about an image that has tables in its own artifact, which is not read. Honest builders write such artifacts,
 * too, so this is not a gap.
 * @param annotations of the manifest and of what lists it
 */
export function sociNotes(annotations: readonly Readonly<Record<string, string>>[]): string[] {
  if (!annotations.some((each) => Object.hasOwn(each, SOCI))) return [];
  return [
    "The image names a SOCI index, which was not compared with the judged layers: SOCI's snapshotter may see other files.",
  ];
}

import { quoted } from "../../system/tar/problem.ts";
import { ImageProblem } from "../file/bytes.ts";
import type { Descriptor } from "./documents.ts";

type Layer = Pick<Descriptor, "mediaType" | "annotations">;

/** What a layer's descriptor says of tables of contents in the layer. Engines go by it and by the layer's footer. */
export interface TableClaims {
  /** It has the annotation of eStargz. */
  readonly isStargz: boolean;
  /** Where tables of zstd:chunked are: values of the annotation, in both spellings that Podman has read. */
  readonly positions: readonly string[];
}

export const NO_CLAIMS: TableClaims = { isStargz: false, positions: [] };

/** `containerd.io/snapshot/stargz` by stargz-snapshotter's docs/estargz.md, the others by `pkg/chunked` of Podman. */
const STARGZ = "containerd.io/snapshot/stargz/toc.digest";
const POSITIONS = [
  "io.github.containers.zstd-chunked.manifest-position",
  "io.containers.zstd-chunked.manifest-position",
] as const;

/** Undefined: the descriptor claims no table. */
export function tableClaims({ annotations }: Pick<Layer, "annotations">): TableClaims | undefined {
  const own = (name: string) => (Object.hasOwn(annotations, name) ? (annotations[name] as string) : undefined);
  const positions = POSITIONS.flatMap((name) => own(name) || []);
  const isStargz = own(STARGZ) !== undefined;
  return isStargz || positions.length > 0 ? { isStargz, positions } : undefined;
}

/** Layers that are tars. Absent: nothing is said, as in a docker save tar. */
const TAR =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1|docker\.image\.rootfs(?:\.foreign)?\.diff)\.tar(?:[.+](?:gzip|zstd))?$/;

/** Annotations by which a snapshotter takes a layer for a file system's image, whatever its media type is. */
const FILE_SYSTEMS = /^containerd\.io\/snapshot\/(?:nydus-|overlaybd[/.])/;

/**
 * Refuses layers that an engine does not unpack as a tar. The same bytes can be a tar and an image of EROFS, whose
 * first 1024 bytes are free: what an engine takes them for, the descriptor says.
 * @throws ImageProblem `unknown-compression`
 */
export function requireTarLayers(layers: readonly Layer[]): void {
  for (const { mediaType, annotations } of layers) {
    if (mediaType !== undefined && !TAR.test(mediaType))
      throw new ImageProblem("unknown-compression", `a layer's media type is ${quoted(mediaType)}`);
    const name = Object.keys(annotations).find((each) => FILE_SYSTEMS.test(each));
    if (name !== undefined)
      throw new ImageProblem("unknown-compression", `engines take a layer for a file system by ${quoted(name)}`);
  }
}

/** By which a manifest names tables of its layers (`soci/soci_index.go` in awslabs/soci-snapshotter). */
const SOCI = "com.amazon.soci.index-digest";

/**
 * What a reader should know of an image that has tables in an artifact of its own, which is not read. Honest builders
 * write such as well, so this is not a gap.
 * @param annotations of the manifest and of what lists it
 */
export function sociNotes(annotations: readonly Readonly<Record<string, string>>[]): string[] {
  if (!annotations.some((each) => Object.hasOwn(each, SOCI))) return [];
  return [
    "The image names a SOCI index, which was not compared with what was judged: SOCI's snapshotter may see other files.",
  ];
}

import type { Descriptor } from "./documents.ts";

/**
 * Annotations of a layer's descriptor that hold an engine to the layer's own table of contents
 * (https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md; `toc` in containers/storage).
 */
const TABLES = ["containerd.io/snapshot/stargz/toc.digest", "io.github.containers.zstd-chunked.manifest-checksum"];

/**
 * What a reader should know of an image that engines can pull lazily. They make its files from the table, which can
 * list others than the tar that was judged. Honest builders write such tables as well, so this is not a gap.
 */
export function lazyPullingNotes(layers: readonly Pick<Descriptor, "annotations">[]): string[] {
  const count = layers.filter(({ annotations }) => TABLES.some((name) => Object.hasOwn(annotations, name))).length;
  if (count === 0) return [];
  const [subject, verb] = count === 1 ? ["1 layer has a table", "was"] : [`${count} layers have tables`, "were"];
  return [
    `${subject} of contents (eStargz, zstd:chunked), which ${verb} not compared with what was judged: an engine that pulls lazily may see other files.`,
  ];
}

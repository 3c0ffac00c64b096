import { inconsistent } from "../file/bytes.ts";
import type { SavedFile, SavedFiles } from "../file/saved-files.ts";
import type { LayerReader } from "../layers/pool.ts";
import {
  type Descriptor,
  type ImageConfigDocument,
  type ImagePlatform,
  readConfig,
  readIndex,
  readManifest,
} from "../oci/documents.ts";
import { requireTarLayers, tableClaims } from "../oci/layer-kinds.ts";
import { chainsBelow, leafOf } from "../oci/nested.ts";
import type { LayerSource } from "./image.ts";

/** A tar of an image, and how to read it. */
interface SavedImage {
  readonly files: SavedFiles;
  /** Absolute path of the uncompressed tar. */
  readonly file: string;
  /** The layers that its manifest.json names. */
  readonly sources: readonly LayerSource[];
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
}

interface Leaf {
  readonly entry: Descriptor;
  readonly manifest: SavedFile;
}

/**
 * Newer `docker save` and buildx write an OCI index beside the manifest.json that the scanner reads. Engines use one or
 * the other, so the index must lead to the same image. It may list others for other platforms, which are not judged.
 * @returns notes for the user
 * @throws ImageProblem
 */
export async function requireSameImage(image: SavedImage, judged: ImageConfigDocument): Promise<string[]> {
  const { files } = image;
  const index = files.get("index.json");
  if (index === undefined) return [];
  if ("kind" in index || index.text === undefined) throw inconsistent("its index.json is no plain JSON file");
  const others = new Set<string>();
  let isThere = false;
  for (const { entry, manifest } of leavesOf(files, readIndex(index.text, { what: "its index.json" }).manifests)) {
    const { mediaType } = entry;
    const { config, layers } = readManifest(textOf(manifest), { mediaType, what: "a manifest in it" });
    if (config.digest === judged.imageId) {
      await requireLayers(image, layers, judged);
      isThere = true;
    } else {
      const platform = platformOfOther(files, entry, config, judged);
      if (platform !== undefined) others.add(platform);
    }
  }
  if (!isThere) throw inconsistent("its manifest.json and its index.json mean different images");
  if (others.size === 0) return [];
  return [
    `The file holds this image for other platforms too, which were not judged: ${[...others].sort().join(", ")}.`,
  ];
}

/** A layer in a tar. A blob's name is held to its content when it is read. */
export function sourceOf(file: string, at: SavedFile & { readonly blob?: string | undefined }): LayerSource {
  return { digest: at.blob, bytes: { file, offset: at.offset, length: at.size } };
}

/** The images that are complete enough to be loaded. Not every platform of an index need have been copied. */
function leavesOf(files: SavedFiles, entries: readonly Descriptor[]): Leaf[] {
  const read = (entry: Descriptor): Buffer | undefined => {
    const blob = blobOf(files, entry);
    return blob && textOf(blob);
  };
  return chainsBelow(entries, read)
    .map(leafOf)
    .flatMap((entry) => {
      const manifest = blobOf(files, entry);
      return manifest === undefined ? [] : [{ entry, manifest }];
    });
}

/** A document was held to its blob's name when the tar was read. */
function textOf({ text }: SavedFile): Buffer {
  if (text === undefined) throw inconsistent("a document in it is no JSON, or too large");
  return text;
}

function blobOf(files: SavedFiles, { digest }: Descriptor): (SavedFile & { blob: string }) | undefined {
  const entry = files.get(`blobs/${digest.replace(":", "/")}`);
  if (entry !== undefined && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
  return entry && { ...entry, blob: digest };
}

/** What the index leads to must be the same layers: the same bytes in the tar, or others that unpack to the same. */
async function requireLayers(
  image: SavedImage,
  layers: readonly Descriptor[],
  judged: ImageConfigDocument,
): Promise<void> {
  const { files, file, sources, reader, signal } = image;
  if (layers.length !== judged.diffIds.length)
    throw inconsistent(`it has ${layers.length} layers, and its configuration lists ${judged.diffIds.length}`);
  requireTarLayers(layers);
  for (const [at, layer] of layers.entries()) {
    const blob = blobOf(files, layer);
    if (blob === undefined) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
    const source = sources[at]?.bytes;
    const tables = tableClaims(layer);
    const isSame = source !== undefined && "file" in source && source.offset === blob.offset;
    if (isSame && tables === undefined) continue;
    const { bytes } = sourceOf(file, blob);
    if (!("file" in bytes)) throw new TypeError("a blob of a tar is in its file");
    const { digest, diffId } = await reader.read({ ...bytes, tables }, signal);
    if (layer.digest !== digest) throw inconsistent(`its blob ${layer.digest} is ${digest}`);
    if (diffId !== judged.diffIds[at])
      throw inconsistent(
        `its layer ${at + 1} is ${diffId}, and its configuration says ${String(judged.diffIds[at]).slice(0, 80)}`,
      );
  }
}

/**
 * @returns undefined if there is no configuration, since such an image cannot be loaded
 * @throws ImageProblem if it is, or may be, another image for the platform of the judged one
 */
function platformOfOther(files: SavedFiles, entry: Descriptor, config: Descriptor, judged: ImageConfigDocument) {
  const blob = blobOf(files, config);
  if (blob === undefined) return undefined;
  const own = processorOf(readConfig(textOf(blob), "a configuration in it").platform);
  const listed = entry.platform === undefined ? own : processorOf(entry.platform);
  const ofJudged = processorOf(judged.platform);
  const isOther = own !== undefined && own !== ofJudged && listed !== ofJudged;
  if (isOther && ofJudged !== undefined) return shownPlatform(own);
  throw inconsistent("its manifest.json and its index.json mean different images");
}

/** On arm, variants are different processors. On others they are newer versions of the same one. */
function processorOf(platform: ImagePlatform | undefined): string | undefined {
  if (platform === undefined) return undefined;
  const { os, architecture, variant } = platform;
  const whole = `${os}/${architecture}`;
  return architecture === "arm" && variant !== undefined ? `${whole}/${variant}` : whole;
}

function shownPlatform(name: string): string {
  return /^[\w./-]{1,60}$/.test(name) ? name : "an unknown one";
}

import { inconsistent } from "../file/bytes.ts";
import {
  type ConfigFacts,
  configFacts,
  type Descriptor,
  descriptorsOf,
  isAttestation,
  isIndex,
  manifestOf,
  platformOf,
  requireDigest,
} from "../file/documents.ts";
import type { LayerReader } from "../layers/pool.ts";
import { sourceOf } from "./from-archive.ts";
import type { LayerSource } from "./image.ts";
import type { SavedFile, SavedFiles } from "./saved-files.ts";

/** An index may list indexes. Nobody nests them deeper than this. */
const MAX_DEPTH = 4;

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
 * Newer `docker save` and buildx write an OCI index beside the manifest.json that the scanner reads. Engines use one or the
 * other, so the index must lead to the same image. It may list others for other platforms, which are not judged.
 * @returns notes for the user
 * @throws ImageProblem
 */
export async function requireSameImage(image: SavedImage, judged: ConfigFacts): Promise<string[]> {
  const { files } = image;
  const index = files.get("index.json");
  if (index === undefined) return [];
  if ("kind" in index || index.text === undefined) throw inconsistent("its index.json is no plain JSON file");
  const others = new Set<string>();
  let isThere = false;
  for (const { entry, manifest } of leavesOf(files, descriptorsOf(index.text, "its index.json"), MAX_DEPTH)) {
    const { config, layers } = manifestOf(manifest.text ?? Buffer.alloc(0), "a manifest in it");
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

/** The images that are complete enough to be loaded. Not every platform of an index need have been copied. */
function leavesOf(files: SavedFiles, entries: readonly Descriptor[], depth: number): Leaf[] {
  return entries.flatMap((entry): Leaf[] => {
    const blob = blobOf(files, entry);
    if (blob === undefined || isAttestation(entry)) return [];
    if (blob.digest === undefined) throw inconsistent(`its blob ${entry.digest} is no JSON document`);
    requireDigest(entry.digest, blob.digest);
    if (!isIndex(entry, blob.text)) return [{ entry, manifest: blob }];
    if (depth === 0) throw inconsistent("its index.json is an index of too many indexes");
    return leavesOf(files, descriptorsOf(blob.text ?? Buffer.alloc(0), "an index in it"), depth - 1);
  });
}

function blobOf(files: SavedFiles, { digest }: Descriptor): (SavedFile & { blob: string }) | undefined {
  const entry = files.get(`blobs/sha256/${digest.slice("sha256:".length)}`);
  if (entry !== undefined && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
  return entry && { ...entry, blob: digest };
}

/** What the index leads to must be the same layers: the same bytes in the tar, or others that unpack to the same. */
async function requireLayers(image: SavedImage, layers: readonly Descriptor[], judged: ConfigFacts): Promise<void> {
  const { files, file, sources, reader, signal } = image;
  if (layers.length !== judged.diffIds.length)
    throw inconsistent(`it has ${layers.length} layers, and its configuration lists ${judged.diffIds.length}`);
  for (const [at, layer] of layers.entries()) {
    const blob = blobOf(files, layer);
    if (blob === undefined) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
    const source = sources[at]?.bytes;
    if (source !== undefined && "file" in source && source.offset === blob.offset) continue;
    const { bytes } = sourceOf(file, blob);
    if (!("file" in bytes)) throw new TypeError("a blob of a tar is in its file");
    const { digest, diffId } = await reader.read(bytes, signal);
    requireDigest(layer.digest, digest);
    if (diffId !== judged.diffIds[at])
      throw inconsistent(
        `its layer ${at + 1} is ${diffId}, and its configuration says ${String(judged.diffIds[at]).slice(0, 80)}`,
      );
  }
}

/**
 * @returns undefined if there is no configuration, since nobody can load such an image
 * @throws ImageProblem if it is, or may be, another image for the platform of the judged one
 */
function platformOfOther(files: SavedFiles, entry: Descriptor, config: Descriptor, judged: ConfigFacts) {
  const blob = blobOf(files, config);
  if (blob === undefined) return undefined;
  const own = configFacts(blob.text ?? Buffer.alloc(0), "a configuration in it").platform;
  const listed = entry.platform === undefined ? own : platformOf(entry.platform);
  const isOther = own !== undefined && own !== judged.platform && listed !== judged.platform;
  if (isOther && judged.platform !== undefined) return shownPlatform(own);
  throw inconsistent("its manifest.json and its index.json mean different images");
}

function shownPlatform(name: string): string {
  return /^[\w./-]{1,60}$/.test(name) ? name : "an unknown one";
}

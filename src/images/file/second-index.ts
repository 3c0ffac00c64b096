import { inconsistent } from "./bytes.ts";
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
  requireLayers,
} from "./documents.ts";
import type { SavedFile, SavedFiles } from "./saved-files.ts";

/** An index may list indexes. Nobody nests them deeper than this. */
const MAX_DEPTH = 4;

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
export function requireSameImage(files: SavedFiles, judged: ConfigFacts): string[] {
  const index = files.get("index.json");
  if (index === undefined) return [];
  if ("kind" in index || index.text === undefined) throw inconsistent("its index.json is no plain JSON file");
  const leaves = leavesOf(files, descriptorsOf(index.text, "its index.json"), MAX_DEPTH);
  const others = new Set<string>();
  let isThere = false;
  for (const { entry, manifest } of leaves) {
    const { config, layers } = manifestOf(manifest.text ?? Buffer.alloc(0), "a manifest in it");
    if (config.digest === judged.imageId) {
      requireBlobs(files, layers, judged);
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
    requireDigest(entry.digest, blob.digest);
    if (!isIndex(entry, blob.text)) return [{ entry, manifest: blob }];
    if (depth === 0) throw inconsistent("its index.json is an index of too many indexes");
    return leavesOf(files, descriptorsOf(blob.text ?? Buffer.alloc(0), "an index in it"), depth - 1);
  });
}

function blobOf(files: SavedFiles, { digest }: Descriptor): SavedFile | undefined {
  const entry = files.get(`blobs/sha256/${digest.slice("sha256:".length)}`);
  if (entry !== undefined && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
  return entry;
}

function requireBlobs(files: SavedFiles, layers: readonly Descriptor[], judged: ConfigFacts): void {
  const unpacked = layers.map((layer) => {
    const blob = blobOf(files, layer);
    if (blob === undefined) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
    return blob.unpacked;
  });
  requireLayers(unpacked, judged.diffIds);
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

import {
  type Descriptor,
  type ImageConfigDocument,
  type ImagePlatform,
  readConfig,
  readIndex,
  readManifest,
} from "../oci/documents.ts";
import { chainsBelow, leafOf } from "../oci/nested.ts";
import { inconsistent } from "./bytes.ts";
import { requireDigest, requireLayers } from "./documents.ts";
import type { SavedFile, SavedFiles } from "./saved-files.ts";

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
export function requireSameImage(files: SavedFiles, judged: ImageConfigDocument): string[] {
  const index = files.get("index.json");
  if (index === undefined) return [];
  if ("kind" in index || index.text === undefined) throw inconsistent("its index.json is no plain JSON file");
  const leaves = leavesOf(files, readIndex(index.text, { what: "its index.json" }).manifests);
  const others = new Set<string>();
  let isThere = false;
  for (const { entry, manifest } of leaves) {
    const { mediaType } = entry;
    const { config, layers } = readManifest(textOf(manifest), { mediaType, what: "a manifest in it" });
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
function leavesOf(files: SavedFiles, entries: readonly Descriptor[]): Leaf[] {
  const named = (entry: Descriptor): SavedFile | undefined => {
    const blob = blobOf(files, entry);
    if (blob !== undefined) requireDigest(entry.digest, blob.digest);
    return blob;
  };
  const read = (entry: Descriptor): Buffer | undefined => {
    const blob = named(entry);
    return blob && textOf(blob);
  };
  return chainsBelow(entries, read)
    .map(leafOf)
    .flatMap((entry) => {
      const manifest = named(entry);
      return manifest === undefined ? [] : [{ entry, manifest }];
    });
}

function textOf({ text = Buffer.alloc(0) }: SavedFile): Buffer {
  return text;
}

function blobOf(files: SavedFiles, { digest }: Descriptor): SavedFile | undefined {
  const entry = files.get(`blobs/${digest.replace(":", "/")}`);
  if (entry !== undefined && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
  return entry;
}

function requireBlobs(files: SavedFiles, layers: readonly Descriptor[], judged: ImageConfigDocument): void {
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

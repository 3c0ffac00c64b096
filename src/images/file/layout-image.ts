import { closeSync, constants, fstatSync, openSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Descriptor, readConfig, readManifest } from "../oci/documents.ts";
import { MAX_DOCUMENT } from "../oci/strict-json.ts";
import { bytesOfFile, damaged, inconsistent } from "./bytes.ts";
import { type Digests, digestsOf } from "./content.ts";
import { requireDigest, requireLayers } from "./documents.ts";
import type { CheckedImage } from "./saved-image.ts";

/** An image in an OCI layout folder. */
export interface LayoutImage {
  /** Absolute and real. */
  readonly folder: string;
  /** The blobs from the index's entry to the image's manifest, with the indexes between them. */
  readonly chain: readonly Pick<Descriptor, "digest" | "size">[];
  /** A blob's link must not lead out of these folders. Absolute and real. */
  readonly roots: readonly string[];
}

/** Layers that are decompressed at the same time, while their content is hashed. */
const AT_ONCE = 3;

/**
 * Checks the digest of each blob of an image in a layout, and of those that lead to it. Checks the layers against the
 * configuration.
 * @throws ImageProblem; the decompression's error if the content is damaged, with a `code` that begins with `Z`
 */
export async function checkLayoutImage({ folder, chain, roots }: LayoutImage): Promise<CheckedImage> {
  const read = (blob: Pick<Descriptor, "digest" | "size">, isText: boolean) => readBlob(folder, blob, isText, roots);
  let manifest: Buffer | undefined;
  for (const each of chain) ({ text: manifest } = await read(each, true));
  const { config, layers } = readManifest(manifest ?? Buffer.alloc(0));
  const { text = Buffer.alloc(0) } = await read(config, true);
  const facts = readConfig(text);
  // An image may have the same layer more than once.
  const waiting = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  const unpacked = new Map<string, string>();
  const work = async () => {
    for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift())
      unpacked.set(layer.digest, (await read(layer, false)).unpacked);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  requireLayers(
    layers.map(({ digest }) => unpacked.get(digest) ?? ""),
    facts.diffIds,
  );
  return { imageId: facts.imageId, notes: [] };
}

async function readBlob(
  folder: string,
  { digest, size }: Pick<Descriptor, "digest" | "size">,
  isText: boolean,
  roots: readonly string[],
): Promise<Digests & { readonly text?: Buffer }> {
  const descriptor = openBlob(folder, digest, roots);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw inconsistent(`its blob ${digest} is no plain file`);
    if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
    if (isText && status.size > MAX_DOCUMENT)
      throw inconsistent(`its blob ${digest} has more than ${MAX_DOCUMENT} bytes`);
    const bytes = bytesOfFile(descriptor);
    const parts: Buffer[] = [];
    const digests = await digestsOf(async () => {
      const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
      if (isText) parts.push(Buffer.from(piece));
      return piece;
    });
    requireDigest(digest, digests.digest);
    return isText ? { ...digests, text: Buffer.concat(parts) } : digests;
  } finally {
    closeSync(descriptor);
  }
}

/** Bazel makes links for blobs. A link from a pull request must not lead to one of the runner's files. */
function openBlob(folder: string, digest: string, roots: readonly string[]): number {
  let path: string;
  try {
    path = realpathSync(join(folder, "blobs", "sha256", digest.slice("sha256:".length)));
  } catch {
    throw damaged(`its blob ${digest} is missing`);
  }
  if (![folder, ...roots].some((root) => isBelow(root, path)))
    throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
  // The flags follow no link and wait for no pipe, since the file may have been replaced by one.
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

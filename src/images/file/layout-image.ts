import { closeSync, constants, fstatSync, openSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { bytesOfFile, damaged, inconsistent } from "./bytes.ts";
import { type Digests, digestsOf } from "./content.ts";
import { configFacts, type Descriptor, manifestOf, requireDigest, requireLayers } from "./documents.ts";
import type { CheckedImage } from "./saved-image.ts";

/** An image in an OCI layout folder. */
export interface LayoutImage {
  /** Absolute and real. */
  readonly folder: string;
  /** From the index's own entry to the image's manifest: indexes between them are blobs as well. */
  readonly chain: readonly Pick<Descriptor, "digest" | "size">[];
  /** Folders out of which no blob may lead by a link. Absolute and real. */
  readonly roots: readonly string[];
}

/** Configurations and manifests are some kilobytes. */
const MAX_TEXT = 8 * 1024 * 1024;
/** Layers that are unpacked at the same time, beside the hashing of what comes out. */
const AT_ONCE = 3;

/**
 * Hashes each blob that leads to an image in a layout, and is of it, and holds the layers to its configuration.
 * @throws ImageProblem; what decompression says of damaged content, with a `code` that begins with `Z`.
 */
export async function checkLayoutImage({ folder, chain, roots }: LayoutImage): Promise<CheckedImage> {
  const read = (blob: Pick<Descriptor, "digest" | "size">, isText: boolean) => readBlob(folder, blob, isText, roots);
  let manifest: Buffer | undefined;
  for (const each of chain) ({ text: manifest } = await read(each, true));
  const { config, layers } = manifestOf(manifest ?? Buffer.alloc(0), "its manifest");
  const { text = Buffer.alloc(0) } = await read(config, true);
  const facts = configFacts(text, "its configuration");
  // The same layer may be there more than once.
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
    if (size !== undefined && status.size !== size)
      throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
    if (isText && status.size > MAX_TEXT) throw inconsistent(`its blob ${digest} has more than ${MAX_TEXT} bytes`);
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

/** Bazel makes blobs links to others; one that a pull request made must not lead to a file of the runner's. */
function openBlob(folder: string, digest: string, roots: readonly string[]): number {
  let path: string;
  try {
    path = realpathSync(join(folder, "blobs", "sha256", digest.slice("sha256:".length)));
  } catch {
    throw damaged(`its blob ${digest} is missing`);
  }
  if (![folder, ...roots].some((root) => isBelow(root, path)))
    throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
  // Not followed and not waited for: what was a file a moment ago may be a link or a pipe by now.
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

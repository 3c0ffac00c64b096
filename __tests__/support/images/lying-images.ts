import { digestOf, type Image } from "./oci.ts";

/** The DiffIDs that an image's configuration claims, the first layer first. */
export const diffIdsOf = (image: Image): string[] => JSON.parse(image.config.toString()).rootfs.diff_ids;

interface Manifest {
  readonly mediaType: string;
  readonly config: { digest: string; size: number };
  readonly layers: { digest: string; size: number }[];
}
const manifestOf = (image: Image): Manifest =>
  JSON.parse(image.blobs.get(image.descriptor.digest)?.toString() ?? "null");

/** Digests of an image's packed layers, as in its manifest. */
export const layerDigests = (image: Image): string[] => manifestOf(image).layers.map(({ digest }) => digest);

function rebuilt(image: Image, config: Buffer, manifest: Manifest, blobs: ReadonlyMap<string, Buffer>): Image {
  const own = { ...manifest, config: { ...manifest.config, digest: digestOf(config), size: config.length } };
  const bytes = Buffer.from(JSON.stringify(own));
  const descriptor = { ...image.descriptor, digest: digestOf(bytes), size: bytes.length };
  const all = new Map([...blobs, [own.config.digest, config], [descriptor.digest, bytes]]);
  return { ...image, descriptor, config, blobs: all };
}

/** An image's layers with another's configuration: a second manifest with the same image id. */
export function withConfigOf(image: Image, other: Image): Image {
  return rebuilt(image, other.config, manifestOf(image), image.blobs);
}

/** An image whose configuration states DiffIDs that its layers do not have. Every blob has the right digest. */
export function claiming(image: Image, diffIds: readonly string[]): Image {
  const config = JSON.parse(image.config.toString());
  config.rootfs.diff_ids = diffIds;
  return rebuilt(image, Buffer.from(JSON.stringify(config)), manifestOf(image), image.blobs);
}

/**
 * An image whose manifest names another's layers, with its own bytes of the right size in their place. Only a registry
 * that checks nothing can have it.
 */
export function namingLayersOf(image: Image, other: Image): Image {
  const claims = claiming(image, diffIdsOf(other));
  const own = manifestOf(image).layers;
  const layers = manifestOf(other).layers.map(({ digest }, at) => ({ ...own[at], digest, size: own[at]?.size ?? 0 }));
  const wrong = layers.map(({ digest }, at): [string, Buffer] => [
    digest,
    image.blobs.get(own[at]?.digest ?? "") ?? Buffer.alloc(0),
  ]);
  return rebuilt(claims, claims.config, { ...manifestOf(claims), layers }, new Map([...claims.blobs, ...wrong]));
}

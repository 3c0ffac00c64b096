import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { platformMatches } from "../../../domain/image/platform.ts";
import type { ImageIndex, LocatedTarget, ScanResult } from "../../../domain/target.ts";
import { isImage, registryDocument } from "../../../images/registry/document.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { Judged } from "./judged-manifest.ts";

const descriptor = z.looseObject({
  mediaType: z.string().optional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().optional(),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const index = z.object({ manifests: z.array(descriptor) });
const manifest = z.object({ config: descriptor.optional(), layers: z.array(descriptor) });
type Descriptor = z.infer<typeof descriptor>;

/** The annotation with an image's tag (OCI image specification, annotations). */
const TAG = "org.opencontainers.image.ref.name";
/** An index has some kilobytes. A larger file is not an index. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Highest depth of indexes within indexes. Nobody makes deeper ones. */
const MAX_DEPTH = 3;
/** The media types that go-containerregistry takes for an index. */
const TRIVYS_INDEXES = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** One image in a layout. */
export interface LayoutChoice {
  /** Absolute. */
  readonly folder: string;
  /** From the entry in `index.json` to the image's own, which is the last. */
  readonly chain: readonly Descriptor[];
}

/**
 * The image in a layout that the user means, if that is clear: the one for the requested platform, else the only one.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 */
export function chosenInLayout(location: string, platform: string | undefined): LayoutChoice | undefined {
  const { folder } = parseLocation(location);
  const images = imagesIn(location);
  const matching = platform === undefined ? [] : images.filter((each) => isFor(platform, leafOf(each)));
  const unnamed = images.filter((each) => platform === undefined || leafOf(each).platform === undefined);
  const [chain] = matching.length > 0 ? matching : unnamed;
  return chain && { folder, chain };
}

/**
 * Trivy scans the first image of an OCI layout, regardless of its platform and of the requested one. If the user means
 * another, Trivy gets our own layout, which lists only that image and uses the original's blobs.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns the folder of that layout, or `location` itself if Trivy chooses the right image
 */
export function layoutFor(location: string, { folder, chain }: LayoutChoice, world: Pick<World, "runFolder">): string {
  if (isTrivysChoice(location, chain)) return location;
  const own = privateFolder(world, "layout");
  symlinkSync(join(folder, "blobs"), join(own, "blobs"), "junction");
  writeFileSync(join(own, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(own, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [chain.at(-1)] }));
  return own;
}

/** Trivy takes the first entry of each index. If an entry is not an index for Trivy, it reads the blob as an image. */
function isTrivysChoice(location: string, chain: readonly Descriptor[]): boolean {
  const { folder, wanted } = parseLocation(location);
  let [first] = manifestsIn(join(folder, "index.json")).filter((each) => wanted === undefined || wanted(each));
  for (const [depth, link] of chain.entries()) {
    if (first?.digest !== link.digest) return false;
    if (depth === chain.length - 1) return !TRIVYS_INDEXES.has(first.mediaType ?? "");
    if (!TRIVYS_INDEXES.has(first.mediaType ?? "")) return false;
    [first] = manifestsIn(blobOf(folder, first));
  }
  return false;
}

/** The files of an image: the indexes that lead to it, its manifest, configuration and layers. */
export function blobsOfImage({ folder, chain }: LayoutChoice): string[] {
  const image = chain.at(-1);
  const parts = image === undefined ? [] : partsIn(blobOf(folder, image));
  return [...chain, ...parts].map((each) => blobOf(folder, each));
}

/**
 * The images in a layout if it is unclear which one is meant. Trivy would silently scan the first.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns a name for each: its platform or tag. One or none if the choice is clear, or if Trivy reports what is wrong
 */
export function candidatesInLayout(location: string, platform: string | undefined): string[] {
  const images = imagesIn(location);
  if (platform === undefined) return namesOfDistinct(images);
  // Among several variants of one tag, the first is chosen. Among several tags, there is no choice.
  const matching = [...Map.groupBy(images, ([top]) => top).values()]
    .map((inner) => inner.find((chain) => isFor(platform, leafOf(chain))))
    .filter((chain) => chain !== undefined);
  return namesOfDistinct(
    matching.length > 0 ? matching : images.filter((chain) => leafOf(chain).platform === undefined),
  );
}

/** All images in a layout that {@link candidatesInLayout} would name, if each has its own platform. */
export function imagesInLayout(location: string): ImageIndex | undefined {
  const images = imagesIn(location).map(leafOf);
  const platforms = new Set(images.map(({ platform }) => platform && nameOf(platform)));
  if (images.length < 2 || platforms.has(undefined) || platforms.size < images.length) return undefined;
  return { images: images.map(({ digest, platform }) => ({ digest, platform: platform && nameOf(platform) })) };
}

type Chain = readonly [Descriptor, ...Descriptor[]];

/** The images that a layout's entries lead to, each as the chain of descriptors to it. */
function imagesIn(location: string): Chain[] {
  const { folder, wanted } = parseLocation(location);
  return manifestsIn(join(folder, "index.json"))
    .filter((each) => wanted === undefined || wanted(each))
    .flatMap((top) => chains(folder, [top], MAX_DEPTH))
    .filter((chain) => isImage(leafOf(chain)));
}

function leafOf(chain: Chain): Descriptor {
  return chain.at(-1) ?? chain[0];
}

function isFor(platform: string, { platform: own }: Descriptor): boolean {
  return own !== undefined && platformMatches(platform, nameOf(own));
}

/** An image in a layout, and the index that lists it. */
interface LayoutImage {
  readonly digest: string;
  /** The bytes of its manifest, not yet checked against the digest. Undefined: they cannot be read. */
  readonly manifest: Buffer | undefined;
  /** Annotations of its entry, then of those above it up to the entry in `index.json`. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
  /** Absent: it is listed alone. */
  readonly index?: ImageIndex | undefined;
}

/**
 * The intended image ({@link chosenInLayout}), with the index that lists it. That is a blob, or the layout's own list for one
 * tag, which has no digest anywhere else.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 */
function imageInLayout(location: string, platform: string | undefined): LayoutImage | undefined {
  const choice = chosenInLayout(location, platform);
  const image = choice?.chain.at(-1);
  if (choice === undefined || image === undefined) return undefined;
  const { folder, chain } = choice;
  const [top] = chain;
  const all = imagesIn(location);
  const beside =
    chain.length > 1
      ? all.filter(([first]) => first.digest === top?.digest)
      : all.filter(([first]) => first.annotations?.[TAG] === top?.annotations?.[TAG]);
  const digest = chain.length > 1 ? top?.digest : undefined;
  const images = beside
    .map(leafOf)
    .map((each) => ({ digest: each.digest, platform: each.platform && nameOf(each.platform) }));
  return {
    digest: image.digest,
    manifest: bytesIn(blobOf(folder, image)),
    annotations: chain.toReversed().map((each) => each.annotations ?? {}),
    index: digest === undefined && images.length < 2 ? undefined : { digest, images },
  };
}

function namesOfDistinct(images: readonly Chain[]): string[] {
  const names = new Map<string, string>();
  for (const chain of images) {
    const { digest } = leafOf(chain);
    if (!names.has(digest)) names.set(digest, shownName(chain[0], leafOf(chain)));
  }
  return [...names.values()];
}

/** A name to show. Only repeats what looks like a tag and a platform: the layout is untrusted. */
function shownName(top: Descriptor, { platform, digest }: Descriptor): string {
  const tag = top.annotations?.[TAG] ?? "";
  const name = platform === undefined ? "" : nameOf(platform);
  const parts = [/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "", /^[\w./-]{1,60}$/.test(name) ? name : ""];
  return parts.filter((part) => part !== "").join(" ") || digest;
}

/**
 * Trivy takes a truncated layer, even an empty file, for a shorter one, and finds less. So we compare each blob's size with
 * the layout's. Trivy itself reports missing blobs, and an index may list platforms that were not copied.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns what is wrong; undefined if nothing is
 */
export function damageOfLayout(location: string): string | undefined {
  const { folder } = parseLocation(location);
  return firstDamage(folder, manifestsIn(join(folder, "index.json")), MAX_DEPTH);
}

function firstDamage(folder: string, images: readonly Descriptor[], depth: number): string | undefined {
  for (const each of images) {
    const blob = blobOf(folder, each);
    const own = [each, ...partsIn(blob)].map((part) => wrongSize(folder, part)).find((damage) => damage !== undefined);
    const damage = own ?? (depth > 0 ? firstDamage(folder, manifestsIn(blob), depth - 1) : undefined);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

function wrongSize(folder: string, each: Descriptor): string | undefined {
  const status = lstatSync(blobOf(folder, each), { throwIfNoEntry: false });
  // We must not follow a link before we know that it stays within the workspace.
  const size = status?.isSymbolicLink() ? undefined : status?.size;
  if (size === undefined || each.size === undefined || size === each.size) return undefined;
  return `its blob ${each.digest} has ${size} bytes instead of ${each.size}`;
}

function blobOf(folder: string, { digest }: Descriptor): string {
  return join(folder, "blobs", "sha256", digest.slice("sha256:".length));
}

function parseLocation(location: string): { folder: string; wanted?: (each: Descriptor) => boolean } {
  if (statSync(location, { throwIfNoEntry: false })?.isDirectory()) return { folder: location };
  const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
  return {
    folder,
    wanted: (each) => (digest === undefined ? each.annotations?.[TAG] === tag : each.digest === digest),
  };
}

/** The chains to the images below a descriptor, which may be an index itself. */
function chains(folder: string, chain: Chain, depth: number): Chain[] {
  const leaf = leafOf(chain);
  if (depth === 0 || !/image\.index|manifest\.list/.test(leaf.mediaType ?? "")) return [chain];
  return manifestsIn(blobOf(folder, leaf)).flatMap((inner) => chains(folder, [...chain, inner], depth - 1));
}

/** The images that an index lists. Empty if the file is not an index. */
function manifestsIn(file: string): Descriptor[] {
  return documentIn(file, index)?.manifests ?? [];
}

/** Configuration and layers of one image. */
function partsIn(file: string): Descriptor[] {
  const found = documentIn(file, manifest);
  return found === undefined ? [] : [...(found.config ? [found.config] : []), ...found.layers];
}

/** Reads a document. Undefined if that fails: Trivy reports what else is wrong with a layout. */
function documentIn<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(bytesIn(file)?.toString("utf8") ?? "")).data;
  } catch {
    return undefined;
  }
}

function bytesIn(file: string): Buffer | undefined {
  try {
    const status = statSync(file);
    // Reading a pipe would block.
    return status.isFile() && status.size <= MAX_BYTES ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function nameOf({ os, architecture, variant }: NonNullable<Descriptor["platform"]>): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/**
 * The manifest in a layout folder that was judged: its bytes have its digest, and its configuration has the image's id. Its
 * annotations are text from its builder.
 * @param given the layout as the user named it
 */
export function manifestInLayout(given: LocatedTarget, { artifact }: Pick<ScanResult, "artifact">): Judged {
  const image = imageInLayout(given.location, given.platform);
  const manifest = image?.manifest && registryDocument(image.manifest);
  if (image === undefined || manifest?.kind !== "manifest") return { unknown: "its manifest could not be read" };
  if (manifest.digest !== image.digest) return { unknown: "its manifest is not the one of its digest" };
  if (manifest.config !== artifact.imageId) return { unknown: "its manifest names another image than was scanned" };
  return { manifest, index: image.index, annotations: [manifest.annotations, ...image.annotations] };
}

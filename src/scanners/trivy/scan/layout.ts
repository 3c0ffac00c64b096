import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageIndex, LocatedTarget, ScanResult } from "../../../domain/target.ts";
import { chooseImage, parsePlatform } from "../../../images/oci/choose-platform.ts";
import {
  type Descriptor,
  isIndexEntry,
  MAX_INDEX_DEPTH,
  mayRun,
  platformName,
  readDocument,
  readIndex,
} from "../../../images/oci/documents.ts";
import { type Chain, chainsBelow, leafOf } from "../../../images/oci/nested.ts";
import { registryDocument } from "../../../images/registry/document.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { Judged } from "./judged-manifest.ts";

/** The annotation with an image's tag (OCI image specification, annotations). */
const TAG = "org.opencontainers.image.ref.name";
/** An index has some kilobytes. A larger file is not an index. */
const MAX_BYTES = 4 * 1024 * 1024;
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
 * @throws ImageProblem if the layout's documents cannot be read in one way
 */
export function chosenInLayout(location: string, platform: string | undefined): LayoutChoice | undefined {
  const { folder } = parseLocation(location);
  const images = imagesIn(location);
  const chain = platform === undefined ? images[0] : chosenOf(images, platform);
  return chain && { folder, chain };
}

/** The one that an engine takes for a platform. */
function chosenOf(images: readonly Chain[], platform: string): Chain | undefined {
  const wanted = parsePlatform(platform);
  const chosen = wanted && chooseImage({ manifests: images.map(leafOf) }, wanted);
  return images.find((chain) => leafOf(chain) === chosen);
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
  const manifests = chain.slice(-1).map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  writeFileSync(join(own, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  return own;
}

/** Trivy takes the first entry of each index. If an entry is not an index for Trivy, it reads the blob as an image. */
function isTrivysChoice(location: string, chain: readonly Descriptor[]): boolean {
  const { folder } = parseLocation(location);
  let [first] = entriesOf(location);
  for (const [depth, link] of chain.entries()) {
    if (first?.digest !== link.digest) return false;
    if (depth === chain.length - 1) return !isIndexEntry(first);
    if (!isIndexEntry(first)) return false;
    [first] = entriesIn(blobOf(folder, first), "an index in it");
  }
  return false;
}

/** The files of an image: the indexes that lead to it, its manifest, configuration and layers. */
export function blobsOfImage({ folder, chain }: LayoutChoice): string[] {
  const bytes = chain.slice(-1).map((image) => bytesIn(blobOf(folder, image)));
  return [...chain, ...bytes.flatMap((each) => partsOf(each))].map((each) => blobOf(folder, each));
}

/** Configuration and layers, if the bytes are a manifest. */
function partsOf(bytes: Buffer | undefined, mediaType?: string): readonly Descriptor[] {
  const document = bytes && readDocument(bytes, { mediaType });
  return document?.kind === "manifest" ? [document.config, ...document.layers] : [];
}

/**
 * The images in a layout if it is unclear which one is meant. Trivy would silently scan the first.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns a name for each: its platform or tag. One or none if the choice is clear, or if Trivy reports what is wrong
 */
export function candidatesInLayout(location: string, platform: string | undefined): string[] {
  const images = imagesIn(location);
  if (platform === undefined) return namesOfDistinct(images);
  // One tag has one image for a platform. Among several tags, there is no choice.
  const chosen = [...Map.groupBy(images, ([top]) => top).values()]
    .map((inner) => chosenOf(inner, platform))
    .filter((chain) => chain !== undefined);
  const named = chosen.filter((chain) => leafOf(chain).platform !== undefined);
  return namesOfDistinct(named.length > 0 ? named : chosen);
}

/** All images in a layout that {@link candidatesInLayout} would name, if each has its own platform. */
export function imagesInLayout(location: string): ImageIndex | undefined {
  const images = imagesIn(location).map(leafOf);
  const platforms = new Set(images.map(({ platform }) => platform && platformName(platform)));
  if (images.length < 2 || platforms.has(undefined) || platforms.size < images.length) return undefined;
  return { images: images.map(({ digest, platform }) => ({ digest, platform: platform && platformName(platform) })) };
}

/** The images that a layout's entries lead to, each as the chain of descriptors to it. */
function imagesIn(location: string): Chain[] {
  const { folder } = parseLocation(location);
  return chainsBelow(entriesOf(location), (entry) => bytesIn(blobOf(folder, entry)));
}

/** The entries of `index.json` that the location means. */
function entriesOf(location: string): readonly Descriptor[] {
  const { folder, wanted } = parseLocation(location);
  return entriesIn(join(folder, "index.json"), "its index.json").filter((each) => wanted === undefined || wanted(each));
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
      : all.filter(([first]) => first.annotations[TAG] === top?.annotations[TAG]);
  const digest = chain.length > 1 ? top?.digest : undefined;
  const images = beside
    .map(leafOf)
    .map((each) => ({ digest: each.digest, platform: each.platform && platformName(each.platform) }));
  return {
    digest: image.digest,
    manifest: bytesIn(blobOf(folder, image)),
    annotations: chain.toReversed().map((each) => each.annotations),
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
  const tag = top.annotations[TAG] ?? "";
  const name = platform === undefined ? "" : platformName(platform);
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
  return firstDamage(entriesOf(location), { folder: parseLocation(location).folder, seen: new Set() }, MAX_INDEX_DEPTH);
}

interface Layout {
  readonly folder: string;
  /** Digests of documents that were looked at. */
  readonly seen: Set<string>;
}

function firstDamage(entries: readonly Descriptor[], layout: Layout, depth: number): string | undefined {
  const { folder, seen } = layout;
  for (const each of entries) {
    if (seen.has(each.digest)) continue;
    seen.add(each.digest);
    const own = wrongSize(folder, each);
    if (own !== undefined) return own;
    const bytes = mayRun(each) ? bytesIn(blobOf(folder, each)) : undefined;
    if (bytes === undefined) continue;
    const { mediaType } = each;
    const document = readDocument(bytes, { mediaType, what: "a document in it" });
    const parts = document.kind === "manifest" ? [document.config, ...document.layers] : [];
    const damage = parts.map((part) => wrongSize(folder, part)).find((wrong) => wrong !== undefined);
    if (damage !== undefined) return damage;
    if (document.kind === "manifest" || depth === 0) continue;
    const below = firstDamage(document.manifests, layout, depth - 1);
    if (below !== undefined) return below;
  }
  return undefined;
}

function wrongSize(folder: string, each: Descriptor): string | undefined {
  const status = lstatSync(blobOf(folder, each), { throwIfNoEntry: false });
  // We must not follow a link before we know that it stays within the workspace.
  const size = status?.isSymbolicLink() ? undefined : status?.size;
  if (size === undefined || size === each.size) return undefined;
  return `its blob ${each.digest} has ${size} bytes instead of ${each.size}`;
}

function blobOf(folder: string, { digest }: Descriptor): string {
  return join(folder, "blobs", ...digest.split(":"));
}

function parseLocation(location: string): { folder: string; wanted?: (each: Descriptor) => boolean } {
  if (statSync(location, { throwIfNoEntry: false })?.isDirectory()) return { folder: location };
  const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
  return {
    folder,
    wanted: (each) => (digest === undefined ? each.annotations[TAG] === tag : each.digest === digest),
  };
}

/** The entries of an index. None if there is no such file: Trivy reports what else is wrong with a layout. */
function entriesIn(file: string, what: string): readonly Descriptor[] {
  const bytes = bytesIn(file);
  return bytes === undefined ? [] : readIndex(bytes, { what }).manifests;
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

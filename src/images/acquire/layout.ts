import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { joined } from "../../domain/list-some.ts";
import type { ImageIndex } from "../../domain/target.ts";
import { statusOf } from "../../system/given-files.ts";
import { chooseImage, parsePlatform } from "../oci/choose-platform.ts";
import { type Descriptor, platformName, readIndex } from "../oci/documents.ts";
import { type Chain, chainsBelow, leafOf } from "../oci/nested.ts";

/** The annotation with an image's tag (OCI image specification, annotations). */
const TAG = "org.opencontainers.image.ref.name";
/** An index has some kilobytes. A larger file is not an index. */
const MAX_BYTES = 4 * 1024 * 1024;

/** One image in a layout. */
export interface LayoutChoice {
  /** Absolute. */
  readonly folder: string;
  /** From the entry in `index.json` to the image's own, which is the last. */
  readonly chain: Chain;
}

/**
 * The image in a layout that the user means, if that is clear: the one for the requested platform, else the only one.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @throws ImageProblem if the layout's documents cannot be read in one way
 */
export function chosenInLayout(location: string, { platform, digest }: Wanted): LayoutChoice | undefined {
  const { folder } = parseLocation(location);
  const images = imagesIn(location).filter((chain) => digest === undefined || leafOf(chain).digest === digest);
  const chain = platform === undefined || digest !== undefined ? images[0] : chosenOf(images, platform);
  return chain && { folder, chain };
}

/** Which image of a layout is meant. */
interface Wanted {
  readonly platform?: string | undefined;
  readonly digest?: string | undefined;
}

/** The entry that an engine chooses for a platform. */
function chosenOf(images: readonly Chain[], platform: string): Chain | undefined {
  const wanted = parsePlatform(platform);
  const chosen = wanted && chooseImage({ manifests: images.map(leafOf) }, wanted);
  return images.find((chain) => leafOf(chain) === chosen);
}

/**
 * The images in a layout if it is unclear which one is meant.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns a name for each: its platform or tag. At most one if the choice is clear
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

/**
 * The index that lists an image: a blob, or the layout's own list for one tag, which has no digest anywhere else.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns undefined if it is listed alone
 */
export function indexInLayout(location: string, { chain }: LayoutChoice): ImageIndex | undefined {
  const [top] = chain;
  const all = imagesIn(location);
  const isNested = chain.length > 1;
  const beside = isNested
    ? all.filter(([first]) => first.digest === top.digest)
    : all.filter(([first]) => first.annotations[TAG] === top.annotations[TAG]);
  const images = beside
    .map(leafOf)
    .map((each) => ({ digest: each.digest, platform: each.platform && platformName(each.platform) }));
  return !isNested && images.length < 2 ? undefined : { digest: isNested ? top.digest : undefined, images };
}

/** The tag that a layout gives an image. Untrusted. */
export function tagOf({ annotations }: Descriptor): string | undefined {
  return annotations[TAG];
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
  return joined(" ", parts) || digest;
}

export function blobOf(folder: string, { digest }: Pick<Descriptor, "digest">): string {
  return join(folder, "blobs", ...digest.split(":"));
}

function parseLocation(location: string): { folder: string; wanted?: (each: Descriptor) => boolean } {
  if (statusOf(location)?.isDirectory()) return { folder: location };
  const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
  return {
    folder,
    wanted: (each) => (digest === undefined ? each.annotations[TAG] === tag : each.digest === digest),
  };
}

/** The entries of an index. None if there is no such file. */
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

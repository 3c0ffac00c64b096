import { bestFor, platformName } from "../domain/image/platform.ts";
import { joined } from "../domain/list-some.ts";
import type { ImageIndex } from "../domain/target.ts";
import { damaged, ImageFault, inconsistent, notAnImage } from "./fault.ts";
import {
  type Descriptor,
  IMAGE_CONFIGS,
  type ImageConfigDocument,
  type ImageIndexDocument,
  isIndexEntry,
  listedImage,
  listedPlatform,
  mayRun,
  readConfig,
  readDocument,
  readManifest,
  sha256Of,
  withoutArtifacts,
} from "./oci/documents.ts";
import { requireTarLayers, sociNotes } from "./oci/layer-kinds.ts";
import type { ResolvedImage, Source } from "./source.ts";

/** Selects an image of a source. */
export interface Wanted {
  /** `linux/arm64`. Absent: the only one, or the usual platform of the source. */
  readonly platform?: string | undefined;
  /** Of its manifest, if that is known already. */
  readonly digest?: string | undefined;
  /** Of its configuration, if that is known already. All other images must then be for other platforms. */
  readonly configuration?: string | undefined;
}

/** An image that an index lists, and the descriptors that lead to it. */
export interface Leaf {
  /** The image's own. */
  readonly entry: Descriptor;
  /** The descriptor in the topmost index. A single image has only its own. */
  readonly top: Descriptor;
  readonly documents: readonly string[];
  /** Annotations of its entry, of the index with the entry, and so on. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
}

/** The annotation with an image's tag (OCI image specification, annotations). */
export const TAG = "org.opencontainers.image.ref.name";
/** Indexes below an index. Engines follow none or few, and real images nest no more. */
const MAX_DEPTH = 3;
/** Entries of all indexes together. With more, indexes that list each other would take forever. */
const MOST_ENTRIES = 10_000;

/**
 * Finds the selected image, as an engine does: the only place that walks indexes, checks documents against their
 * digests and chooses a platform.
 * @throws ImageFault
 */
export async function resolveImage(source: Source, wanted: Wanted): Promise<ResolvedImage> {
  const leaves = await leavesOf(source);
  const { leaf, notes } = await chosen(leaves, wanted, source);
  const { entry, top, documents } = leaf;
  const manifest = readManifest(await present(source, entry, "manifest"), { mediaType: entry.mediaType });
  requireImage(manifest.config);
  requireTarLayers(manifest.layers);
  const config = await present(source, manifest.config, "configuration");
  requirePlatform(leaf, config, wanted.platform ?? source.usualPlatform);
  const annotations = [manifest.annotations, ...leaf.annotations];
  return {
    config,
    layers: manifest.layers.map((each) => source.layer(each)),
    documents,
    digest: entry.digest,
    index: indexListing(leaf, leaves),
    annotations,
    tag: top.annotations[TAG],
    notes: [...notes, ...sociNotes(annotations)],
  };
}

/**
 * All images of a source, if there are several and each has its own platform.
 * @throws ImageFault
 */
export async function imagesOf(source: Source): Promise<ImageIndex | undefined> {
  const leaves = await leavesOf(source);
  const images = leaves.map(({ entry }) => listedImage(entry));
  const platforms = new Set(images.map((each) => each.platform));
  return images.length < 2 || platforms.has(undefined) || platforms.size < images.length ? undefined : { images };
}

/**
 * The images that a source has, through all indexes.
 * @throws ImageFault `image-inconsistent` if an index cannot be read in one way, or is too deep
 */
export async function leavesOf(source: Source): Promise<Leaf[]> {
  const walk: Walk = { source, known: new Map(), left: MOST_ENTRIES };
  const above = { documents: [], annotations: [] };
  return await below(await source.top(), above, walk);
}

interface Walk {
  readonly source: Source;
  /** By digest: a hostile index may name one document many times. */
  readonly known: Map<string, ImageIndexDocument | undefined>;
  /** Number of entries that may still be read. */
  left: number;
}

async function below(
  entries: readonly Descriptor[],
  above: Pick<Leaf, "documents" | "annotations"> & { readonly top?: Descriptor },
  walk: Walk,
): Promise<Leaf[]> {
  walk.left -= entries.length;
  if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
  const leaves: Leaf[] = [];
  const isEligible = (entry: Descriptor) => mayRun(entry) || (above.top === undefined && isNamed(entry));
  const read = (entry: Descriptor) => held(walk.source, entry, "manifest");
  for (const entry of await withoutArtifacts(entries.filter(isEligible), read)) {
    const leaf: Leaf = {
      entry,
      top: above.top ?? entry,
      documents: [...above.documents, entry.digest],
      annotations: [entry.annotations, ...above.annotations],
    };
    const index = await indexAt(entry, walk);
    if (index === undefined) {
      // An index without its own document is not there.
      if (!isIndexEntry(entry)) leaves.push(leaf);
      continue;
    }
    if (above.documents.length >= MAX_DEPTH) throw inconsistent("its index has too many levels of indexes");
    const inner = { ...leaf, annotations: [index.annotations, ...leaf.annotations] };
    leaves.push(...(await below(index.manifests, inner, walk)));
  }
  return leaves;
}

/** True if a layout gives it a name. Engines then run it by that name, whatever platform its entry names. */
function isNamed({ annotations }: Descriptor): boolean {
  return [TAG, "io.containerd.image.name"].some((name) => Object.hasOwn(annotations, name));
}

/** The index of an entry. If it has no media type, the content decides. */
async function indexAt(entry: Descriptor, { source, known }: Walk): Promise<ImageIndexDocument | undefined> {
  if (entry.mediaType !== undefined && !isIndexEntry(entry)) return undefined;
  if (known.has(entry.digest)) return known.get(entry.digest);
  const bytes = await held(source, entry, "manifest");
  const document = bytes && readDocument(bytes, { mediaType: entry.mediaType, what: "a document in it" });
  const index = document?.kind === "index" ? document : undefined;
  known.set(entry.digest, index);
  return index;
}

/** @throws ImageFault if it is not there, or does not match its digest */
async function present(source: Source, of: Descriptor, what: "manifest" | "configuration"): Promise<Buffer> {
  const bytes = await held(source, of, what);
  if (bytes === undefined) throw damaged(`its blob ${of.digest} is missing`);
  return bytes;
}

async function held(source: Source, of: Descriptor, what: "manifest" | "configuration"): Promise<Buffer | undefined> {
  const bytes = await source.bytes(of, what);
  if (bytes === undefined) return undefined;
  if (bytes.length !== of.size) throw damaged(`its blob ${of.digest} has ${bytes.length} bytes instead of ${of.size}`);
  const digest = sha256Of(bytes);
  if (digest !== of.digest) throw inconsistent(`its blob ${of.digest} is ${digest}`);
  return bytes;
}

async function chosen(leaves: readonly Leaf[], wanted: Wanted, source: Source) {
  if (wanted.configuration !== undefined) return byConfiguration(leaves, wanted.configuration, source);
  const { platform, digest } = wanted;
  const eligible = distinct(leaves.filter(({ entry }) => digest === undefined || entry.digest === digest));
  const asked = platform ?? source.usualPlatform;
  const [only, ...others] = eligible;
  if (only === undefined)
    throw asked === undefined || digest ? inconsistent("its index lists no image") : noneFor(asked, []);
  if (digest !== undefined || (platform === undefined && others.length === 0)) return { leaf: only, notes: [] };
  if (asked === undefined) throw ambiguous(eligible);
  const leaf = forPlatform(eligible, asked);
  await requireOtherPlatforms(eligible, { leaf, asked }, source);
  return { leaf, notes: [] };
}

/** Images that are there, with their own configurations. Not every platform of an index need have been copied. */
async function configured(leaves: readonly Leaf[], source: Source) {
  const found: { readonly leaf: Leaf; readonly config: ImageConfigDocument }[] = [];
  for (const leaf of leaves) {
    const bytes = await held(source, leaf.entry, "manifest");
    const about = { mediaType: leaf.entry.mediaType, what: "a manifest in it" };
    const own = bytes && (await held(source, readManifest(bytes, about).config, "configuration"));
    if (own !== undefined) found.push({ leaf, config: readConfig(own, "a configuration in it") });
  }
  return found;
}

/** True also for an image that does not name its platform. */
function isFor(asked: string, platform: Descriptor["platform"]): boolean {
  return bestFor(asked, [platform], (each) => each).length > 0;
}

/** Engines run an image by its name in a layout, whatever platform its entry names: its configuration counts. */
async function requireOtherPlatforms(
  leaves: readonly Leaf[],
  { leaf, asked }: { readonly leaf: Leaf; readonly asked: string },
  source: Source,
): Promise<void> {
  const named = leaves.filter((each) => each !== leaf && each.documents.length === 1);
  for (const { leaf: other, config } of await configured(named, source)) {
    const { platform: own } = config;
    // Honest configurations often leave the variant out, which matters on arm.
    if (own?.architecture === "arm" && other.entry.platform?.architecture === "arm") continue;
    if (own !== undefined && isFor(asked, own)) throw ambiguous([leaf, other]);
  }
}

/** One tag has one image for a platform. Nothing chooses among several tags. */
function forPlatform(leaves: readonly Leaf[], asked: string): Leaf {
  const byTag = [...Map.groupBy(leaves, ({ top }) => top.annotations[TAG]).values()];
  const fitting = byTag.flatMap((each) => bestFor(asked, each, ({ entry }) => entry.platform));
  const named = fitting.filter(({ entry }) => entry.platform !== undefined);
  const [leaf, ...others] = distinct(named.length > 0 ? named : fitting);
  if (leaf === undefined)
    throw noneFor(
      asked,
      leaves.map(({ entry }) => listedPlatform(entry)),
    );
  if (others.length === 0) return leaf;
  if (others.some(({ top }) => top !== leaf.top)) throw ambiguous([leaf, ...others]);
  // Engines differ: they take the first, the one without a variant, or the one that is packed with zstd.
  throw inconsistent(
    `its index has ${others.length + 1} images for ${shown(asked)}, of which engines take different ones`,
  );
}

/**
 * The image with a configuration that was named elsewhere. An engine may use the index, so it must lead to the same
 * image. It may list others for other platforms, which are not judged.
 */
async function byConfiguration(leaves: readonly Leaf[], configuration: string, source: Source) {
  const found = await configured(distinct(leaves), source);
  const [one, ...more] = found.filter(({ config }) => config.imageId === configuration);
  const others = found.filter((each) => each !== one);
  const own = one?.config.platform;
  const isSame = ({ leaf: { entry }, config }: (typeof found)[number]) =>
    own === undefined ||
    [config.platform, entry.platform ?? config.platform].some((at) => isFor(platformName(own), at));
  if (one === undefined || more.length > 0 || others.some(isSame))
    throw inconsistent("its manifest.json and its index.json name different images");
  const platforms = others.map(({ config: { platform } }) => (platform ? shown(platformName(platform)) : ""));
  const names = [...new Set(platforms)].sort().join(", ");
  const note = `The file holds this image for other platforms too, which were not judged: ${names}.`;
  return { leaf: one.leaf, notes: others.length === 0 ? [] : [note] };
}

/** Signatures, SBOMs and charts are in registries as well. */
function requireImage({ mediaType }: Descriptor): void {
  if (mediaType !== undefined && !IMAGE_CONFIGS.has(mediaType)) throw notAnImage();
}

/** An index need not name a platform: then the configuration's counts, as in containerd. */
function requirePlatform({ entry, documents }: Leaf, config: Buffer, asked: string | undefined): void {
  if (documents.length < 2 || entry.platform !== undefined || asked === undefined) return;
  const { platform } = readConfig(config);
  if (platform === undefined || isFor(asked, platform)) return;
  throw noneFor(asked, [platformName(platform)]);
}

/** The index that lists an image: a blob, or a layout's own list for one tag, which has no digest in a registry. */
function indexListing({ top, documents }: Leaf, leaves: readonly Leaf[]): ImageIndex | undefined {
  const isNested = documents.length > 1;
  const entries = leaves.filter((each) =>
    isNested ? each.top.digest === top.digest : each.top.annotations[TAG] === top.annotations[TAG],
  );
  if (!isNested && entries.length < 2) return undefined;
  const images = entries.map(({ entry }) => listedImage(entry));
  return { digest: isNested ? top.digest : undefined, images };
}

/** Each digest once. */
function distinct(leaves: readonly Leaf[]): Leaf[] {
  return [...new Map(leaves.toReversed().map((each) => [each.entry.digest, each])).values()].reverse();
}

function noneFor(asked: string, there: readonly (string | undefined)[]): ImageFault {
  const names = [...new Set(there.map((each) => (each === undefined ? "of no known platform" : shown(each))))];
  const here = names.length === 0 ? "" : `; it is there for ${names.slice(0, 20).join(", ")}`;
  return new ImageFault("platform-mismatch", `its index has nothing for ${shown(asked)}${here}`);
}

/** There are several images, and no rule chooses one. */
function ambiguous(leaves: readonly Leaf[]): ImageFault {
  const names = leaves.slice(0, 10).map(leafName).join(", ") + (leaves.length > 10 ? ", …" : "");
  return new ImageFault("image-ambiguous", `it holds ${leaves.length} images, and none of them was chosen (${names})`);
}

/** Repeats only text that looks like a tag and a platform, since the source is untrusted. */
function leafName({ top, entry }: Leaf): string {
  const tag = top.annotations[TAG] ?? "";
  const parts = [
    /^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "",
    entry.platform ? shown(platformName(entry.platform)) : "",
  ];
  return joined(" ", parts) || entry.digest;
}

function shown(platform: string): string {
  return /^[\w./-]{1,60}(?: [\w.-]{1,60})?$/.test(platform) ? platform : "an unknown one";
}

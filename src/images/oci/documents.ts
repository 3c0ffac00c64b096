import { createHash } from "node:crypto";
import { z } from "zod";
import { type ImagePlatform, platformName } from "../../domain/image/platform.ts";
import { orEmpty } from "../../domain/json/checked.ts";
import { isObject } from "../../domain/json/is-object.ts";
import type { ImageIndex } from "../../domain/target.ts";
import { inconsistent } from "../fault.ts";
import { parseStrictJson } from "./strict-json.ts";

// The JSON documents of images, by the OCI image specification and Docker's "Image Manifest Version 2, Schema 2". This
// is the only place that reads them: registry, tar and layout are sources of bytes.

type JsonObject = Readonly<Record<string, unknown>>;

/** A reference of a document to content. (https://github.com/opencontainers/image-spec/blob/main/descriptor.md) */
export interface Descriptor {
  /** `sha256:…`, of the right length, in lower case. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType?: string | undefined;
  /** Absent: the document does not say. */
  readonly platform?: ImagePlatform | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Document {
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * An image that an index lists. Its platform is such as `linux/arm/v7`. For Windows it includes the system's version,
 * which distinguishes several. Absent if the index does not say.
 */
export type ListedImage = ImageIndex["images"][number];

/** A list of images: OCI image index, Docker manifest list, `index.json` of a layout. */
export interface ImageIndexDocument extends Document {
  readonly kind: "index";
  /** All entries in their order, including those that no engine runs, see {@link mayRun}. */
  readonly manifests: readonly Descriptor[];
  /** In the index's order, without entries that no engine runs, such as BuildKit's attestations. */
  readonly images: readonly ListedImage[];
}

/**
 * One image: its configuration, whose digest scanners call the image's id, and its layers as they are stored, the first
 * layer first. It proves nothing about DiffIDs: the builder writes these into the configuration.
 */
export interface ImageManifestDocument extends Document {
  readonly kind: "manifest";
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** The facts of an image's configuration that bind its content. */
export interface ImageConfigDocument {
  /** SHA-256 of its bytes, which engines use as the image's id. */
  readonly imageId: string;
  /** Digests of the layers' unpacked contents, the first layer first. */
  readonly diffIds: readonly string[];
  /** Absent: the configuration does not say. */
  readonly platform?: ImagePlatform | undefined;
}

const INDEX_TYPES: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);
const MANIFEST_TYPES: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const texts = orEmpty(z.array(z.string()), []);
const annotations = orEmpty(z.record(z.string(), z.string()), {});
const platform = z.object({
  os: text,
  architecture: text,
  variant: text,
  "os.version": text,
  "os.features": texts,
  features: z.unknown().optional(),
});
const descriptor = z.object({
  digest,
  size: z.int().nonnegative(),
  mediaType: text,
  artifactType: text,
  platform: platform.nullish(),
  annotations,
  urls: texts,
  data: z.base64().nullish(),
});
const descriptors = orEmpty(z.array(descriptor), []);
const common = { mediaType: text, artifactType: text, annotations, subject: descriptor.nullish() };
const index = z.object({ ...common, manifests: descriptors });
const manifest = z.object({ ...common, config: descriptor, layers: descriptors });
const rootfs = z.object({ type: text, diff_ids: orEmpty(z.array(digest), []) });
const configuration = platform.extend({ rootfs });

const any = z.unknown();
/** Everything that decides how a document is read, whatever its kind. */
const DOCUMENT = z.object({
  ...index.shape,
  ...manifest.shape,
  schemaVersion: any,
  fsLayers: any,
  history: any,
  signatures: any,
});
const entry = z.object({ created: any, created_by: any, author: any, comment: any, empty_layer: any });
const CONFIG = configuration.extend({ created: any, author: any, config: any, history: z.array(entry) });

/** Names of fields that a message may repeat. */
const NAMES: ReadonlySet<string> = new Set(
  [DOCUMENT, descriptor, platform, CONFIG, rootfs].flatMap(({ shape }) => Object.keys(shape)),
);

/** Claims about a document by whatever refers to it. */
export interface Expected {
  /** Of the descriptor or of the registry's answer. Absent: neither says. */
  readonly mediaType?: string | undefined;
  /** For messages. */
  readonly what?: string | undefined;
}

/**
 * Reads an index or a manifest. It is refused if it could be both, or does not match the reference to it, since engines
 * differ then.
 * @throws ImageFault `image-inconsistent`
 */
export function readDocument(bytes: Buffer, expected: Expected = {}): ImageIndexDocument | ImageManifestDocument {
  const what = expected.what ?? "its manifest";
  const value = readObject(bytes, what);
  return kindOf(value, expected.mediaType, what) === "index" ? indexOf(value, what) : manifestOf(value, what);
}

/** @throws ImageFault `image-inconsistent`, for a manifest as well */
export function readIndex(bytes: Buffer, expected: Expected = {}): ImageIndexDocument {
  const what = expected.what ?? "its index";
  const document = readDocument(bytes, { ...expected, what });
  if (document.kind === "index") return document;
  throw inconsistent(`${what} is a manifest and no index`);
}

/** @throws ImageFault `image-inconsistent`, for an index as well */
export function readManifest(bytes: Buffer, expected: Expected = {}): ImageManifestDocument {
  const what = expected.what ?? "its manifest";
  const document = readDocument(bytes, { ...expected, what });
  if (document.kind === "manifest") return document;
  throw inconsistent(`${what} is an index and no manifest`);
}

/**
 * Reads a configuration. (https://github.com/opencontainers/image-spec/blob/main/config.md)
 * @throws ImageFault `image-inconsistent`
 */
export function readConfig(bytes: Buffer, what = "its configuration"): ImageConfigDocument {
  const value = parseStrictJson(bytes, what, CONFIG);
  const { rootfs, ...own } = checked(configuration, value, what);
  if (rootfs.type !== undefined && rootfs.type !== "layers")
    throw inconsistent(`${what} has a file system that does not come from layers`);
  return {
    imageId: sha256Of(bytes),
    diffIds: rootfs.diff_ids,
    platform: own.os === undefined || own.architecture === undefined ? undefined : platformOf(own, what),
  };
}

/**
 * True if an engine may run an index's entry. BuildKit lists an image's provenance as an entry with an unknown
 * platform. Annotations do not count: some engines ignore them, so they must not hide an image.
 */
export function mayRun({ platform: at }: Pick<Descriptor, "platform">): boolean {
  return !(at?.os === "unknown" && at.architecture === "unknown");
}

/** Types of images' configurations. Podman refuses any other. */
export const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  // Some builders write it so.
  "application/octet-stream",
  "application/json",
]);

/** Digest of `{}`, which artifacts have for a configuration. containerd runs it with no layer. */
const EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/** Entries of one index that may be artifacts. Honest indexes have one for each platform. */
const MOST_ARTIFACTS = 40;

/**
 * Entries of an index without artifacts, such as the SOCI index that `soci convert` lists for the platform of its
 * image. The entry's own claim must not hide an image: its manifest must have an empty configuration of another type.
 * @param read an entry's manifest, checked against its digest; undefined: it is not there, and counts as an image
 * @throws ImageFault
 */
export async function withoutArtifacts(
  entries: readonly Descriptor[],
  read: (entry: Descriptor) => Promise<Buffer | undefined>,
): Promise<readonly Descriptor[]> {
  const marked = entries.filter(({ artifactType }) => artifactType !== undefined);
  if (marked.length > MOST_ARTIFACTS) return entries;
  const artifacts = new Set<Descriptor>();
  for (const entry of marked) if (!isIndexEntry(entry) && hasNothing(entry, await read(entry))) artifacts.add(entry);
  return entries.filter((entry) => !artifacts.has(entry));
}

function hasNothing({ mediaType }: Descriptor, bytes: Buffer | undefined): boolean {
  const document = bytes && readDocument(bytes, { mediaType, what: "a document in it" });
  if (document?.kind !== "manifest" || document.config.digest !== EMPTY) return false;
  return document.config.mediaType !== undefined && !IMAGE_CONFIGS.has(document.config.mediaType);
}

/** True if an entry leads to another index. @throws ImageFault if it leads to Docker's schema 1 */
export function isIndexEntry({ mediaType }: Pick<Descriptor, "mediaType">): boolean {
  if (mediaType !== undefined && SCHEMA_1.test(mediaType)) throw schema1("a manifest in it");
  return mediaType !== undefined && INDEX_TYPES.has(mediaType);
}

/** The characters that the parts of a platform's name may have, since it is shown. */
const WORD = /^[\w.-]{1,60}$/;

/** The platform that an index names for an entry, see {@link ListedImage}. */
export function listedPlatform({ platform: at }: Pick<Descriptor, "platform">): string | undefined {
  if (at === undefined) return undefined;
  const { os, architecture, variant, osVersion } = at;
  const words = [os, architecture, variant, osVersion].filter((each) => each !== undefined);
  if (!words.every((each) => WORD.test(each))) return undefined;
  return osVersion === undefined ? platformName(at) : `${platformName(at)} ${osVersion}`;
}

/**
 * The object of an index, a manifest or an artifact's manifest, if all readers read it alike.
 * @throws ImageFault `image-inconsistent`
 */
export function readObject(bytes: Buffer, what: string): JsonObject {
  const value = parseStrictJson(bytes, what, DOCUMENT);
  if (!isObject(value)) throw inconsistent(`${what} is not an object`);
  return value;
}

/**
 * containerd reads the media type in the reference to a document, Podman the one in the document, and others its keys.
 * All must agree.
 */
function kindOf(value: JsonObject, expected: string | undefined, what: string): "index" | "manifest" {
  const has = (key: string) => Object.hasOwn(value, key);
  const own = typeof value.mediaType === "string" ? value.mediaType : undefined;
  if (value.schemaVersion === 1 || has("fsLayers") || [own, expected].some((type) => SCHEMA_1.test(type ?? "")))
    throw schema1(what);
  if (value.schemaVersion !== undefined && value.schemaVersion !== 2)
    throw inconsistent(`${what} has a schema version other than 2`);
  const isIndex = has("manifests");
  if (isIndex && (has("config") || has("layers"))) throw inconsistent(`${what} is an index and a manifest at once`);
  if (!isIndex && !has("config")) throw inconsistent(`${what} is neither an index nor a manifest of an image`);
  if (has("history") || has("signatures")) throw inconsistent(`${what} has parts of another format`);
  const others = isIndex ? MANIFEST_TYPES : INDEX_TYPES;
  if (others.has(own ?? "") || others.has(expected ?? ""))
    throw inconsistent(`${what} is ${isIndex ? "an index" : "a manifest"}, and its media type says something else`);
  return isIndex ? "index" : "manifest";
}

function schema1(what: string) {
  return inconsistent(`${what} has Docker's old format (schema 1), which names no configuration`);
}

function indexOf(value: JsonObject, what: string): ImageIndexDocument {
  const { manifests, annotations: own } = checked(index, value, what);
  return indexWith(
    manifests.map((each) => descriptorOf(each, what)),
    own,
  );
}

/** An index of these entries. */
export function indexWith(
  manifests: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): ImageIndexDocument {
  return { kind: "index", manifests, images: manifests.filter(mayRun).map(listedImage), annotations };
}

/** See {@link ListedImage}. */
export function listedImage(entry: Descriptor): ListedImage {
  return { digest: entry.digest, platform: listedPlatform(entry) };
}

function manifestOf(value: JsonObject, what: string): ImageManifestDocument {
  const { config, layers, annotations: own } = checked(manifest, value, what);
  return {
    kind: "manifest",
    config: descriptorOf(config, what),
    layers: layers.map((each) => descriptorOf(each, what)),
    annotations: own,
  };
}

function descriptorOf(found: z.infer<typeof descriptor>, what: string): Descriptor {
  const { data, platform: at, digest: of, size, mediaType, artifactType, annotations: own } = found;
  const content = data == null ? undefined : Buffer.from(data, "base64");
  // A reader may take the content from here instead of the blob.
  if (content !== undefined && (content.length !== size || sha256Of(content) !== of))
    throw inconsistent(`${what} holds a content that is not the one of its digest`);
  const platform = at ? platformOf(at, what) : undefined;
  return { digest: of, size, mediaType, artifactType, annotations: own, platform };
}

/** The digest of bytes, `sha256:…`. */
export function sha256Of(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Tools that write no platform leave both names empty. With one of them, containerd fills in the other. */
function platformOf(found: z.infer<typeof platform>, what: string): ImagePlatform | undefined {
  const { os, architecture, variant, "os.version": osVersion } = found;
  if (os === undefined && architecture === undefined) return undefined;
  if (os === undefined || architecture === undefined) throw inconsistent(`${what} names half of a platform`);
  return { os, architecture, variant, osVersion };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // The path in an error may contain keys of the document itself, since annotations can have any.
  const path = result.error.issues[0]?.path.filter((each) => typeof each === "number" || NAMES.has(String(each)));
  throw inconsistent(`${what} has a wrong value at ${path?.length ? path.join(".") : "its top"}`);
}

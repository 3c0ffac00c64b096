import { createHash } from "node:crypto";
import { z } from "zod";
import { misspeltKey, repeatedKey } from "../../domain/json-keys.ts";

/** One image that an index lists. */
export interface ListedImage {
  readonly digest: string;
  /** `linux/arm/v7`; for Windows with the system's version, which distinguishes several; absent if the index does not say. */
  readonly platform?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Document {
  /** Computed from the bytes that were read, not taken from any header. */
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A list of one image for several platforms (OCI image index, Docker manifest list). */
export interface IndexDocument extends Document {
  readonly kind: "index";
  /** In the index's order, without what no engine runs, such as BuildKit's attestations. */
  readonly images: readonly ListedImage[];
}

/**
 * One image. Its {@link Document.digest} covers two things: the digest of the configuration, which scanners call the image's
 * id, and the digests of the layers as they are stored, compressed, the first layer first. It proves nothing about DiffIDs:
 * the builder writes these into the configuration.
 */
export interface ManifestDocument extends Document {
  readonly kind: "manifest";
  readonly config: string;
  readonly layers: readonly string[];
}

export type RegistryDocument = IndexDocument | ManifestDocument;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const annotations = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})
  .catch({});
const word = z.string().regex(/^[\w.-]{1,60}$/);
const platform = z.object({
  os: word,
  architecture: word,
  variant: word.or(z.literal("")).optional(),
  "os.version": word.or(z.literal("")).optional(),
});
const listed = z.object({ digest, platform: platform.nullish().catch(undefined), annotations });
const schema = z.object({
  manifests: z.array(listed).optional(),
  config: z.object({ digest }).optional(),
  layers: z.array(z.object({ digest })).optional(),
  annotations,
});

/**
 * Reads a document from a registry, or a blob from a layout. If it could be both an index and a manifest, it is neither, since
 * its meaning would depend on the header that came with it.
 * @returns undefined if it is no image and no index of images
 */
export function registryDocument(bytes: Buffer): RegistryDocument | undefined {
  const parsed = schema.safeParse(json(bytes));
  if (!parsed.success) return undefined;
  const { manifests, config, layers, annotations: own } = parsed.data;
  const common = { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, annotations: own };
  if (manifests !== undefined && config === undefined && layers === undefined)
    return { ...common, kind: "index", images: manifests.filter(mayRun).map(listedImage) };
  if (manifests === undefined && config !== undefined && layers !== undefined)
    return { ...common, kind: "manifest", config: config.digest, layers: layers.map((layer) => layer.digest) };
  return undefined;
}

/** Undefined too if other readers could read other images in it than we do. */
function json(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return repeatedKey(bytes, value) === undefined && !hasMisspeltKey(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keys by which engines find images. */
const KEYS = ["schemaVersion", "manifests", "config", "layers", "mediaType", "digest", "platform"];
const PLATFORM_KEYS = ["os", "architecture", "variant", "os.version"];

/**
 * Whether a document has a key in another case. Go's readers, which engines and registries have, take `Manifests` for `manifests`: of
 * an index with both they start images that nobody else sees.
 */
function hasMisspeltKey(document: unknown): boolean {
  if (!isObject(document)) return false;
  const { manifests, config, layers } = document;
  const parts = [manifests, layers].flatMap((list) => (Array.isArray(list) ? list : []));
  const descriptors = [...parts, config].filter(isObject);
  const platforms = descriptors.map((each) => each.platform).filter(isObject);
  return (
    [document, ...descriptors].some((each) => misspeltKey(Object.keys(each), KEYS) !== undefined) ||
    platforms.some((each) => misspeltKey(Object.keys(each), PLATFORM_KEYS) !== undefined)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Listed = z.infer<typeof listed>;

/** The parts of an index's entry that distinguish images from attestations. */
interface IndexEntry {
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
  readonly platform?:
    | { readonly os?: string | undefined; readonly architecture?: string | undefined }
    | null
    | undefined;
}

/** BuildKit lists an image's provenance as a further entry, with an unknown platform. */
export function isImage({ annotations: own, platform: at }: IndexEntry): boolean {
  const isAttestation = own?.["vnd.docker.reference.type"] === "attestation-manifest";
  return !isAttestation && mayRun({ platform: at });
}

/**
 * Whether an engine may run an entry of a registry's index. Its annotations are not asked: some engines ignore them, so nobody may
 * hide an image by them from those who judge or sign each image of an index.
 */
function mayRun({ platform: at }: IndexEntry): boolean {
  return !(at?.os === "unknown" && at.architecture === "unknown");
}

function listedImage({ digest: id, platform: at, annotations: own }: Listed): ListedImage {
  if (!at) return { digest: id, annotations: own };
  const parts = [at.os, at.architecture, at.variant].filter(Boolean).join("/");
  const version = at["os.version"];
  return { digest: id, platform: version ? `${parts} ${version}` : parts, annotations: own };
}

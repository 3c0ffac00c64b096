import { inconsistent } from "./problem.ts";
import { type JsonObject, objectWith, parseStrict } from "./strict-json.ts";

/** How an index or manifest names a blob. (https://github.com/opencontainers/image-spec/blob/main/descriptor.md) */
export interface Descriptor {
  readonly mediaType?: string | undefined;
  readonly digest: string;
  readonly size?: number | undefined;
  readonly platform?: JsonObject | undefined;
  readonly annotations?: JsonObject | undefined;
}

const INDEX_KEYS = ["manifests", "mediaType"];
const KEYS = ["mediaType", "digest", "size", "platform", "annotations"];

/** What an index lists. @throws ImageProblem */
export function descriptorsOf(text: Buffer, what: string): Descriptor[] {
  return listOf(objectWith(parseStrict(text, what), INDEX_KEYS, what).manifests, what);
}

/** Configuration and layers of one image. @throws ImageProblem */
export function manifestOf(text: Buffer, what: string): { config: Descriptor; layers: Descriptor[] } {
  const manifest = objectWith(parseStrict(text, what), ["config", "layers", "mediaType"], what);
  return { config: descriptorOf(manifest.config, what), layers: listOf(manifest.layers, what) };
}

function listOf(value: unknown, what: string): Descriptor[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw inconsistent(`${what} has something else than a list`);
  return value.map((each) => descriptorOf(each, what));
}

function descriptorOf(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size, platform, annotations } = objectWith(value, KEYS, what);
  if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw inconsistent(`${what} names a blob by something else than a SHA-256`);
  return {
    digest,
    mediaType: typeof mediaType === "string" ? mediaType : undefined,
    size: typeof size === "number" ? size : undefined,
    platform: isObject(platform) ? objectWith(platform, ["os", "architecture", "variant"], what) : undefined,
    annotations: isObject(annotations) ? annotations : undefined,
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** BuildKit lists an image's provenance beside it, for a platform that is none. No engine takes it for an image. */
export function isAttestation({ platform, annotations }: Descriptor): boolean {
  const isUnknown = platform?.os === "unknown" && platform.architecture === "unknown";
  return isUnknown && annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
}

/** By its type, or where it has none by what is in it. */
export function isIndex({ mediaType }: Descriptor, text: Buffer | undefined): boolean {
  if (mediaType !== undefined) return /image\.index|manifest\.list/.test(mediaType);
  return (
    text !== undefined &&
    "manifests" in objectWith(parseStrict(text, "a document in it"), INDEX_KEYS, "a document in it")
  );
}

import { createHash } from "node:crypto";
import { misspeltKey, repeatedKey } from "../../domain/json-keys.ts";
import { inconsistent } from "./bytes.ts";

/** How an index or manifest refers to a blob. (https://github.com/opencontainers/image-spec/blob/main/descriptor.md) */
export interface Descriptor {
  readonly mediaType?: string | undefined;
  readonly digest: string;
  readonly size?: number | undefined;
  readonly platform?: JsonObject | undefined;
  readonly annotations?: JsonObject | undefined;
}

const INDEX_KEYS = ["manifests", "mediaType"];
const KEYS = ["mediaType", "digest", "size", "platform", "annotations"];

/** The entries of an index. @throws ImageProblem */
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
  if (!Array.isArray(value)) throw inconsistent(`${what} has something other than a list`);
  return value.map((each) => descriptorOf(each, what));
}

function descriptorOf(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size, platform, annotations } = objectWith(value, KEYS, what);
  if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw inconsistent(`${what} names a blob by something other than a SHA-256`);
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

/** BuildKit lists an image's provenance as a further entry, with an unknown platform. Engines do not treat it as an image. */
export function isAttestation({ platform, annotations }: Descriptor): boolean {
  const isUnknown = platform?.os === "unknown" && platform.architecture === "unknown";
  return isUnknown && annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
}

/** Judges by the media type; without one, by the content. */
export function isIndex({ mediaType }: Descriptor, text: Buffer | undefined): boolean {
  if (mediaType !== undefined) return /image\.index|manifest\.list/.test(mediaType);
  return (
    text !== undefined &&
    "manifests" in objectWith(parseStrict(text, "a document in it"), INDEX_KEYS, "a document in it")
  );
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses JSON and refuses repeated keys, since readers differ in which of the two values they take.
 * @param what for messages: `its manifest.json`
 * @throws ImageProblem
 */
export function parseStrict(bytes: Buffer, what: string): unknown {
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inconsistent(`${what} is not JSON`);
  }
  // Checks the decoded text. Invalid UTF-8 all becomes the same character, so keys that differ only in it are equal.
  if (repeatedKey(Buffer.from(text), value) !== undefined) throw inconsistent(`${what} has a key twice`);
  return value;
}

/**
 * The value as an object whose given keys are spelt exactly. Go, and so Docker and the scanner, accepts `layers` for `Layers`;
 * other readers do not.
 * @throws ImageProblem
 */
export function objectWith(value: unknown, keys: readonly string[], what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw inconsistent(`${what} is no object`);
  const meant = misspeltKey(Object.keys(value), keys);
  if (meant !== undefined) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
  return value as JsonObject;
}

/** @throws ImageProblem if it is neither absent nor a list of strings */
export function stringsOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw inconsistent(`${what} is no list of texts`);
}

/** The facts of an image's configuration that we check. */
export interface ConfigFacts {
  readonly imageId: string;
  readonly diffIds: readonly string[];
  /** `linux/amd64`, with the variant if that means another processor; undefined if the configuration does not say. */
  readonly platform: string | undefined;
}

/**
 * (https://github.com/opencontainers/image-spec/blob/main/config.md)
 * @param what for messages: `its configuration`
 * @throws ImageProblem
 */
export function configFacts(bytes: Buffer, what: string): ConfigFacts {
  const config = objectWith(parseStrict(bytes, what), ["rootfs", "os", "architecture", "variant", "history"], what);
  const rootfs = objectWith(config.rootfs, ["diff_ids", "type"], `${what} (rootfs)`);
  return {
    imageId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    diffIds: stringsOf(rootfs.diff_ids, `diff_ids in ${what}`),
    platform: platformOf(config),
  };
}

/** On arm, variants are different processors. On others they are newer versions of the same one. */
export function platformOf({ os, architecture, variant }: JsonObject): string | undefined {
  if (typeof os !== "string" || typeof architecture !== "string" || os === "" || architecture === "") return undefined;
  const whole = `${os}/${architecture}`;
  return architecture === "arm" && typeof variant === "string" ? `${whole}/${variant}` : whole;
}

/** @throws ImageProblem if a blob does not have the digest of its name */
export function requireDigest(called: string, found: string): void {
  if (called !== found) throw inconsistent(`its blob ${called} is ${found}`);
}

/**
 * @param unpacked digests of the layers' decompressed content, the first layer first
 * @throws ImageProblem if these are not the layers that the configuration lists
 */
export function requireLayers(unpacked: readonly string[], diffIds: readonly string[]): void {
  if (unpacked.length !== diffIds.length)
    throw inconsistent(`it has ${unpacked.length} layers, and its configuration lists ${diffIds.length}`);
  for (const [index, digest] of unpacked.entries())
    if (digest !== diffIds[index])
      throw inconsistent(
        `its layer ${index + 1} is ${digest}, and its configuration says ${String(diffIds[index]).slice(0, 80)}`,
      );
}

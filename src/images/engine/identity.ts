import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { quoted } from "../../domain/one-line.ts";
import { type Bytes, bytesOfFile, exactly, ImageProblem } from "../file/bytes.ts";
import { tarMembers } from "../file/tar.ts";
import { type ImageConfigDocument, platformName, readConfig } from "../oci/documents.ts";
import { type Fields, isObject, type JsonObject, parseStrictJson, requireSpelling } from "../oci/strict-json.ts";
import { EngineProblem } from "./failures.ts";

/** Which image a tar is, by the digests in it. */
export interface TarIdentity {
  /** Digest of the configuration. */
  readonly configuration: string;
  /** Digest of its manifest, if that is what ties it to the engine's id. */
  readonly manifest?: string | undefined;
  /** `linux/arm64`, from the configuration. */
  readonly platform?: string | undefined;
}

/** Manifests and configurations have a few kilobytes. */
const MAX_DOCUMENT = 8 * 1024 * 1024;
const MAX_DOCUMENTS = 64 * 1024 * 1024;
/** An index, an index in it, a manifest: nobody writes more. */
const MAX_DEPTH = 3;

/**
 * Holds the tar of an engine to the image that was asked for. An engine's id of an image is the digest of its configuration; with
 * containerd's store, of its manifest or index. So either the tar's configuration has that digest, or documents in the tar lead to it
 * from there, each by its digest. Layers are not read: whoever reads the tar holds them to the configuration.
 * @param roots the engine's id, and digests that the engine gave as the image's manifests
 * @throws EngineProblem `image-inconsistent`, `daemon-export-failed`
 */
export async function identifyTar(file: string, id: string, roots: readonly string[]): Promise<TarIdentity> {
  try {
    const { imageId: configuration, platform: at } = await configurationIn(file);
    const platform = at && platformName(at);
    if (configuration === id) return { configuration, platform };
    const manifest = await manifestOf(file, configuration, [id, ...roots]);
    if (manifest !== undefined) return { configuration, manifest, platform };
    throw new EngineProblem(
      "image-inconsistent",
      `its engine was asked for ${id}, and gave the image ${configuration}`,
    );
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    const complaint = complaintIn(file);
    if (complaint !== undefined)
      throw new EngineProblem("daemon-export-failed", `its engine broke off: ${complaint}`, { cause: error });
    const code = error.code === "image-inconsistent" ? error.code : "daemon-export-failed";
    throw new EngineProblem(code, `what its engine gave cannot be read: ${error.message}`, { cause: error });
  }
}

const MAX_COMPLAINT = 4096;

/** Docker's words behind what it has sent, if it fails in the middle (moby, daemon/server/router/image): its status was 200 by then. */
function complaintIn(file: string): string | undefined {
  const descriptor = openSync(file, "r");
  try {
    const end = Buffer.alloc(MAX_COMPLAINT);
    const start = Math.max(0, fstatSync(descriptor).size - MAX_COMPLAINT);
    const text = end.toString("utf8", 0, readSync(descriptor, end, 0, MAX_COMPLAINT, start));
    const { errorDetail } = JSON.parse(text.slice(text.lastIndexOf('{"errorDetail"'))) as {
      errorDetail?: { message?: unknown };
    };
    return typeof errorDetail?.message === "string" ? quoted(errorDetail.message) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

async function configurationIn(file: string): Promise<ImageConfigDocument> {
  const [list] = (await documents(file, ["manifest.json"])).values();
  if (list === undefined) throw new ImageProblem("image-damaged", "it has no manifest.json");
  const images = parseStrictJson(list, "its manifest.json");
  if (!Array.isArray(images) || images.length !== 1)
    throw new ImageProblem("image-inconsistent", "its manifest.json does not list one image");
  const { Config: name } = objectWith(images[0], { Config: null, Layers: null }, "its manifest.json");
  if (typeof name !== "string") throw new ImageProblem("image-damaged", "its manifest.json names no configuration");
  const [config] = (await documents(file, [name])).values();
  if (config === undefined) throw new ImageProblem("image-damaged", "it has no configuration");
  return readConfig(config);
}

/** The manifest of a configuration that can be reached from one of these digests. */
async function manifestOf(file: string, config: string, roots: readonly string[]): Promise<string | undefined> {
  let wanted = [...new Set(roots)];
  for (let depth = 0; depth < MAX_DEPTH && wanted.length > 0; depth++) {
    const found = await documents(file, wanted.map(blobName));
    const next: string[] = [];
    for (const digest of wanted) {
      const text = found.get(blobName(digest));
      if (text === undefined || digestOf(text) !== digest) continue;
      const named = namedIn(parseStrictJson(text, "a document in it"));
      if (named.config === config) return digest;
      next.push(...named.children);
    }
    wanted = [...new Set(next)];
  }
  return undefined;
}

function namedIn(value: unknown): { readonly config?: string | undefined; readonly children: readonly string[] } {
  const { config, manifests } = objectWith(value, { config: null, manifests: null }, "a document in it");
  const children = Array.isArray(manifests) ? manifests.flatMap((each) => digestIn(each) ?? []) : [];
  return { config: digestIn(config), children };
}

function digestIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { digest } = objectWith(value, { digest: null }, "a document in it");
  return typeof digest === "string" ? digest : undefined;
}

function objectWith(value: unknown, fields: Fields, what: string): JsonObject {
  requireSpelling(value, fields, what);
  if (!isObject(value)) throw new ImageProblem("image-inconsistent", `${what} is no object`);
  return value;
}

const blobName = (digest: string) => `blobs/sha256/${digest.replace("sha256:", "")}`;
const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** The named members of a tar. Of all others only the headers are read. */
async function documents(file: string, names: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = new Set(names);
  const found = new Map<string, Buffer>();
  let room = MAX_DOCUMENTS;
  const descriptor = openSync(file, "r");
  try {
    const source = countedBytes(descriptor);
    for await (const { name, kind, size, some } of tarMembers(source)) {
      if (!wanted.has(name)) continue;
      if (found.has(name)) throw new ImageProblem("image-inconsistent", "it has a name twice");
      room -= size;
      if (kind !== "file" || size > MAX_DOCUMENT || room < 0)
        throw new ImageProblem("image-inconsistent", "a document in it is no plain file, or too large");
      found.set(name, await exactly({ some, skip: async () => {} }, size));
    }
    // To skip what is not there is no error of its own.
    if (source.position() > fstatSync(descriptor).size) throw new ImageProblem("image-damaged", "it is cut off");
    return found;
  } finally {
    closeSync(descriptor);
  }
}

function countedBytes(descriptor: number) {
  const bytes = bytesOfFile(descriptor);
  let position = 0;
  return {
    async some(max: number) {
      const piece = await bytes.some(max);
      position += piece.length;
      return piece;
    },
    async skip(count: number) {
      position += count;
      await bytes.skip(count);
    },
    position: () => position,
  } satisfies Bytes & { position(): number };
}

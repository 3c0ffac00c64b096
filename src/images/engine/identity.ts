import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { z } from "zod";
import { isObject } from "../../domain/json/is-object.ts";
import { quoted } from "../../domain/one-line.ts";
import { ImageProblem } from "../file/bytes.ts";
import { type SavedFiles, savedFiles } from "../file/saved-files.ts";
import { type ImageConfigDocument, platformName, readConfig } from "../oci/documents.ts";
import { parseStrictJson, requireSpelling } from "../oci/strict-json.ts";
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

/** An index, an index in it, a manifest: engines write no more. */
const MAX_DEPTH = 3;

/**
 * Holds the tar of an engine to the image that was asked for. An engine's id of an image is the digest of its
 * configuration; with containerd's store, of its manifest or index. So either the tar's configuration has that digest,
 * or documents in the tar lead to it from there, each by its digest. Layers are not read: the reader of the tar holds
 * them to the configuration.
 * @param roots the engine's id, and digests that the engine gave as the image's manifests
 * @throws EngineProblem `image-inconsistent`, `daemon-export-failed`
 */
export async function identifyTar(file: string, id: string, roots: readonly string[]): Promise<TarIdentity> {
  try {
    const files = await filesIn(file);
    const { imageId: configuration, platform: at } = configurationIn(files);
    const platform = at && platformName(at);
    if (configuration === id) return { configuration, platform };
    const manifest = manifestOf(files, configuration, [id, ...roots]);
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

/**
 * Docker's words behind what it has sent, if it fails in the middle (moby, daemon/server/router/image): its status was
 * 200 by then.
 */
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

async function filesIn(file: string): Promise<SavedFiles> {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openSync(file, "r"), closeSync);
  return await savedFiles(descriptor);
}

function configurationIn(files: SavedFiles): ImageConfigDocument {
  const images = parseStrictJson(files.textOf("manifest.json", "manifest.json"), "its manifest.json");
  if (!Array.isArray(images) || images.length !== 1)
    throw new ImageProblem("image-inconsistent", "its manifest.json does not list one image");
  const { Config: name } = objectWith(images[0], ["Config", "Layers"], "its manifest.json");
  if (typeof name !== "string") throw new ImageProblem("image-damaged", "its manifest.json names no configuration");
  return readConfig(files.textOf(name, "configuration"));
}

/** The manifest of a configuration that can be reached from one of these digests. */
function manifestOf(files: SavedFiles, config: string, roots: readonly string[]): string | undefined {
  let wanted = [...new Set(roots)];
  for (let depth = 0; depth < MAX_DEPTH && wanted.length > 0; depth++) {
    const next: string[] = [];
    for (const digest of wanted) {
      const found = files.get(`blobs/${digest.replace(":", "/")}`);
      if (found === undefined || "kind" in found || found.text === undefined || found.digest !== digest) continue;
      const named = namedIn(parseStrictJson(found.text, "a document in it"));
      if (named.config === config) return digest;
      next.push(...named.children);
    }
    wanted = [...new Set(next)];
  }
  return undefined;
}

function namedIn(value: unknown): { readonly config?: string | undefined; readonly children: readonly string[] } {
  const { config, manifests } = objectWith(value, ["config", "manifests"], "a document in it");
  const children = Array.isArray(manifests) ? manifests.flatMap((each) => digestIn(each) ?? []) : [];
  return { config: digestIn(config), children };
}

function digestIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { digest } = objectWith(value, ["digest"], "a document in it");
  return typeof digest === "string" ? digest : undefined;
}

function objectWith(value: unknown, keys: readonly string[], what: string): Readonly<Record<string, unknown>> {
  requireSpelling(value, z.object(Object.fromEntries(keys.map((key) => [key, z.unknown()]))), what);
  if (!isObject(value)) throw new ImageProblem("image-inconsistent", `${what} is no object`);
  return value;
}

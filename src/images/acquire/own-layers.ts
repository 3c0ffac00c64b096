import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ImageProblem } from "../file/bytes.ts";
import { layerReader } from "../layers/pool.ts";
import { readConfig } from "../oci/documents.ts";
import { BlobError, type BlobProblem } from "../registry/blob-error.ts";
import { blobFetcher } from "../registry/blobs.ts";
import { DocumentProblem, type ReaderOptions, RegistryError } from "../registry/client.ts";
import type { ManifestDocument } from "../registry/document.ts";
import { fetchAll } from "../registry/fetch-all.ts";

/** Milliseconds for all layers of an image. */
const LAYERS_MS = 10 * 60_000;

export interface OwnLayersOptions extends ReaderOptions {
  /** Absolute path of a private folder for what is fetched. */
  readonly folder: string;
}

/**
 * Reads all layers of an image and holds them to the DiffIDs in its configuration. A manifest may name the configuration of one image
 * and the layers of another; not every engine notices.
 * @returns whether each layer unpacks to what the configuration says
 * @throws RegistryError if one of them cannot be read, or has other bytes than those of its digest
 */
export async function hasItsOwnLayers(
  repository: string,
  { descriptors: { config, layers } }: Pick<ManifestDocument, "descriptors">,
  { credentials, signal: run, allowHttp = false, deadlineMs = LAYERS_MS, folder }: OwnLayersOptions,
): Promise<boolean> {
  const signal = AbortSignal.any([run, AbortSignal.timeout(deadlineMs)]);
  const own = mkdtempSync(join(folder, "layers-"));
  const fetcher = blobFetcher(repository, { credentials, allowHttp });
  const reader = layerReader();
  const fileOf = (digest: string) => join(own, digest.replace(":", "-"));
  try {
    const blobs = new Map(
      [config, ...layers].map(({ digest, size }) => [digest, { digest, size, file: fileOf(digest) }]),
    );
    await fetchAll(fetcher, [...blobs.values()], { signal });
    const { diffIds } = readConfig(readFileSync(fileOf(config.digest)));
    if (diffIds.length !== layers.length) return false;
    for (const [at, { digest }] of layers.entries()) {
      const read = await reader.read({ file: fileOf(digest) }, signal);
      if (read.digest !== digest) throw new RegistryError("answered with other bytes than those of the digest");
      if (read.diffId !== diffIds[at]) return false;
    }
    return true;
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause;
    if (cause instanceof ImageProblem) throw new DocumentProblem(cause);
    throw new RegistryError(reasonOf(cause, signal), { cause });
  } finally {
    await reader.close();
    rmSync(own, { recursive: true, force: true });
  }
}

const OTHER = "answered with something other than what was asked for";
const REASONS: Partial<Record<BlobProblem, string>> = {
  missing: "does not have it",
  denied: "wants a login that Image Gate does not have",
  "answer-unknown": OTHER,
  "too-large": OTHER,
  "too-short": OTHER,
  "other-bytes": OTHER,
  "disk-full": "sends more than the disk has room for",
};

function reasonOf(cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "did not answer in time";
  return (cause instanceof BlobError ? REASONS[cause.kind] : undefined) ?? "could not be reached by Image Gate";
}

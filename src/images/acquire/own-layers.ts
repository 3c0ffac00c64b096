import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { timeLimit } from "../../system/background.ts";
import { ImageFault } from "../fault.ts";
import { layerReader } from "../layers/pool.ts";
import { BlobError, type BlobProblem } from "../registry/blob-error.ts";
import { blobFetcher } from "../registry/blobs.ts";
import { DocumentProblem, type ReaderOptions, RegistryError, registryReader } from "../registry/client.ts";
import { findInRegistry } from "../sources/registry.ts";
import { ImageStore, OtherLayers } from "./store.ts";

/** Milliseconds for all layers of an image. */
const LAYERS_MS = 10 * 60_000;

export interface OwnLayersOptions extends ReaderOptions {
  /** Absolute path of a private folder for what is fetched. */
  readonly folder: string;
}

const SILENT = { begin() {}, fetched() {}, layerDone() {} };

/**
 * Brings an image in as the gate does, which holds all its layers to the DiffIDs in its configuration. A manifest may
 * name the configuration of one image and the layers of another; not every engine notices.
 * @param digest of the manifest
 * @returns whether each layer unpacks to what the configuration says
 * @throws RegistryError if one of them cannot be read, or has other bytes than those of its digest
 */
export async function hasItsOwnLayers(
  repository: string,
  digest: string,
  { credentials, signal: run, allowHttp = false, deadlineMs = LAYERS_MS, folder }: OwnLayersOptions,
): Promise<boolean> {
  const signal = AbortSignal.any([run, timeLimit(deadlineMs)]);
  const own = mkdtempSync(join(folder, "layers-"));
  const reader = layerReader();
  const access = {
    manifests: registryReader({ credentials, signal, allowHttp, deadlineMs }),
    blobs: () => blobFetcher(repository, { credentials, allowHttp }),
  };
  try {
    const image = await findInRegistry({ reference: `${repository}@${digest}` }, access, join(own, "config"), signal);
    await new ImageStore({ folder: join(own, "store"), reader, spareBytes: 0 }).add(image, SILENT, signal);
    return true;
  } catch (cause) {
    if (cause instanceof OtherLayers) return false;
    if (cause instanceof RegistryError) throw cause;
    if (cause instanceof ImageFault) throw new DocumentProblem(cause);
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

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { timeLimit } from "../../system/background.ts";
import { layerReader } from "../layers/pool.ts";
import { blobFetcher } from "../registry/blobs.ts";
import { type ReaderOptions, registryReader } from "../registry/client.ts";
import { registryFault } from "../registry/fault.ts";
import { findInRegistry } from "../sources/registry.ts";
import { ImageStore, OtherLayers } from "./store.ts";

/** Milliseconds for all layers of an image. */
const LAYERS_MS = 10 * 60_000;

export interface OwnLayersOptions extends ReaderOptions {
  /** Absolute path of a private folder for fetched layers. */
  readonly folder: string;
}

const SILENT = { begin() {}, fetched() {}, layerDone() {} };

/**
 * Brings an image in as the gate does, and checks all its layers against the DiffIDs in its configuration. A manifest
 * may name the configuration of one image and the layers of another; not every engine notices.
 * @param digest of the manifest
 * @returns true if each layer unpacks to the content that the configuration names
 * @throws ImageFault if one of them cannot be read, or does not match its digest
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
    const image = await findInRegistry({ reference: `${repository}@${digest}` }, access, signal);
    await new ImageStore({ folder: join(own, "store"), reader, spareBytes: 0 }).add(image, SILENT, signal);
    return true;
  } catch (cause) {
    if (cause instanceof OtherLayers) return false;
    throw registryFault(cause, { signal });
  } finally {
    await reader.close();
    rmSync(own, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AcquiredImage } from "../../../src/images/acquire/acquired-image.ts";
import { ImageStore } from "../../../src/images/acquire/store.ts";
import { layerReader } from "../../../src/images/layers/pool.ts";
import { blobFetcher } from "../../../src/images/registry/blobs.ts";
import { registryReader } from "../../../src/images/registry/client.ts";
import type { FoundImage } from "../../../src/images/source.ts";
import { findInLayout, type LayoutLocation } from "../../../src/images/sources/layout.ts";
import { findInRegistry } from "../../../src/images/sources/registry.ts";
import { findInTar } from "../../../src/images/sources/saved-tar.ts";

const QUIET = { begin: () => {}, fetched: () => {}, layerDone: () => {} };
const reader = layerReader();

type Known = Pick<AcquiredImage, "imageId" | "notes" | "inventory" | "layers" | "digest" | "platform">;

/** Acquires an image from a tar, without keeping its bytes. @throws the readers' errors */
export function acquiredTar(path: string, platform?: string): Promise<Known> {
  return acquired((scratch, signal) => findInTar(path, { scratch, platform, signal }));
}

/** The same for a layout. */
export function acquiredLayout(location: LayoutLocation): Promise<Known> {
  return acquired(() => findInLayout(location));
}

/** The same for an image in a registry. @param reference `host/name:tag` */
export function acquiredReference(reference: string): Promise<Known> {
  const credentials = async () => undefined;
  return acquired((_, signal) => {
    const manifests = registryReader({ credentials, signal });
    const blobs = (of: string) => blobFetcher(of, { credentials });
    return findInRegistry({ reference }, { manifests, blobs }, signal);
  });
}

async function acquired(find: (scratch: string, signal: AbortSignal) => Promise<FoundImage>): Promise<Known> {
  const folder = mkdtempSync(join(tmpdir(), "acquired-"));
  const { signal } = new AbortController();
  try {
    const store = new ImageStore({ folder: join(folder, "store"), reader, spareBytes: 0 });
    const image = await store.add(await find(join(folder, "unpacked.tar"), signal), QUIET, signal);
    const { imageId, notes, inventory, layers, digest, platform } = image;
    return { imageId, notes, inventory, layers, digest, platform };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Loaded only if the compiled-in trusted root is not enough, so it is a separate chunk in the bundle.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { BaseFetcher, Updater } from "tuf-js";
// The client uses this class to detect that there is no newer root. The package's main entry does not export it.
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import { get, HttpStatusError, retrying } from "../../system/http.ts";
import compiledIn from "./tuf-root.json" with { type: "json" };

/** A TUF repository, and the root metadata by which its first answer is verified. */
export interface TufRepository {
  /** Base URL of the metadata. Targets are below it in `targets/`. */
  readonly url: string;
  readonly root: unknown;
}

/** Sigstore's public-good instance (https://github.com/sigstore/root-signing). */
const SIGSTORE: TufRepository = { url: "https://tuf-repo-cdn.sigstore.dev", root: compiledIn };

/**
 * Sigstore's newest `trusted_root.json`. TUF verifies every step from the compiled-in root to it.
 * @param folder empty, and only used by us
 * @throws Error from the library or the system
 */
export async function newestTrustedRoot(
  folder: string,
  signal: AbortSignal,
  repository: TufRepository = SIGSTORE,
): Promise<unknown> {
  const targetDir = join(folder, "targets");
  mkdirSync(targetDir, { recursive: true });
  writeFileSync(join(folder, "root.json"), JSON.stringify(repository.root));
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: repository.url,
    targetDir,
    targetBaseUrl: `${repository.url}/targets`,
    fetcher: new Fetcher(signal),
  });
  const target = await updater.getTargetInfo("trusted_root.json");
  if (target === undefined) throw new Error("there is no trusted_root.json");
  return JSON.parse(readFileSync(await updater.downloadTarget(target), "utf8"));
}

/** Replaces the library's own fetcher, which supports neither the runner's proxies nor cancellation. */
class Fetcher extends BaseFetcher {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  override async fetch(address: string): Promise<globalThis.ReadableStream<Uint8Array<ArrayBuffer>>> {
    const signal = this.#signal;
    try {
      const message = await retrying(() => get({ address, signal }), signal);
      signal.addEventListener("abort", () => message.destroy(signal.reason as Error), { once: true });
      return Readable.toWeb(message) as ReadableStream as globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;
    } catch (error) {
      throw error instanceof HttpStatusError ? new DownloadHTTPError(error.message, error.httpStatusCode) : error;
    }
  }
}

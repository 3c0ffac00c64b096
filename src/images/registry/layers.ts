import type { IncomingMessage } from "node:http";
import { repositoryName } from "../../domain/image/reference.ts";
import { FinalError } from "../../system/http.ts";
import { ImageProblem } from "../file/bytes.ts";
import { digestsOf } from "../file/content.ts";
import { readConfig } from "../oci/documents.ts";
import { MAX_DOCUMENT } from "../oci/strict-json.ts";
import {
  askRegistry,
  DocumentProblem,
  newSession,
  type ReaderOptions,
  RegistryError,
  reasonOf,
  streamFrom,
} from "./client.ts";
import type { ManifestDocument } from "./document.ts";

/** Milliseconds for all layers of an image. Their number of bytes is bounded by it alone: nothing of them is kept. */
const LAYERS_MS = 10 * 60_000;

/**
 * Reads all layers of an image and holds them to the DiffIDs in its configuration. A manifest may name the configuration of one image
 * and the layers of another; not every engine notices.
 * @returns whether each layer unpacks to what the configuration says
 * @throws RegistryError if one of them cannot be read, or has other bytes than those of its digest
 */
export async function hasItsOwnLayers(
  repository: string,
  { config, layers }: Pick<ManifestDocument, "config" | "layers">,
  { credentials, signal: run, allowHttp = false, deadlineMs = LAYERS_MS }: ReaderOptions,
): Promise<boolean> {
  const signal = AbortSignal.any([run, AbortSignal.timeout(deadlineMs)]);
  const session = newSession(repositoryName(repository), credentials, { allowHttp });
  const blob = (digest: string) => ({
    address: (origin: URL) => new URL(`/v2/${session.path}/blobs/${digest}`, origin),
    accept: "*/*",
  });
  try {
    const { body } = await askRegistry(session, { ...blob(config), maxBytes: MAX_DOCUMENT }, signal);
    const { imageId, diffIds: wanted } = readConfig(body);
    requireDigest(config, imageId);
    if (wanted.length !== layers.length) return false;
    for (const [at, digest] of layers.entries()) {
      const found = await streamFrom(session, blob(digest), signal, (message) =>
        unpackedDigest(message, digest, signal),
      );
      if (found !== wanted[at]) return false;
    }
    return true;
  } catch (cause) {
    if (cause instanceof ImageProblem) throw new DocumentProblem(cause);
    throw new RegistryError(reasonOf(cause, signal), { cause });
  }
}

/**
 * The digest of a layer's tar: of all frames and members, as engines read them.
 * @throws FinalError if its packed bytes have not the digest that it is asked for by
 */
async function unpackedDigest(message: IncomingMessage, digest: string, signal: AbortSignal): Promise<string> {
  const stop = (): void => void message.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const pieces: AsyncIterator<Buffer> = message[Symbol.asyncIterator]();
    const found = await digestsOf(async () => {
      const next = await pieces.next();
      return next.done === true ? Buffer.alloc(0) : next.value;
    });
    requireDigest(digest, found.digest);
    return found.unpacked;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code !== undefined && /^Z(?:STD)?_/.test(code) ? new FinalError("it cannot be unpacked") : cause;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function requireDigest(digest: string, found: string): void {
  if (found !== digest) throw new FinalError("these are other bytes than those of the digest");
}

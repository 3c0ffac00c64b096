import { createHash, type Hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { z } from "zod";
import { repositoryName } from "../../domain/image/reference.ts";
import { FinalError } from "../../system/http.ts";
import { askRegistry, newSession, type ReaderOptions, RegistryError, reasonOf, streamFrom } from "./client.ts";
import type { ManifestDocument } from "./document.ts";

const MAX_CONFIG = 8 * 1024 * 1024;
/** Milliseconds for all layers of an image. Their number of bytes is bounded by it alone: nothing of them is kept. */
const LAYERS_MS = 10 * 60_000;

const configuration = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

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
    const { body } = await askRegistry(session, { ...blob(config), maxBytes: MAX_CONFIG }, signal);
    requireDigest(config, createHash("sha256").update(body));
    const { diff_ids: wanted } = configuration.parse(JSON.parse(body.toString("utf8"))).rootfs;
    if (wanted.length !== layers.length) return false;
    for (const [at, digest] of layers.entries()) {
      const found = await streamFrom(session, blob(digest), signal, (message) =>
        unpackedDigest(message, digest, signal),
      );
      if (found !== wanted[at]) return false;
    }
    return true;
  } catch (cause) {
    throw new RegistryError(reasonOf(cause, signal), { cause });
  }
}

/** The digest of a layer's tar. @throws FinalError if its packed bytes have not the digest that it is asked for by */
async function unpackedDigest(message: IncomingMessage, digest: string, signal: AbortSignal): Promise<string> {
  const [packed, unpacked] = [createHash("sha256"), createHash("sha256")];
  const stop = (): void => void message.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const pieces = hashed(message, packed);
    let head = Buffer.alloc(0);
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      head = Buffer.concat([head, next.value]);
      if (head.length >= ZSTD.length) break;
    }
    const whole = async function* () {
      yield head;
      yield* pieces;
    };
    await pipeline(whole, unpacker(head), async (tar: AsyncIterable<Buffer>) => {
      for await (const piece of tar) unpacked.update(piece);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code !== undefined && /^Z(?:STD)?_/.test(code) ? new FinalError("it cannot be unpacked") : cause;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  requireDigest(digest, packed);
  return `sha256:${unpacked.digest("hex")}`;
}

async function* hashed(message: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer, void> {
  for await (const piece of message) {
    hash.update(piece);
    yield piece;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** By the first bytes, as engines go, whatever the manifest calls it. */
function unpacker(head: Buffer): Transform {
  if (head.subarray(0, GZIP.length).equals(GZIP)) return createGunzip();
  return head.subarray(0, ZSTD.length).equals(ZSTD) ? createZstdDecompress() : new PassThrough();
}

function requireDigest(digest: string, hash: Hash): void {
  if (`sha256:${hash.digest("hex")}` !== digest) throw new FinalError("these are other bytes than those of the digest");
}

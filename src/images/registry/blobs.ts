import { createHash, type Hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { addAbortSignal } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isDigest, repositoryName } from "../../domain/image/reference.ts";
import { HttpStatusError } from "../../system/http.ts";
import { countUsedBuffers } from "../../system/used-buffers.ts";
import { type ImageFault, inconsistent } from "../fault.ts";
import { SparseFile } from "../layers/output/sparse-file.ts";
import { type Descriptor, sha256Of } from "../oci/documents.ts";
import { MAX_DOCUMENT } from "../oci/strict-json.ts";
import { askOnce, askRegistry, newSession, type ReaderOptions, type Session } from "./client.ts";
import { otherBytes, RegistryFault, registryFault } from "./fault.ts";

/** A layer or a configuration, as described in a manifest. Its `urls` are never asked. */
export interface BlobRequest {
  /** `sha256:…`; the bytes are checked against it, unless {@link isUnhashed}. */
  readonly digest: string;
  /** The caller hashes the file, and trusts nothing in it before. The size is still checked against {@link size}. */
  readonly isUnhashed?: boolean | undefined;
  /** Bytes, as the descriptor says. The blob has exactly that many. */
  readonly size: number;
  /** Absolute path of a file that must not exist. It is there afterwards only if all of it is right. */
  readonly file: string;
  /** Called with the number of bytes that have arrived since the call before. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export type BlobFetcher = ReturnType<typeof blobFetcher>;

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after this many milliseconds; rejects with the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export interface BlobOptions extends Pick<ReaderOptions, "credentials" | "allowHttp"> {
  readonly clock?: Clock;
  /** A connection without a byte for this many milliseconds is given up, and the rest asked for again. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 30_000;
/** Tries in a row that bring no byte. */
const MAX_IDLE = 5;
/** Number of tries for one blob: a server that sends little each time must not hold us for ever. */
const MAX_TRIES = 25;
/** A registry that wants a longer pause is not waited for. */
const MAX_PAUSE_MS = 120_000;
const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  pause: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Fetches blobs of one repository by the registry's API (distribution's specification, "Pulling blobs"): resumed by
 * range after a break, bounded by the descriptor's size, checked against the digest.
 * @param repository any reference of it
 */
export function blobFetcher(repository: string, options: BlobOptions) {
  const session = newSession(repositoryName(repository), options);
  return {
    /**
     * Streams one blob into its file. Several may be fetched at a time.
     * @throws ImageFault; the signal's reason; errors of the file system. The file is then gone
     */
    fetch: (request: BlobRequest, signal: AbortSignal) => fetchBlob({ session, options, request, signal }),
    /**
     * The bytes of a configuration, which have its digest.
     * @throws ImageFault; the signal's reason
     */
    async bytes({ digest, size }: Pick<Descriptor, "digest" | "size">, signal: AbortSignal): Promise<Buffer> {
      if (size > MAX_DOCUMENT) throw inconsistent(`its configuration has more than ${MAX_DOCUMENT} bytes`);
      const asked = { path: `blobs/${digest}`, accept: "*/*", maxBytes: MAX_DOCUMENT };
      const { body } = await askRegistry(session, asked, signal).catch((cause) => {
        throw registryFault(cause, { signal, part: digest });
      });
      if (sha256Of(body) === digest) return body;
      throw otherBytes();
    },
  };
}

interface Fetching {
  readonly session: Session;
  readonly options: BlobOptions;
  readonly request: BlobRequest;
  readonly signal: AbortSignal;
}

/** The file so far. */
interface Filled {
  readonly output: SparseFile;
  readonly hash: Hash | undefined;
}

async function fetchBlob(fetching: Fetching): Promise<void> {
  const { request, signal } = fetching;
  // The digest becomes a part of an address.
  if (!isDigest(request.digest))
    throw new RegistryFault("image-unreadable", "has a manifest that names a part by something other than a SHA-256");
  signal.throwIfAborted();
  const output = new SparseFile(request.file);
  const hash = request.isUnhashed === true ? undefined : createHash("sha256");
  try {
    await fill({ output, hash }, fetching);
    if (hash !== undefined && `sha256:${hash.digest("hex")}` !== request.digest) throw otherBytes();
    signal.throwIfAborted();
  } catch (error) {
    output.discard();
    throw error;
  }
  output.finish();
}

/** Tries until the file has all bytes. */
async function fill(file: Filled, fetching: Fetching): Promise<void> {
  const { options, signal } = fetching;
  let [idle, ranges] = [0, true];
  for (let tries = 1; ; tries++) {
    const before = file.output.size;
    const problem = await attempt(file, ranges, fetching);
    if (problem === undefined) return;
    signal.throwIfAborted();
    idle = file.output.size > before ? 0 : idle + 1;
    if (problem.message === otherRange().message) ranges = false;
    const mayPass = problem instanceof RegistryFault && problem.mayPass;
    if (!mayPass || idle === MAX_IDLE || tries === MAX_TRIES) throw problem;
    await pauseBefore(idle, problem, options, signal);
  }
}

/** Doubles with each try that brought nothing, and is at least as long as the server wants. */
async function pauseBefore(
  idle: number,
  problem: ImageFault,
  { clock = SYSTEM_CLOCK }: BlobOptions,
  signal: AbortSignal,
): Promise<void> {
  // Partly random, so that many runs with the same fault do not come back at the same moment.
  const own = 500 * 2 ** idle * (0.5 + Math.random() / 2);
  const wanted = problem.cause instanceof HttpStatusError ? problem.cause.retryAfterMs(clock.now()) : undefined;
  const ms = Math.max(own, wanted ?? 0);
  if (ms > MAX_PAUSE_MS) throw problem;
  await clock.pause(ms, signal);
}

/** One request for the missing bytes. @returns the reason why some are still missing */
async function attempt(file: Filled, ranges: boolean, fetching: Fetching): Promise<ImageFault | undefined> {
  const { session, options, request, signal } = fetching;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), options.silenceMs ?? SILENCE_MS);
  const either = AbortSignal.any([signal, silence.signal]);
  const rangeFrom = ranges ? file.output.size : 0;
  let message: IncomingMessage | undefined;
  let isWriting = false;
  try {
    ({ message } = await askOnce(session, { path: `blobs/${request.digest}`, accept: "*/*", rangeFrom }, either));
    // It may end with an error between two reads.
    addAbortSignal(either, message).on("error", () => {});
    timer.refresh();
    return await receive(message, file, request, (write) => {
      isWriting = true;
      write();
      isWriting = false;
      timer.refresh();
    });
  } catch (cause) {
    // Our own disk is not the server's fault.
    if (isWriting) throw cause;
    if (message !== undefined && file.output.size === request.size) return undefined;
    const begun = message === undefined ? { part: request.digest } : { hasBegun: true };
    return registryFault(cause, { wasSilent: silence.signal.aborted, ...begun });
  } finally {
    clearTimeout(timer);
    message?.destroy();
  }
}

/** Reads an answer into the file. */
async function receive(
  message: IncomingMessage,
  { output, hash }: Filled,
  { size, onBytes }: BlobRequest,
  writing: (write: () => void) => void,
): Promise<ImageFault | undefined> {
  const start = startOf(message);
  const before = output.size;
  if (start === undefined || (start !== 0 && start !== before)) return otherRange();
  if (start + Number(message.headers["content-length"] ?? 0) > size) return tooLong();
  /** Bytes at the beginning that the file has already: they come again from a server without ranges. */
  let known = before - start;
  for await (const piece of message as AsyncIterable<Buffer>) {
    const fresh = piece.subarray(known);
    known -= piece.length - fresh.length;
    if (output.size + fresh.length > size) return tooLong();
    writing(() => output.write(fresh));
    hash?.update(fresh);
    // Each piece was in two buffers: one from the socket, and one with the parsed body.
    countUsedBuffers(2 * piece.length);
    if (fresh.length > 0) onBytes?.(fresh.length);
  }
  if (output.size === size) return undefined;
  // An answer that ends early may be a proxy's fault.
  return output.size > before
    ? new RegistryFault("registry-broken-off", "broke off the connection, again and again", { mayPass: true })
    : new RegistryFault("image-damaged", "has a part that is smaller than the manifest says", { mayPass: true });
}

function otherRange(): RegistryFault {
  return new RegistryFault("registry-unreachable", "sent another part than the requested one", { mayPass: true });
}

function tooLong(): RegistryFault {
  return new RegistryFault("layer-too-large", "sends a part that is larger than the manifest says");
}

/** The start of an answer, in bytes of the blob. */
function startOf({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode === 200) return 0;
  const [, first] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/i.exec(headers["content-range"] ?? "") ?? [];
  return first === undefined ? undefined : Number(first);
}

import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { isDigest, repositoryName } from "../../domain/image/reference.ts";
import { HttpStatusError } from "../../system/http.ts";
import type { ImageFault } from "../fault.ts";
import { BlobFile } from "./blob-file.ts";
import { askOnce, newSession, type ReaderOptions, type Session } from "./client.ts";
import { otherBytes, RegistryFault, registryFault } from "./fault.ts";

/** A layer or a configuration, as its descriptor in a manifest has it. Its `urls` are never asked. */
export interface BlobRequest {
  /** `sha256:…`; the bytes are held to it, unless {@link isUnhashed}. */
  readonly digest: string;
  /** The caller hashes the file, and believes nothing in it before. The size is still held to {@link size}. */
  readonly isUnhashed?: boolean | undefined;
  /** Bytes, as the descriptor says. The blob has exactly that many. */
  readonly size: number;
  /** Absolute path of a file that must not exist. It is there afterwards only if all of it is right. */
  readonly file: string;
  /** Called with the number of bytes that have arrived since the call before. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface BlobFetcher {
  /**
   * Streams one blob into its file. Several may be fetched at a time.
   * @throws ImageFault; the signal's reason; errors of the file system. The file is then gone
   */
  fetch(request: BlobRequest, signal: AbortSignal): Promise<void>;
}

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after this many milliseconds; rejects with the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export interface BlobOptions extends Pick<ReaderOptions, "credentials" | "allowHttp"> {
  readonly clock?: Clock;
  /** A connection without a byte for this many milliseconds is given up, and the rest asked for anew. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 30_000;
/** Tries in a row that bring no byte. */
const MAX_IDLE = 5;
/** All tries for one blob: a server that sends little each time must not hold us for ever. */
const MAX_TRIES = 25;
/** A registry that wants a longer pause is not waited for. */
const MAX_PAUSE_MS = 120_000;
const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  pause: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Fetches blobs of one repository by the registry's API (distribution's specification, "Pulling blobs"): resumed by
 * range after a break, bounded by the descriptor's size, held to the digest.
 * @param repository any reference of it
 */
export function blobFetcher(repository: string, options: BlobOptions): BlobFetcher {
  const { credentials, allowHttp = false } = options;
  const session = newSession(repositoryName(repository), credentials, { allowHttp });
  return { fetch: (request, signal) => fetchBlob({ session, options, request, signal }) };
}

interface Fetching {
  readonly session: Session;
  readonly options: BlobOptions;
  readonly request: BlobRequest;
  readonly signal: AbortSignal;
}

async function fetchBlob(fetching: Fetching): Promise<void> {
  const { request, signal } = fetching;
  // It becomes a part of an address.
  if (!isDigest(request.digest))
    throw new RegistryFault("image-unreadable", "has a manifest that names a part by something other than a SHA-256");
  signal.throwIfAborted();
  const file = await BlobFile.make(request.file, { isHashed: request.isUnhashed !== true });
  try {
    await fill(file, fetching);
    const digest = await file.finish();
    if (request.isUnhashed !== true && digest !== request.digest) throw otherBytes();
    signal.throwIfAborted();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Tries until the file has all bytes. */
async function fill(file: BlobFile, fetching: Fetching): Promise<void> {
  const { options, signal } = fetching;
  let [idle, ranges] = [0, true];
  for (let tries = 1; ; tries++) {
    const before = file.length;
    const problem = await attempt(file, ranges, fetching);
    if (problem === undefined) return;
    signal.throwIfAborted();
    idle = file.length > before ? 0 : idle + 1;
    if (problem.message === otherRange().message) ranges = false;
    if (!mayPass(problem) || idle === MAX_IDLE || tries === MAX_TRIES) throw problem;
    await pauseBefore(idle, problem, options, signal);
  }
}

/** Doubles with each try that brought nothing, and is at least what the server wants. */
async function pauseBefore(
  idle: number,
  problem: ImageFault,
  options: BlobOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock = SYSTEM_CLOCK } = options;
  const now = clock.now();
  // In part random, so that many runs with the same fault do not come back at the same moment.
  const own = 500 * 2 ** idle * (0.5 + Math.random() / 2);
  const wanted = problem.cause instanceof HttpStatusError ? problem.cause.retryAfterMs(now) : undefined;
  const ms = Math.max(own, wanted ?? 0);
  if (ms > MAX_PAUSE_MS) throw problem;
  await clock.pause(ms, signal);
}

/** One request for what is missing. @returns why something still is */
async function attempt(file: BlobFile, ranges: boolean, fetching: Fetching): Promise<ImageFault | undefined> {
  const { session, options, request } = fetching;
  const watch = silenceWatch(options.silenceMs ?? SILENCE_MS, fetching.signal);
  const blob = {
    path: `blobs/${request.digest}`,
    accept: "*/*",
    rangeFrom: ranges ? file.length : 0,
  };
  let message: IncomingMessage | undefined;
  const stop = (): void => void message?.destroy(watch.signal.reason);
  watch.signal.addEventListener("abort", stop, { once: true });
  try {
    ({ message } = await watch.during(askOnce(session, blob, watch.signal)));
    // It may end with an error between two reads.
    message.on("error", () => {});
  } catch (cause) {
    watch.end();
    return registryFault(cause, { wasSilent: watch.wasSilent, part: request.digest });
  }
  try {
    return await receive(message, file, watch, fetching);
  } finally {
    watch.end();
    message.destroy();
  }
}

/** Reads an answer into the file. */
async function receive(
  message: IncomingMessage,
  file: BlobFile,
  watch: SilenceWatch,
  { request }: Fetching,
): Promise<ImageFault | undefined> {
  const { size, onBytes } = request;
  const start = startOf(message);
  if (start === undefined || (start !== 0 && start !== file.length)) return otherRange();
  if (start + Number(message.headers["content-length"] ?? 0) > size) return tooLong();
  const before = file.length;
  const problem = await append(message, file, { known: before - start, most: size, watch, onBytes });
  if (file.length === size && problem?.code !== "layer-too-large") return undefined;
  if (problem !== undefined) return problem;
  const hasMore = file.length > before;
  // An answer that ends early may be a proxy's fault.
  return hasMore
    ? new RegistryFault("registry-broken-off", "broke off the connection, again and again", { mayPass: true })
    : new RegistryFault("image-damaged", "has a part that is smaller than the manifest says", { mayPass: true });
}

function mayPass(fault: ImageFault): boolean {
  return fault instanceof RegistryFault && fault.mayPass;
}

function otherRange(): RegistryFault {
  return new RegistryFault("registry-unreachable", "answered with another part than was asked for", { mayPass: true });
}

function tooLong(): RegistryFault {
  return new RegistryFault("layer-too-large", "sends a part that is larger than the manifest says");
}

interface Receiving {
  /** Bytes at the beginning that the file has already: they come again from a server without ranges. */
  readonly known: number;
  /** The most that the file may have. */
  readonly most: number;
  readonly watch: SilenceWatch;
  readonly onBytes: BlobRequest["onBytes"];
}

async function append(
  message: IncomingMessage,
  file: BlobFile,
  { known, most, watch, onBytes }: Receiving,
): Promise<ImageFault | undefined> {
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = await watch.during(pieces.next());
    } catch (cause) {
      return registryFault(cause, { wasSilent: watch.wasSilent, hasBegun: true });
    }
    if (next.done) return undefined;
    const fresh = next.value.subarray(known);
    known -= next.value.length - fresh.length;
    if (fresh.length === 0) continue;
    if (file.length + fresh.length > most) return tooLong();
    await file.add(fresh);
    onBytes?.(fresh.length);
  }
}

/** Where an answer begins, in bytes of the blob. */
function startOf({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode === 200) return 0;
  const [, first] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/i.exec(headers["content-range"] ?? "") ?? [];
  return first === undefined ? undefined : Number(first);
}

/** Ends waiting that lasts too long. */
interface SilenceWatch {
  /** Aborted by the run's own signal, or by a silence. */
  readonly signal: AbortSignal;
  /** Whether there was a silence. */
  readonly wasSilent: boolean;
  /**
   * Only waiting for the server counts, so that our own slow disk is not its fault. The work must end by {@link
   * signal}.
   */
  during<Result>(work: Promise<Result>): Promise<Result>;
  /** Nothing is watched any more. */
  end(): void;
}

/**
 * @param ms milliseconds of a single wait
 * @param run ends every wait
 */
function silenceWatch(ms: number, run: AbortSignal): SilenceWatch {
  const silence = new AbortController();
  let waiting = false;
  const timer = setTimeout(() => waiting && silence.abort(new Error("nothing came for a long time")), ms);
  return {
    signal: AbortSignal.any([run, silence.signal]),
    get wasSilent() {
      return silence.signal.aborted;
    },
    async during(work) {
      waiting = true;
      timer.refresh();
      try {
        return await work;
      } finally {
        waiting = false;
      }
    },
    end() {
      clearTimeout(timer);
    },
  };
}

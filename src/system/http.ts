import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestHandler } from "@actions/http-client/lib/interfaces";
import { withAuthorities } from "./authorities.ts";
import { type AddressKind, hostKind, isWithin, lookupWithin, type Reach, ReachError, reachFrom } from "./reach.ts";

export interface Request {
  readonly address: string;
  /** Value of the header `Authorization`; sent only to the address's own origin. */
  readonly authorization?: string | undefined;
  /** Further headers. They must not be secret, since they are also sent after a redirect. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent instead of a `GET`, only to the address: redirects are not followed. */
  readonly send?: { readonly method: "POST" | "PUT"; readonly text: string; readonly type: string } | undefined;
  /** Only the address's own origin may answer: redirects elsewhere are not followed. */
  readonly atHome?: boolean | undefined;
  /** The first byte that is wanted, above 0: the answer may then be a 206 instead of a 200. */
  readonly rangeFrom?: number | undefined;
  /**
   * Where the address itself may lie; anywhere by default, as the user names it. Redirects have limits of their own.
   */
  readonly reach?: Reach | undefined;
  /**
   * Called when it is known where the address lies, and so where it may redirect to. It stays unknown if a proxy looks
   * it up.
   */
  readonly onReached?: ((reach: Reach) => void) | undefined;
  /** Statuses besides 200 whose answer is wanted, too. */
  readonly alsoTakes?: readonly number[] | undefined;
  /** Ends the request at any point. */
  readonly signal: AbortSignal;
}

/** The server answered, but not with the file. */
export class HttpStatusError extends Error {
  override readonly name = "HttpStatusError";
  readonly httpStatusCode: number;
  /** The header `WWW-Authenticate`, if the address's own origin sent one. */
  readonly challenge: string | undefined;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | undefined;
  /** It is the answer of another origin, to which the address's own has redirected. */
  readonly isElsewhere: boolean;

  constructor(
    status: number,
    { "www-authenticate": challenge, "retry-after": retryAfter }: IncomingHttpHeaders = {},
    isElsewhere = false,
  ) {
    super(`HTTP ${status}`);
    this.httpStatusCode = status;
    this.challenge = isElsewhere ? undefined : challenge;
    this.retryAfter = retryAfter;
    this.isElsewhere = isElsewhere;
  }

  /** How many milliseconds the server wants us to wait (RFC 9110, section 10.2.3); undefined if it does not say. */
  retryAfterMs(now: number): number | undefined {
    const text = this.retryAfter?.trim() ?? "";
    if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
    const date = Date.parse(text);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
  }
}

/** An error that another attempt would not change. */
export class FinalError extends Error {
  override readonly name: string = "FinalError";
}

/** A body that has more bytes than are read. */
export class TooLongError extends FinalError {
  readonly most: number;

  constructor(most: number) {
    super(`it has more than ${most} bytes`);
    this.most = most;
  }
}

/**
 * A redirect that is not followed, or a token service that is not asked. Its message has nothing that a server sent.
 */
export class RedirectError extends FinalError {
  override readonly name = "RedirectError";
}

const MAX_REDIRECTS = 5;
const ATTEMPTS = 3;
/** The longest pause that a server may ask for by `Retry-After`. */
const MAX_WAIT_MS = 5000;
/** If a server sends nothing for this long, the request is tried again. */
const SILENCE_MS = 60_000;

/**
 * Requests a file. Redirects are followed here, since the library compares only host names and would send a login to
 * another port, or from `https:` to `http:`. None leads to a link-local address, and none into a private network or to
 * this machine from outside of it. Names are looked up for the connection itself, so that a second look-up cannot
 * differ. Proxies come from the runner's environment; they look names up by themselves.
 * @returns the answer with status 200 (or 206, see {@link Request.rangeFrom}), or one that is wanted as well, its body
 * unread
 * @throws HttpStatusError for any other status; RedirectError; the signal's reason; errors of the system
 */
export async function get(request: Request): Promise<IncomingMessage> {
  const { send, rangeFrom, signal } = request;
  const first = new URL(request.address);
  let url = first;
  let reach: Reach = request.reach ?? "any";
  for (let step = 0; ; step++) {
    const { message, from } = await withAuthorities(() =>
      getOnce({ url, headers: headersFor(url, request), send, reach }, signal),
    );
    if (step === 0 && from !== undefined) request.onReached?.(from);
    // Who is outside of a private network once cannot lead back into it.
    reach = from === undefined || reach === "public" ? "public" : from;
    const status = message.statusCode ?? 0;
    if (status === 200 || (status === 206 && rangeFrom) || request.alsoTakes?.includes(status)) return message;
    message.destroy();
    const location = redirectOf(message, request);
    if (location === undefined || step === MAX_REDIRECTS)
      throw new HttpStatusError(status, message.headers, url.origin !== first.origin);
    url = redirected(location, url);
    requireAllowed(url, first, request.atHome ?? false);
  }
}

function headersFor(url: URL, { address, authorization, headers, rangeFrom }: Request): Record<string, string> {
  const isAtHome = url.origin === new URL(address).origin;
  return {
    ...headers,
    ...(rangeFrom ? { range: `bytes=${rangeFrom}-` } : {}),
    ...(isAtHome && authorization !== undefined ? { authorization } : {}),
  };
}

/** Where an answer redirects a request that may be repeated elsewhere. */
function redirectOf({ statusCode = 0, headers }: IncomingMessage, { send }: Request): string | undefined {
  return send === undefined && [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

function redirected(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) throw new RedirectError("it is redirected to what is no address");
  return new URL(location, from);
}

/** @throws RedirectError if a request for `from` must not go on to `url` */
function requireAllowed(url: URL, from: URL, atHome: boolean): void {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new RedirectError(`it is redirected to ${url.protocol}`);
  if (from.protocol === "https:" && url.protocol !== "https:")
    throw new RedirectError("it is redirected from https to http");
  if (atHome && url.origin !== from.origin) throw new RedirectError("it is redirected elsewhere");
}

interface SingleRequest extends Pick<Request, "send"> {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly reach: Reach;
}

interface SingleAnswer {
  readonly message: IncomingMessage;
  /** Where the host may redirect to, by where it lies. Undefined: only a proxy knows. */
  readonly from: Reach | undefined;
}

async function getOnce(request: SingleRequest, signal: AbortSignal): Promise<SingleAnswer> {
  const { url, headers, send, reach } = request;
  const literal = hostKind(url.hostname);
  if (literal !== undefined && !isWithin(literal, reach))
    throw new RedirectError("it is redirected into a private network");
  let from = literal && reachFrom([literal]);
  // Of several addresses one may be a stranger's: then the host is not within the network.
  const handler = lookingUp(reach, (kinds) => {
    from = reachFrom(kinds);
  });
  // Loaded only here, since the HTTP client takes 40 ms and most runs download nothing.
  const { HttpClient } = await import("@actions/http-client");
  signal.throwIfAborted();
  const client = new HttpClient("image-gate", [handler], { allowRedirects: false, socketTimeout: SILENCE_MS });
  const type = send && { "content-type": send.type };
  const asked = client.request(send?.method ?? "GET", url.href, send?.text ?? null, { ...headers, ...type });
  const answer = asked.then(({ message }) => message);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    // Closes the connection. Only one through a proxy stays open until the process ends, as the library keeps it.
    client.dispose();
    answer.then((message) => message.destroy()).catch(() => {});
    reject(signal.reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return { message: await Promise.race([answer, aborted]), from };
  } catch (error) {
    throw error instanceof ReachError ? new RedirectError(error.message) : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Hooks into the library's requests, so that their connections look names up by {@link lookupWithin}. */
function lookingUp(reach: Reach, found: (kinds: readonly AddressKind[]) => void): RequestHandler {
  return {
    prepareRequest: (options) => {
      options.lookup = lookupWithin(reach, found);
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error("there is no login to add")),
  };
}

/**
 * The whole body.
 * @throws FinalError if it has more than `maxBytes`
 */
export async function readBody(message: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const stop = (): void => void message.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of message as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > maxBytes) throw new TooLongError(maxBytes);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Repeats work after a short pause if it failed for a temporary reason: at most `attempts` tries in all. A server that
 * wants to be left alone for longer is not asked again.
 */
export async function retrying<T>(work: () => Promise<T>, signal: AbortSignal, attempts = ATTEMPTS): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || signal.aborted || !mayPass(error)) throw error;
      const wanted = (error instanceof HttpStatusError ? error.retryAfterMs(Date.now()) : undefined) ?? 0;
      if (wanted > MAX_WAIT_MS) throw error;
      // The pause is random, so that many runs with the same fault do not all retry at the same moment.
      await sleep(Math.max(wanted, attempt * (300 + Math.random() * 700)), undefined, { signal });
    }
  }
}

/** {@link get} with {@link retrying}. */
export function getPatiently(address: string, signal: AbortSignal): Promise<IncomingMessage> {
  return retrying(() => get({ address, signal }), signal);
}

/** Like `@actions/tool-cache`: every other answer below 500 is final. */
function mayPass(error: unknown): boolean {
  if (error instanceof FinalError) return false;
  if (!(error instanceof HttpStatusError)) return true;
  return error.httpStatusCode >= 500 || error.httpStatusCode === 408 || error.httpStatusCode === 429;
}

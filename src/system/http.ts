import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestHandler } from "@actions/http-client/lib/interfaces";
import { withAuthorities } from "./authorities.ts";
import { untilAborted } from "./background.ts";
import { hostKind, isWithin, lookupWithin, type Reach, ReachError, reachFrom } from "./reach.ts";

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
  /** The first byte of the wanted range, above 0: the answer may then be a 206 instead of a 200. */
  readonly rangeFrom?: number | undefined;
  /**
   * The allowed places of the address itself; any by default, as the user names it. Redirects have their own limits.
   */
  readonly reach?: Reach | undefined;
  /**
   * Called when the address's place is known, and so the places that it may redirect to. It stays unknown if a proxy
   * looks it up.
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
  /** The answer came from another origin, to which the address's own has redirected. */
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
 * A redirect that is not followed, or a token service that gets no request. Its message has nothing that a server sent.
 */
export class RedirectError extends FinalError {
  override readonly name = "RedirectError";
}

const MAX_REDIRECTS = 5;
const ATTEMPTS = 3;
/** The longest pause that a server may ask for with `Retry-After`. */
const MAX_WAIT_MS = 5000;
/** If a server sends nothing for this long, the request is tried again. */
const SILENCE_MS = 60_000;

/**
 * Requests a file. Redirects are followed here, since the library compares only host names and would send a login to
 * another port, or from `https:` to `http:`. No redirect leads to a link-local address, or from outside into a private
 * network or to this machine. Names are looked up for the connection itself, so that a second look-up cannot differ.
 * Proxies come from the runner's environment; they look names up by themselves.
 * @returns the answer with status 200 (or 206, see {@link Request.rangeFrom}), or with another wanted status, its body
 * unread
 * @throws HttpStatusError for any other status; RedirectError; the signal's reason; errors of the system
 */
export async function get(request: Request): Promise<IncomingMessage> {
  const { send, rangeFrom, signal } = request;
  const first = new URL(request.address);
  let url = first;
  let reach: Reach = request.reach ?? "any";
  for (let step = 0; ; step++) {
    const isElsewhere = url.origin !== first.origin;
    const headers = headersFor(request, isElsewhere);
    const { message, from } = await withAuthorities(() => getOnce(url, { headers, send, reach, signal }));
    if (step === 0 && from !== undefined) request.onReached?.(from);
    // A request that has left a private network must not lead back into it.
    reach = from === undefined || reach === "public" ? "public" : from;
    const status = message.statusCode ?? 0;
    if (status === 200 || (status === 206 && rangeFrom) || request.alsoTakes?.includes(status)) return message;
    message.destroy();
    const next = step === MAX_REDIRECTS ? undefined : redirected(message, url, request);
    if (next === undefined) throw new HttpStatusError(status, message.headers, isElsewhere);
    url = next;
  }
}

function headersFor(
  { authorization, headers, rangeFrom }: Request,
  isElsewhere: boolean,
): Readonly<Record<string, string>> {
  return {
    ...headers,
    ...(rangeFrom ? { range: `bytes=${rangeFrom}-` } : {}),
    ...(isElsewhere || authorization === undefined ? {} : { authorization }),
  };
}

/**
 * The address to which an answer redirects a request that may be repeated there.
 * @throws RedirectError if it must not go there
 */
function redirected(
  { statusCode = 0, headers: { location } }: IncomingMessage,
  from: URL,
  { address, send, atHome }: Request,
): URL | undefined {
  const isRedirect = [301, 302, 303, 307, 308].includes(statusCode);
  if (!isRedirect || send !== undefined || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) throw new RedirectError("it is redirected to an invalid address");
  const first = new URL(address);
  const url = new URL(location, from);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new RedirectError(`it is redirected to ${url.protocol}`);
  if (first.protocol === "https:" && url.protocol !== "https:")
    throw new RedirectError("it is redirected from https to http");
  if (atHome && url.origin !== first.origin) throw new RedirectError("it is redirected elsewhere");
  return url;
}

/** @returns the places that the host may redirect to, by its own place; undefined: only a proxy knows */
async function getOnce(
  url: URL,
  { headers, send, reach, signal }: Pick<Request, "headers" | "send" | "signal"> & { readonly reach: Reach },
): Promise<{ readonly message: IncomingMessage; readonly from: Reach | undefined }> {
  const literal = hostKind(url.hostname);
  if (literal !== undefined && !isWithin(literal, reach))
    throw new RedirectError("it is redirected into a private network");
  let from = literal && reachFrom([literal]);
  /** A hook into the library's requests. */
  const handler: RequestHandler = {
    prepareRequest: (options) => {
      options.lookup = lookupWithin(reach, (kinds) => {
        // One of several addresses may be a stranger's. Then the host does not count as within the network.
        from = reachFrom(kinds);
      });
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error("there is no login to add")),
  };
  // Loaded only here, since the HTTP client takes 40 ms and most runs download nothing.
  const { HttpClient } = await import("@actions/http-client");
  signal.throwIfAborted();
  const client = new HttpClient("image-gate", [handler], { allowRedirects: false, socketTimeout: SILENCE_MS });
  const type = send && { "content-type": send.type };
  const answer = client.request(send?.method ?? "GET", url.href, send?.text ?? null, { ...headers, ...type });
  try {
    const { message } = await untilAborted(answer, signal);
    return { message, from };
  } catch (error) {
    if (signal.aborted) {
      // Closes the connection. Only a connection through a proxy stays open until the process ends, as the library
      // keeps it.
      client.dispose();
      answer.then(({ message }) => message.destroy()).catch(() => {});
    }
    throw error instanceof ReachError ? new RedirectError(error.message) : error;
  }
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
 * Repeats work after a short pause if it failed for a temporary reason: three tries in all. A server that asks for a
 * longer pause is not asked again.
 */
export async function retrying<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted || !mayPass(error)) throw error;
      const wanted = (error instanceof HttpStatusError ? error.retryAfterMs(Date.now()) : undefined) ?? 0;
      if (wanted > MAX_WAIT_MS) throw error;
      // The pause is random, so that many runs with the same fault do not all retry at the same moment.
      await sleep(Math.max(wanted, attempt * (300 + Math.random() * 700)), undefined, { signal });
    }
  }
}

/** Like `@actions/tool-cache`: every other answer below 500 is final. */
function mayPass(error: unknown): boolean {
  if (error instanceof FinalError) return false;
  if (!(error instanceof HttpStatusError)) return true;
  return error.httpStatusCode >= 500 || error.httpStatusCode === 408 || error.httpStatusCode === 429;
}

import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Request {
  readonly address: string;
  /** Value of the header `Authorization`; sent only to the address's own origin. */
  readonly authorization?: string | undefined;
  /** Further headers. They must not be secret, since they are also sent after a redirect. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as a form by POST, only to the address: redirects are not followed. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** Sent by PUT, only to the address: redirects are not followed. */
  readonly put?: { readonly text: string; readonly type: string } | undefined;
  /** Only the address's own origin may answer: redirects elsewhere are not followed. */
  readonly atHome?: boolean | undefined;
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

  constructor(status: number, challenge?: string) {
    super(`HTTP ${status}`);
    this.httpStatusCode = status;
    this.challenge = challenge;
  }
}

/** An error that another attempt would not change. */
export class FinalError extends Error {
  override readonly name = "FinalError";
}

const MAX_REDIRECTS = 5;
const ATTEMPTS = 3;
/** If a server sends nothing for this long, the request is tried again. */
const SILENCE_MS = 60_000;

/**
 * Requests a file. Redirects are followed here, since the library compares only host names and would send a login to another
 * port, or from `https:` to `http:`. Proxies come from the runner's environment.
 * @returns the answer with status 200, or one that is wanted as well, its body unread
 * @throws HttpStatusError for any other status; the signal's reason; errors of the system
 */
export async function get(request: Request): Promise<IncomingMessage> {
  const { address, authorization, headers, form, put, atHome = false, signal } = request;
  const { origin } = new URL(address);
  let url = new URL(address);
  for (let step = 0; ; step++) {
    const isAtHome = url.origin === origin && authorization !== undefined;
    const own = isAtHome ? { ...headers, authorization } : { ...headers };
    const message = await getOnce(url, own, { form, put }, signal);
    const status = message.statusCode ?? 0;
    if (status === 200 || request.alsoTakes?.includes(status)) return message;
    message.destroy();
    const { location, "www-authenticate": challenge } = message.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(status) && form === undefined && put === undefined;
    if (!isRedirect || location === undefined || step === MAX_REDIRECTS)
      throw new HttpStatusError(status, url.origin === origin ? challenge : undefined);
    url = new URL(location, url);
    requireAllowed(url, new URL(address), atHome);
  }
}

/** @throws FinalError if a request for `from` must not go on to `url` */
function requireAllowed(url: URL, from: URL, atHome: boolean): void {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new FinalError(`it is redirected to ${url.protocol}`);
  if (from.protocol === "https:" && url.protocol !== "https:")
    throw new FinalError("it is redirected from https to http");
  if (atHome && url.origin !== from.origin) throw new FinalError("it is redirected elsewhere");
}

async function getOnce(
  url: URL,
  headers: Record<string, string>,
  { form, put }: Pick<Request, "form" | "put">,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // Loaded only here, since the HTTP client takes 40 ms and most runs download nothing.
  const { HttpClient } = await import("@actions/http-client");
  signal.throwIfAborted();
  const client = new HttpClient("image-gate", [], { allowRedirects: false, socketTimeout: SILENCE_MS });
  const asked =
    put !== undefined
      ? client.put(url.href, put.text, { ...headers, "content-type": put.type })
      : form === undefined
        ? client.get(url.href, headers)
        : client.post(url.href, ...formOf(form, headers));
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
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function formOf(form: Readonly<Record<string, string>>, headers: Record<string, string>) {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return [new URLSearchParams(form).toString(), { ...headers, ...type }] as const;
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
      if (length > maxBytes) throw new FinalError(`it has more than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Repeats work after a short pause if it failed for a temporary reason. */
export async function retrying<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted || !mayPass(error)) throw error;
      // The pause is random, so that many runs with the same fault do not all retry at the same moment.
      await sleep(attempt * (300 + Math.random() * 700), undefined, { signal });
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

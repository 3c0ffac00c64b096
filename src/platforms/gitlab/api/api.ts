import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { timeLimit } from "../../../system/background.ts";
import { FinalError } from "../../../system/http.ts";
import { type ApiFailure, ReportingError } from "../../api-failure.ts";
import { describeFailure } from "./failure.ts";
import type { Token } from "./token.ts";
import { type Answer, type Exchange, exchanger, type Message } from "./transport.ts";

export interface ConnectOptions {
  /** CI_API_V4_URL, without a final slash. */
  readonly apiUrl: string;
  readonly token: Token;
  /** CI_SERVER_TLS_CA_FILE. */
  readonly authorityFile?: string | undefined;
  /** Limit for one request, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Limit for all requests and the waiting between them, in milliseconds. */
  readonly budgetMs?: number | undefined;
  /** Ends requests when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** A request, and what its error's message must say. */
export interface Request {
  readonly method: Message["method"];
  /** Below `/api/v4`, each variable part encoded: `/projects/42/merge_requests/7/notes`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly body?: object | undefined;
  readonly failed: string;
  readonly needs: string;
  readonly maxBytes?: number | undefined;
}

/** A page of a list. */
export interface Page<T> {
  readonly data: T;
  /** The query of the next page, by the link that GitLab gives; undefined: this is the last one. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

/** A connection to GitLab's API. Everything that it throws is a {@link ReportingError}. */
export interface Api {
  readonly isJobToken: boolean;
  call<T>(request: Request, schema: z.ZodType<T>): Promise<Page<T>>;
  /** The bytes of a file. */
  bytes(request: Request): Promise<Buffer>;
}

/** The largest answer is a page of 100 notes of a megabyte each. */
const MAX_ANSWER = 128 << 20;
const MAX_ATTEMPTS = 3;
const UNNAMED_PAUSE_MS = 5000;
const MAX_REDIRECTS = 3;

/** An answer is a redirect to where the token must not go. */
class Elsewhere extends Error {}

/** What a header can hold. A variable with a line break or `Bearer ` in it is easily made. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * A client for GitLab's API; nothing is sent yet. While the budget lasts, it waits for rate limits and repeats requests
 * after temporary faults. The token is sent only to the API's own origin, below the API's own path.
 * @throws ReportingError `gitlab-token-unusable`
 */
export async function connect(options: ConnectOptions): Promise<Api> {
  const { token, timeoutMs = 10_000, budgetMs = 30_000 } = options;
  if (!TOKEN.test(token.value))
    throw new ReportingError({
      code: "gitlab-token-unusable",
      what: "The token for GitLab has a character that no token has, such as a blank or a line break",
      remedy: "Give the token alone in the variable GITLAB_TOKEN.",
    });
  const exchange = await exchanger(options.authorityFile);
  const send = sender({ ...options, timeoutMs, budgetMs }, exchange);
  const attempt = { host: new URL(options.apiUrl).host, timeoutMs, budgetMs, isJobToken: token.isJobToken };
  const failed = (request: Request, failure: ApiFailure) => describeFailure(failure, { ...attempt, ...request });
  async function sent(request: Request): Promise<Answer> {
    const result = await send(request);
    if ("kind" in result) throw failed(request, result);
    return result;
  }
  return {
    isJobToken: token.isJobToken,
    async call(request, schema) {
      const { body, headers } = await sent(request);
      const found = schema.safeParse(parsed(body));
      if (found.success) return { data: found.data, next: nextPage(headers) };
      const at = found.error.issues[0]?.path.map(String).join(".") || "the top";
      throw failed(request, { kind: "unreadable", message: `unexpected value at ${at}`, headers: {} });
    },
    bytes: async (request) => (await sent(request)).body,
  };
}

function parsed(body: Buffer): unknown {
  try {
    return body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Only the query of the link counts: a server behind a proxy may name itself by another address. If the proxy drops the
 * link, the page's number stands in a header of its own.
 */
function nextPage({ link = "", "x-next-page": page = "" }: Answer["headers"]): Record<string, string> | undefined {
  const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
  if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
  return /^\d{1,9}$/.test(page) ? { page } : undefined;
}

function messageOf({ apiUrl, token }: ConnectOptions, { method, path, query = {}, body }: Request): Message {
  const url = new URL(`${apiUrl}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const headers = {
    accept: "application/json",
    [token.isJobToken ? "job-token" : "private-token"]: token.value,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  return { method, url, headers, text: body === undefined ? undefined : JSON.stringify(body) };
}

/** Follows redirects of a GET within the API, as for a project that was moved. */
async function exchanged(ask: (message: Message) => Promise<Answer>, first: Message, apiUrl: string): Promise<Answer> {
  let message = first;
  for (let step = 0; ; step++) {
    const answer = await ask(message);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    const url = URL.canParse(location, message.url.href) ? new URL(location, message.url) : undefined;
    if (url === undefined || first.method !== "GET" || step === MAX_REDIRECTS) throw new Elsewhere("another address");
    if (!url.href.startsWith(`${apiUrl}/`)) throw new Elsewhere(`${url.host}${url.pathname}`);
    message = { ...message, url };
  }
}

interface Limits extends ConnectOptions {
  readonly timeoutMs: number;
  readonly budgetMs: number;
}

function sender(options: Limits, exchange: Exchange) {
  const { apiUrl, signal, timeoutMs, budgetMs } = options;
  let left = budgetMs;
  async function once(request: Request): Promise<Answer | ApiFailure> {
    if (signal.aborted) return failure("cancelled");
    if (left <= 0) return failure("budget");
    const limit = Math.min(timeoutMs, left);
    const clock = timeLimit(limit);
    try {
      const { maxBytes = MAX_ANSWER } = request;
      const ask = (message: Message) => exchange(message, maxBytes, AbortSignal.any([signal, clock]));
      const answer = await exchanged(ask, messageOf(options, request), apiUrl);
      return answer.status >= 200 && answer.status < 300 ? answer : statusFailure(answer);
    } catch (thrown) {
      if (signal.aborted) return failure("cancelled");
      return clock.aborted ? failure(limit < timeoutMs ? "budget" : "timeout") : thrownFailure(thrown);
    }
  }
  return async (request: Request): Promise<Answer | ApiFailure> => {
    for (let attempt = 1; ; attempt++) {
      const start = performance.now();
      const result = await once(request);
      left -= performance.now() - start;
      if (!("kind" in result)) return result;
      const pause = attempt < MAX_ATTEMPTS ? pauseAfter(result, request, attempt) : undefined;
      if (pause === undefined || pause >= left) return result;
      left -= pause;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  };
}

/** Milliseconds until another try is of use. A second POST could write a second note. */
function pauseAfter({ kind, status = 0, headers }: ApiFailure, { method }: Request, attempt: number) {
  if (kind === "status" && status === 429) {
    const seconds = headers["retry-after"];
    return /^\d{1,6}$/.test(seconds ?? "") ? Number(seconds) * 1000 : UNNAMED_PAUSE_MS;
  }
  const isPassing = kind === "network" || (kind === "status" && status >= 500);
  return isPassing && method !== "POST" ? 500 * attempt : undefined;
}

function failure(kind: ApiFailure["kind"], message = ""): ApiFailure {
  return { kind, message, headers: {} };
}

/** GitLab's messages are texts, lists or objects of lists (`{"message":{"body":["is too long"]}}`). */
function statusFailure({ status, headers, body }: Answer): ApiFailure {
  const { message, error } = (parsed(body) ?? {}) as { message?: unknown; error?: unknown };
  const said = message ?? error ?? "";
  return { kind: "status", status, headers, message: typeof said === "string" ? said : JSON.stringify(said) };
}

function thrownFailure(thrown: unknown): ApiFailure {
  if (thrown instanceof Elsewhere) return failure("elsewhere", thrown.message);
  const { message = "", cause } = (thrown ?? {}) as Error;
  const said = message || (cause as Error | undefined)?.message || String(thrown);
  return failure(thrown instanceof FinalError ? "unreadable" : "network", said);
}

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { timeLimit } from "../system/background.ts";
import { FinalError } from "../system/http.ts";
import type { ApiFailure } from "./api-failure.ts";
import { type Attempt, describeFailure, isRateLimit, limitEndsAt, type Server } from "./failures.ts";

/** A request to a server's API, and what its error's message must say. */
export interface Request extends Pick<Attempt, "failed" | "needs" | "without"> {
  /** Method and path: `GET /projects/{project}/issues`; on GitHub below the repository's own path. */
  readonly route: string;
  /** Values by name. Those in braces in the route are encoded into it; the others are the query, or a POST's body. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** It may be sent twice, although it is a POST. */
  readonly repeatable?: boolean;
  /**
   * The form of the answer; JSON by default. An archive is at a signed address that the API redirects to, and no token
   * is sent there.
   */
  readonly as?: "bytes" | "archive";
  /** Longest answer in bytes. */
  readonly maxBytes?: number;
}

/** Makes requests that need the same right. */
export function requestsWith(right: Pick<Request, "needs" | "without">) {
  return (route: string, parameters: Readonly<Record<string, unknown>>, failed: string): Request => ({
    route,
    parameters,
    failed,
    ...right,
  });
}

/** An answer. The names of its headers are in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: ApiFailure["headers"];
  readonly data: unknown;
}

/** Sends a request once; ends when the signal is aborted. */
export type Exchange = (request: Request, signal: AbortSignal) => Promise<Reply>;

export interface ClientLimits {
  /** Limit for one request, in milliseconds; 10 s by default. */
  readonly timeoutMs?: number | undefined;
  /** Limit for all requests and the waiting between them, in milliseconds; 30 s by default. */
  readonly budgetMs?: number | undefined;
  /** Milliseconds between two requests that write; none by default. */
  readonly paceMs?: number | undefined;
  /** Ends requests when the run is cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** A connection to a server's API. Everything that it throws is a `ReportingError`. */
export interface Client {
  call<T>(request: Request, schema: z.ZodType<T>): Promise<T>;
  /**
   * The items of a list, of at most `most` pages.
   * @param tooMany the error if there are more; without it the rest is left out
   */
  items<T>(request: Request, schema: z.ZodType<T>, most: number, tooMany?: () => Error): AsyncGenerator<T>;
  /** The bytes of a file, or of an archive. */
  bytes(request: Request): Promise<Buffer>;
}

const MAX_ATTEMPTS = 3;
/** GitHub asks for a pause of one minute if a rate limit names no time (rate limits for the REST API). */
const UNNAMED_PAUSE_MS = 60_000;

const failureOf = (kind: ApiFailure["kind"], message = ""): ApiFailure => ({ kind, message, headers: {} });

/** The failure behind an error. Octokit's errors have the server's answer, and errors of `fetch` have a cause. */
function toFailure(thrown: unknown): ApiFailure {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error);
  const message = chain[0]?.message ?? String(thrown);
  const final = chain.find((error) => error instanceof FinalError);
  if (final) return failureOf("unreadable", final.message);
  const { response } = thrown as { response?: Reply };
  if (typeof response?.status === "number")
    return {
      kind: "status",
      message: saidIn(response.data, message),
      status: response.status,
      headers: response.headers,
    };
  return failureOf("network", chain.at(-1)?.message || message);
}

/** GitLab's messages can also be objects of lists (`{"message":{"body":["is too long"]}}`), or an `error`. */
function saidIn(data: unknown, message: string): string {
  const { message: said, error } = (data ?? {}) as { message?: unknown; error?: unknown };
  if (typeof said === "object" && said !== null) return JSON.stringify(said);
  return said === undefined && typeof error === "string" ? error : message;
}

/** Milliseconds to wait before the next try; undefined if another try is of no use. */
function pauseBeforeRetry(failure: ApiFailure, attempt: number, repeatable: boolean): number | undefined {
  if (attempt >= MAX_ATTEMPTS) return undefined;
  if (failure.kind === "status" && isRateLimit(failure)) {
    const free = limitEndsAt(failure);
    return free === undefined ? UNNAMED_PAUSE_MS : Math.max(0, free - Date.now());
  }
  const passing = failure.kind === "network" || (failure.kind === "status" && (failure.status ?? 0) >= 500);
  return passing && repeatable ? 500 * attempt : undefined;
}

async function once(
  send: (signal: AbortSignal) => Promise<Reply>,
  timeMs: number,
  cancel: AbortSignal,
): Promise<Reply | ApiFailure> {
  if (cancel.aborted) return failureOf("cancelled");
  if (timeMs <= 0) return failureOf("timeout");
  const clock = timeLimit(timeMs);
  try {
    return await send(AbortSignal.any([cancel, clock]));
  } catch (thrown) {
    if (cancel.aborted) return failureOf("cancelled");
    return clock.aborted ? failureOf("timeout") : toFailure(thrown);
  }
}

/**
 * A client; nothing is sent yet. While the budget lasts, it waits for rate limits and repeats requests after temporary
 * faults. Only requests and pauses use up the budget, not the time between them. Each client has its own budget:
 * reading at the beginning of a run and reporting at its end use separate ones.
 */
export function client(server: Server, exchange: Exchange, limits: ClientLimits): Client {
  const { timeoutMs = 10_000, budgetMs = 30_000, paceMs = 0, signal = AbortSignal.any([]) } = limits;
  let left = budgetMs;
  let nextWrite = 0;
  async function spend<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      left -= performance.now() - start;
    }
  }
  const failed = (request: Request, failure: ApiFailure) =>
    describeFailure(failure, { ...request, timeoutMs, budgetMs }, server);

  async function send(request: Request): Promise<Reply> {
    // A second POST could write a second comment.
    const { repeatable = !request.route.startsWith("POST ") } = request;
    if (!request.route.startsWith("GET ")) {
      await sleep(Math.max(0, nextWrite - performance.now()));
      nextWrite = performance.now() + paceMs;
    }
    for (let attempt = 1; ; attempt++) {
      const time = Math.min(timeoutMs, left);
      const result = await spend(() => once((within) => exchange(request, within), time, signal));
      if (!("kind" in result)) return result;
      const wait = pauseBeforeRetry(result, attempt, repeatable);
      if (wait === undefined || wait >= left) throw failed(request, result);
      await spend(() => sleep(wait, undefined, { signal }).catch(() => undefined));
    }
  }
  async function page<T>(request: Request, schema: z.ZodType<T>) {
    const { data, headers } = await send(request);
    const parsed = schema.safeParse(data);
    if (parsed.success) return { data: parsed.data, next: nextPage(headers) };
    const path = parsed.error.issues[0]?.path.map(String).join(".");
    const message = typeof data === "string" ? "not JSON" : `unexpected value at ${path || "the top"}`;
    throw failed(request, failureOf("unreadable", message));
  }
  async function* items<T>(request: Request, schema: z.ZodType<T>, most: number, tooMany?: () => Error) {
    let { parameters = {} } = request;
    for (let count = 1; count <= most; count++) {
      const { data, next } = await page({ ...request, parameters }, z.array(schema));
      yield* data;
      if (next === undefined) return;
      parameters = { ...parameters, ...next };
    }
    if (tooMany) throw tooMany();
  }
  return {
    call: async (request, schema) => (await page(request, schema)).data,
    items,
    bytes: async (request) => (await send({ as: "bytes", ...request })).data as Buffer,
  };
}

/**
 * The parameters of the next page; undefined: this is the last one. Only the query of the link counts: a server behind
 * a proxy may name itself by another address. If the proxy drops the link, GitLab has the page's number in a header.
 */
function nextPage({ link = "", "x-next-page": page = "" }: Reply["headers"]): Record<string, string> | undefined {
  const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
  if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
  return /^\d{1,9}$/.test(page) ? { page } : undefined;
}

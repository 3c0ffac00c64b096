import { setTimeout as sleep } from "node:timers/promises";
import { timeLimit } from "../system/background.ts";
import { FinalError } from "../system/http.ts";
import type { ApiFailure } from "./api-failure.ts";
import { isRateLimit } from "./failures.ts";

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** One try of a request, which ends when the signal is aborted. */
export type Send = (signal: AbortSignal) => Promise<Sent>;

export interface Limits {
  /** Limit for one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Limit for all requests and the waiting between them, in milliseconds. */
  readonly budgetMs: number;
  /** Ends requests when the run is cancelled. */
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => number) | undefined;
}

export interface RetryRule {
  /** The request may be sent twice. */
  readonly repeatable: boolean;
  /** Longest pause worth waiting for, in milliseconds. */
  readonly longestPauseMs?: number;
}

const MAX_ATTEMPTS = 3;
/** GitHub asks for a pause of one minute if a rate limit names no time (rate limits for the REST API). */
const UNNAMED_PAUSE_MS = 60_000;

const failureOf = (kind: ApiFailure["kind"], message = ""): ApiFailure => ({ kind, message, headers: {} });

function lowerCaseHeaders(headers: object | undefined): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The failure that an error stands for. Octokit's errors have the server's answer, and those of `fetch` a cause. */
function toFailure(thrown: unknown): ApiFailure {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error);
  const message = chain[0]?.message ?? String(thrown);
  const final = chain.find((error) => error instanceof FinalError);
  if (final) return failureOf("unreadable", final.message);
  if (chain[0]?.name === "GraphqlResponseError") return failureOf("unreadable", message);
  const { response } = thrown as { response?: Sent };
  if (typeof response?.status === "number")
    return {
      ...failureOf("status", saidIn(response.data, message)),
      status: response.status,
      headers: lowerCaseHeaders(response.headers),
    };
  return failureOf("network", chain.at(-1)?.message || message);
}

/** GitLab's messages are also objects of lists (`{"message":{"body":["is too long"]}}`), and some are an `error`. */
function saidIn(data: unknown, message: string): string {
  const { message: said, error } = (data ?? {}) as { message?: unknown; error?: unknown };
  if (typeof said === "object" && said !== null) return JSON.stringify(said);
  return said === undefined && typeof error === "string" ? error : message;
}

/** Milliseconds to wait before the next try; undefined if another try is of no use. */
function pauseBeforeRetry(failure: ApiFailure, attempt: number, rule: RetryRule, now: number): number | undefined {
  if (attempt >= MAX_ATTEMPTS) return undefined;
  if (failure.kind === "status" && isRateLimit(failure)) {
    const { "retry-after": after, "x-ratelimit-remaining": left, "x-ratelimit-reset": reset } = failure.headers;
    if (after !== undefined && /^\d+$/.test(after)) return Number(after) * 1000;
    if (left === "0" && reset !== undefined) return Math.max(0, Number(reset) * 1000 - now);
    return UNNAMED_PAUSE_MS;
  }
  const passing = failure.kind === "network" || (failure.kind === "status" && (failure.status ?? 0) >= 500);
  return passing && rule.repeatable ? 500 * attempt : undefined;
}

async function once(send: Send, timeMs: number, cancel: Limits["signal"]) {
  if (cancel?.aborted) return failureOf("cancelled");
  if (timeMs <= 0) return failureOf("timeout");
  const clock = timeLimit(timeMs);
  const ended = (): ApiFailure | undefined => {
    if (cancel?.aborted) return failureOf("cancelled");
    return clock.aborted ? failureOf("timeout") : undefined;
  };
  try {
    const sent = await send(cancel ? AbortSignal.any([cancel, clock]) : clock);
    // Octokit hides a broken answer: it returns empty text with the status of the first line.
    return ended() ?? sent;
  } catch (thrown) {
    return ended() ?? toFailure(thrown);
  }
}

/**
 * Sends requests within time limits. While the budget lasts, it waits for rate limits and repeats requests after
 * temporary faults. Only requests and pauses use up the budget, not the time between them.
 */
export function sender({ timeoutMs, budgetMs, signal, now = Date.now }: Limits) {
  let left = budgetMs;
  async function spend<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      left -= performance.now() - start;
    }
  }
  return async (send: Send, rule: RetryRule): Promise<Sent | ApiFailure> => {
    for (let attempt = 1; ; attempt++) {
      const result = await spend(() => once(send, Math.min(timeoutMs, left), signal));
      if (!("kind" in result)) return result;
      const pause = pauseBeforeRetry(result, attempt, rule, now());
      if (pause === undefined || pause >= Math.min(left, rule.longestPauseMs ?? left)) return result;
      await spend(() => sleep(pause, undefined, signal ? { signal } : {}).catch(() => undefined));
    }
  };
}

import type { IncomingHttpHeaders } from "node:http";
import { quoted } from "../../domain/one-line.ts";
import { cancelled } from "../../system/errors.ts";
import { readBody } from "../../system/http.ts";
import type { EngineAddress, EngineWorld } from "./address.ts";
import { requestError, unreachable, wrongAnswer } from "./errors.ts";
import { openTransport } from "./transport.ts";

/** An answer of an engine with status 200. */
export interface EngineAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks an engine. It can only read: there is no other method than GET. */
export interface EngineClient extends Disposable {
  readonly host: string;
  /** How many questions may be open at once. */
  readonly atOnce: number;
  /**
   * @param path with its query
   * @returns undefined if the engine does not have it (404)
   * @throws GateError `discovery-engine-unreachable`, `discovery-engine-answer`
   */
  get(path: string, maxBytes: number): Promise<EngineAnswer | undefined>;
}

/** How long one answer may take. */
const REQUEST_MS = 60_000;
const MAX_MESSAGE = 64 * 1024;

/** @param deadlineMs milliseconds for everything that is asked */
export function openEngine(address: EngineAddress, world: EngineWorld, deadlineMs: number): EngineClient {
  const { host } = address;
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(deadlineMs)]);
  const transport = openTransport(address, world, signal);
  return {
    host,
    atOnce: transport.atOnce,
    async get(path, maxBytes) {
      const own = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
      try {
        const message = await transport.get(path, own);
        const { statusCode, headers } = message;
        const body = await readBody(message, statusCode === 200 ? maxBytes : MAX_MESSAGE, own);
        if (statusCode === 200) return { headers, body };
        if (statusCode === 404) return undefined;
        throw wrongAnswer(host, `answers HTTP ${statusCode}: ${messageOf(body)}`);
      } catch (thrown) {
        if (world.signal.aborted) throw cancelled();
        if (own.aborted) throw requestError(host, own.reason);
        const error = requestError(host, thrown);
        const complaint = error.code === "discovery-engine-unreachable" ? await transport.complaint() : undefined;
        throw complaint === undefined ? error : unreachable(host, quoted(complaint), thrown);
      }
    },
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

/** What the engine says about a failure. */
function messageOf(body: Buffer): string {
  const text = body.toString("utf8");
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return quoted(typeof message === "string" ? message : text);
  } catch {
    return quoted(text);
  }
}

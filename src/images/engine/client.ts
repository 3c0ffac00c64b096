import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { z } from "zod";
import { quoted } from "../../domain/one-line.ts";
import { timeLimit } from "../../system/background.ts";
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
  /**
   * A JSON, as its schema reads it.
   * @returns undefined if the engine does not have it (404)
   * @throws GateError as {@link get}
   */
  read<T>(path: string, maxBytes: number, schema: z.ZodType<T>): Promise<T | undefined>;
  /**
   * A body of any length, unread. An engine may collect it for minutes before it begins to send.
   * @returns undefined if the engine does not have it (404)
   * @throws GateError `discovery-engine-unreachable`, `discovery-engine-answer`
   */
  stream(path: string): Promise<IncomingMessage | undefined>;
}

/** How long one answer may take. */
const REQUEST_MS = 60_000;
const MAX_MESSAGE = 64 * 1024;

/** @param deadlineMs milliseconds for everything that is asked */
export function openEngine(address: EngineAddress, world: EngineWorld, deadlineMs: number): EngineClient {
  const { host } = address;
  const signal = AbortSignal.any([world.signal, timeLimit(deadlineMs)]);
  const transport = openTransport(address, world, signal);
  /** The message with status 200. */
  const found = async (message: IncomingMessage, own: AbortSignal): Promise<IncomingMessage | undefined> => {
    const { statusCode } = message;
    if (statusCode === 200) return message;
    const body = await readBody(message, MAX_MESSAGE, own);
    if (statusCode === 404) return undefined;
    throw wrongAnswer(host, `answers HTTP ${statusCode}: ${messageOf(body)}`);
  };
  const asking = async <T>(own: AbortSignal, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      if (world.signal.aborted) throw cancelled();
      if (own.aborted) throw requestError(host, own.reason);
      const error = requestError(host, thrown);
      const complaint = error.code === "discovery-engine-unreachable" ? await transport.complaint() : undefined;
      throw complaint === undefined ? error : unreachable(host, quoted(complaint), thrown);
    }
  };
  const get: EngineClient["get"] = (path, maxBytes) => {
    const own = AbortSignal.any([signal, timeLimit(REQUEST_MS)]);
    return asking(own, async () => {
      const message = await found(await transport.get(path, own), own);
      return message && { headers: message.headers, body: await readBody(message, maxBytes, own) };
    });
  };
  return {
    host,
    atOnce: transport.atOnce,
    get,
    async read(path, maxBytes, schema) {
      const answer = await get(path, maxBytes);
      try {
        return answer && schema.parse(JSON.parse(answer.body.toString("utf8")));
      } catch (cause) {
        const what = path.replace(/\?.*/, "");
        throw wrongAnswer(host, `answers ${what} with something else than Docker and Podman do`, cause);
      }
    },
    stream: (path) => asking(signal, async () => found(await transport.get(path, signal), signal)),
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

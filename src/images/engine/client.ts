import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { quoted } from "../../domain/one-line.ts";
import { timeLimit } from "../../system/background.ts";
import { cancelled, GateError, tryOr } from "../../system/errors.ts";
import { readBody } from "../../system/http.ts";
import type { EngineAddress, EngineWorld } from "./address.ts";
import { openTransport } from "./transport.ts";

/** Asks an engine. The answer is undefined if it does not have the object (404). */
export type EngineClient = ReturnType<typeof openEngine>;

/** How long one answer may take. */
const REQUEST_MS = 60_000;
const MAX_MESSAGE = 64 * 1024;

/**
 * Opens an engine for reading: GET is the only method.
 * @param deadlineMs milliseconds for all requests together; absent: the world's signal ends them
 * @returns questions that throw GateError `discovery-engine-unreachable`, `discovery-engine-answer`
 */
export function openEngine(address: EngineAddress, world: EngineWorld, deadlineMs?: number) {
  const { host } = address;
  const signal = deadlineMs === undefined ? world.signal : AbortSignal.any([world.signal, timeLimit(deadlineMs)]);
  const transport = openTransport(address, world, signal);
  /** The message if it has status 200. */
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
  /** @param path with its query */
  const get = (path: string, maxBytes: number) => {
    const own = AbortSignal.any([signal, timeLimit(REQUEST_MS)]);
    return asking(own, async () => {
      const message = await found(await transport.get(path, own), own);
      return message && { headers: message.headers, body: await readBody(message, maxBytes, own) };
    });
  };
  return {
    host,
    /** Maximum number of requests at a time. */
    atOnce: transport.atOnce,
    get,
    /** A JSON, as its schema reads it. */
    async read<T>(path: string, maxBytes: number, schema: z.ZodType<T>): Promise<T | undefined> {
      const answer = await get(path, maxBytes);
      try {
        return answer && schema.parse(JSON.parse(answer.body.toString("utf8")));
      } catch (cause) {
        const what = path.replace(/\?.*/, "");
        throw wrongAnswer(host, `answers ${what} in another way than Docker and Podman do`, cause);
      }
    },
    /** A body of any length, unread. An engine may collect it for minutes before it begins to send. */
    stream: (path: string) => asking(signal, async () => found(await transport.get(path, signal), signal)),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

/** The engine's own message for a failure. */
function messageOf(body: Buffer): string {
  const text = body.toString("utf8");
  const message = tryOr((): unknown => JSON.parse(text).message, undefined);
  return quoted(typeof message === "string" ? message : text);
}

/** The engine has answered, but with something unexpected. */
export function wrongAnswer(host: string, what: string, cause?: unknown): GateError {
  return new GateError(
    "discovery-engine-answer",
    `The container engine at ${host} ${what}`,
    "Check that DOCKER_HOST names Docker or Podman, and look into the engine's own log.",
    { cause },
  );
}

/** No answer came. */
function unreachable(host: string, why: string, cause?: unknown): GateError {
  return new GateError(
    "discovery-engine-unreachable",
    `The container engine at ${host} cannot be asked: ${why}`,
    "Check that it runs, that DOCKER_HOST is right, and that the user of this run may use it (`docker ps` shows it).",
    { cause },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it closed the connection",
  EPIPE: "it closed the connection",
  EACCES: "the user of this run has no permission to open the socket",
  EPERM: "the user of this run has no permission to open the socket",
  ENOTFOUND: "its name is unknown",
  EAI_AGAIN: "its name could not be looked up",
};

/** Turns what a request throws into an error with a code. */
function requestError(host: string, cause: unknown): GateError {
  if (cause instanceof GateError) return cause;
  const { code = "", message, name } = cause as NodeJS.ErrnoException;
  if (name === "TimeoutError") return unreachable(host, "it did not answer in time", cause);
  if (name === "FinalError") return wrongAnswer(host, `sends too long an answer: ${quoted(message)}`, cause);
  if (code.startsWith("HPE_")) return wrongAnswer(host, `does not speak HTTP (${code})`, cause);
  return unreachable(host, REASONS[code] ?? quoted(message), cause);
}

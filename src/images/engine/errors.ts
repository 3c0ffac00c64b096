import { quoted } from "../../domain/one-line.ts";
import { GateError } from "../../system/errors.ts";

/** The engine's address cannot be used. */
export function wrongAddress(what: string, remedy: string, cause?: unknown): GateError {
  return new GateError("discovery-engine-address", what, remedy, { cause });
}

/** The engine answers, but not with what was asked for. */
export function wrongAnswer(host: string, what: string, cause?: unknown): GateError {
  return new GateError(
    "discovery-engine-answer",
    `The container engine at ${host} ${what}`,
    "Check that DOCKER_HOST names Docker or Podman, and what the engine's own log says.",
    { cause },
  );
}

/** No answer came. */
export function unreachable(host: string, why: string, cause?: unknown): GateError {
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
  EACCES: "the user of this run may not open the socket",
  EPERM: "the user of this run may not open the socket",
  ENOTFOUND: "its name is unknown",
  EAI_AGAIN: "its name could not be looked up",
};

/** Turns what a request throws into an error with a code. */
export function requestError(host: string, cause: unknown): GateError {
  if (cause instanceof GateError) return cause;
  const { code = "", message, name } = cause as NodeJS.ErrnoException;
  if (name === "TimeoutError") return unreachable(host, "it did not answer in time", cause);
  if (name === "FinalError") return wrongAnswer(host, `answers with too much: ${quoted(message)}`, cause);
  if (code.startsWith("HPE_")) return wrongAnswer(host, `does not speak HTTP (${code})`, cause);
  return unreachable(host, REASONS[code] ?? quoted(message), cause);
}

import { z } from "zod";
import { quoted } from "../../domain/one-line.ts";
import { TooManyError } from "../../images/harbor/api.ts";
import { timeLimit } from "../../system/background.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { FinalError, HttpStatusError } from "../../system/http.ts";

/** Until when a source may ask. */
export interface Limits {
  /** The whole run's. */
  readonly cancel: AbortSignal;
  /** The run's, and the source's own deadline. */
  readonly signal: AbortSignal;
}

/** A source's time begins. */
export function limitsOf(cancel: AbortSignal, deadlineMs: number): Limits {
  return { cancel, signal: AbortSignal.any([cancel, timeLimit(deadlineMs)]) };
}

/**
 * Why something could not be listed.
 * @param what the subject of the sentence: `The tags of ghcr.io/acme/app`
 * @param cause what was thrown, by us or by the HTTP client
 * @throws GateError if the run was cancelled
 */
export function failure(what: string, cause: unknown, { cancel, signal }: Limits): GateError {
  if (cancel.aborted) throw cancelled();
  if (cause instanceof GateError) return cause;
  if (cause instanceof TooManyError) return tooMany(cause.what, cause.most);
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  if (signal.aborted) return unreachable(what, "the registry was not done in time", cause);
  if (status === 401 || status === 403)
    return new GateError(
      "discovery-registry-login",
      `${what} may not be listed: the registry answers with HTTP ${status}`,
      "Log in first (`docker login`) with an account that may list and pull there.",
      { cause },
    );
  if (status === 404)
    return new GateError(
      "discovery-registry-missing",
      `${what} cannot be listed: the registry does not have it (HTTP 404)`,
      "Correct the line of `discover`; some registries answer so as well if the login may not see it.",
      { cause },
    );
  if (cause instanceof FinalError || cause instanceof z.ZodError || cause instanceof SyntaxError)
    return new GateError(
      "discovery-registry-answer",
      `${what} cannot be listed: the answer is not what was asked for${cause instanceof FinalError ? `: ${quoted(cause.message)}` : ""}`,
      "Check that the line of `discover` names a registry, or for `harbor:` a Harbor from 2.0, and no page in front of it.",
      { cause },
    );
  return unreachable(what, status === undefined ? reason(cause) : `the registry answers with HTTP ${status}`, cause);
}

function unreachable(what: string, why: string, cause: unknown): GateError {
  return new GateError(
    "discovery-registry-unreachable",
    `${what} cannot be listed: ${why}`,
    "Check the host, and the way to it: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS).",
    { cause },
  );
}

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return quoted(code ?? message);
}

/** Nothing of a source is taken if not all of it was read: the newest could be in the rest. */
export function tooMany(what: string, most: number): GateError {
  return new GateError(
    "discovery-too-large",
    `${what} are more than ${most.toLocaleString("en-US")}, which is the bound`,
    "Remove old ones, or name what runs by another source (`file:`, `kubernetes:`).",
  );
}

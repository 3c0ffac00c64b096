import { z } from "zod";
import { quoted } from "../../domain/one-line.ts";
import { TooManyError } from "../../images/harbor/api.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { FinalError, HttpStatusError } from "../../system/http.ts";
import type { Allowance } from "../declared/programs/run.ts";

/**
 * Why something could not be listed.
 * @param what the subject of the sentence: `The tags of ghcr.io/acme/app`
 * @param cause what was thrown, by us or by the HTTP client
 * @throws GateError if the run was cancelled
 */
export function failure(what: string, cause: unknown, { world, signal }: Allowance): GateError {
  if (world.signal.aborted) throw cancelled();
  if (cause instanceof GateError) return cause;
  if (cause instanceof TooManyError) return tooMany(cause.what, cause.most);
  const { code, why, remedy } = faultOf(cause, signal.aborted);
  return new GateError(code, `${what} cannot be listed: ${why}`, remedy, { cause });
}

function faultOf(cause: unknown, isLate: boolean) {
  const status = !isLate && cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  const { code, message } = cause as NodeJS.ErrnoException;
  const answer = status === undefined ? quoted(`${code ?? message}`) : `the registry answers with HTTP ${status}`;
  if (status === 401 || status === 403)
    return {
      code: "discovery-registry-login",
      why: answer,
      remedy: "Log in first (`docker login`) with an account that may list and pull there.",
    };
  if (status === 404)
    return {
      code: "discovery-registry-missing",
      why: `${answer}, so it does not have it`,
      remedy: "Correct the line of `discover`; some registries answer so as well if the login may not see it.",
    };
  if (!isLate && [FinalError, z.ZodError, SyntaxError].some((kind) => cause instanceof kind))
    return {
      code: "discovery-registry-answer",
      why: `the answer is not what was asked for${cause instanceof FinalError ? `: ${quoted(message)}` : ""}`,
      remedy:
        "Check that the line of `discover` names a registry, or for `harbor:` a Harbor from 2.0, and no page in front of it.",
    };
  return {
    code: "discovery-registry-unreachable",
    why: isLate ? "the registry was not done in time" : answer,
    remedy: "Check the host, and the way to it: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS).",
  };
}

/** Nothing of a source is taken if not all of it was read: the newest could be in the rest. */
export function tooMany(what: string, most: number): GateError {
  return new GateError(
    "discovery-too-large",
    `${what} are more than ${most.toLocaleString("en-US")}, which is the bound`,
    "Remove old ones, or name what runs by another source (`file:`, `kubernetes:`).",
  );
}

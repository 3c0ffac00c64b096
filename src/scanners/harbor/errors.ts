import { z } from "zod";
import type { Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import { FinalError, HttpStatusError } from "../../system/http.ts";

/** Why a report could not be read at all. Nothing that the server sent is in it. */
export function unread({ label }: Target, cause: unknown, signal: AbortSignal): GateError {
  const [why, remedy] = reasonOf(cause, signal);
  return new GateError("harbor-report-unread", `Harbor's report on ${label} cannot be read: ${why}`, remedy, { cause });
}

const WAY = "Check the way to Harbor: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS).";

function reasonOf(cause: unknown, signal: AbortSignal): readonly [string, string] {
  if (signal.aborted) return ["Harbor was not done in time", `${WAY} Or raise \`timeout\`.`];
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  if (status === 401 || status === 403)
    return [
      `Harbor answers with HTTP ${status}`,
      "Log in before this step (docker/login-action) with an account that may read artifacts and their additions (for a robot account: Artifact read, Artifact Addition read).",
    ];
  if (status === 404)
    return [
      "Harbor does not have the image any more (HTTP 404)",
      "Run again; if it stays, see whether the image was removed.",
    ];
  if (status !== undefined) return [`Harbor answers with HTTP ${status}`, WAY];
  if (cause instanceof FinalError || cause instanceof z.ZodError || cause instanceof SyntaxError)
    return [
      "the answer is not what was asked for, or has no end",
      "Check that the address is a Harbor's, and no page in front of it.",
    ];
  return ["Harbor does not answer", WAY];
}

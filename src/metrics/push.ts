import { timeLimit } from "../system/background.ts";
import { GateError } from "../system/errors.ts";
import { get, retrying } from "../system/http.ts";
import type { World } from "../system/world.ts";

/** For all attempts together. The answer is there by then, and a chart is not worth a long wait. */
const LIMIT_MS = 30_000;
const JOB = "image-gate";

/** The server that numbers are pushed to. */
export interface Pushgateway {
  /** Without login and final slash; to be shown. */
  readonly base: string;
  /** `user:password`. Secret. */
  readonly login?: string | undefined;
}

type PushWorld = Pick<World, "log" | "signal">;

/**
 * Replaces the metrics that this repository has pushed before. The login goes to the Pushgateway alone, and is masked.
 * @param limitMs for all attempts together
 * @throws GateError `metrics-not-pushed`
 */
export async function pushMetrics(
  { base, login }: Pushgateway,
  { text, repository }: { readonly text: string; readonly repository: string },
  { log, signal }: PushWorld,
  limitMs = LIMIT_MS,
): Promise<void> {
  const authorization = login === undefined ? undefined : basic(login, log);
  if (authorization !== undefined && base.startsWith("http:"))
    log.warning(
      `The login of \`pushgateway\` is sent unencrypted to ${base}: anyone on the network path can read it. Serve the Pushgateway by https.`,
    );
  // A slash in a label's value is possible in this form only.
  const group = Buffer.from(repository, "utf8").toString("base64url") || "=";
  const address = `${base}/metrics/job/${JOB}/repository@base64/${group}`;
  const limit = timeLimit(limitMs);
  const ends = AbortSignal.any([signal, limit]);
  const send = { method: "PUT", text, type: "text/plain; version=0.0.4; charset=utf-8" } as const;
  try {
    const message = await retrying(() => get({ address, authorization, send, signal: ends }), ends);
    message.destroy();
  } catch (thrown) {
    signal.throwIfAborted();
    const why = limit.aborted ? `it gave no answer within ${limitMs / 1000} s` : (thrown as Error).message;
    throw new GateError(
      "metrics-not-pushed",
      `The numbers did not reach the Pushgateway ${base}: ${why.replace(/\.$/, "")}`,
      "The verdict is unaffected, and the Pushgateway keeps the numbers of an earlier run; check `pushgateway`, with its login (no redirect is followed).",
    );
  }
}

function basic(login: string, log: World["log"]): string {
  const encoded = Buffer.from(login, "utf8").toString("base64");
  for (const secret of [login, login.slice(login.indexOf(":") + 1), encoded]) if (secret !== "") log.mask(secret);
  return `Basic ${encoded}`;
}

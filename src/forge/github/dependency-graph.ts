import { z } from "zod";
import { asGateError, GateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import { quoted } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
import type { Submission } from "../forge.ts";
import { type Api, connect } from "./api.ts";
import { NOT_TAKEN, notTaken, type SentBy, sendInTurn } from "./sending.ts";

export interface DependencyReport extends SentBy {
  readonly submissions: readonly Submission[];
}

/** For one snapshot, which may have a few MB. All of them share the budget of one connection. */
const TIMEOUT_MS = 20_000;

const answerSchema = z.object({ result: z.string(), message: z.string().nullish() });

/**
 * Sends snapshots to the dependency graph, one after another. Never throws: each failure is a warning with GitHub's
 * message and does not change the verdict.
 */
export async function reportDependencies(report: DependencyReport): Promise<void> {
  const { submissions, event, token, log, signal, limits } = report;
  try {
    const api = await connect({ token, event, signal, timeoutMs: TIMEOUT_MS, ...limits });
    const send = (submission: Submission) => submit(api, submission, log);
    await sendInTurn(submissions, send, log, (left) => `Dependency graph: ${left} more not sent.`);
  } catch (thrown) {
    log.warning(asGateError(thrown).message);
  }
}

const asked = requestsWith({ needs: "contents: write", without: "dependency-graph: false" });

async function submit(api: Api, { snapshot, what }: Submission, log: Log): Promise<void> {
  const failed = `The dependency graph could not be given ${what}`;
  const request = asked("POST /dependency-graph/snapshots", snapshot as Record<string, unknown>, failed);
  // A second copy of the same snapshot replaces the first.
  const { result, message } = await api.call({ ...request, repeatable: true }, answerSchema);
  // The status 201 says only that it was received.
  if (result === "SUCCESS" || result === "ACCEPTED")
    log.info(`Dependency graph: ${what} sent. ${quoted(message ?? "")}`.trim());
  else {
    const refused = notTaken(`${what} into the dependency graph (${result.slice(0, 40)})`, message ?? "");
    log.warning(new GateError("dependency-snapshot-refused", refused, NOT_TAKEN).message);
  }
}

import { z } from "zod";
import { asGateError, GateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import { quoted } from "../api-failure.ts";
import type { Submission } from "../forge.ts";
import { type Api, connect } from "./api.ts";
import { type SentBy, sendInTurn } from "./sending.ts";

export interface DependencyReport extends SentBy {
  readonly submissions: readonly Submission[];
}

/** For one snapshot, which may have a few MB. All of them share the budget of one connection. */
const TIMEOUT_MS = 20_000;
const LONGEST_MESSAGE = 500;

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

async function submit(api: Api, { snapshot, what }: Submission, log: Log): Promise<void> {
  const request = {
    route: "POST /dependency-graph/snapshots",
    parameters: snapshot as Record<string, unknown>,
    failed: `The dependency graph could not be given ${what}`,
    needs: "contents: write",
    without: "dependency-graph: false",
    // A second copy of the same snapshot replaces the first.
    repeatable: true,
  };
  const { data } = await api.call(request, answerSchema);
  const message = quoted(data.message ?? "", LONGEST_MESSAGE);
  // The status 201 says only that it was received.
  if (data.result === "SUCCESS" || data.result === "ACCEPTED")
    log.info(`Dependency graph: ${what} sent. ${message}`.trim());
  else
    log.warning(
      new GateError(
        "dependency-snapshot-refused",
        `GitHub did not take ${what} into the dependency graph (${data.result.slice(0, 40)}: ${message === "" ? "it does not say why" : message})`,
        "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.",
      ).message,
    );
}

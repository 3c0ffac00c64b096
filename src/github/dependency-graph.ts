import { z } from "zod";
import { asGateError, GateError } from "../errors.ts";
import type { Log } from "../world.ts";
import { type Api, type ConnectOptions, connect } from "./api.ts";
import type { GitHubEvent } from "./event.ts";
import { concernsAll } from "./failure.ts";

/** A snapshot to send, and how it is called in the log. */
export interface Submission {
  readonly snapshot: object;
  /** `12 packages of ghcr.io/acme/app`. */
  readonly what: string;
}

interface Circumstances {
  readonly event: GitHubEvent;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly token: string;
  readonly offline: boolean;
  readonly cancelled: boolean;
  /** Images that were judged. */
  readonly images: number;
}

/** What to do about the dependency graph, before GitHub is asked anything. */
export type SubmissionDecision =
  | { readonly submit: true; readonly commit: { readonly sha: string; readonly ref: string } }
  | { readonly submit: false; readonly level: "info" | "warning"; readonly why: string };

/**
 * Whether packages can be sent. Of a pull request they belong to its head: the merge commit is in no branch. A run that a
 * stranger can cause with the repository's own rights is about the default branch for GitHub, whose graph must not come from
 * a stranger's image.
 */
export function decideSubmission(circumstances: Circumstances): SubmissionDecision {
  const { event, env, token, offline, cancelled, images } = circumstances;
  const no = (level: "info" | "warning", why: string): SubmissionDecision => ({ submit: false, level, why });
  if (cancelled) return no("info", "the run was cancelled");
  if (offline) return no("info", "`offline` forbids asking GitHub");
  if (event.name === "") return no("info", "this run is outside of GitHub");
  if (images === 0) return no("info", "no image was judged");
  if (event.privileged)
    return no(
      "warning",
      `a run on \`${event.name}\` would change the default branch's packages by an image that a stranger may have made`,
    );
  if (token === "") return no("warning", "the input `token` is empty");
  const { sha = "" } = event;
  const { GITHUB_REF: ref = "" } = env;
  if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("warning", "GITHUB_SHA names no commit");
  if (!/^refs\/./.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
  return { submit: true, commit: { sha, ref } };
}

export interface DependencyReport {
  readonly submissions: readonly Submission[];
  readonly event: GitHubEvent;
  readonly token: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly limits?: Pick<ConnectOptions, "timeoutMs" | "budgetMs">;
}

/** One snapshot may have some MB; all of them together have what a connection has. */
const TIMEOUT_MS = 20_000;
const LONGEST_MESSAGE = 500;

const answerSchema = z.object({ result: z.string(), message: z.string().nullish() });

/**
 * Sends snapshots to the dependency graph, one after another. Never throws: each trouble is a warning with GitHub's words, and
 * the verdict stands. What GitHub refuses of one it would refuse of all, so that ends it.
 */
export async function reportDependencies(report: DependencyReport): Promise<void> {
  const { submissions, event, token, log, signal, limits } = report;
  try {
    const api = await connect({ token, event, timeoutMs: TIMEOUT_MS, ...limits, ...(signal && { signal }) });
    for (const [index, submission] of submissions.entries()) {
      try {
        await submit(api, submission, log);
      } catch (thrown) {
        log.warning(asGateError(thrown).message);
        const left = submissions.length - index - 1;
        if (!concernsAll(thrown) || left === 0) continue;
        log.info(`Dependency graph: ${left} more not sent.`);
        return;
      }
    }
  } catch (thrown) {
    log.warning(asGateError(thrown).message);
  }
}

async function submit(api: Api, { snapshot, what }: Submission, log: Log): Promise<void> {
  const request = {
    route: "POST /repos/{owner}/{repo}/dependency-graph/snapshots",
    parameters: snapshot as Record<string, unknown>,
    failed: `The dependency graph could not be given ${what}`,
    permission: "contents: write",
    without: "dependency-graph: false",
    // The same snapshot again replaces itself.
    repeatable: true,
  };
  const { data } = await api.call(request, answerSchema);
  const message = (data.message ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  const words = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)} …` : message;
  // 201 says only that it was received.
  if (data.result === "SUCCESS" || data.result === "ACCEPTED")
    log.info(`Dependency graph: ${what} sent. ${words}`.trim());
  else
    log.warning(
      new GateError(
        "dependency-snapshot-refused",
        `GitHub did not take ${what} into the dependency graph (${data.result.slice(0, 40)}: ${words === "" ? "it does not say why" : words})`,
        "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.",
      ).message,
    );
}

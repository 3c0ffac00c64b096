import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isoSeconds } from "../../domain/dates.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import { requestsWith } from "../client.ts";
import type { Alerts, SarifUpload } from "../forge.ts";
import { type Api, connect } from "./api.ts";
import { NOT_TAKEN, notTaken, type SentBy, sendInTurn } from "./sending.ts";

export interface CodeScanningReport extends SentBy, Alerts {
  readonly limits?: SentBy["limits"] & {
    /** How long to wait for GitHub to process the upload, in milliseconds. */
    readonly patienceMs?: number;
    /** How long to wait before each request for the state, in milliseconds. */
    readonly pauseMs?: number;
  };
}

/** One request may carry 13 MB. */
const TIMEOUT_MS = 30_000;
const BUDGET_MS = 60_000;
export const PATIENCE_MS = 30_000;
const PAUSE_MS = 2000;

const statusSchema = z.object({
  processing_status: z.enum(["pending", "complete", "failed"]),
  errors: z.array(z.string()).nullish(),
});

/**
 * Uploads SARIF to code scanning and waits up to 30 s for GitHub to process it. Never throws: each failure is a warning
 * with GitHub's message and does not change the verdict.
 */
export async function reportToCodeScanning(report: CodeScanningReport): Promise<void> {
  const { uploads, log } = report;
  const sent: Sent[] = [];
  const upload = async (one: SarifUpload) => {
    sent.push({ upload: one, id: await send(one, report) });
  };
  await sendInTurn(uploads, upload, log, (left) => `Code scanning: ${left} more not uploaded.`);
  if (sent.length > 0) await awaitProcessing(sent, report);
}

interface Sent {
  readonly upload: SarifUpload;
  readonly id: string;
}

const asked = requestsWith({ needs: "security-events: write", without: "upload-sarif: false" });

async function send({ gzip, what }: SarifUpload, report: CodeScanningReport): Promise<string> {
  const { token, event, signal, about, tool, startedAt, limits } = report;
  const api = await connect({ token, event, signal, timeoutMs: TIMEOUT_MS, budgetMs: BUDGET_MS, ...limits });
  const facts = { commit_sha: about.sha, ref: about.ref, started_at: isoSeconds(startedAt), tool_name: tool };
  const failed = `SARIF (${what}) could not be uploaded to code scanning`;
  const request = asked("POST /code-scanning/sarifs", { ...facts, sarif: gzip.toString("base64") }, failed);
  // A second upload of the same analysis replaces the first.
  return (await api.call({ ...request, repeatable: true }, z.object({ id: z.string() }))).id;
}

/** Waits for all of them at the same time. */
async function awaitProcessing(sent: readonly Sent[], report: CodeScanningReport): Promise<void> {
  const { token, event, log, signal, limits: { patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS } = {} } = report;
  const until = performance.now() + patienceMs;
  const waiting = new Set(sent);
  try {
    const api = await connect({ token, event, signal, budgetMs: patienceMs });
    while (waiting.size > 0 && performance.now() < until) {
      await sleep(Math.min(pauseMs, until - performance.now()), undefined, signal && { signal });
      for (const each of waiting) if (await isDone(api, each, report)) waiting.delete(each);
    }
  } catch (thrown) {
    if (signal?.aborted) return log.info("Code scanning: the run was cancelled while GitHub worked on the upload.");
    const error = asGateError(thrown);
    if (error.code !== "github-timeout") log.warning(error.message);
  }
  for (const { upload } of waiting)
    log.info(
      `Code scanning: ${upload.what} uploaded; whether GitHub could process it is not known yet: ${alertsPage(report)}`,
    );
}

/** True if GitHub has processed an upload; if so, logs the result. */
async function isDone(api: Api, { upload: { what }, id }: Sent, report: CodeScanningReport): Promise<boolean> {
  const failed = `The state of the SARIF (${what}) that was uploaded to code scanning could not be read`;
  const request = asked("GET /code-scanning/sarifs/{id}", { id }, failed);
  const { processing_status: status, errors } = await api.call(request, statusSchema);
  if (status === "pending") return false;
  if (status === "complete" && !errors?.length)
    report.log.info(`Code scanning: ${what} uploaded: ${alertsPage(report)}`);
  else {
    const refused = notTaken(`all of the SARIF (${what}) into code scanning`, (errors ?? []).join("; "));
    report.log.warning(new GateError("sarif-not-processed", refused, NOT_TAKEN).message);
  }
  return true;
}

/** The page with the alerts of this branch or pull request. */
function alertsPage({ event, about: of, tool }: CodeScanningReport): string {
  const pull = /^refs\/pull\/(\d+)\//.exec(of.ref)?.[1];
  const branch = /^refs\/heads\/(.+)$/.exec(of.ref)?.[1];
  const about = pull === undefined ? (branch === undefined ? "" : ` branch:${branch}`) : ` pr:${pull}`;
  const query = encodeURIComponent(`is:open tool:"${tool}"${about}`);
  return `${event.serverUrl}/${event.repository}/security/code-scanning?query=${query}`;
}

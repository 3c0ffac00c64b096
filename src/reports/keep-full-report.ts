import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { wholeReportName } from "../baseline/artifact-name.ts";
import { whyNoArtifacts } from "../platforms/github/artifacts/availability.ts";
import { uploadArtifact } from "../platforms/github/artifacts/process.ts";
import { quoted } from "../platforms/github/cache/warnings.ts";
import { renderWholeMarkdown } from "../render/documents/full-report.ts";
import type { WholeReport } from "../render/documents/full-report-link.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import { writePieces } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

export interface WholeReportOptions {
  /** Our JSON report; absent: it could not be written. */
  readonly reportFile: string | undefined;
  /** GitHub may not be asked. */
  readonly offline: boolean;
  /** The JavaScript file of the process that uploads; by default the one beside the bundle. */
  readonly program?: string;
  /** Milliseconds for the upload. */
  readonly deadlineMs?: number;
}

type WholeWorld = Pick<World, "env" | "log" | "runFolder" | "signal">;

/** Somebody waits for the comment. */
const DEADLINE_MS = 15_000;

/**
 * Writes the whole report as Markdown beside our JSON report and keeps both as an artifact of this run, for comment and
 * summary to lead to. Where there can be none, it answers with the files. Never throws: trouble is a warning.
 */
export async function keepWholeReport(
  view: View,
  options: WholeReportOptions,
  world: WholeWorld,
): Promise<WholeReport> {
  const { reportFile, offline } = options;
  const markdown = writeMarkdown(view, world);
  const files = [markdown, reportFile].filter((file) => file !== undefined);
  if (files.length === 0) return { files };
  const why = whyNot(view, offline, world);
  const kept = why === undefined ? await upload(view, files, options, world) : { why };
  if ("url" in kept) return kept;
  world.log.info(`Comment or summary leave something out; all is in ${files.join(" and ")} (${kept.why}).`);
  return { files };
}

function writeMarkdown(view: View, { runFolder, log }: WholeWorld): string | undefined {
  const path = join(runFolder, "report.md");
  try {
    writePieces(path, renderWholeMarkdown(view));
    return path;
  } catch (error) {
    log.warning(notWritten(error instanceof Error ? error.message : String(error)).message);
    return undefined;
  }
}

function whyNot(view: View, offline: boolean, { env, signal }: WholeWorld): string | undefined {
  if (offline) return "`offline` forbids to keep an artifact";
  if (signal.aborted) return "the run was cancelled";
  return view.runUrl === undefined ? "this run has no page" : whyNoArtifacts(env);
}

/** Under a second name where the first is taken: by an earlier attempt of this run, or another leg of a matrix. */
async function upload(
  view: View,
  files: readonly string[],
  {
    program = fileURLToPath(new URL("./artifact-service.js", import.meta.url)),
    deadlineMs = DEADLINE_MS,
  }: WholeReportOptions,
  world: WholeWorld,
): Promise<{ readonly url: string } | { readonly why: string }> {
  const { env, log, runFolder } = world;
  const end = performance.now() + deadlineMs;
  const name = wholeReportName(view.name);
  const second = `${name}-${Number(env.GITHUB_RUN_ATTEMPT) || 1}-${basename(runFolder).slice(-6).replace(/\W/g, "x")}`;
  let reason = "its name is taken";
  for (const each of [name, second]) {
    const request = { name: each, files, folder: dirname(files[0] ?? runFolder) };
    const answer = await uploadArtifact(program, request, Math.max(1, Math.round(end - performance.now())), world);
    if (answer === undefined) return { why: "the run was cancelled" };
    if (answer.outcome === "exists") continue;
    if (answer.outcome === "kept" && answer.id !== undefined) {
      const url = `${view.runUrl}/artifacts/${answer.id}`;
      log.info(`Comment or summary leave something out; all is in the artifact ${each} (${sizeOf(files)}): ${url}`);
      return { url };
    }
    reason = answer.outcome === "kept" ? "the service gave it no number" : answer.reason;
    break;
  }
  log.warning(notKept(reason).message);
  return { why: "no artifact could be made of them" };
}

function sizeOf(files: readonly string[]): string {
  return `${(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toFixed(1)} MB`;
}

function notWritten(reason: string): GateError {
  return new GateError(
    "whole-report-not-written",
    `Comment or summary leave something out, and the whole report could not be written as Markdown: ${quoted(reason)}`,
    "The verdict stands; see whether the runner's disk is full, or a step removed RUNNER_TEMP.",
  );
}

function notKept(reason: string): GateError {
  return new GateError(
    "whole-report-not-kept",
    `Comment or summary leave something out, and the whole report could not be kept as an artifact: ${quoted(reason)}`,
    "The verdict stands. Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or ask for a report of your own by `reports`.",
  );
}

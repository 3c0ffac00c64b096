import { basename, join } from "node:path";
import { quoted } from "../domain/one-line.ts";
import type { Platform } from "../job/job.ts";
import { renderWholeMarkdown, type WholeReport } from "../render/documents.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import { writePieces } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

export interface WholeReportOptions {
  /** Our JSON report; absent: it could not be written. */
  readonly reportFile: string | undefined;
  /** If true, the platform must not be contacted. */
  readonly offline: boolean;
  /** How the artifact's name begins. */
  readonly name: string;
  readonly platform: Pick<Platform, "keepFiles" | "words">;
  /** Time limit of the upload, in milliseconds. */
  readonly deadlineMs?: number;
}

type WholeWorld = Pick<World, "log" | "runFolder" | "signal">;

/** Short, as the user waits for the comment. */
const DEADLINE_MS = 15_000;

/**
 * Writes the full report as Markdown alongside our JSON report. Keeps both as an artifact of this run, so that the
 * comment and the summary can link to it.
 * Returns the files if no artifact can be made.
 */
export async function keepWholeReport(
  view: View,
  options: WholeReportOptions,
  world: WholeWorld,
): Promise<WholeReport> {
  const { reportFile } = options;
  const markdown = join(world.runFolder, "report.md");
  writePieces(markdown, renderWholeMarkdown(view));
  const files = reportFile === undefined ? [markdown] : [markdown, reportFile];
  const kept = await keep(files, options, world);
  if ("url" in kept) return kept;
  world.log.info(`The comment or the summary leaves something out; all is in ${files.join(" and ")} (${kept.why}).`);
  return { files };
}

/** The artifact's name ends as the run's folder, since another attempt or another job of a matrix has one as well. */
async function keep(
  files: readonly string[],
  { name, offline, platform, deadlineMs = DEADLINE_MS }: WholeReportOptions,
  { log, runFolder, signal }: WholeWorld,
): Promise<{ readonly url: string } | { readonly why: string }> {
  if (offline) return { why: "`offline` forbids keeping an artifact" };
  if (signal.aborted) return { why: "the run was cancelled" };
  const own = `${name}-${basename(runFolder).slice(-6).replace(/\W/g, "x")}`;
  if (platform.keepFiles === undefined) return { why: platform.words.lacking };
  const kept = await platform.keepFiles({ name: own, files, folder: runFolder, deadlineMs });
  if (kept.outcome === "impossible") return { why: kept.why };
  if (kept.outcome === "failed") {
    log.warning(notKept(kept).message);
    return { why: "no artifact could be made of them" };
  }
  log.info(`The comment or the summary leaves something out; all is in the artifact ${own}: ${kept.url}`);
  return { url: kept.url };
}

function notKept({ reason, remedy }: { readonly reason: string; readonly remedy: string }): GateError {
  return new GateError(
    "whole-report-not-kept",
    `The comment or the summary leaves something out, and the whole report could not be kept as an artifact: ${quoted(reason)}`,
    `The verdict is unaffected. ${remedy}, or ask for your own report with \`reports\`.`,
  );
}

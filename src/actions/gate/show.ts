import { decideComment } from "../../forge/connect.ts";
import { once } from "../../forge/once.ts";
import type { Platform } from "../../job/job.ts";
import type { WholeReport } from "../../render/documents.ts";
import type { Fitted } from "../../render/fit.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import { attempt } from "../../steps/deliver.ts";
import { writeReport } from "../../steps/write-report.ts";
import type { World } from "../../system/world.ts";
import type { GateRun } from "./gate-run.ts";

/** Facts that are known only after the answer has been shown. */
export interface Shown {
  /** Our JSON report; absent if it could not be written. */
  readonly reportFile?: string | undefined;
  /** `sha256:…` of the bytes of this report. */
  readonly reportDigest?: string | undefined;
  readonly commentUrl?: string | undefined;
}

/** The content to show, and its places. */
interface Delivery {
  readonly run: GateRun;
  readonly platform: Platform;
  readonly world: World;
}

/** Writes the files, the summary and the comment, and sends what the platform has other places for. */
export async function show(view: View, delivery: Delivery): Promise<Shown> {
  const { run, world } = delivery;
  const { reports, scans } = run;
  const { renderReport } = await import("../../render/answer.ts");
  const written =
    reports && (await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery)));
  // Written after the files for other tools, since it has their hashes.
  const beside = { scannerReports: scans.reportFileOf, written };
  const { path: reportFile, digest: reportDigest } =
    (await attempt(world, "report-not-written", () => writeReport(view, renderReport, beside, world))) ?? {};
  const files = { reportFile, written };
  const whole = once(() => attempt(world, "whole-report-not-written", () => keepWhole(view, files, delivery)));
  await attempt(world, "summary-not-written", () => writeSummary(view, whole, delivery));
  return { reportFile, reportDigest, commentUrl: await send(view, whole, delivery) };
}

/**
 * Sends everything to the platform at the same time, since each waits for its whole limit if the platform does not
 * answer.
 */
async function send(view: View, whole: Whole, delivery: Delivery): Promise<string | undefined> {
  const { run, platform, world } = delivery;
  const { forge, inputs } = run;
  const { uploadSarif, dependencyGraph } = inputs;
  const [commentUrl] = await Promise.all([
    attempt(world, "comment-not-written", () => writeComment(view, whole, delivery)),
    uploadSarif &&
      attempt(world, "sarif-not-uploaded", async () => {
        const alerts = await import("../../reports/upload-sarif.ts");
        await alerts.uploadSarif(view, await forge(), platform, world);
      }),
    dependencyGraph &&
      attempt(world, "dependency-snapshot-not-made", async () => {
        const { submitPackages } = await import("../../reports/submit-packages.ts");
        await submitPackages(view, await forge(), platform, world);
      }),
  ]);
  return commentUrl;
}

async function writeReports(
  reports: readonly PlannedReport[],
  view: View,
  { run: { sboms }, platform, world }: Delivery,
): Promise<readonly PlannedReport[]> {
  const files = await import("../../reports/index.ts");
  const { pageOf } = platform.defaultReports ?? {};
  return files.writeReports(reports, view, { ...files.reportFacts(view, platform, world), sboms, pageOf }, world);
}

/** Keeps the full report, once, if a text has no room for all of it. */
type Whole = () => Promise<WholeReport | undefined>;

/** A text that may be too long. If it is, it links to the full report. */
async function fitted(render: (whole?: WholeReport) => Fitted, wholeOf: Whole): Promise<string> {
  const { text, isWhole } = render();
  const whole = isWhole ? undefined : await wholeOf();
  return whole === undefined ? text : render(whole).text;
}

async function writeSummary(view: View, whole: Whole, { run, platform: { summary } }: Delivery): Promise<void> {
  if (!run.inputs.summary || summary === undefined) return;
  const { fitSummary } = await import("../../render/documents.ts");
  await summary.write(await fitted((link) => fitSummary(view, link, summary.mostBytes), whole));
}

/** A cancelled run has no time for it. A page that the job keeps anyway is enough. */
async function keepWhole(
  view: View,
  { reportFile, written = [] }: { reportFile?: string | undefined; written?: readonly PlannedReport[] | undefined },
  { run, platform, world }: Delivery,
): Promise<WholeReport | undefined> {
  if (world.signal.aborted) return undefined;
  const { linksTo } = await import("../../reports/index.ts");
  const whole = written.filter(({ target }) => target === undefined);
  // The platform's own report comes last. It is certain that the job keeps it, but not that it keeps the user's.
  const page = linksTo(whole, { pageOf: platform.defaultReports?.pageOf }, world).at(-1);
  if (page !== undefined) return { url: page.url, as: "a page" };
  const { keepWholeReport } = await import("../../reports/keep-full-report.ts");
  const { wholeReportName } = await import("../../baseline/artifact-name.ts");
  const { offline } = run.inputs;
  return keepWholeReport(view, { reportFile, offline, name: wholeReportName(view.name), platform }, world);
}

/**
 * A cancelled run has no time for a comment, since the runner ends it within seconds.
 * @returns the comment's address
 */
async function writeComment(
  view: View,
  whole: Whole,
  { run: { inputs, forge }, platform, world: { log, signal } }: Delivery,
): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const { answer } = view.verdict;
  const decision = decideComment(inputs.comment, answer, await forge(), platform);
  if ("why" in decision) {
    log[decision.level](`No comment: ${decision.why}.`);
    return undefined;
  }
  const { fitComment, marker } = await import("../../render/documents.ts");
  const { comments, create } = decision;
  const { mostUnits, measuredIn } = comments;
  const shownAs = { measuredIn, dialect: platform.markdown };
  const body = await fitted((link) => fitComment(view, link, mostUnits, shownAs), whole);
  if (signal.aborted) return undefined;
  return comments.write({ marker: marker(view.name), stamp: view.stamp, create, body });
}

import { decideComment } from "../../forge/connect.ts";
import type { Platform } from "../../job/job.ts";
import type { WholeReport } from "../../render/documents.ts";
import type { Fitted } from "../../render/fit.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import { attempt } from "../../steps/deliver.ts";
import { writeReport } from "../../steps/write-report.ts";
import type { World } from "../../system/world.ts";
import type { GateRun } from "./gate-run.ts";

/** What is known only after the answer has been shown. */
export interface Shown {
  /** Our JSON report; absent if it could not be written. */
  readonly reportFile?: string | undefined;
  /** `sha256:…` of the bytes of this report. */
  readonly reportDigest?: string | undefined;
  readonly commentUrl?: string | undefined;
}

/** What is shown, and where. */
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
  // After the files for other tools, since it has their hashes.
  const beside = { scannerReports: scans.reportFileOf, written };
  const { path: reportFile, digest: reportDigest } =
    (await attempt(world, "report-not-written", () => writeReport(view, renderReport, beside, world))) ?? {};
  const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
  const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
  const isCut = [summary, comment].some((draft) => draft?.isWhole === false);
  const whole = isCut
    ? await attempt(world, "whole-report-not-written", () => keepWhole(view, { reportFile, written }, delivery))
    : undefined;
  await attempt(world, "summary-not-written", async () => summary?.write(whole));
  return { reportFile, reportDigest, commentUrl: await send(view, comment, whole, delivery) };
}

/**
 * Sends everything to the platform at the same time, since each waits for its whole limit if the platform does not
 * answer.
 */
async function send(
  view: View,
  comment: Draft<string | undefined> | undefined,
  whole: WholeReport | undefined,
  { run: { inputs, forge }, platform, world }: Delivery,
): Promise<string | undefined> {
  const { uploadSarif, dependencyGraph } = inputs;
  const [commentUrl] = await Promise.all([
    attempt(world, "comment-not-written", async () => comment?.write(whole)),
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

/** Text that may not fit. If it does not, it links to the full report. */
interface Draft<T> {
  readonly isWhole: boolean;
  write(whole: WholeReport | undefined): Promise<T>;
}

/** The text is rendered again only if there is something to add. */
function draft<T>(render: (whole?: WholeReport) => Fitted, write: (text: string) => Promise<T>): Draft<T> {
  const first = render();
  return {
    isWhole: first.isWhole,
    write: (whole) => write(first.isWhole || whole === undefined ? first.text : render(whole).text),
  };
}

async function draftSummary(view: View, { run, platform }: Delivery): Promise<Draft<void> | undefined> {
  const { summary } = platform;
  if (!run.inputs.summary || summary === undefined) return undefined;
  const { fitSummary } = await import("../../render/documents.ts");
  return draft((whole) => fitSummary(view, whole, summary.mostBytes), summary.write);
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
  // The platform's own comes after the user's, of which nothing says that the job keeps it.
  const page = linksTo(whole, { pageOf: platform.defaultReports?.pageOf }, world).at(-1);
  if (page !== undefined) return { url: page.url, as: "a page" };
  const { keepWholeReport } = await import("../../reports/keep-full-report.ts");
  const { wholeReportName } = await import("../../baseline/artifact-name.ts");
  const { offline } = run.inputs;
  return keepWholeReport(view, { reportFile, offline, name: wholeReportName(view.name), platform }, world);
}

/** A cancelled run has no time for a comment, since the runner ends it within seconds. */
async function draftComment(
  view: View,
  { run: { inputs, forge }, platform, world: { log, signal } }: Delivery,
): Promise<Draft<string | undefined> | undefined> {
  if (signal.aborted) return undefined;
  const decision = decideComment(inputs.comment, view.verdict.answer, await forge(), platform);
  if ("why" in decision) {
    log[decision.level](`No comment: ${decision.why}.`);
    return undefined;
  }
  const { fitComment, marker } = await import("../../render/documents.ts");
  const { answer } = view.verdict;
  const isBroken = answer === "error" || (answer === "fail" && view.mode === "enforce");
  const holdsUp = inputs.gitlabThread ? isBroken : undefined;
  const about = { marker: marker(view.name), stamp: view.stamp, create: decision.create, holdsUp };
  const { comments } = decision;
  const { mostUnits: limit, measuredIn } = comments;
  return draft(
    (whole) => fitComment(view, whole, limit, { measuredIn, dialect: platform.markdown }),
    async (body) => (signal.aborted ? undefined : comments.write({ ...about, body })),
  );
}

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../domain/one-line.ts";
import { reasonAndRemedies } from "../domain/reason.ts";
import type { Target } from "../domain/target.ts";
import type { Access, AnnotationMessage, CommentDecision, CommentMode, Platform } from "../platforms/platform.ts";
import type { PolicyError } from "../policy/mistakes.ts";
import type { WholeReport } from "../render/documents/document.ts";
import type { Fitted } from "../render/markdown/fit.ts";
import type { View } from "../render/view.ts";
import type { PlannedReport } from "../reports/planned-reports.ts";
import type { Sboms } from "../reports/sboms.ts";
import type { GateError } from "../system/errors.ts";
import { removeProgramFolders } from "../system/store/program-folder.ts";
import type { World } from "../system/world.ts";
import { writeReport } from "./write-report.ts";

/** Where to show the answer, beside log, annotations and outputs. */
export interface Channels {
  readonly comment: CommentMode;
  readonly summary: boolean;
  /** Whether to upload SARIF to code scanning. */
  readonly uploadSarif: boolean;
  readonly dependencyGraph: boolean;
  /** Whether any answer but a pass holds up the merge, where the platform's comments can. */
  readonly gitlabThread?: boolean | undefined;
  readonly access: Access;
}

/** What is known only after the answer has been shown. */
export interface Shown {
  /** Our JSON report; absent if it could not be written. */
  readonly reportFile?: string | undefined;
  /** `sha256:…` of the bytes of this report. */
  readonly reportDigest?: string | undefined;
  readonly commentUrl?: string | undefined;
}

interface Delivery {
  readonly channels: Channels;
  /** Files for other tools. */
  readonly reports?: readonly PlannedReport[] | undefined;
  readonly sboms?: Sboms | undefined;
  /** The scanner's own reports. */
  readonly scannerReports: ReadonlyMap<Target, string>;
  /** What ended the run before there was anything to judge. */
  readonly failure?: GateError | undefined;
  /** The outputs for later steps. */
  readonly outputs: (shown: Shown) => Readonly<Record<string, string>>;
  readonly platform: Platform;
  readonly world: World;
  /** Takes the answer in place of the log. */
  readonly show?: ((view: View) => void) | undefined;
}

/**
 * Shows the answer where people and later steps look: log, report file, summary, comment, annotations, outputs. Never
 * throws: a failure of one of them is a warning and does not change the verdict.
 */
export async function deliver(view: View, delivery: Delivery): Promise<void> {
  const { reports, failure, platform, world } = delivery;
  const { renderLog, annotationsOf, renderReport } = await import("../render/answer.ts");
  const { show = (shown) => world.log.show((look) => renderLog(shown, look)) } = delivery;
  await attempt(world, "log-not-written", () => show(view));
  const written =
    reports && (await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery)));
  // After the files for other tools, since it has their hashes.
  const { path: reportFile, digest: reportDigest } =
    (await attempt(world, "report-not-written", () =>
      writeReport(view, renderReport, { ...delivery, written }, world),
    )) ?? {};
  const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
  const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
  const isCut = [summary, comment].some((draft) => draft?.isWhole === false);
  const whole = isCut
    ? await attempt(world, "whole-report-not-written", () => keepWhole(view, { reportFile, written }, delivery))
    : undefined;
  await attempt(world, "summary-not-written", async () => summary?.write(whole));
  const commentUrl = await send(view, comment, whole, delivery);
  await attempt(world, "log-not-written", () => platform.annotate([...mistakesOf(failure), ...annotationsOf(view)]));
  await attempt(world, "outputs-not-written", () =>
    platform.outputs?.(delivery.outputs({ reportFile, reportDigest, commentUrl })),
  );
  await attempt(world, "log-not-written", () => finalAnnotation(view, world));
}

/**
 * Sends everything to the platform at the same time, since each waits for its whole limit if the platform does not
 * answer.
 */
async function send(
  view: View,
  comment: Draft<string | undefined> | undefined,
  whole: WholeReport | undefined,
  { channels: { uploadSarif, dependencyGraph, access }, platform, world }: Delivery,
): Promise<string | undefined> {
  const [commentUrl] = await Promise.all([
    attempt(world, "comment-not-written", async () => comment?.write(whole)),
    uploadSarif && attempt(world, "sarif-not-uploaded", () => sendAlerts(view, access, platform, world)),
    dependencyGraph &&
      attempt(world, "dependency-snapshot-not-made", () => sendPackages(view, access, platform, world)),
  ]);
  return commentUrl;
}

async function writeReports(
  reports: readonly PlannedReport[],
  view: View,
  { sboms, platform, world }: Delivery,
): Promise<readonly PlannedReport[]> {
  const files = await import("../reports/index.ts");
  const { pageOf } = platform.defaultReports ?? {};
  return files.writeReports(reports, view, { ...files.reportFacts(view, platform, world), sboms, pageOf }, world);
}

async function sendAlerts(view: View, access: Access, platform: Platform, world: World): Promise<void> {
  const { uploadSarif } = await import("../reports/upload-sarif.ts");
  await uploadSarif(view, access, platform, world);
}

async function sendPackages(view: View, access: Access, platform: Platform, world: World): Promise<void> {
  const { submitPackages } = await import("../reports/submit-packages.ts");
  await submitPackages(view, access, platform, world);
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

async function draftSummary(view: View, { channels, platform }: Delivery): Promise<Draft<void> | undefined> {
  const { summary } = platform;
  if (!channels.summary || summary === undefined) return undefined;
  const { fitSummary } = await import("../render/documents/index.ts");
  return draft((whole) => fitSummary(view, whole, summary.mostBytes), summary.write);
}

/** A cancelled run has no time for it. A page that the job keeps anyway is enough. */
async function keepWhole(
  view: View,
  { reportFile, written = [] }: { reportFile?: string | undefined; written?: readonly PlannedReport[] | undefined },
  { channels: { access }, platform, world }: Delivery,
): Promise<WholeReport | undefined> {
  if (world.signal.aborted) return undefined;
  const { linksTo } = await import("../reports/index.ts");
  const whole = written.filter(({ target }) => target === undefined);
  // The platform's own comes after the user's, of which nothing says that the job keeps it.
  const page = linksTo(whole, { pageOf: platform.defaultReports?.pageOf }, world).at(-1);
  if (page !== undefined) return { url: page.url, as: "a page" };
  const { keepWholeReport } = await import("../reports/keep-full-report.ts");
  const { wholeReportName } = await import("../baseline/artifact-name.ts");
  const { offline } = access;
  return keepWholeReport(view, { reportFile, offline, name: wholeReportName(view.name), platform }, world);
}

/** A cancelled run has no time for a comment, since the runner ends it within seconds. */
async function draftComment(
  view: View,
  { channels, platform, world: { log, signal } }: Delivery,
): Promise<Draft<string | undefined> | undefined> {
  if (signal.aborted) return undefined;
  const { comments, words } = platform;
  const decision: CommentDecision = comments?.decide(channels.comment, view.verdict.answer, channels.access) ?? {
    write: false,
    level: "info",
    why: words.lacking,
  };
  if (comments === undefined || !decision.write) {
    if (!decision.write) log[decision.level](`No comment: ${decision.why}.`);
    return undefined;
  }
  const { fitComment, fittedInDialect, marker, utf8Bytes, utf16Units } = await import("../render/documents/index.ts");
  const { answer } = view.verdict;
  const isBroken = answer === "error" || (answer === "fail" && view.mode === "enforce");
  const holdsUp = channels.gitlabThread === true ? isBroken : undefined;
  const about = { marker: marker(view.name), stamp: view.stamp, create: decision.create, holdsUp };
  const { mostUnits: limit, measuredIn } = comments;
  const within = { limit, measure: measuredIn === "bytes" ? utf8Bytes : utf16Units, dialect: platform.markdown };
  return draft(
    (whole) => fittedInDialect((room) => fitComment(view, whole, room, measuredIn), within),
    async (body) => (signal.aborted ? undefined : comments.write({ ...about, body }, channels.access)),
  );
}

/** The mistakes of a policy file, each at its line. */
export function mistakesOf(failure: GateError | undefined): AnnotationMessage[] {
  if (failure?.code !== "policy-invalid") return [];
  // Only the type is imported, so that runs without a policy file do not load YAML.
  const { file, mistakes } = failure as PolicyError;
  return mistakes.map(({ line, message }) => ({ level: "error", message, file, line }));
}

/** The run's last annotation: what failed the step, or would have, and what to do about an error. */
export function finalAnnotation({ verdict, mode }: Pick<View, "verdict" | "mode">, { log }: World): void {
  const { answer, reason } = verdict;
  if (answer === "error") log.annotate("error", reasonAndRemedies(verdict));
  else if (answer === "fail" && mode === "warn") log.annotate("warning", reason);
  else if (answer === "fail") log.annotate("error", reason);
}

/** Does work that only reports or tidies up. A failure is a warning. */
export async function attempt<T>({ log }: World, code: string, act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (thrown) {
    const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
    log.warning(`[${code}] ${why}. The verdict stands; see whether the disk is full, or something removed its files.`);
    return undefined;
  }
}

/** Removes everything except the reports that the outputs name. A failure to remove does not change the answer. */
export function clearRunFolder(world: World): void {
  const { runFolder, log } = world;
  try {
    removeProgramFolders(world);
    for (const entry of readdirSync(runFolder))
      if (!/\.(?:jsonl?|md)$/.test(entry)) rmSync(join(runFolder, entry), { recursive: true, force: true });
  } catch (error) {
    log.debug(`Temporary files are left: ${String(error)}`);
  }
}

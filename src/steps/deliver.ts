import { join } from "node:path";
import type { ReportingInputs } from "../actions/gate/inputs.ts";
import { outputsOf, type RunFacts } from "../actions/gate/outputs.ts";
import { oneLine } from "../domain/one-line.ts";
import { reasonAndRemedies } from "../domain/reason.ts";
import { type AnnotationMessage, annotate } from "../platforms/github/annotations.ts";
import { decideComment } from "../platforms/github/comment/comment-decision.ts";
import type { GitHubEvent } from "../platforms/github/event.ts";
import type { PolicyError } from "../policy/mistakes.ts";
import { annotationsOf } from "../render/annotations.ts";
import type { WholeReport } from "../render/documents/full-report-link.ts";
import { renderReport } from "../render/json/report.ts";
import { coloured } from "../render/log/colours.ts";
import { renderLog } from "../render/log/log.ts";
import type { Fitted } from "../render/markdown/fit.ts";
import type { View } from "../render/view.ts";
import type { PlannedReport } from "../reports/plan.ts";
import type { Sboms } from "../reports/sboms.ts";
import type { GateError } from "../system/errors.ts";
import { writePieces } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

interface Telling {
  readonly inputs: ReportingInputs;
  readonly event: GitHubEvent;
  readonly scans: Omit<RunFacts, "reportFile" | "commentUrl">;
  readonly reports?: readonly PlannedReport[] | undefined;
  readonly sboms?: Sboms | undefined;
  readonly failure?: GateError;
  readonly world: World;
}

/**
 * Tells the answer where people and later steps look: log, report file, summary, comment, annotations, outputs. Never
 * throws: what stands in the way of one of them is a warning, and the verdict stands.
 */
export async function tell(
  view: View,
  { inputs, event, scans, reports, sboms, failure, world }: Telling,
): Promise<void> {
  const { log } = world;
  await attempt(world, "log-not-written", () => log.info(renderLog(view), coloured));
  const reportFile = await attempt(world, "report-not-written", () => writeReport(view, world));
  if (reports !== undefined)
    await attempt(world, "report-file-not-written", () => writeReports(reports, sboms, view, world));
  const summary = inputs.summary
    ? await attempt(world, "summary-not-written", () => draftSummary(view, world))
    : undefined;
  const comment = await attempt(world, "comment-not-written", () => draftComment(view, inputs, event, world));
  const isCut = [summary, comment].some((draft) => draft?.isWhole === false);
  const whole = isCut
    ? await attempt(world, "whole-report-not-written", () => keepWhole(view, reportFile, inputs, world))
    : undefined;
  await attempt(world, "summary-not-written", async () => summary?.write(whole));
  const commentUrl = await send(comment, whole, { view, inputs, event, world });
  await attempt(world, "log-not-written", () => annotate(log, [...mistakesOf(failure), ...annotationsOf(view)]));
  const facts = { ...scans, reportFile, commentUrl };
  await attempt(world, "outputs-not-written", () => writeOutputs(view, facts, world));
  await attempt(world, "log-not-written", () => lastWord(view, world));
}

/** To GitHub, all at the same time: where it does not answer, each of them waits for as long as it may. */
async function send(
  comment: Draft<string | undefined> | undefined,
  whole: WholeReport | undefined,
  { view, inputs, event, world }: Pick<Telling, "inputs" | "event" | "world"> & { readonly view: View },
): Promise<string | undefined> {
  const [commentUrl] = await Promise.all([
    attempt(world, "comment-not-written", async () => comment?.write(whole)),
    inputs.uploadSarif ? attempt(world, "sarif-not-uploaded", () => sendSarif(view, inputs, event, world)) : undefined,
    inputs.dependencyGraph
      ? attempt(world, "dependency-snapshot-not-made", () => sendPackages(view, inputs, event, world))
      : undefined,
  ]);
  return commentUrl;
}

function writeReport(view: View, world: World): string {
  const path = join(world.runFolder, "report.json");
  writePieces(path, renderReport(view));
  return path;
}

/** For other tools, as the input `reports` asks for them. */
async function writeReports(
  reports: readonly PlannedReport[],
  sboms: Sboms | undefined,
  view: View,
  world: World,
): Promise<void> {
  const files = await import("../chunks/reports.ts");
  await files.writeReports(reports, view, { ...files.reportFacts(view, world), sboms }, world);
}

/** After the comment, as GitHub may take its time with it. */
async function sendSarif(view: View, inputs: ReportingInputs, event: GitHubEvent, world: World): Promise<void> {
  const { uploadSarif } = await import("../chunks/code-scanning.ts");
  await uploadSarif(view, inputs, event, world);
}

async function sendPackages(view: View, inputs: ReportingInputs, event: GitHubEvent, world: World): Promise<void> {
  const { submitPackages } = await import("../chunks/dependency-graph.ts");
  await submitPackages(view, inputs, event, world);
}

/** A text for which there may be no room; where there is none, it leads to the whole report. */
interface Draft<T> {
  readonly isWhole: boolean;
  write(whole: WholeReport | undefined): Promise<T>;
}

/** The text is made again only where there is something to add to it. */
function draft<T>(render: (whole?: WholeReport) => Fitted, write: (text: string) => Promise<T>): Draft<T> {
  const first = render();
  return {
    isWhole: first.isWhole,
    write: (whole) => write(first.isWhole || whole === undefined ? first.text : render(whole).text),
  };
}

/** Outside of a runner there is no summary to write to. */
async function draftSummary(view: View, world: World): Promise<Draft<void> | undefined> {
  if (!world.env.GITHUB_STEP_SUMMARY) return undefined;
  const { fitSummary, summary } = await import("../chunks/runner-files.ts");
  return draft(
    (whole) => fitSummary(view, whole),
    async (text) => {
      await summary.addRaw(text, true).write();
    },
  );
}

/** A cancelled run has no time left for it. */
async function keepWhole(
  view: View,
  reportFile: string | undefined,
  { offline }: ReportingInputs,
  world: World,
): Promise<WholeReport | undefined> {
  if (world.signal.aborted) return undefined;
  const { keepWholeReport } = await import("../chunks/whole-report.ts");
  return keepWholeReport(view, { reportFile, offline }, world);
}

/** A cancelled run has no time left for a comment: the runner ends it within seconds. */
async function draftComment(
  view: View,
  { comment: mode, token = "", offline }: ReportingInputs,
  event: GitHubEvent,
  { log, signal }: World,
): Promise<Draft<string | undefined> | undefined> {
  if (signal.aborted) return undefined;
  const decision = decideComment({ mode, answer: view.verdict.answer, event, token, offline });
  if (!decision.write) {
    log[decision.level](`No comment: ${decision.why}.`);
    return undefined;
  }
  const { fitComment, marker, reportComment } = await import("../chunks/comment.ts");
  const { stamp } = view;
  const about = { marker: marker(view.name), stamp, create: decision.create, event, token, log, signal };
  return draft(
    (whole) => fitComment(view, whole),
    async (body) => (signal.aborted ? undefined : reportComment({ ...about, body })),
  );
}

/** The mistakes of a policy file, each on its line. */
function mistakesOf(failure: GateError | undefined): AnnotationMessage[] {
  if (failure?.code !== "policy-invalid") return [];
  // Only its type is imported: YAML stays out of runs without a policy file.
  const { file, mistakes } = failure as PolicyError;
  return mistakes.map(({ line, message }) => ({ level: "error", message, file, line }));
}

async function writeOutputs(view: View, facts: RunFacts, world: World): Promise<void> {
  if (!world.env.GITHUB_OUTPUT) return;
  const { setOutput } = await import("../chunks/runner-files.ts");
  for (const [name, value] of Object.entries(outputsOf(view, facts))) setOutput(name, value);
}

/** The run's own annotation: what failed the step, or would have, and what to do about an error. */
function lastWord({ verdict, mode }: View, { log }: World): void {
  const { answer, reason } = verdict;
  if (answer === "error") log.annotate("error", reasonAndRemedies(verdict));
  else if (answer === "fail" && mode === "warn") log.annotate("warning", reason);
  else if (answer === "fail") log.annotate("error", reason);
}

/** Does what only tells, or tidies up: what stands in its way is a warning. */
export async function attempt<T>({ log }: World, code: string, act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (thrown) {
    const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
    log.warning(
      `[${code}] ${why}. The verdict stands; see whether the runner's disk is full, or a step removed its files.`,
    );
    return undefined;
  }
}

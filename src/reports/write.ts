import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { listSome } from "../domain/list-some.ts";
import { isSbomFormat, type Target } from "../domain/target.ts";
import { judgedAmong } from "../domain/verdict.ts";
import { renderWholeMarkdown } from "../render/documents.ts";
import { renderCsv } from "../render/formats/csv.ts";
import { renderGitlab } from "../render/formats/gitlab.ts";
import type { JobLink } from "../render/formats/gitlab-annotations.ts";
import { renderJunit } from "../render/formats/junit.ts";
import { partOf } from "../render/part.ts";
import type { CodeScanningFacts, ToolReport } from "../render/report-format.ts";
import { cutsOf, MOST_RUNS, renderSarif } from "../render/sarif/sarif.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import { replaceWhole } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { listsPackages, type ReportFormat } from "./formats.ts";
import { outputPath } from "./output-path.ts";
import type { PlannedReport } from "./planned-reports.ts";
import type { Sboms } from "./sboms.ts";

/** Maximum number of files that one warning names. */
const MOST_NAMED = 10;

interface Facts extends CodeScanningFacts {
  /** Absent if no SBOM is planned, or if the run ended before its scans. */
  readonly sboms?: Pick<Sboms, "fileOf" | "end"> | undefined;
  /** The page of a file of the workspace, by its path from there. Absent: the platform has none. */
  readonly pageOf?: ((path: string) => string | undefined) | undefined;
}

/**
 * Writes the planned reports, each completely or not at all. Replaces older files and creates parent folders.
 * Never throws: a file that cannot be written is a warning that names it, and the verdict does not change. An older
 * file at its path is then removed too, as it would be taken for this run's.
 * @returns those that were written
 */
export async function writeReports(
  planned: readonly PlannedReport[],
  view: View,
  facts: Facts,
  world: Pick<World, "workspace" | "temp" | "log">,
): Promise<readonly PlannedReport[]> {
  const written: PlannedReport[] = [];
  const failed = new Set(view.verdict.targets.flatMap(({ answer, target }) => (answer === "error" ? [target] : [])));
  const lost = planned.filter(
    ({ format, target }) => listsPackages(format) && (target === undefined || failed.has(target)),
  );
  for (const report of lost) removeOlder(report, world);
  if (lost.length > 0) world.log.warning(notScanned(lost).message);
  const others = planned.filter((report) => !lost.includes(report));
  for (const report of others.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    try {
      const own = viewOf(view, report.target);
      replaceFile(report, await piecesOf(report, own, { ...facts, links: linksTo(written, facts, world) }), world);
      written.push(report);
      world.log.info(`Report: ${report.format} in ${report.shown}`);
      if (report.format === "sarif") logLimits(report, own, world);
    } catch (error) {
      removeOlder(report, world);
      world.log.warning(notWritten(report, error).message);
    }
  }
  await facts.sboms?.end();
  return written;
}

/** The report of links comes after the linked files. SBOMs come last: the scanner makes them meanwhile. */
function turnOf({ format }: PlannedReport): number {
  if (isSbomFormat(format)) return 2;
  return format === "gitlab-annotations" ? 1 : 0;
}

async function piecesOf(
  report: PlannedReport,
  view: View,
  { sboms, links, ...facts }: Facts & { readonly links: readonly JobLink[] },
): Promise<Iterable<string | Buffer>> {
  const { format } = report;
  if (isSbomFormat(format)) {
    if (sboms === undefined) throw new TypeError("no SBOM was begun with");
    return [readFileSync(await sboms.fileOf(report))];
  }
  if (format === "gitlab-annotations")
    return (await import("../render/formats/gitlab-annotations.ts")).renderJobLinks(links);
  const render = await RENDERERS[format]();
  return render(view, facts);
}

/** Links to the pages for people among the written reports. */
export function linksTo(
  written: readonly PlannedReport[],
  { pageOf }: Pick<Facts, "pageOf">,
  { workspace }: Pick<World, "workspace">,
): JobLink[] {
  return written.flatMap(({ format, path, target }) => {
    const way = relative(workspace, path).split(sep).join("/");
    const url = format === "html" && !way.startsWith("../") ? pageOf?.(way) : undefined;
    if (url === undefined) return [];
    return [{ label: target === undefined ? "The whole report" : `The whole report: ${target.label}`, url }];
  });
}

/** The view for a report on this target alone. */
function viewOf(view: View, only: Target | undefined): View {
  if (only === undefined || view.verdict.targets.length === 1) return view;
  // A target that was merged from this report and others has the answer on it.
  const targets = view.verdict.targets.filter(({ target }) => target === only || target.opinions?.includes(only));
  return { ...view, name: only.label, verdict: partOf(view.verdict, targets) };
}

function replaceFile(
  { path }: PlannedReport,
  pieces: Iterable<string | Buffer>,
  world: Pick<World, "workspace" | "temp" | "isAtTerminal">,
): void {
  // A folder before the scan may be a link now.
  const checked = outputPath(path, world);
  if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
  mkdirSync(dirname(path), { recursive: true });
  // Readable for everyone whom the runner's umask allows: later steps and other tools need it.
  replaceWhole(path, pieces, { mode: 0o666 });
}

function logLimits({ shown }: PlannedReport, { verdict }: View, { log }: Pick<World, "log">): void {
  for (const cut of cutsOf(verdict.targets))
    log.warning(
      new GateError("sarif-cut", cut, "The other formats hold every finding; the verdict covers all of them.").message,
    );
  const runs = judgedAmong(verdict.targets).length;
  if (runs > MOST_RUNS)
    log.warning(
      new GateError(
        "sarif-many-runs",
        `The sarif report ${JSON.stringify(shown)} has ${runs} runs, and code scanning takes ${MOST_RUNS} in one file`,
        "Have Image Gate upload it (`upload-sarif: true`), or put `{target}` into its path; other tools take it as it is.",
      ).message,
    );
}

/** Removes the file only if a report may be written there at all. */
function removeOlder({ path }: PlannedReport, world: Pick<World, "workspace" | "temp" | "isAtTerminal">): void {
  try {
    if ("path" in outputPath(path, world)) rmSync(path, { force: true });
  } catch {
    // The missing report is logged anyway.
  }
}

function notWritten({ format, shown }: PlannedReport, error: unknown): GateError {
  if (error instanceof GateError)
    return new GateError(
      error.code,
      `There is no ${format} report ${JSON.stringify(shown)}: ${error.what}`,
      error.remedy,
    );
  return new GateError(
    "report-file-not-written",
    `The ${format} report ${JSON.stringify(shown)} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    "The verdict is unaffected; see whether the user of this run may write there, and whether the disk is full.",
  );
}

/** One warning for all: many targets may have many reports. */
function notScanned(reports: readonly PlannedReport[]): GateError {
  const show = ({ format, shown }: PlannedReport) => `${format} in ${JSON.stringify(shown)}`;
  return new GateError(
    "sbom-not-made",
    `Targets that ended in an error have no SBOM: ${listSome(reports, MOST_NAMED, { show })}; files of an earlier run there are removed`,
    "Correct that error; the verdict is unaffected.",
  );
}

/**
 * The renderers by format. The HTML page, with its script and style, is loaded only if it is requested. The scanner
 * makes SBOMs.
 */
const RENDERERS: Readonly<
  Record<Exclude<ReportFormat, "cyclonedx" | "spdx-json" | "gitlab-annotations">, () => Promise<ToolReport>>
> = {
  sarif: async () => renderSarif,
  gitlab: async () => renderGitlab,
  "gitlab-code-quality": async () => (await import("../render/formats/gitlab-code-quality.ts")).renderCodeQuality,
  "gitlab-sbom": async () => (await import("../render/formats/gitlab-sbom.ts")).renderGitlabSbom,
  junit: async () => renderJunit,
  html: async () => (await import("../render/html/html.ts")).renderHtml,
  markdown: async () => renderWholeMarkdown,
  csv: async () => renderCsv,
  verdict: async () => (await import("./verdict.ts")).renderVerdict,
};

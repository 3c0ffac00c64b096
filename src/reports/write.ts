import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Target } from "../domain/target.ts";
import { GateError } from "../errors.ts";
import { cutsOf } from "../render/sarif-limits.ts";
import type { CodeScanningFacts } from "../render/tool-report.ts";
import type { View } from "../render/view.ts";
import type { World } from "../world.ts";
import { outputPath } from "./path.ts";
import type { PlannedReport } from "./plan.ts";
import { rendererOf } from "./renderers.ts";

/**
 * Writes the planned reports, each whole or not at all; an older file is replaced, and parent folders are made. Never throws:
 * a file that cannot be written is a warning that names it, and the verdict stands.
 */
export async function writeReports(
  planned: readonly PlannedReport[],
  view: View,
  facts: CodeScanningFacts,
  world: Pick<World, "workspace" | "temp" | "log">,
): Promise<void> {
  for (const report of planned) {
    try {
      replaceFile(report, await piecesOf(report, view, facts), world);
      world.log.info(`Report: ${report.format} in ${report.shown}`);
      if (report.format === "sarif") tellCuts(viewOf(view, report.target), world);
    } catch (error) {
      world.log.warning(notWritten(report, error).message);
    }
  }
}

async function piecesOf(
  { format, target }: PlannedReport,
  view: View,
  facts: CodeScanningFacts,
): Promise<Iterable<string>> {
  if (format === "cyclonedx" || format === "spdx-json") throw new Error("not written yet");
  const render = await rendererOf(format);
  return render(viewOf(view, target), facts);
}

/** What a report of this target alone tells. */
function viewOf(view: View, only: Target | undefined): View {
  if (only === undefined) return view;
  const { verdict } = view;
  return { ...view, verdict: { ...verdict, targets: verdict.targets.filter(({ target }) => target === only) } };
}

function replaceFile(
  { path }: PlannedReport,
  pieces: Iterable<string>,
  world: Pick<World, "workspace" | "temp">,
): void {
  // What was a folder before the scan may be a link by now.
  const checked = outputPath(path, world);
  if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
  mkdirSync(dirname(path), { recursive: true });
  // Short, as the report's own name may be as long as names can be.
  const fresh = join(dirname(path), `.image-gate-${randomBytes(6).toString("hex")}`);
  try {
    const file = openSync(fresh, "wx");
    try {
      for (const piece of pieces) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function tellCuts({ verdict }: View, { log }: Pick<World, "log">): void {
  for (const cut of cutsOf(verdict.targets))
    log.warning(
      new GateError("sarif-cut", cut, "The other formats hold every finding; the verdict stands on all of them.")
        .message,
    );
}

function notWritten({ format, shown }: PlannedReport, error: unknown): GateError {
  return new GateError(
    "report-file-not-written",
    `The ${format} report ${JSON.stringify(shown)} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    "The verdict stands; see whether the runner's user may write there, and whether the disk is full.",
  );
}

import { join } from "node:path";
import type { Verdict } from "../../domain/verdict.ts";
import { capability } from "../../forge/connect.ts";
import type { Platform } from "../../job/job.ts";
import { annotationsOf } from "../../render/annotations.ts";
import { renderRescanReport } from "../../render/rescan/report.ts";
import { renderRescanLog, renderSummary } from "../../render/rescan/summary.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import type { SavedState } from "../../state/save.ts";
import { attempt, deliver, lastAnnotation, mistakesOf, writeSummary } from "../../steps/deliver.ts";
import { keepIssues } from "../../steps/keep-issues.ts";
import { asGateError } from "../../system/errors.ts";
import { writePieces } from "../../system/given-files.ts";
import type { World } from "../../system/world.ts";
import { mayKeepIssues, saveHistory } from "./history.ts";
import { outputsOf } from "./outputs.ts";
import type { RescanRun } from "./rescan-run.ts";
import { viewOf, wholeVerdict } from "./view.ts";

/**
 * Keeps the history and the issues, and shows the answer where people and later steps look. Never throws: a failure to
 * show is a warning. A history that cannot be kept makes the verdict `error`.
 * @param take takes the answer in place of the log
 */
export async function report(
  judged: Verdict,
  run: RescanRun,
  { platform, take }: { readonly platform: Platform; readonly take?: ((view: RescanView) => void) | undefined },
  world: World,
): Promise<Verdict> {
  const { change } = platform;
  const saved = await saveHistory(run, change);
  const verdict = wholeVerdict(judged, run, saved);
  const view = await withIssues(viewOf(verdict, run, saved, platform), { ...run, saved }, platform, world);
  await deliver(
    {
      log: () => (take ? take(view) : world.log.show((look) => renderRescanLog(view, look))),
      async show() {
        const path = join(world.runFolder, "report.json");
        const file = await attempt(world, "report-not-written", () => {
          writePieces(path, renderRescanReport(view));
          return path;
        });
        await writeSummary(run.inputs.summary, (most) => renderSummary(view, most), platform, world);
        return file;
      },
      annotations: () => [...mistakesOf(run.failure), ...annotationsOf(view.gate)],
      outputs: (file) => outputsOf(view, file),
      last: () => lastAnnotation(view.gate),
      async afterwards() {
        await attempt(world, "metrics-not-written", () => giveNumbers(view, run, platform, world));
        await run.cache?.settle();
      },
    },
    platform,
    world,
  );
  return verdict;
}

async function withIssues(
  view: RescanView,
  run: RescanRun & { readonly saved: SavedState },
  platform: Platform,
  world: World,
): Promise<RescanView> {
  if (!run.inputs.issues || run.failure !== undefined || world.signal.aborted) return view;
  const forge = await run.forge();
  const issues = capability(forge, (server) => server.issues, platform.words);
  if ("why" in issues) {
    world.log.warning(`No issues are kept: ${issues.why}.`);
    return view;
  }
  const { shown, urls } = await keepIssues({
    tracker: await issues(view.gate.name),
    view,
    dialect: platform.markdown,
    rules: run.policy.policy.issues ?? [],
    most: run.inputs.maxIssues,
    readOnlyBecause: await mayKeepIssues(run, run.saved),
  });
  const images = view.images.map((image) => ({ ...image, issueUrl: urls.get(image.change.image) }));
  const notes = [...(view.gate.notes ?? []), ...shown.failed];
  return { ...view, gate: { ...view.gate, notes }, images, issues: shown };
}

/**
 * Writes the numbers to their files, and pushes them. Only a run that has written the history does: a pull request must
 * not replace the data of dashboards and alerts.
 */
async function giveNumbers(view: RescanView, { inputs }: RescanRun, { change }: Platform, world: World): Promise<void> {
  const { metrics, pushgateway, page } = inputs;
  if (metrics === undefined && pushgateway === undefined && page === undefined) return;
  const { numbers, trend, state } = view;
  const { name, runUrl } = view.gate;
  if (numbers === undefined || trend === undefined || !("written" in state))
    return world.log.notice(
      "The numbers of an earlier run stay as they were, since this run has not written the history, or not all of it.",
    );
  const repository = change.repository ?? name;
  const { metricsText, replaceFile, pushMetrics } = await import("../../metrics/index.ts");
  if (page !== undefined)
    await attempt(world, "page-not-written", async () => {
      const { renderNumbersPage } = await import("../../render/rescan/page/index.ts");
      replaceFile(page, renderNumbersPage({ name, repository, runUrl, numbers, trend }), world);
    });
  if (metrics === undefined && pushgateway === undefined) return;
  const text = await metricsText(numbers, repository);
  if (metrics !== undefined) await attempt(world, "metrics-not-written", () => replaceFile(metrics, text, world));
  if (pushgateway !== undefined)
    await pushMetrics(pushgateway, { text, repository }, world).catch((thrown) =>
      world.log.warning(asGateError(thrown).message),
    );
}

import { join } from "node:path";
import { undecided, type Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { View } from "../../render/view.ts";
import { NO_SCANS } from "../../scan/scans.ts";
import { attempt, deliver, lastAnnotation, mistakesOf } from "../../steps/deliver.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { exitCodeOf } from "../run-record.ts";
import { type GateRun, gateRun } from "./gate-run.ts";
import { readInputs } from "./inputs.ts";
import { namedTargets } from "./named-targets.ts";
import { outputsOf } from "./outputs.ts";
import { planFiles } from "./plan-files.ts";
import { show } from "./show.ts";
import { viewOf } from "./view.ts";

export { OUTPUT_NAMES } from "./outputs.ts";
export { gate as run };

/**
 * One run of the gate: may these targets run? Never throws. A failure before the verdict makes the verdict `error`; a
 * failure to show the answer does not change it.
 * @param take takes the answer in place of the log, before anything else is shown
 * @returns the step's exit code: 0 for a pass, and for a fail that is only reported
 */
export async function gate(world: World, platform: Platform, take?: (view: View) => void): Promise<number> {
  const run = gateRun(world, platform);
  const verdict = await verdictOf(run, platform, world);
  const view = await viewOf(verdict, run, platform, world);
  const { renderLog, annotationsOf } = await import("../../render/answer.ts");
  await deliver(
    {
      log: () => (take ? take(view) : world.log.show((look) => renderLog(view, look))),
      show: () => show(view, { run, platform, world }),
      annotations: () => [...mistakesOf(run.failure), ...annotationsOf(view)],
      outputs: (shown) => outputsOf(view, { ...run.scans, ...shown }),
      last: () => lastAnnotation(view),
      afterwards: () => finish(run, platform, world),
    },
    platform,
    world,
  );
  return exitCodeOf(verdict.answer, run.inputs.mode);
}

async function verdictOf(run: GateRun, platform: Platform, world: World): Promise<Verdict> {
  try {
    if (world.unusable) throw world.unusable;
    run.inputs = readInputs(world.env);
    // Loaded only now, since a run with wrong inputs does not need it.
    const { decide } = await import("./decide.ts");
    return await decide(run.inputs, run, platform, world);
  } catch (thrown) {
    return brokenOff(thrown, run, platform, world);
  }
}

/** The verdict of a run that could not judge. An earlier run's reports must not look like this run's answer. */
async function brokenOff(thrown: unknown, run: GateRun, platform: Platform, world: World): Promise<Verdict> {
  const failure = asGateError(thrown);
  Object.assign(run, { failure, scans: NO_SCANS, around: undefined });
  // The readable targets, even if other inputs are wrong: they determine the name of the run's comment.
  if (run.targets.length === 0) run.targets = await namedTargets(run.inputs, world).catch(() => []);
  run.reports ??= await attempt(world, "report-file-not-written", () => planFiles("planAnyway", run, platform, world));
  return undecided(failure, run.targets, run.inputs.name);
}

/** Keeps the report for later runs to compare with, and waits for the cache. */
async function finish({ keptAs, cache }: GateRun, { keepReport }: Platform, world: World): Promise<void> {
  if (keptAs !== undefined && keepReport !== undefined) {
    const { artifactName } = await import("../../baseline/artifact-name.ts");
    await keepReport({ name: artifactName(keptAs), file: join(world.runFolder, "report.json") });
  }
  await cache?.settle();
}

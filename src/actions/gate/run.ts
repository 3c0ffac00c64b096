import { join } from "node:path";
import { undecided, type Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../platforms/platform.ts";
import type { View } from "../../render/view.ts";
import { NO_SCANS } from "../../scan/scans.ts";
import { attempt, clearRunFolder, deliver } from "../../steps/deliver.ts";
import { asGateError, type GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { accessOf, runSteps, type Steps } from "../run-steps.ts";
import { contextOf, type Learnt, type RunContext } from "./context.ts";
import { readInputs } from "./inputs.ts";
import { outputsOf } from "./outputs.ts";
import { viewOf } from "./view.ts";
import { listForeignInputs, plannedAnyway, targetsMeant } from "./wrong-inputs.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/**
 * One run of the gate: may these targets run? Never throws. A failure before the verdict makes the verdict `error`; a
 * failure to show the answer does not change it.
 * @param show takes the answer in place of the log, before anything else is shown
 * @returns the step's exit code: 0 for a pass, and for a fail that is only reported
 */
export async function gate(world: World, platform: Platform, show?: (view: View) => void): Promise<number> {
  const now = world.now();
  listForeignInputs(world);
  const ended = await runSteps(steps(now, platform, world));
  const learnt = contextOf(ended.learnt, now, world);
  const { verdict, context } =
    ended.result === undefined
      ? await brokenOff(asGateError(ended.thrown), learnt, platform, world)
      : { verdict: ended.result, context: learnt };
  const view = await viewOf(verdict, context, platform, world);
  const { inputs, scans, reports, sboms, failure } = context;
  await deliver(view, {
    channels: { ...inputs, access: accessOf(inputs) },
    reports,
    sboms,
    scannerReports: scans.reportFileOf,
    failure,
    outputs: (shown) => outputsOf(view, { ...scans, ...shown }),
    platform,
    world,
    show,
  });
  await finish(context, platform, world);
  return verdict.answer === "pass" || (verdict.answer === "fail" && inputs.mode === "warn") ? 0 : 1;
}

async function* steps(now: Date, platform: Platform, world: World): Steps<Learnt, Verdict> {
  if (world.unusable) throw world.unusable;
  const inputs = readInputs(world.env);
  yield { inputs };
  // Loaded only now, since a run with wrong inputs does not need it.
  const { decide } = await import("./decide.ts");
  return yield* decide(inputs, now, platform, world);
}

/** The verdict of a run that could not judge. An earlier run's reports must not look like this run's answer. */
async function brokenOff(failure: GateError, { around: _, ...learnt }: RunContext, platform: Platform, world: World) {
  const targets = learnt.targets.length > 0 ? learnt.targets : await targetsMeant(world).catch(() => []);
  const reports = learnt.reports ?? (await plannedAnyway(targets, platform, world));
  const context: RunContext = { ...learnt, failure, scans: NO_SCANS, targets, reports };
  return { verdict: undecided(failure, targets, learnt.inputs.name), context };
}

/** Keeps the report for later runs to compare with, waits for the cache, and tidies up. */
async function finish({ keptAs, cache }: RunContext, platform: Platform, world: World): Promise<void> {
  await attempt(world, "run-not-tidied", async () => {
    if (keptAs !== undefined && platform.keptReports !== undefined) {
      const { artifactName } = await import("../../baseline/artifact-name.ts");
      await platform.keptReports.keep({ name: artifactName(keptAs), file: join(world.runFolder, "report.json") });
    }
    await cache?.settle();
  });
  clearRunFolder(world);
}

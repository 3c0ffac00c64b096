import { undecided, type Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { exitCodeOf } from "../run-record.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { type RescanRun, rescanRun } from "./rescan-run.ts";

export { OUTPUT_NAMES } from "./outputs.ts";
export { rescan as run };

/**
 * One run over the images that run: may they go on running? Never throws. If it breaks off before it could judge, the
 * verdict is `error`, and neither history nor issues change. A failure to show the answer does not change it.
 * @param take takes the answer in place of the log, before anything else is shown
 * @returns the step's exit code: 0 for a pass, and for a fail that is only reported
 */
export async function rescan(world: World, platform: Platform, take?: (view: RescanView) => void): Promise<number> {
  const run = rescanRun(world, platform);
  const result = await resultOf(run, platform, world);
  if (typeof result === "number") return result;
  const { report } = await import("./report.ts");
  const { answer } = await report(result, run, { platform, take }, world);
  return exitCodeOf(answer, run.inputs.mode);
}

/** The verdict, or the exit code of a part that judges nothing. */
async function resultOf(run: RescanRun, platform: Platform, world: World): Promise<Verdict | number> {
  try {
    if (world.unusable) throw world.unusable;
    const inputs = readInputs(world.env);
    run.inputs = inputs;
    // Loaded only now, since a run with wrong inputs does not need it.
    const act = await actOf(inputs.part);
    return await act(inputs, run, platform, world);
  } catch (thrown) {
    run.failure = asGateError(thrown);
    run.rescanned = [];
    return undecided(run.failure, [], run.inputs.name);
  }
}

async function actOf(part: Inputs["part"]) {
  if (part === "plan") return (await import("./plan.ts")).plan;
  if (part === "scan") return (await import("./shard.ts")).scanShard;
  if (part === "merge") return (await import("./merge.ts")).merge;
  return (await import("./scan-and-judge.ts")).scanAndJudge;
}

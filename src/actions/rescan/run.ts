import { undecided, type Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../platforms/platform.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { beginning, type RunContext } from "./context.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import type { PartDone } from "./outputs.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/**
 * One run over the images that run: may they go on running? Never throws. If it breaks off before it could judge, the
 * verdict is `error`, and neither history nor issues change. A failure to show the answer does not change it.
 * @returns the step's exit code: 0 for a pass, and for a fail that is only reported
 */
export async function rescan(world: World, platform: Platform): Promise<number> {
  const context = beginning(world);
  const judged = await runPart(context, platform, world).catch((thrown) => brokenOff(thrown, context));
  if ("exitCode" in judged) return judged.exitCode;
  const { report } = await import("./report.ts");
  const verdict = await report(judged, context, platform, world);
  return verdict.answer === "pass" || (verdict.answer === "fail" && context.inputs.mode === "warn") ? 0 : 1;
}

async function runPart(context: RunContext, platform: Platform, world: World): Promise<Verdict | PartDone> {
  if (world.unusable) throw world.unusable;
  const inputs = readInputs(world.env);
  context.inputs = inputs;
  context.wanted = inputs;
  // Loaded only now, since a run with wrong inputs does not need it.
  const act = await story(inputs.part);
  return act(inputs, context, platform, world);
}

async function story(part: Inputs["part"]) {
  if (part === "plan") return (await import("./plan.ts")).plan;
  if (part === "scan") return (await import("./shard.ts")).scanShard;
  if (part === "merge") return (await import("./merge.ts")).merge;
  return (await import("./scan-and-judge.ts")).scanAndJudge;
}

function brokenOff(thrown: unknown, context: RunContext): Verdict {
  context.failure = asGateError(thrown);
  context.rescanned = [];
  return undecided(context.failure, [], context.inputs.name);
}

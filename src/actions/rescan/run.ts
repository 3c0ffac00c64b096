import { undecided, type Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../platforms/platform.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import { asGateError, type GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { errorInWords } from "../platform-words.ts";
import { runSteps, type Steps } from "../run-steps.ts";
import { contextOf, type Learnt, type RunContext } from "./context.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import type { PartDone } from "./outputs.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/**
 * One run over the images that run: may they go on running? Never throws. If it breaks off before it could judge, the
 * verdict is `error`, and neither history nor issues change. A failure to show the answer does not change it.
 * @param show takes the answer in place of the log, before anything else is shown
 * @returns the step's exit code: 0 for a pass, and for a fail that is only reported
 */
export async function rescan(world: World, platform: Platform, show?: (view: RescanView) => void): Promise<number> {
  const now = world.now();
  const { learnt, result, thrown } = await runSteps(steps(now, platform, world));
  if (result !== undefined && "exitCode" in result) return result.exitCode;
  const known = contextOf(learnt, now, world);
  const { verdict: judged, context } =
    result === undefined ? brokenOff(asGateError(thrown), known) : { verdict: result, context: known };
  const { report } = await import("./report.ts");
  const { message } = platform.words;
  const sources = context.sources.map(({ error, ...source }) =>
    error === undefined ? source : errorInWords({ ...source, error }, message),
  );
  const verdict = await report(judged, { ...context, sources }, { platform, show }, world);
  return verdict.answer === "pass" || (verdict.answer === "fail" && context.inputs.mode === "warn") ? 0 : 1;
}

async function* steps(now: Date, platform: Platform, world: World): Steps<Learnt, Verdict | PartDone> {
  if (world.unusable) throw world.unusable;
  const wanted = readInputs(world.env);
  yield { wanted };
  // Loaded only now, since a run with wrong inputs does not need it.
  const act = await stepsOf(wanted.part);
  return yield* act(wanted, now, platform, world);
}

async function stepsOf(part: Inputs["part"]) {
  if (part === "plan") return (await import("./plan.ts")).plan;
  if (part === "scan") return (await import("./shard.ts")).scanShard;
  if (part === "merge") return (await import("./merge.ts")).merge;
  return (await import("./scan-and-judge.ts")).scanAndJudge;
}

function brokenOff(failure: GateError, known: RunContext) {
  const context: RunContext = { ...known, failure, rescanned: [] };
  return { verdict: undecided(failure, [], known.inputs.name), context };
}

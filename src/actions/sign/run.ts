import type { Platform } from "../../platforms/platform.ts";
import { asGateError, type GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { runSteps, type Steps } from "../run-steps.ts";
import { readInputs } from "./inputs.ts";
import type { RunContext } from "./show.ts";
import type { Result } from "./sign-report.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/**
 * Signs what a report of the gate calls a pass. Never throws. Whatever goes wrong, the step fails and its outputs are
 * empty.
 * @returns the step's exit code, and what went wrong
 */
export async function sign(
  world: World,
  platform: Platform,
): Promise<{ code: number; failure?: GateError | undefined }> {
  const { learnt, result, thrown } = await runSteps(steps(world));
  const failure = result === undefined ? asGateError(thrown) : undefined;
  const { show } = await import("./show.ts");
  await show({ ...learnt, result, failure }, platform, world);
  return { code: failure === undefined ? 0 : 1, failure };
}

async function* steps(world: World): Steps<Pick<RunContext, "inputs">, Result> {
  if (world.unusable) throw world.unusable;
  const inputs = readInputs(world.env);
  yield { inputs };
  // Loaded only now, since a run with wrong inputs does not need it.
  const { signReport } = await import("./sign-report.ts");
  return signReport(inputs, world);
}

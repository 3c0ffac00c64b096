import type { Platform } from "../../job/job.ts";
import { asGateError, type GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import type { Ended } from "./show.ts";

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
  const ended = await signed(world);
  const { show } = await import("./show.ts");
  await show(ended, platform, world);
  return { code: ended.failure === undefined ? 0 : 1, failure: ended.failure };
}

async function signed(world: World): Promise<Ended> {
  let inputs: Inputs | undefined;
  try {
    if (world.unusable) throw world.unusable;
    inputs = readInputs(world.env);
    // Loaded only now, since a run with wrong inputs does not need it.
    const { signReport } = await import("./sign-report.ts");
    return { inputs, result: await signReport(inputs, world) };
  } catch (thrown) {
    return { inputs, failure: asGateError(thrown) };
  }
}

import type { Platform } from "../../platforms/platform.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { readInputs } from "./inputs.ts";
import type { RunContext } from "./show.ts";

export { OUTPUT_NAMES } from "./outputs.ts";

/**
 * Signs what a report of the gate calls a pass. Never throws. Whatever goes wrong, the step fails and its outputs are
 * empty.
 * @returns the step's exit code
 */
export async function sign(world: World, platform: Platform): Promise<number> {
  const context: RunContext = {};
  try {
    if (world.unusable) throw world.unusable;
    context.inputs = readInputs(world.env);
    // Loaded only now, since a run with wrong inputs does not need it.
    const { signReport } = await import("./sign-report.ts");
    context.result = await signReport(context.inputs, world);
  } catch (thrown) {
    context.failure = asGateError(thrown);
  }
  const { show } = await import("./show.ts");
  await show(context, platform, world);
  return context.failure === undefined ? 0 : 1;
}

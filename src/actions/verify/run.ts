import type { Platform } from "../../job/job.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Answer, broken, EXIT_CODES } from "./answer.ts";
import { namedImage, readInputs } from "./inputs.ts";

export { OUTPUT_NAMES } from "./answer.ts";

/**
 * The lock before a deployment: may this image be deployed? Never throws. If it breaks off before it knows, the verdict
 * is `error`, which stops a deployment as well. A failure to show the answer does not change it.
 * @returns the exit code, and the answer
 */
export async function verify(world: World, platform: Platform): Promise<{ code: number; answer: Answer }> {
  const now = world.now();
  const answer = await verified(now, world).catch((thrown) => broken(asGateError(thrown), namedImage(world.env), now));
  const { report } = await import("./report.ts");
  await report(answer, platform, world);
  return { code: EXIT_CODES[answer.verdict], answer };
}

async function verified(now: Date, world: World): Promise<Answer> {
  if (world.unusable) throw world.unusable;
  const inputs = readInputs(world.env);
  // Loaded only now, since a run with wrong inputs does not need it.
  const { verifyImage } = await import("./verify-image.ts");
  return verifyImage(inputs, now, world);
}

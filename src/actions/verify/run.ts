import type { AnnotationMessage, Platform } from "../../job/job.ts";
import { plain, shorten } from "../../render/shared/safe-text.ts";
import { renderVerifyLog, renderVerifySummary } from "../../render/signing/verify.ts";
import { deliver, writeSummary } from "../../steps/deliver.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Answer, broken, EXIT_CODES, outputsOf } from "./answer.ts";
import { readCorrect, readInputs } from "./inputs.ts";

export { OUTPUT_NAMES } from "./answer.ts";

/** Platforms cut an annotation at 4,096 characters. */
const LONGEST = 3_800;

/** @returns the step's exit code */
export async function run(world: World, platform: Platform): Promise<number> {
  return EXIT_CODES[(await verify(world, platform)).verdict];
}

/**
 * The lock before a deployment: may this image be deployed? Never throws. If it breaks off before it knows, the verdict
 * is `error`, which stops a deployment as well. A failure to show the answer does not change it.
 */
export async function verify(world: World, platform: Platform): Promise<Answer> {
  const now = world.now();
  const { pages } = platform.action;
  const { image, summary } = readCorrect(world.env);
  const found = await verified(now, world).catch((thrown) => broken(asGateError(thrown), image, now));
  const answer = { ...found, pages };
  await deliver(
    {
      log: () => world.log.info(renderVerifyLog(answer)),
      show: () => writeSummary(summary, () => renderVerifySummary(answer), platform, world),
      outputs: () => outputsOf(answer),
      last: () => annotationOf(answer),
    },
    platform,
    world,
  );
  return answer;
}

async function verified(now: Date, world: World): Promise<Answer> {
  if (world.unusable) throw world.unusable;
  const inputs = readInputs(world.env);
  // Loaded only now, since help and a run with wrong inputs do not need it.
  const { verifyImage } = await import("./verify-image.ts");
  return verifyImage(inputs, now, world);
}

/** The run's only annotation: why the image must not be deployed, and what to do. */
function annotationOf({ verdict, reason, refusals }: Answer): AnnotationMessage | undefined {
  if (verdict === "pass") return undefined;
  const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
  return { level: "error", message: shorten(plain(`${reason}. ${remedies}`), LONGEST) };
}

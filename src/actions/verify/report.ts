import type { AnnotationMessage, Platform } from "../../job/job.ts";
import { plain, shorten } from "../../render/shared/safe-text.ts";
import { renderVerifyLog, renderVerifySummary } from "../../render/signing/verify.ts";
import { deliver, writeSummary } from "../../steps/deliver.ts";
import type { World } from "../../system/world.ts";
import { type Answer, outputsOf } from "./answer.ts";
import { wantsSummary } from "./inputs.ts";

/** Platforms cut an annotation at 4,096 characters. */
const LONGEST = 3_800;

/** Shows the answer where people and later steps look. Never throws: a failure to show is a warning. */
export async function report(answer: Answer, platform: Platform, world: World): Promise<void> {
  await deliver(
    {
      log: () => world.log.info(renderVerifyLog(answer)),
      show: () => writeSummary(wantsSummary(world.env), () => renderVerifySummary(answer), platform, world),
      outputs: () => outputsOf(answer),
      last: () => annotationOf(answer),
    },
    platform,
    world,
  );
}

/** The run's only annotation: why the image must not be deployed, and what to do. */
function annotationOf({ verdict, reason, refusals }: Answer): AnnotationMessage | undefined {
  if (verdict === "pass") return undefined;
  const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
  return { level: "error", message: shorten(plain(`${reason}. ${remedies}`), LONGEST) };
}

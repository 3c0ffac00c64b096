import type { Platform } from "../../platforms/platform.ts";
import { plain, shorten } from "../../render/shared/safe-text.ts";
import { renderVerifyLog, renderVerifySummary } from "../../render/signing/verify.ts";
import { attempt, clearRunFolder } from "../../steps/deliver.ts";
import type { World } from "../../system/world.ts";
import { type Answer, outputsOf } from "./answer.ts";

interface Reporting {
  readonly summary: boolean;
  readonly platform: Platform;
  readonly world: World;
}

/** Platforms cut an annotation at 4,096 characters. */
const LONGEST = 3_800;

/** Shows the answer where people and later steps look. Never throws: a failure to show is a warning. */
export async function report(answer: Answer, { summary, platform, world }: Reporting): Promise<void> {
  const { log } = world;
  await attempt(world, "log-not-written", () => log.info(renderVerifyLog(answer)));
  if (summary && platform.summary !== undefined)
    await attempt(world, "summary-not-written", () => platform.summary?.write(renderVerifySummary(answer)));
  await attempt(world, "outputs-not-written", () => platform.outputs?.(outputsOf(answer)));
  await attempt(world, "log-not-written", () => annotate(answer, world));
  clearRunFolder(world);
}

/** The run's only annotation: why the image must not be deployed, and what to do. */
function annotate({ verdict, reason, refusals }: Answer, { log }: World): void {
  if (verdict === "pass") return;
  const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
  log.annotate("error", shorten(plain(`${reason}. ${remedies}`), LONGEST));
}

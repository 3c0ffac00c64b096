import type { Access, Platform } from "../platforms/platform.ts";
import { hiddenOf, judgedTargets, openOf } from "../render/sarif/sarif.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { reportFacts } from "./facts.ts";
import { uploadsOf } from "./sarif-uploads.ts";

/** Sends the open findings to code scanning, as `upload-sarif` asks for it. Never throws: the verdict stands, whatever comes. */
export async function uploadSarif(
  view: View,
  access: Access,
  platform: Platform,
  world: Pick<World, "log" | "now" | "workspace">,
): Promise<void> {
  const { log } = world;
  const targets = judgedTargets(view.verdict.targets);
  const decision = await platform.decideAlerts(targets.length, access);
  if (decision.about === undefined) {
    log[decision.level](`No upload to code scanning: ${decision.why}.`);
    return;
  }
  try {
    const facts = reportFacts(view, platform, world);
    const { uploads, cuts } = await uploadsOf(targets, facts);
    for (const cut of cuts) log.warning(new GateError("sarif-cut", cut, "The verdict stands on all findings.").message);
    for (const hidden of hiddenOf(targets.map(openOf))) log.info(`${hidden}.`);
    const { about } = decision;
    await platform.sendAlerts({ uploads, about, tool: facts.tool.name, startedAt: view.now }, access);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    log.warning(
      new GateError(
        "sarif-not-uploaded",
        `SARIF could not be made for code scanning: ${why}`,
        "The verdict stands; please report this to Image Gate.",
      ).message,
    );
  }
}

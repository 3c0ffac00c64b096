import type { ReportingInputs } from "../actions/gate/inputs.ts";
import { decideUpload, reportToCodeScanning } from "../platforms/github/code-scanning.ts";
import type { GitHubEvent } from "../platforms/github/event.ts";
import { hiddenOf, judgedTargets, openOf } from "../render/sarif/limits.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { reportFacts } from "./facts.ts";
import { uploadsOf } from "./sarif-uploads.ts";

/** Sends the open findings to code scanning, as `upload-sarif` asks for it. Never throws: the verdict stands, whatever comes. */
export async function uploadSarif(
  view: View,
  { token = "", offline }: Pick<ReportingInputs, "token" | "offline">,
  event: GitHubEvent,
  world: World,
): Promise<void> {
  const { env, log, signal } = world;
  const targets = judgedTargets(view.verdict.targets);
  const decision = decideUpload({ event, env, token, offline, cancelled: signal.aborted, judged: targets.length });
  if (decision.about === undefined) {
    log[decision.level](`No upload to code scanning: ${decision.why}.`);
    return;
  }
  try {
    const facts = reportFacts(view, world);
    const { uploads, cuts } = await uploadsOf(targets, facts);
    for (const cut of cuts) log.warning(new GateError("sarif-cut", cut, "The verdict stands on all findings.").message);
    for (const hidden of hiddenOf(targets.map(openOf))) log.info(`${hidden}.`);
    const about = { event, commit: decision.about, token, tool: facts.tool.name, startedAt: view.now, log, signal };
    await reportToCodeScanning({ uploads, ...about });
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

import { defaultName, savedTags, withSavedTags } from "../../domain/image/target-names.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { View } from "../../render/view.ts";
import type { World } from "../../system/world.ts";
import { viewOfRun } from "../run-record.ts";
import type { GateRun } from "./gate-run.ts";

/** The data from which comment, summary, log and reports are made. */
export async function viewOf(verdict: Verdict, run: GateRun, platform: Platform, world: World): Promise<View> {
  const { change, words } = platform;
  const tags = await savedTags(verdict.targets, async (target) => {
    const { savedTag } = await import("../../scan/saved-tag.ts");
    return savedTag(target, world);
  }).catch(() => undefined);
  return {
    name: run.inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
    savedTags: tags,
    ...viewOfRun(verdict, run, platform),
    ...run.around,
    lookedUpOn: change.lookedUpOn,
    words,
  };
}

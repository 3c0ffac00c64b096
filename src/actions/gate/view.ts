import { dayOf } from "../../domain/dates.ts";
import { defaultName, savedTags, withSavedTags } from "../../domain/image/target-names.ts";
import type { Target } from "../../domain/target.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { View } from "../../render/view.ts";
import type { World } from "../../system/world.ts";
import type { GateRun } from "./gate-run.ts";

/** The data from which comment, summary, log and reports are made. */
export async function viewOf(
  verdict: Verdict,
  run: GateRun,
  { action, change, words }: Pick<Platform, "action" | "change" | "words">,
  world: World,
): Promise<View> {
  const { inputs, policy, now } = run;
  const tags = needsTags(run)
    ? await savedTags(verdict.targets, (target) => savedTagOf(target, world)).catch(() => undefined)
    : undefined;
  return {
    name: inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
    verdict,
    savedTags: tags,
    mode: inputs.mode,
    today: dayOf(now),
    now,
    policy: { ...policy.source, count: policy.policy.count },
    policyChange: policy.change,
    ...run.around,
    lookedUpOn: change.lookedUpOn,
    commit: change.commit,
    runUrl: change.runUrl,
    stamp: change.stamp,
    pages: action.pages,
    words,
  };
}

/** Finding a tag means reading a tar to its end. Only the default name and the categories of judged targets need it. */
function needsTags({ inputs, reports = [], failure }: GateRun): boolean {
  if (inputs.name === undefined) return true;
  const hasCategories =
    inputs.uploadSarif || inputs.dependencyGraph || reports.some(({ format }) => format === "sarif");
  return failure === undefined && hasCategories;
}

async function savedTagOf(target: Target, world: World): Promise<string | undefined> {
  const { savedTag } = await import("../../scan/saved-tag.ts");
  return savedTag(target, world);
}

import { withSavedTags } from "../domain/target-names.ts";
import type { Platform } from "../platforms/platform.ts";
import type { CodeScanningFacts } from "../render/report-format.ts";
import type { View } from "../render/view.ts";
import type { World } from "../system/world.ts";
import { placesIn } from "./alert-places.ts";
import { categoriesOf } from "./categories.ts";

/** What reports for other tools tell beyond the view. Judging is over now. */
export function reportFacts(
  view: View,
  { action, change, workflowFile: workflow }: Pick<Platform, "action" | "change" | "workflowFile">,
  { workspace, now }: Pick<World, "workspace" | "now">,
): CodeScanningFacts {
  return {
    tool: action,
    endedAt: now(),
    categories: categoriesOf(withSavedTags(view.verdict.targets, view.savedTags), change.commits),
    placeOf: placesIn(workspace, { policy: view.policy.path, workflow }),
  };
}

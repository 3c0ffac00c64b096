import { withSavedTags } from "../domain/target-names.ts";
import type { CodeScanningFacts } from "../render/report-format.ts";
import type { View } from "../render/view.ts";
import type { World } from "../system/world.ts";
import { placesIn } from "./alert-places.ts";
import { categoriesOf } from "./categories.ts";
import { toolOf } from "./this-action.ts";

/** What reports for other tools tell beyond the view. Judging is over now. */
export function reportFacts(view: View, world: Pick<World, "env" | "workspace" | "now">): CodeScanningFacts {
  const commits = [world.env.GITHUB_SHA, view.commit].filter((sha) => sha !== undefined && sha !== "");
  return {
    tool: toolOf(world.env),
    endedAt: world.now(),
    categories: categoriesOf(withSavedTags(view.verdict.targets, view.savedTags), commits as string[]),
    placeOf: placesIn(world, view.policy.path),
  };
}

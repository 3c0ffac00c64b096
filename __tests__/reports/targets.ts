import type { Target } from "../../src/domain/target.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import type { View } from "../../src/render/view.ts";
import { reportFacts } from "../../src/reports/facts.ts";
import * as planned from "../../src/reports/planned-reports.ts";
import { writeReports } from "../../src/reports/write.ts";
import type { TestWorld } from "../scanners/trivy/world.ts";

/** An image as a user names it. */
export const image = (input: string, platform?: string): Target => ({
  kind: "image",
  input,
  label: platform === undefined ? input : `${input} (${platform})`,
  ...(platform === undefined ? {} : { platform }),
});

/** The files of these lines, as the input `reports` has them. */
export function planReports(
  lines: readonly string[],
  targets: readonly Target[],
  world: Omit<Parameters<typeof planned.planReports>[2], "log">,
  read?: readonly string[],
): planned.PlannedReport[] {
  // Only a platform's own reports are logged, and there are none.
  return planned.planReports({ lines, defaults: undefined }, targets, { ...world, log: undefined as never }, read);
}

/** The targets of a view. */
export const targetsOf = ({ verdict }: View): Target[] => verdict.targets.map(({ target }) => target);

/** Writes planned reports of a view, as a run on GitHub does. */
export const writePlanned = (reports: readonly planned.PlannedReport[], of: View, world: TestWorld) =>
  writeReports(reports, of, reportFacts(of, githubPlatform(world), world), world);

/** Plans these lines for a view, and writes them. */
export async function writeLines(lines: readonly string[], of: View, world: TestWorld) {
  const reports = planReports(lines, targetsOf(of), world);
  await writePlanned(reports, of, world);
  return reports;
}

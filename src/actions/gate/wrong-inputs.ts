import { globSync } from "node:fs";
import { DEFAULT_POLICY } from "../../domain/policy/policy.ts";
import type { Target } from "../../domain/target.ts";
import type { Platform } from "../../job/job.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import { attempt } from "../../steps/deliver.ts";
import type { World } from "../../system/world.ts";
import { countTargets, namedReports, namedTargets, namedThings, targetsOf } from "./inputs.ts";
import { readersOfNamed } from "./report-readers.ts";

/** The readable targets if other inputs are wrong. They determine the name of the run's comment. */
export async function targetsMeant(world: World): Promise<readonly Target[]> {
  const named = namedTargets(world.env);
  if (countTargets(named) === 0) return [];
  const meant = targetsOf(named);
  const [{ resolveTargets }, readers] = await Promise.all([import("../../scan/targets.ts"), readersOfNamed(meant)]);
  return resolveTargets(meant, readers, world);
}

/** Where the reports of a run that could not judge go. An earlier run's files there must not look like this run's. */
export async function plannedAnyway(
  targets: readonly Target[],
  { defaultReports }: Pick<Platform, "defaultReports">,
  world: World,
): Promise<readonly PlannedReport[] | undefined> {
  const reports = namedReports(world.env);
  if (reports.length === 0 && defaultReports === undefined) return undefined;
  return attempt(world, "report-file-not-written", async () => {
    const { planAnyway } = await import("../../reports/index.ts");
    const named = namedThings(world.env).flatMap((each) => [each, ...globSync(each, { cwd: world.workspace })]);
    const read = [...targets.map(({ input }) => input), DEFAULT_POLICY, ...named];
    return planAnyway({ lines: reports, defaults: defaultReports }, targets, world, read);
  });
}

import { globSync } from "node:fs";
import { DEFAULT_POLICY } from "../../domain/policy/policy.ts";
import { hasLogin } from "../../domain/secrets/logins.ts";
import type { Platform } from "../../job/job.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import type { World } from "../../system/world.ts";
import { linesOf } from "../fields.ts";
import type { GateRun } from "./gate-run.ts";

/**
 * Plans the paths of the run's reports, and removes files there, which must not pass for this run's.
 * @param plan `planAnyway` for a run that could not judge
 * @throws GateError `reports-invalid`, `report-file-not-written`
 */
export async function planFiles(
  plan: "planAnyway" | "planReports",
  { inputs, targets }: Pick<GateRun, "inputs" | "targets">,
  { defaultReports: defaults }: Pick<Platform, "defaultReports">,
  world: World,
): Promise<readonly PlannedReport[] | undefined> {
  // Files of an earlier run are removed even at a path that is not valid. A line with a login names no file.
  const given = linesOf(world.env.INPUT_REPORTS ?? "").filter((line) => !hasLogin(line.replace(/^[^:]*:/, "")));
  const lines = plan === "planAnyway" ? given.slice(0, 500) : inputs.reports;
  if (lines.length === 0 && defaults === undefined) return undefined;
  const reports = await import("../../reports/index.ts");
  const named = namedThings(world.env);
  // Patterns that no target was made of.
  const matching = plan === "planReports" ? [] : named.flatMap((each) => globSync(each, { cwd: world.workspace }));
  const read = [...targets.map(({ input }) => input), DEFAULT_POLICY, ...named, ...matching];
  return reports[plan]({ lines, defaults }, targets, world, read);
}

/**
 * The lines of all inputs, unknown and misspelt ones too, but not of the input that names the files to write. Some name
 * files that the run reads. In a VEX repository, the index is read first.
 */
function namedThings(env: World["env"]): string[] {
  return Object.entries(env)
    .filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS")
    .flatMap(([, value = ""]) => linesOf(value))
    .map((line) => line.replace(/^repo:(.*)$/s, "$1/index.json"));
}

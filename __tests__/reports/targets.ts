import type { Target } from "../../src/domain/target.ts";
import { filesIn, type PlannedReport, planLines } from "../../src/reports/planned-reports.ts";

/** An image as a user names it. */
export const image = (input: string, platform?: string): Target => ({
  kind: "image",
  input,
  label: platform === undefined ? input : `${input} (${platform})`,
  ...(platform === undefined ? {} : { platform }),
});

/** The files of these lines, as the input `reports` has them. */
export function planReports(...given: Parameters<typeof planLines>): PlannedReport[] {
  return filesIn(planLines(...given), given[2]);
}

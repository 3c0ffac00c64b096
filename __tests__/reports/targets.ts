import type { Target } from "../../src/domain/target.ts";
import * as planned from "../../src/reports/planned-reports.ts";

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

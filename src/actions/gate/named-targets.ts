import type { Target } from "../../domain/target.ts";
import type { TargetInputs } from "../../scan/targets.ts";
import { ownReader } from "../../scanners/list.ts";
import type { ReadersOfReports } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";

/**
 * Loads the readers of given reports. Few runs have one, and building the schemas of all readers takes 20 ms of CPU.
 */
export const reportReaders: ReadersOfReports = async (isOwn = false) =>
  isOwn ? [await ownReader()] : (await import("../../scanners/readers.ts")).REPORT_READERS;

/** The targets that the inputs name. */
export async function namedTargets(inputs: TargetInputs, world: World): Promise<readonly Target[]> {
  const { resolveTargets } = await import("../../scan/targets.ts");
  const { trivyReport, scanReport = [] } = inputs;
  const isGiven = trivyReport.length + scanReport.length > 0;
  return resolveTargets(inputs, isGiven ? await reportReaders(scanReport.length === 0) : [], world);
}

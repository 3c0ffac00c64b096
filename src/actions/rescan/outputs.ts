import type { Platform } from "../../job/job.ts";
import { numbersJson } from "../../render/rescan/numbers.ts";
import { rescanResults } from "../../render/rescan/results.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import { plain } from "../../render/shared/safe-text.ts";
import { attempt, clearRunFolder } from "../../steps/deliver.ts";
import type { World } from "../../system/world.ts";
import { actionOutputs } from "../outputs.ts";
import type { RescanRun } from "./rescan-run.ts";

/** The outputs as in rescan/action.yml. An image that was not looked at never counts as passing. */
export const { names: OUTPUT_NAMES, outputsOf } = actionOutputs<[view: RescanView, reportFile: string | undefined]>({
  verdict: ({ gate }) => gate.verdict.answer,
  reason: ({ gate }) => plain(gate.verdict.reason),
  results: (view) => rescanResults(view).json,
  // Empty, not 0: no source was read.
  images: ({ images }) => String(images.filter(({ running }) => running.length > 0).length || ""),
  failing: ({ gate, images }) =>
    gate.verdict.answer === "error" ? undefined : String(images.filter(isFailing).length),
  opened: ({ issues }) => String((issues?.opened ?? 0) + (issues?.reopened ?? 0)),
  closed: ({ issues }) => String(issues?.closed ?? 0),
  numbers: ({ numbers }) => numbersJson(numbers),
  state: ({ state }) => ("written" in state ? state.written : undefined),
  report: (_, reportFile) => reportFile,
  // Set only by a part that plans.
  matrix: () => undefined,
  expected: () => undefined,
});

function isFailing({ running }: RescanView["images"][number]): boolean {
  return running.some(({ verdict }) => verdict.answer === "fail");
}

interface PartDone {
  readonly images: readonly { readonly name: string }[];
  readonly error: string | undefined;
  readonly matrix?: string;
  readonly expected?: string;
  readonly report?: string;
}

/**
 * Ends a part that judges nothing (docs/fleets.md), after its work is logged. Outputs that it does not give are empty,
 * and so is the verdict, unless it is an error. Without outputs nothing would be scanned or merged, so a failure to
 * write them ends the run.
 * @returns the step's exit code
 */
export async function endPart(
  { images, error, ...said }: PartDone,
  { cache }: RescanRun,
  { outputs }: Platform,
  world: World,
): Promise<number> {
  const none = Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""]));
  const wrong = error !== undefined && { verdict: "error", reason: plain(error) };
  await outputs?.({ ...none, ...said, images: String(new Set(images.map(({ name }) => name)).size), ...wrong });
  await attempt(world, "run-not-tidied", () => cache?.settle());
  clearRunFolder(world);
  return error === undefined ? 0 : 1;
}

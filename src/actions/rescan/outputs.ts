import type { Platform } from "../../job/job.ts";
import { numbersJson } from "../../render/rescan/numbers.ts";
import { rescanResults } from "../../render/rescan/results.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import { plain } from "../../render/shared/safe-text.ts";

/** Names of all outputs, as in rescan/action.yml. */
export const OUTPUT_NAMES = [
  "verdict",
  "reason",
  "results",
  "images",
  "failing",
  "opened",
  "closed",
  "numbers",
  "state",
  "report",
  "matrix",
  "expected",
] as const;

/** The step's outputs. All of them are always set, to `""` if there is no value. */
type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/**
 * Names and values of the outputs. What was not looked at never counts as passing, so `failing` is empty after an
 * error.
 */
export function outputsOf(view: RescanView, reportFile: string | undefined): Outputs {
  const { verdict } = view.gate;
  const running = view.images.filter((image) => image.running.length > 0);
  const failing = running.filter((image) => image.running.some((one) => one.verdict.answer === "fail"));
  return {
    verdict: verdict.answer,
    reason: plain(verdict.reason),
    results: rescanResults(view).json,
    // Empty, not 0: no source was read.
    images: running.length === 0 ? "" : String(running.length),
    failing: verdict.answer === "error" ? "" : String(failing.length),
    opened: String((view.issues?.opened ?? 0) + (view.issues?.reopened ?? 0)),
    closed: String(view.issues?.closed ?? 0),
    numbers: numbersJson(view.numbers),
    state: "written" in view.state ? view.state.written : "",
    report: reportFile ?? "",
    matrix: "",
    expected: "",
  };
}

/** A part of a run that judges nothing (docs/fleets.md), and has logged what it did. */
export interface PartDone {
  readonly exitCode: number;
}

/**
 * Ends a part that judges nothing: outputs that it does not say are empty, above all the verdict, unless that is an
 * error. Without them nothing would be scanned or merged: so a failure to write them ends the run.
 */
export async function endPart(
  images: readonly { readonly name: string }[],
  said: Partial<Pick<Outputs, "matrix" | "expected" | "report">>,
  error: string | undefined,
  { outputs }: Platform,
): Promise<PartDone> {
  const none = Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""]));
  const wrong = error !== undefined && { verdict: "error", reason: plain(error) };
  await outputs?.({ ...none, ...said, images: String(new Set(images.map(({ name }) => name)).size), ...wrong });
  return { exitCode: error === undefined ? 0 : 1 };
}

import type { SourceOutcome } from "../../domain/history/running.ts";
import { oncePer } from "../../domain/memoize.ts";
import type { Numbers } from "../../domain/metrics/numbers.ts";
import type { Trend } from "../../domain/metrics/trend.ts";
import { makeWeek, type RescannedImage, type Week } from "../../domain/rows/week.ts";
import type { View } from "../view.ts";
import type { RescanReport } from "./schema.ts";

/** The data from which the weekly summary, the log, the report and the issues are made. */
export interface RescanView {
  /** The view for the gate's renderers: name, verdict over all targets, policy, today, … */
  readonly gate: View;
  readonly sources: readonly SourceOutcome[];
  /** One for each image name that runs, or that this run found gone. */
  readonly images: readonly RescannedImage[];
  readonly state: StateShown;
  /** Absent if nothing was judged, or the history could not be read or kept: then the numbers would be wrong. */
  readonly numbers?: Numbers | undefined;
  /** Present together with the numbers. */
  readonly trend?: Trend | undefined;
  /** Absent if no issues were asked for. */
  readonly issues?: IssuesShown | undefined;
}

/** The outcome for the state. */
export type StateShown =
  | { readonly written: string }
  /**
   * Why, as a clause without a full stop: `this run is not of the default branch`. `isError`: this makes the run's
   * verdict `error`. `isUnread`: the earlier state was not read.
   */
  | {
      readonly notWritten: string;
      readonly isError: boolean;
      readonly isUnread?: boolean | undefined;
    };

/**
 * The run's actions on issues. `failed`: the actions that failed, as sentences. `left`: images without an issue,
 * because of `max-issues`.
 */
export type IssuesShown = NonNullable<RescanReport["issues"]>;

/** The week's data for all outputs. A view never changes, so it is computed once. */
export const weekOf = oncePer(({ images, state, gate }: RescanView): Week => {
  const isUnread = "notWritten" in state && (state.isError || state.isUnread === true);
  return makeWeek({ images, exceptions: gate.verdict.exceptions, today: gate.today, isUnread });
});

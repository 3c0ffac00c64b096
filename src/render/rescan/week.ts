import { oncePer } from "../../domain/memoize.ts";
import { makeWeek, type Week } from "../../domain/rows/week.ts";
import type { RescanView } from "./view.ts";

/** Everything that the outputs show. A view never changes, so it is worked out once. */
export const weekOf = oncePer(({ images, sources, state, gate }: RescanView): Week => {
  const isUnread = "notWritten" in state && (state.isError || state.isUnread === true);
  return makeWeek({ images, sources, exceptions: gate.verdict.exceptions, today: gate.today, isUnread });
});

import { makeWeek, type Week } from "../../domain/rows/week.ts";
import type { RescanView } from "./view.ts";

const KNOWN = new WeakMap<RescanView, Week>();

/** Everything that the outputs show. A view never changes, so it is worked out once. */
export function weekOf(view: RescanView): Week {
  const known = KNOWN.get(view);
  if (known !== undefined) return known;
  const { images, sources, state, gate } = view;
  const isUnread = "notWritten" in state && (state.isError || state.isUnread === true);
  const week = makeWeek({ images, sources, exceptions: gate.verdict.exceptions, today: gate.today, isUnread });
  KNOWN.set(view, week);
  return week;
}

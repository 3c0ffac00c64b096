import type { Log } from "../../system/world.ts";
import type { AnnotationMessage } from "../platform.ts";

/** So many of each level stay free for what comes after: the reason at the run's end, and a trouble on the way to it. */
export const KEPT_FREE = 2;

const LEVELS = ["error", "warning", "notice"] as const;

/** Writes annotations, errors first, in the order given; what does not fit becomes one line that says how many. */
export function annotate(log: Log, annotations: readonly AnnotationMessage[]): void {
  for (const level of LEVELS) {
    const all = annotations.filter((annotation) => annotation.level === level);
    const room = log.annotationsLeft(level) - KEPT_FREE;
    const shown = all.length > room ? all.slice(0, Math.max(0, room - 1)) : all;
    for (const { message, file, line } of shown) {
      log.annotate(level, message, file === undefined ? undefined : { file, line: line ?? 1 });
    }
    const left = all.length - shown.length;
    if (left > 0) log.annotate(level, `${left} more like these: see the job summary.`);
  }
}

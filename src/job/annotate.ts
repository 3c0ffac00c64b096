import type { Log } from "../system/world.ts";
import type { AnnotationMessage } from "./job.ts";

/** Annotations of each level that stay free for the reason at the end of the run, and for a problem before it. */
export const KEPT_FREE = 2;

const LEVELS = ["error", "warning", "notice"] as const;

/** Writes annotations, errors first, in the given order. If some do not fit, one line says how many. */
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

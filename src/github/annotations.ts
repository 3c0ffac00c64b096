import type { Log } from "../world.ts";

/** A message on a line of the repository, or on the run as a whole. */
export interface AnnotationMessage {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly file?: string | undefined;
  /** 1-based; absent: the file's first. */
  readonly line?: number | undefined;
}

/**
 * Of the ten that a step may show of each level, so many are for findings and exceptions; two stay free for the run's
 * own words, such as the reason at its end.
 */
export const SHARE_PER_LEVEL = 8;

const LEVELS = ["error", "warning", "notice"] as const;

/** Writes annotations, errors first, in the order given; what does not fit becomes one line that says how many. */
export function annotate(log: Log, annotations: readonly AnnotationMessage[]): void {
  for (const level of LEVELS) {
    const all = annotations.filter((annotation) => annotation.level === level);
    const shown = all.length > SHARE_PER_LEVEL ? all.slice(0, SHARE_PER_LEVEL - 1) : all;
    for (const { message, file, line } of shown) {
      log[level](message, file === undefined ? undefined : { file, line: line ?? 1 });
    }
    const left = all.length - shown.length;
    if (left > 0) log[level](`${left} more like these: see the job summary.`);
  }
}

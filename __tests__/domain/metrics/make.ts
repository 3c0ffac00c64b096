import { mergeRun } from "../../../src/domain/history/merge.ts";
import type { ImageRecord } from "../../../src/domain/history/record.ts";
import type { RunSeen } from "../../../src/domain/history/running.ts";
import { type Numbers, type NumbersContext, numbersOf } from "../../../src/domain/metrics/numbers.ts";

export const DAY = 86_400_000;

/** The history after these runs. */
export function historyOf(runs: readonly RunSeen[]): ImageRecord[] {
  let records: ReadonlyMap<string, ImageRecord> = new Map();
  for (const run of runs) records = new Map(mergeRun(records, run).map(({ image, after }) => [image, after]));
  return [...records.values()];
}

/** The numbers after these runs, at the time of the last one. */
export function numbersAfter(runs: readonly RunSeen[], around: Partial<NumbersContext> = {}): Numbers {
  const now = runs.at(-1)?.now ?? "2026-01-01T00:00:00.000Z";
  return numbersOf(historyOf(runs), { now, fixWithinDays: {}, exceptions: [], warnDays: 14, ...around });
}

import { countsLine } from "../../domain/change/comparison.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { systemWords } from "../sections/comparison.ts";
import { baselineWords } from "../shared/baseline.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { View } from "../view.ts";

/** One line of the log: what changed, against what, or why there is nothing to compare with. */
export function comparisonLines(target: JudgedTarget, view: View): string[] {
  const comparison = view.comparisons?.get(target.target);
  if (comparison === undefined) return [];
  if ("none" in comparison) return comparison.quiet ? [] : [`  not compared: ${shorten(plain(comparison.none), 300)}`];
  const { counts, baseline } = comparison;
  const words = baselineWords(baseline.source, view.now, (untrusted) => shorten(plain(untrusted), 100));
  const system = systemWords(comparison, (untrusted) => shorten(plain(untrusted), 60));
  return [`  ${countsLine(counts)}, compared with ${words}`, ...(system === "" ? [] : [`  ${system}`])];
}

import { countsLine } from "../../domain/comparison.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { baselineWords } from "../baseline-words.ts";
import type { View } from "../view.ts";
import { code, isLinkable, link, sentence } from "./text.ts";

/** Longest reason, note and name, in UTF-16 units. */
const WHY = 600;
const NAME = 200;
const MOST_NOTES = 20;

/** What the change makes of the findings, and with what they were compared; or why they were not; empty: nobody asked. */
export function comparisonWords({ target }: JudgedTarget, view: View): string {
  const comparison = view.comparisons?.get(target);
  if (comparison === undefined) return "";
  if ("none" in comparison) return comparison.quiet === true ? "" : `Not compared: ${sentence(comparison.none, WHY)}.`;
  const { source } = comparison.baseline;
  const words = baselineWords(source, view.now, (untrusted) => code(untrusted, NAME));
  const run = source.url !== undefined && isLinkable(source.url) ? `, ${link("its run", source.url)}` : "";
  const notes = (source.notes ?? []).slice(0, MOST_NOTES).map((note) => sentence(note, WHY));
  return [`<b>${countsLine(comparison.counts)}</b>, compared with ${words}${run}.`, ...notes].join(" ");
}

import { countsLine } from "../../domain/change/comparison.ts";
import type { Finding } from "../../domain/finding.ts";
import { someLines } from "../../domain/list-some.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { fixedIn, fixedWords, systemWords, unseenOf, unseenWords } from "../sections/comparison.ts";
import { baselineWords } from "../shared/change.ts";
import { joined } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { advisory, severity } from "./row.ts";
import { breakable, code, isLinkable, link, name, pathCode, prose, sentence } from "./text.ts";

/** Longest reason, note and name, in UTF-16 units. */
const WHY = 600;
const NAME = 200;
const TITLE = 100;
const PATH = 400;
const MOST_NOTES = 20;
/** Most fixed findings that are named. */
const MOST_FIXED = 500;

/**
 * How the change affects the findings, and what they were compared with; or why they were not. Empty if no comparison
 * was asked for.
 */
export function comparisonWords({ target }: JudgedTarget, view: View): string {
  const comparison = view.comparisons?.get(target);
  if (comparison === undefined) return "";
  if ("none" in comparison) return comparison.quiet === true ? "" : `Not compared: ${sentence(comparison.none, WHY)}.`;
  const { source } = comparison.baseline;
  const words = baselineWords(source, view.now, (untrusted) => code(untrusted, NAME));
  const run = source.url !== undefined && isLinkable(source.url) ? `, ${link("its run", source.url)}` : "";
  const notes = (source.notes ?? []).slice(0, MOST_NOTES).map((note) => sentence(note, WHY));
  return joined(" ", [
    `<b>${countsLine(comparison.counts)}</b>, compared with ${words}${run}.`,
    systemWords(comparison, (untrusted) => code(untrusted, NAME)),
    ...notes,
  ]);
}

/** Findings fixed since the baseline, folded, most severe first. Empty if there are none. */
export function fixedList(target: JudgedTarget, view: View): string {
  return goneList(unseenOf(target, view), unseenWords) + goneList(fixedIn(target, view), fixedWords);
}

function goneList(fixed: readonly Finding[], words: (count: number) => string): string {
  if (fixed.length === 0) return "";
  const rest = (more: string) => `<li>${more} in the JSON report only</li>\n`;
  const items = someLines(fixed, MOST_FIXED, { show: fixedItem, rest });
  return `<details class="fixed"><summary>${words(fixed.length)}</summary>\n<ul>\n${items.join("")}</ul>\n</details>\n`;
}

function fixedItem({ severity: of, id, url, package: about, title, path }: Finding): string {
  const what =
    about === undefined
      ? prose(title, TITLE)
      : joined(" ", [breakable(name(about.name, NAME)), name(about.version, NAME)]);
  const parts = [severity(of), advisory(id, url), what, path === undefined ? "" : pathCode(path, PATH)];
  return `<li>${joined(" ", parts)}</li>\n`;
}

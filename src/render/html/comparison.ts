import type { Finding } from "../../domain/finding.ts";
import { someLines } from "../../domain/list-some.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { breakable, name, pathCode, prose } from "../print/html-text.ts";
import { fixedIn, fixedWords, unseenOf, unseenWords } from "../sections/comparison.ts";
import { joined } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { advisory, severity } from "./row.ts";

/** Longest name, title and path, in UTF-16 units. */
const NAME = 200;
const TITLE = 100;
const PATH = 400;
/** Most fixed findings that are named. */
const MOST_FIXED = 500;

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

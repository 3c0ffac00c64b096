import { shorten } from "../shared/safe-text.ts";

/** Two columns wide in a terminal's font: East Asian Width W and F (Unicode's Annex 11), and emoji. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D376}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
/** Painted over the character before. */
const MARK = /[\p{Mn}\p{Me}]/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** How many columns of a terminal visible text takes. */
export function columns(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let count = 0;
  for (const character of text) count += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1;
  return count;
}

/** Cuts text that takes more than `most` columns, in its middle where not said otherwise; `…` stands for what is gone. */
export function shortenToColumns(text: string, most: number, where: "end" | "middle" = "middle"): string {
  let units = most;
  let shown = shorten(text, units, where);
  while (columns(shown) > most && units > 1) {
    units -= 1;
    shown = shorten(text, units, where);
  }
  return shown;
}

/** Fills up with spaces to so many columns. */
export function padColumns(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

import { lettersTold, pathEnd, plain, shorten } from "../shared/safe-text.ts";
import type { Foreign, Inline } from "../tree.ts";

/** Longest texts in a line of a log, in UTF-16 units. */
const LONGEST: Readonly<Record<Foreign["as"], number>> = { code: 200, name: 120, version: 60, path: 200, prose: 600 };

/** A line for a log, an annotation or a report: one line, nothing invisible, no command of a runner's. */
export function textLine(inline: Inline): string {
  return plain(words(inline));
}

/** Signs are for pages. */
const SIGN = /\p{Extended_Pictographic}\uFE0F? | ?\p{Extended_Pictographic}\uFE0F?/gu;

function words(inline: Inline): string {
  if (typeof inline === "string") return inline.replaceAll("\u{A0}", " ").replace(SIGN, "");
  if (!("as" in inline)) return inline.map(words).join("");
  switch (inline.as) {
    case "code":
    case "name":
    case "version":
    case "path":
    case "prose":
      return foreign(inline);
    case "severity":
      return inline.severity;
    case "dot":
      return "";
    case "break":
      return "; ";
    case "link":
      return `${words(inline.of)}${inline.url === undefined || isId(inline.of) ? "" : ` (${inline.url})`}`;
    case "more":
      return `${words(inline.summary)}: ${words(inline.of)}`;
    default:
      return words(inline.of);
  }
}

/** An advisory's id or an image's name says enough: a line would be mostly addresses. */
function isId(inline: Inline): boolean {
  return typeof inline === "string" ? /^[A-Za-z]+-\S+$/.test(inline) : "as" in inline && inline.as === "code";
}

function foreign({ as, text, most = LONGEST[as] }: Foreign): string {
  if (as === "prose") return plain(shorten(text, most));
  const shown = plain(as === "path" ? pathEnd(text, most) : shorten(text, most, "middle"));
  return as === "name" ? lettersTold(shown) : shown;
}

import { SEVERITY_STYLES } from "../shared/severity.ts";
import type { Foreign, Inline } from "../tree.ts";
import { breakable, code, escaped, isLinkable, link, name, pathCode, sentence } from "./html-text.ts";

/** Our page has room for longer texts than the narrow media that a tree's limits are for. */
const ROOM = 4;
/** Longest texts if the tree has no limit, in UTF-16 units. */
const LONGEST: Readonly<Record<Foreign["as"], number>> = { code: 300, name: 200, version: 100, path: 400, prose: 600 };

/** A line as HTML. */
export function htmlLine(inline: Inline): string {
  if (typeof inline === "string") return escaped(inline.replaceAll("\u{A0}", " "));
  if (!("as" in inline)) return inline.map(htmlLine).join("");
  switch (inline.as) {
    case "strong":
      return `<b>${htmlLine(inline.of)}</b>`;
    case "small":
      return `<small>${htmlLine(inline.of)}</small>`;
    case "broken":
      return `<span class="broken">${htmlLine(inline.of)}</span>`;
    case "note":
      return htmlLine(inline.of);
    case "link":
      return inline.url !== undefined && isLinkable(inline.url)
        ? link(htmlLine(inline.of), inline.url)
        : htmlLine(inline.of);
    case "severity":
      return `<span class="severity ${SEVERITY_STYLES[inline.severity].cssClass}">${inline.severity}</span>`;
    case "dot":
      return "";
    case "break":
      return "<br>";
    case "more":
      return `<details><summary>${htmlLine(inline.summary)}</summary>${htmlLine(inline.of)}</details>`;
    default:
      return foreign(inline);
  }
}

function foreign({ as, text, most }: Foreign): string {
  const room = most === undefined ? LONGEST[as] : most * ROOM;
  switch (as) {
    case "code":
      return code(text, room);
    case "name":
      return text.trim() === "" ? code("", 1) : breakable(name(text, room));
    case "version":
      return name(text, room);
    case "path":
      return pathCode(text, room);
    case "prose":
      return sentence(text, room);
  }
}

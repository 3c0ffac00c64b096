import { pathEnd, shorten, visible } from "../shared/safe-text.ts";

const SPECIAL = /[&<>"']/;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names up to this length always fit into a cell, in UTF-16 units. */
const SHORT = 12;
const SHORT_PATH = 24;

/** Longest untrusted text in a cell, in UTF-16 units, unless the place has its own limit. */
const LONGEST = 300;

/**
 * Untrusted text as HTML, for use between tags and in double-quoted attributes. Nothing in it is markup, and invisible
 * characters are replaced by their code points.
 */
export function escaped(untrusted: string): string {
  const text = visible(untrusted);
  return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}

/** The same for a name, cut in its middle to at most `most` UTF-16 units. */
export function name(untrusted: string, most = LONGEST): string {
  return escaped(shorten(untrusted, most, "middle"));
}

/** Lets a name break after a slash, a colon, a dot or an at sign, as people would break it. */
export function breakable(html: string): string {
  return html.length <= SHORT ? html : html.replace(/[/:.@](?=[a-z0-9])/gi, "$&<wbr>");
}

/** A path as code, or only its end if it is too long. It can break after a slash. */
export function pathCode(path: string, most: number): string {
  const html = escaped(pathEnd(path, most));
  return `<code>${html.length <= SHORT_PATH ? html : html.replace(/\/(?=[^/])/g, "/<wbr>")}</code>`;
}

/** Untrusted prose on one line. If it is too long, its end is cut. */
export function prose(untrusted: string, most = LONGEST): string {
  return escaped(shorten(oneLine(untrusted, most), most));
}

/** Our own prose, which may quote untrusted text. Text between two backticks is code. */
export function sentence(untrusted: string, most = LONGEST): string {
  return prose(untrusted, most).replace(/`([^`]+)`/g, "<code>$1</code>");
}

/** A name as code. An empty name is still visible. */
export function code(untrusted: string, most = LONGEST): string {
  return `<code>${untrusted === "" ? "&quot;&quot;" : name(untrusted, most)}</code>`;
}

/** A link whose address we built or checked. The linked page learns nothing about this one. */
export function link(label: string, url: string): string {
  return `<a href="${escaped(url)}" rel="noreferrer noopener">${label}</a>`;
}

/** True if we may link to this address, which is not an advisory's: the run's or this action's. */
export function isLinkable(url: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*(?:#[a-z0-9-]+)?$/i.test(url);
}

function oneLine(text: string, most: number): string {
  // Of a very long text, only the part that may be shown is processed.
  return text
    .slice(0, most * 4)
    .replace(/\s+/g, " ")
    .trim();
}

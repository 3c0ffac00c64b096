import { pathEnd, shorten, visible } from "../shared/safe-text.ts";

const SPECIAL = /[&<>"']/;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names that fit into a cell whole. */
const SHORT = 12;
const SHORT_PATH = 24;

/** Longest untrusted text in a cell, in UTF-16 units, where the place has no limit of its own. */
const LONGEST = 300;

/**
 * Untrusted text as HTML, for between tags and for attributes in double quotes: nothing in it is markup, and what cannot
 * be seen stands there as its code point.
 */
export function escaped(untrusted: string): string {
  const text = visible(untrusted);
  return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}

/** The same, at most `most` UTF-16 units of it; a name's middle goes rather than its end. */
export function name(untrusted: string, most = LONGEST): string {
  return escaped(shorten(untrusted, most, "middle"));
}

/** A name that may break where people would break it: behind a slash, a colon, a dot, an at sign. */
export function breakable(html: string): string {
  return html.length <= SHORT ? html : html.replace(/[/:.@](?=[a-z0-9])/gi, "$&<wbr>");
}

/** A path as code, its end where it is too long; it breaks behind a slash. */
export function pathCode(path: string, most: number): string {
  const html = escaped(pathEnd(path, most));
  return `<code>${html.length <= SHORT_PATH ? html : html.replace(/\/(?=[^/])/g, "/<wbr>")}</code>`;
}

/** Untrusted prose on one line, its end cut where it is too long. */
export function prose(untrusted: string, most = LONGEST): string {
  return escaped(shorten(oneLine(untrusted, most), most));
}

/** Prose of ours that may quote a stranger: what stands between two backticks is code. */
export function sentence(untrusted: string, most = LONGEST): string {
  return prose(untrusted, most).replace(/`([^`]+)`/g, "<code>$1</code>");
}

/** A name as code; an empty one leaves a trace. */
export function code(untrusted: string, most = LONGEST): string {
  return `<code>${untrusted === "" ? "&quot;&quot;" : name(untrusted, most)}</code>`;
}

/** A link to a page that we built or checked; whoever is led there learns nothing of this one. */
export function link(label: string, url: string): string {
  return `<a href="${escaped(url)}" rel="noreferrer noopener">${label}</a>`;
}

/** Where a link may lead that is not an advisory's: this run, and this action. */
export function isLinkable(url: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*$/i.test(url);
}

function oneLine(text: string, most: number): string {
  // Of a megabyte only what can be shown is looked at.
  return text
    .slice(0, most * 4)
    .replace(/\s+/g, " ")
    .trim();
}

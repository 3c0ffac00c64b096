import type { FindingPackage } from "../finding.ts";
import { pythonName } from "../purl.ts";

/** How well the paths of two findings fit, best first. Two different known paths are two places. */
export const FITS: readonly ((a: string, b: string) => boolean)[] = [
  (a, b) => a === b,
  // A scanner may name the archive, and another one the file in it.
  (a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  // A scanner may not know the path.
  (a, b) => a === "" || b === "",
];

/** The path without the package's version, wherever that is a separate word. */
export function pathWithoutVersion(path: string, about: Pick<FindingPackage, "name" | "version"> | undefined): string {
  const { name, version } = about ?? { name: "", version: "" };
  if (version === "" || !path.includes(version)) return path;
  if (/[.\-_+]/.test(version)) return cut(path, version);
  // A bare number may mean anything, unless the package's name precedes it.
  const start = pythonName(lastPart(name));
  const isMeant = (segment: string) => pythonName(segment).startsWith(start);
  return path
    .split("/")
    .map((segment) => (isMeant(segment) ? cut(segment, version) : segment))
    .join("/");
}

/** `log4j-core` of `org.apache.logging.log4j:log4j-core`, `core` of `@angular/core`. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

function cut(text: string, version: string): string {
  let rest = "";
  let from = 0;
  for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + 1)) {
    if (at < from || !isWord(text, at, at + version.length)) continue;
    rest += text.slice(from, at);
    from = at + version.length;
  }
  return rest + text.slice(from);
}

/** `3.9.1` is not a word in `13.9.1` and `3.9.1.2`, but it is one in `v3.9.1` and `3.9.1.dist-info`. */
function isWord(text: string, start: number, end: number): boolean {
  const marked = /v/i.test(text[start - 1] ?? "") ? start - 1 : start;
  const before = text[marked - 1] ?? "";
  if (before === "." || WORD.test(before)) return false;
  return text[end] === "." ? !/\d/.test(text[end + 1] ?? "") : !WORD.test(text[end] ?? "");
}

/** Every non-ASCII character counts as a letter. */
const WORD = /[0-9a-z\u0080-\uffff]/i;

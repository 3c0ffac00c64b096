import { compareDigits, compareEach, orderBy } from "./order.ts";

/**
 * Debian's order (https://manpages.debian.org/deb-version.7): `[epoch:]upstream[-revision]`, with `~` before anything.
 */
export const compareDpkg = orderBy(
  parse,
  (a, b) =>
    compareDigits(a.epoch, b.epoch) || compareParts(a.upstream, b.upstream) || compareParts(a.revision, b.revision),
);

function parse(text: string) {
  const [, epoch = "", upstream, revision = ""] =
    /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
  return upstream === undefined ? undefined : { epoch, upstream, revision };
}

function compareParts(a: string, b: string): number {
  return compareEach(tokensOf(a), tokensOf(b), compareTokens);
}

/** Runs of digits, and each other character. */
function tokensOf(part: string): readonly string[] {
  return part.match(/\d+|\D/g) ?? [];
}

function compareTokens(a = "", b = ""): number {
  return sortKey(a) - sortKey(b) || (sortKey(a) === 0 ? compareDigits(a, b) : 0);
}

/** Order: `~`, then the end or a number, then letters, then everything else. */
function sortKey(token: string): number {
  if (token === "" || /\d/.test(token)) return 0;
  if (token === "~") return -1;
  return token.charCodeAt(0) + (/[A-Za-z]/.test(token) ? 0 : 256);
}

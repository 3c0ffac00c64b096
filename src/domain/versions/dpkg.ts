import { compareDigits } from "./order.ts";

/**
 * Debian's order (https://manpages.debian.org/deb-version.7): `[epoch:]upstream[-revision]`, with `~` before anything.
 */
export function compareDpkg(a: string, b: string): number | undefined {
  const x = parse(a);
  const y = parse(b);
  if (x === undefined || y === undefined) return undefined;
  return (
    compareDigits(x.epoch, y.epoch) || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision)
  );
}

function parse(text: string): { epoch: string; upstream: string; revision: string } | undefined {
  const [, epoch = "", upstream, revision = ""] =
    /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
  return upstream === undefined ? undefined : { epoch, upstream, revision };
}

/**
 * Compares runs of non-digits and of digits alternately, starting with non-digits. Makes no texts: it is called often.
 */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    for (; ; i++, j++) {
      const x = sortKey(a, i);
      const y = sortKey(b, j);
      if (x !== y) return x - y;
      if (x === 0) break;
    }
    const x = digitsFrom(a, i);
    const y = digitsFrom(b, j);
    const difference = compareDigits(x, y);
    if (difference !== 0) return difference;
    i += x.length;
    j += y.length;
  }
  return 0;
}

/** Order: `~`, then the end of the run, then letters, then everything else. */
function sortKey(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (Number.isNaN(code) || isDigit(code)) return 0;
  if (code === TILDE) return -1;
  return isLetter(code) ? code : code + 256;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return text.slice(start, end);
}

const TILDE = 0x7e;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

import { compareDigits, compareEach } from "./order.ts";

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

/** Compares runs of non-digits and of digits alternately, starting with non-digits. */
function compareParts(a: string, b: string): number {
  return compareEach([...a.matchAll(/(\D*)(\d*)/g)], [...b.matchAll(/(\D*)(\d*)/g)], (x, y) => {
    return compareWords(x?.[1] ?? "", y?.[1] ?? "") || compareDigits(x?.[2] ?? "", y?.[2] ?? "");
  });
}

function compareWords(a: string, b: string): number {
  return compareEach([...a], [...b], (x, y) => sortKey(x) - sortKey(y));
}

/** Order: `~`, then the end, then letters, then everything else. */
function sortKey(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

import { compareDigits, comparePieces, orderBy, type Piece } from "./order.ts";

/**
 * RPM's order of `[epoch:]version[-release]` (rpmvercmp;
 * https://rpm-software-management.github.io/rpm/manual/dependencies.html). If only one has a release and all else is
 * equal, the order is not known.
 */
export const compareRpm = orderBy(parse, (a, b) => {
  const difference = compareDigits(a.epoch, b.epoch) || comparePieces(a.version, b.version, END);
  if (difference !== 0 || (a.release ?? b.release) === undefined) return difference;
  return a.release && b.release && comparePieces(a.release, b.release, END);
});

function parse(text: string) {
  const [, epoch = "", version, release] = /^(?:(\d+):)?([\w.+~^]+)(?:-([\w.+~^]+))?$/.exec(text) ?? [];
  if (version === undefined) return undefined;
  return { epoch, version: piecesOf(version), release: release === undefined ? undefined : piecesOf(release) };
}

/** Runs of digits or letters. All other characters only separate them. */
function piecesOf(label: string): Piece[] {
  return (label.match(/~|\^|\d+|[A-Za-z]+/g) ?? []).map((text) => {
    return { rank: SIGNS[text] ?? (/\d/.test(text) ? 4 : 3), text };
  });
}

/** `~` comes before the end, `^` right after it. Letters come before numbers. */
const SIGNS: Readonly<Record<string, number>> = { "~": 0, "^": 2 };
const END: Piece = { rank: 1, text: "" };

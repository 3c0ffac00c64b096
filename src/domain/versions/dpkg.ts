import { compareDigits, comparePieces, orderBy, type Piece } from "./order.ts";

const END: Piece = { rank: 0, text: "" };

/**
 * Debian's order (https://manpages.debian.org/deb-version.7): `[epoch:]upstream[-revision]`, with `~` before anything.
 */
export const compareDpkg = orderBy(
  parse,
  (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    comparePieces(a.upstream, b.upstream, END) ||
    comparePieces(a.revision, b.revision, END),
);

function parse(text: string) {
  const [, epoch = "", upstream, revision = ""] =
    /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
  return upstream === undefined ? undefined : { epoch, upstream: piecesOf(upstream), revision: piecesOf(revision) };
}

/** Runs of digits, and each other character separately. */
function piecesOf(part: string): Piece[] {
  return (part.match(/\d+|\D/g) ?? []).map((token) =>
    /\d/.test(token) ? { rank: 0, text: token } : { rank: rankOf(token), text: "" },
  );
}

/** Order: `~`, then the end or a number, then letters, then all other characters. */
function rankOf(sign: string): number {
  return sign === "~" ? -1 : sign.charCodeAt(0) + (/[A-Za-z]/.test(sign) ? 0 : 256);
}

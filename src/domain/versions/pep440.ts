import {
  compareDigits,
  compareDotted,
  compareEach,
  comparePieces,
  compareWords,
  missingFirst,
  orderBy,
  type Piece,
} from "./order.ts";

const SYNTAX = new RegExp(
  [
    /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d*))?/,
    /(?:-(?<implicitPost>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d*))?/,
    /(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d*))?/,
    /(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/,
  ]
    .map((part) => part.source)
    .join(""),
  "i",
);

/** Python's order (https://packaging.python.org/en/latest/specifications/version-specifiers/, PEP 440). */
export const comparePep440 = orderBy(
  parse,
  (a, b) =>
    compareDigits(a.epoch, b.epoch) ||
    compareDotted(a.release, b.release) ||
    comparePieces(a.parts, b.parts, { rank: 0, text: "" }) ||
    compareEach(
      a.local,
      b.local,
      missingFirst((x, y) => compareWords(x, y, 1)),
    ),
);

function parse(text: string) {
  const groups = SYNTAX.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const post = groups.post !== undefined || groups.implicitPost !== undefined;
  const dev = groups.dev !== undefined;
  const parts: readonly Piece[] = [
    { rank: preRank(groups.pre, dev && !post), text: groups.preNumber ?? "" },
    { rank: post ? 1 : 0, text: groups.implicitPost ?? groups.postNumber ?? "" },
    { rank: dev ? 0 : 1, text: groups.devNumber ?? "" },
  ];
  return {
    epoch: groups.epoch ?? "",
    release: groups.release ?? "",
    parts,
    local: groups.local?.toLowerCase().split(/[-_.]/) ?? [],
  };
}

/** A development release of the final version comes before its alphas. */
function preRank(word: string | undefined, devOnly: boolean): number {
  if (word === undefined) return devOnly ? 0 : 4;
  const letter = word.toLowerCase()[0];
  return letter === "a" ? 1 : letter === "b" ? 2 : 3;
}

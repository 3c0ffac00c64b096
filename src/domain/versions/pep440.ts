import { compareDigits, compareDotted, compareEach, compareWords } from "./order.ts";

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

/** A part as rank and digits. Parts compare by rank first. */
type Part = readonly [rank: number, digits: string];

interface PythonVersion {
  readonly epoch: string;
  readonly release: string;
  readonly parts: readonly [pre: Part, post: Part, dev: Part];
  readonly local: readonly string[];
}

/** Python's order (https://packaging.python.org/en/latest/specifications/version-specifiers/, PEP 440). */
export function comparePep440(a: string, b: string): number | undefined {
  const x = parse(a);
  const y = parse(b);
  if (x === undefined || y === undefined) return undefined;
  return (
    compareDigits(x.epoch, y.epoch) ||
    compareDotted(x.release, y.release) ||
    compareEach(x.parts, y.parts, compareParts) ||
    compareEach(x.local, y.local, compareLocal)
  );
}

function parse(text: string): PythonVersion | undefined {
  const groups = SYNTAX.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const post = groups.post !== undefined || groups.implicitPost !== undefined;
  const dev = groups.dev !== undefined;
  return {
    epoch: groups.epoch ?? "",
    release: groups.release ?? "",
    parts: [
      [preRank(groups.pre, dev && !post), groups.preNumber ?? ""],
      [post ? 1 : 0, groups.implicitPost ?? groups.postNumber ?? ""],
      [dev ? 0 : 1, groups.devNumber ?? ""],
    ],
    local: groups.local?.toLowerCase().split(/[-_.]/) ?? [],
  };
}

/** A development release of the final version comes before its alphas. */
function preRank(word: string | undefined, devOnly: boolean): number {
  if (word === undefined) return devOnly ? 0 : 4;
  const letter = word.toLowerCase()[0];
  return letter === "a" ? 1 : letter === "b" ? 2 : 3;
}

function compareParts(a: Part | undefined, b: Part | undefined): number {
  const [rank, digits] = a ?? [0, ""];
  const [otherRank, otherDigits] = b ?? [0, ""];
  return rank - otherRank || compareDigits(digits, otherDigits);
}

function compareLocal(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  return compareWords(a, b, 1);
}

import { compareDigits, compareEach, compareText, missingFirst, orderBy } from "./order.ts";

/** Suffixes in order, with the empty one of a version without a suffix. */
const SUFFIXES = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];

const SYNTAX = /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:-r(\d+))?$/;

/** A missing number comes before 0. */
const compareOptional = missingFirst(compareDigits);

/** apk's order (https://man.archlinux.org/man/apk-package.5, apk-tools `src/version.c`): `1.2.3b_rc4-r5`. */
export const compareApk = orderBy(
  parse,
  (a, b) =>
    compareDigits(a.major, b.major) ||
    compareEach(a.rest, b.rest, compareComponents) ||
    compareText(a.letter, b.letter) ||
    compareEach(a.suffixes, b.suffixes, compareSuffixes) ||
    compareOptional(a.revision, b.revision),
);

function parse(text: string) {
  const [, major, rest = "", letter = "", suffixes = "", revision] = SYNTAX.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { major, rest: rest.split("."), letter, suffixes: suffixes.split("_"), revision };
}

/** After the first dot, a leading zero makes a component a decimal fraction: 1.02 is before 1.1. */
function compareComponents(a: string | undefined, b: string | undefined): number {
  const compare = a?.startsWith("0") || b?.startsWith("0") ? compareText : compareDigits;
  return missingFirst(compare)(a, b);
}

function compareSuffixes(a: string | undefined, b: string | undefined): number {
  const [, word = "", number] = /([a-z]+)(\d+)?/.exec(a ?? "") ?? [];
  const [, otherWord = "", otherNumber] = /([a-z]+)(\d+)?/.exec(b ?? "") ?? [];
  return SUFFIXES.indexOf(word) - SUFFIXES.indexOf(otherWord) || compareOptional(number, otherNumber);
}

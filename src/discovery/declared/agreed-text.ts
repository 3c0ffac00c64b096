// What kubectl (a reader of YAML 1.1 that is given documents one by one) and readers of YAML 1.2 read differently
// before any value is looked at.

/** What is where bytes are not UTF-8. */
export const NO_TEXT: RegExp = /\ufffd/;

/**
 * Where readers disagree about lines and documents: what is not UTF-8, a byte order mark inside of a file, line breaks
 * of YAML 1.1, directives, and borders of documents. What follows `---` in its line, or comes behind `...`, is dropped
 * by kubectl.
 */
export const DISAGREEMENT: RegExp =
  /[\ufeff\ufffd]|\r(?!\n)|[\u0085\u2028\u2029]|^(?:---(?![ \t]*\r?$|[ \t]+#)|\.\.\.(?=\s|$)|%)/m;

/** Tags that say what is read without them, too. */
export const CORE_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Anchors as YAML 1.1 allows them. */
export const ANCHOR: RegExp = /^[A-Za-z0-9_-]+$/;

/**
 * What YAML 1.1 takes for something else than YAML 1.2 without quotes: words, numbers to other bases or with _ and :,
 * dates.
 */
export const OTHERWISE: RegExp =
  /^(?:y|n|yes|no|on|off|=|<<|[-+]?[\d.][\d_.:eE+-]*|[-+]?0[xob][\da-f_]+|\d{4}-\d\d?-\d\d?.*)$/i;

/** Keys that decide which images run. */
const DECIDING: ReadonlyMap<string, string> = new Map(
  "apiVersion kind metadata items objects spec template jobTemplate containers initContainers ephemeralContainers image volumes reference"
    .split(" ")
    .map((key) => [key.toLowerCase(), key]),
);

/** The deciding key that another spelling of it folds to, as Go compares letters (`ſ` is an s, the Kelvin sign a k). */
export function foldsTo(key: string): string | undefined {
  if (key.length > 30) return undefined;
  const deciding = DECIDING.get(key.replaceAll("\u017f", "s").toLowerCase());
  return deciding === key ? undefined : deciding;
}

// Differences that kubectl (a reader of YAML 1.1 that gets one document at a time) and readers of YAML 1.2 have before
// they look at any value.

/** The replacement character, which decoding puts in place of bytes that are not UTF-8. */
export const NO_TEXT: RegExp = /\ufffd/;

/**
 * Text that readers split into different lines or documents: invalid UTF-8, a byte order mark inside of a file, line
 * breaks of YAML 1.1, directives, and borders of documents. Text after `---` in its line, or after `...`, is dropped by
 * kubectl.
 */
export const DISAGREEMENT: RegExp =
  /[\ufeff\ufffd]|\r(?!\n)|[\u0085\u2028\u2029]|^(?:---(?![ \t]*\r?$|[ \t]+#)|\.\.\.(?=\s|$)|%)/m;

/** Tags that do not change how a value is read. */
export const CORE_TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Anchors as YAML 1.1 allows them. */
export const ANCHOR: RegExp = /^[A-Za-z0-9_-]+$/;

/**
 * Unquoted values that YAML 1.1 and YAML 1.2 read differently: words, numbers to other bases or with _ and :, dates.
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

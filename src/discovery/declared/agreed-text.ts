// What kubectl (a reader of YAML 1.1 that is given documents one by one) and readers of YAML 1.2 read differently
// before any value is looked at.

/** A place that two readers take differently. */
export interface Disagreement {
  readonly offset: number;
  /** As a sentence without a full stop. */
  readonly what: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly what: string;
}

const RULES: readonly Rule[] = [
  { pattern: /\ufeff/, what: "a byte order mark stands inside of the file" },
  { pattern: /\r(?!\n)|[\u0085\u2028\u2029]/, what: "a line ends in a way that only some know" },
  // kubectl cuts at every line that starts so, and drops the rest of that line (apimachinery, `splitYAMLDocument`).
  {
    pattern: /^---(?![ \t]*\r?$|[ \t]+#)/m,
    what: "a line starts with --- and separates documents for some",
  },
  // kubectl reads the first document of each piece, and drops what follows.
  { pattern: /^\.\.\.(?=[\s]|$)/m, what: "... ends a document before the file ends" },
  { pattern: /^%/m, what: "a directive of YAML" },
];

/** The first place where readers disagree about lines and documents. A leading byte order mark is ignored. */
export function textDisagreement(text: string): Disagreement | undefined {
  const start = text.startsWith("\ufeff") ? 1 : 0;
  const found = RULES.flatMap(({ pattern, what }) => {
    const at = text.slice(start).search(pattern);
    return at === -1 ? [] : [{ offset: at + start, what }];
  });
  return found.sort((a, b) => a.offset - b.offset)[0];
}

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
const OTHERWISE = /^(?:y|n|yes|no|on|off|=|<<|[-+]?[\d.][\d_.:eE+-]*|[-+]?0[xob][\da-f_]+|\d{4}-\d\d?-\d\d?.*)$/i;

/** Whether a plain scalar may be another value in YAML 1.1. */
export function isReadOtherwise(plain: string): boolean {
  return OTHERWISE.test(plain);
}

/** Keys that decide which images run. */
const DECIDING: ReadonlyMap<string, string> = new Map(
  [
    "apiVersion kind metadata items objects spec template jobTemplate",
    "containers initContainers ephemeralContainers image volumes reference",
  ].flatMap((line) => line.split(" ").map((key) => [key.toLowerCase(), key] as const)),
);

/** The deciding key that another spelling of it folds to, as Go compares letters (`ſ` is an s, the Kelvin sign a k). */
export function foldsTo(key: string): string | undefined {
  if (key.length > 30) return undefined;
  const deciding = DECIDING.get(key.replaceAll("\u017f", "s").toLowerCase());
  return deciding === key ? undefined : deciding;
}

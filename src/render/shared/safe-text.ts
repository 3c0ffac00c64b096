/**
 * Characters that a reader cannot see, or that change how others look: control, zero-width, bidirectional,
 * private-use and unassigned characters, lone surrogates, every space except U+0020, and the blank Braille cell.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
/** Combining marks after the third in a row: a taller stack paints over the rows above and below. */
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** A character as its code point: `\u{202E}`. */
export function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

/** Replaces invisible characters (control, zero-width and bidirectional characters, line ends) by their code points. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}

/** A package's name in which each character that is not ASCII is followed by its code point: `а` is not `a`. */
export function codedLetters(name: string): string {
  if (PRINTABLE_ASCII.test(name)) return name;
  return name.replace(/[^\x20-\x7e…]/gu, (letter) => `${letter}[${unicodeName(letter)}]`);
}

/** `U+0430` */
function unicodeName(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Cuts to at most `most` UTF-16 units, never within a surrogate pair. `…` replaces the rest. */
export function shorten(text: string, most: number, where: "end" | "middle" = "end"): string {
  if (text.length <= most) return text;
  const tail = where === "middle" ? Math.floor((most - 1) * 0.65) : 0;
  const head = text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** Cuts a list of names that is too long after a whole name, if at least one fits: `api, worker, …`. */
export function wholeNames(names: string, most: number): string {
  const end = names.length <= most ? -1 : names.lastIndexOf(", ", most - ", …".length);
  return end <= 0 ? names : `${names.slice(0, end)}, …`;
}

/**
 * Untrusted text as an identifier for tools: visible, and with its middle cut if it is too long. Changed text gets a
 * hash, so that two texts never become one.
 */
export function distinct(untrusted: string, most: number): string {
  const shown = visible(shorten(untrusted.trim(), most, "middle"));
  return shown === untrusted ? untrusted : `${shown} #${shortHash(untrusted)}`;
}

function shortHash(text: string): string {
  // Node needs 4 ms to load it, and few runs need it here.
  const { hash } = process.getBuiltinModule("node:crypto");
  return hash("sha256", text).slice(0, 12);
}

/** The end of a path, cut at the start of a segment: `…/lib/log4j-core.jar`. */
export function pathEnd(path: string, most: number): string {
  if (path.length <= most) return path;
  const segment = path.indexOf("/", path.length - most + 1);
  return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}

/**
 * Untrusted text for a log or an annotation: one line, nothing invisible, and nothing that the runner reads as a
 * command. The runner reads `::name::` at the start of a line (white space before it does not matter) and its old form
 * `##[name]` anywhere in a line.
 */
export function plain(untrusted: string): string {
  return noCommand(visible(untrusted.replace(/(?<!\s)\s*[\r\n]+\s*/g, " ").trim()));
}

/**
 * Matches from the first blank on. A carriage return is a blank, too, and a search from each of them would take too
 * long.
 */
const BLANKS_AND_COLONS = /(?<![^\S\n])([^\S\n]*)::/g;

/** Disarms the runner's commands in text of several lines. */
export function noCommand(text: string): string {
  if (!/::|##\[/.test(text)) return text;
  return text
    .replaceAll("##[", "##\\u{5B}")
    .replace(BLANKS_AND_COLONS, (whole, blanks: string, at: number, all: string) => {
      const isAtStart = at === 0 || all[at - 1] === "\n" || /[\r\u2028\u2029]/.test(blanks);
      return isAtStart ? `${blanks}\\u{3A}:` : whole;
    });
}

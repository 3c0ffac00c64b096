import { andMore, counted, number } from "../domain/list-some.ts";
import type { Severity } from "../domain/severity.ts";
import type { Answer } from "../domain/verdict.ts";

/*
 * A document before it is written: the story says what is said, in `Block` and `Inline`; a printer in `print/` writes
 * it for one medium. Text that is not ours is in a `Foreign`, so that only a printer can bring it onto a page.
 */

/**
 * Text within a line. A string is our own words: plain, on one line, without markup. A no-break space stays one. A list
 * is its parts one after the other. If foreign text is passed as a string by mistake, printers still disarm it, and it
 * only looks worse.
 */
export type Inline = string | Foreign | Styled | readonly Inline[];

/**
 * Text that is not ours: from an image, a report, a policy, a platform.
 *
 * - `code`: an identifier, such as an image reference, an advisory id, a command
 * - `name`: a package's name; letters that are not ASCII are pointed out, because `а` is not `a`
 * - `version`: a package's version
 * - `path`: a file; if it is too long, its end is shown
 * - `prose`: sentences or words; text between two backticks is code
 */
export interface Foreign {
  readonly as: "code" | "name" | "version" | "path" | "prose";
  readonly text: string;
  /** Longest text in a narrow medium, in UTF-16 units. Absent: the printer's limit for the kind. */
  readonly most?: number | undefined;
}

/** Our own markup within a line. */
export type Styled =
  | { readonly as: "strong" | "small" | "note" | "broken"; readonly of: Inline }
  /** A link if the printer may link to the address, otherwise its words alone. */
  | { readonly as: "link"; readonly of: Inline; readonly url: string | undefined }
  | { readonly as: "severity"; readonly severity: Severity }
  | { readonly as: "answer"; readonly of: Answer }
  /** The colour of a severity without its word. */
  | { readonly as: "dot"; readonly severity: Severity }
  /** A new line within a cell or an item. */
  | { readonly as: "break" }
  /** Words that open on request. In a table's cell only: elsewhere Markdown ends at such an element. */
  | { readonly as: "more"; readonly summary: Inline; readonly of: Inline };

export const code = (text: string, most?: number): Foreign => ({ as: "code", text, most });
export const name = (text: string, most?: number): Foreign => ({ as: "name", text, most });
export const version = (text: string, most?: number): Foreign => ({ as: "version", text, most });
export const path = (text: string, most?: number): Foreign => ({ as: "path", text, most });
export const prose = (text: string, most?: number): Foreign => ({ as: "prose", text, most });

export const strong = (...of: Inline[]): Inline => ({ as: "strong", of });
/** Words about something over its limit. */
export const broken = (...of: Inline[]): Inline => ({ as: "broken", of });
/** Smaller than the text around it. Nothing if there are no words. */
export const small = (...of: Inline[]): Inline => (isEmpty(of) ? "" : { as: "small", of });
/** A remark about the document, such as the number of omitted rows. */
export const note = (...of: Inline[]): Inline => ({ as: "note", of });
export const link = (of: Inline, url: string | undefined): Inline => ({ as: "link", of, url });
export const severity = (of: Severity): Inline => ({ as: "severity", severity: of });
export const answer = (of: Answer): Inline => ({ as: "answer", of });
export const dot = (of: Severity): Inline => ({ as: "dot", severity: of });
export const more = (summary: Inline, ...of: Inline[]): Inline => ({ as: "more", summary, of });
export const BREAK: Inline = { as: "break" };

/** A sentence with its parts: the template's own words are ours, and so is a string between them. */
export function say(words: TemplateStringsArray, ...parts: readonly (Inline | number)[]): Inline {
  const said: Inline[] = [];
  for (const [index, own] of words.entries()) {
    const part = parts[index] ?? "";
    if (own !== "") said.push(own);
    if (typeof part === "number") said.push(number(part));
    else if (!isEmpty(part)) said.push(part);
  }
  return said;
}

/** True if there are no words. */
export function isEmpty(inline: Inline): boolean {
  if (typeof inline === "string") return inline === "";
  return isList(inline) && inline.every(isEmpty);
}

function isList(inline: Inline): inline is readonly Inline[] {
  return Array.isArray(inline);
}

/** A part that a printer writes as a whole, after lists were opened. */
export type Leaf = Exclude<Inline, readonly Inline[]>;

/** The parts of a line, one after the other. */
export function leaves(inline: Inline, before: Leaf[] = []): readonly Leaf[] {
  if (isList(inline)) for (const each of inline) leaves(each, before);
  else before.push(inline);
  return before;
}

/** Joins the parts that are not empty: an empty one leaves no gap. */
export function join(between: Inline, parts: readonly Inline[]): Inline {
  const joined: Inline[] = [];
  for (const part of parts) if (!isEmpty(part)) joined.push(...(joined.length === 0 ? [] : [between]), part);
  return joined;
}

/** `A, B and C`, or with `or`. */
export function names(of: readonly Inline[], word: "and" | "or" = "and"): Inline {
  return of.length < 2 ? of : [join(", ", of.slice(0, -1)), ` ${word} `, of.at(-1) ?? ""];
}

/** The form of a list within a line. */
interface ListForm<T> {
  readonly show: (item: T, index: number) => Inline;
  /** A word for the items that are left out: `3 more places` instead of `3 more`. */
  readonly what?: string;
}

/**
 * The first items of a list, and the number of the others: `A, B and 3 more`. If none is left, all of them: `A, B, C`.
 * @param most items that are shown, at least 1
 */
export function some<T>(items: readonly T[], most: number, { show, what }: ListForm<T>): Inline {
  const shown = join(", ", items.slice(0, most).map(show));
  return items.length <= most ? shown : [shown, ` ${andMore(items.length - most, what)}`];
}

/** The remark `3 more rows left out here.` Empty if nothing is left out. */
export function leftOut(left: number, what: string, where: Inline = "left out here"): Inline {
  return left <= 0 ? "" : note(say`${counted(left, what)} ${where}.`);
}

/** A part of a document. */
export type Block =
  /** Level 2 is the document's title. In folds, printers write headings one level deeper, down to level 4. */
  | { readonly kind: "heading"; readonly level: 2 | 3; readonly words: Inline }
  | { readonly kind: "para"; readonly words: Inline }
  | Table
  /** `from`: the number of the first item. Absent: the list has no numbers. */
  | { readonly kind: "list"; readonly items: readonly Inline[]; readonly from?: number | undefined }
  /** Blocks that open on request. */
  | { readonly kind: "fold"; readonly summary: Inline; readonly blocks: readonly Block[]; readonly open: boolean }
  | { readonly kind: "alert"; readonly as: AlertKind; readonly paragraphs: readonly Inline[] }
  /** Lines to copy as they are. Not our own words. */
  | { readonly kind: "paste"; readonly text: string; readonly language: string }
  | Rows;

export type AlertKind = "NOTE" | "WARNING" | "CAUTION";

/** The cells of a table's row, or the one item of a list. */
export type Row = readonly Inline[];

export interface Column {
  readonly words: string;
  /** Left by default. */
  readonly align?: "left" | "right" | undefined;
  /** Letters for which the column should have room in one line, where a medium breaks ids and days. */
  readonly letters?: number | undefined;
  /** The place of the cut in a text that is too wide, unless it has a path; its middle by default. */
  readonly cutAt?: "end" | undefined;
}

export interface Table {
  readonly kind: "table";
  readonly head: readonly Column[];
  readonly rows: readonly Row[];
}

/**
 * A section that shows as many of its rows as fit (`fit.ts`). A row is made only when it may be shown.
 */
export interface Rows {
  readonly kind: "rows";
  readonly count: number;
  row(index: number): Row;
  /** A lower rank is kept longer. The rank must not decrease from one row to the next. */
  rank(index: number): number;
  /** The section around the first rows, with the number of omitted ones. Without blocks there is no section. */
  layout(rows: readonly Row[]): readonly Block[];
  /** The largest part of the limit that these rows may take, 0 to 1. */
  readonly share?: number | undefined;
  /** True if even all rows together leave something out. */
  readonly isShort?: boolean | undefined;
}

export const heading = (level: 2 | 3, words: Inline): Block => ({ kind: "heading", level, words });
export const para = (...words: Inline[]): Block => ({ kind: "para", words });
export const table = (head: readonly (string | Column)[], rows: readonly Row[]): Block => ({
  kind: "table",
  head: head.map((column) => (typeof column === "string" ? { words: column } : column)),
  rows,
});
export function list(of: readonly Inline[], from?: number): Block {
  return { kind: "list", items: of.filter((item) => !isEmpty(item)), from };
}
export function fold(summary: Inline, blocks: readonly Block[], open = false): Block {
  return { kind: "fold", summary, blocks, open };
}
/** No block without any words. */
export function alert(as: AlertKind, ...words: readonly Inline[]): Block {
  return { kind: "alert", as, paragraphs: words.filter((each) => !isEmpty(each)) };
}
export const paste = (text: string, language: string): Block => ({ kind: "paste", text, language });

/** A section with all its rows. */
export function allRows({ count, row, layout }: Rows): readonly Block[] {
  return layout(Array.from({ length: count }, (_, index) => row(index)));
}

/** A section with a table or a list: the form in which the things of a list become rows. */
interface Listed<T> extends Pick<Rows, "share" | "isShort"> {
  readonly title?: Inline | undefined;
  /** The columns of the table. Absent: the rows are a list. */
  readonly head?: Parameters<typeof table>[0];
  readonly isNumbered?: boolean;
  row(item: T): Row;
  /** As {@link Rows.rank}: one rank for all rows, or a rank for each. */
  readonly rank: number | ((item: T) => number);
  /** Maximum number of rows. Absent: all. */
  readonly most?: number | undefined;
  /** The noun for a row that is left out: `more target`. */
  readonly what: string;
  /** The place of the omitted rows, after their number. */
  readonly where?: (left: readonly T[]) => Inline;
  /** Rows that are open before the rest is folded. Absent: all. */
  readonly open?: number | undefined;
  /** The words of that fold. */
  readonly folded?: (rest: readonly T[]) => Inline;
  readonly isUnfolded?: boolean | undefined;
}

/** So few rows are not worth a fold: they are open with the others. */
const FEW = 3;

/**
 * A table or a list with a row for each thing, and the number of omitted ones. Without a thing, there is no section.
 */
export function listed<T>(items: readonly T[], section: Listed<T>): Rows {
  const { title, head, isNumbered = false, rank, share, isShort, what, where, isUnfolded } = section;
  const { most = items.length, open: wanted = items.length } = section;
  const { folded = (rest) => `And ${counted(rest.length, what)}` } = section;
  const open = wanted > 0 && items.length - wanted <= FEW ? items.length : wanted;
  let folding: Inline | undefined;
  return {
    kind: "rows",
    share,
    isShort,
    count: Math.min(items.length, most),
    row: (index) => section.row(items[index] as T),
    rank: (index) => (typeof rank === "number" ? rank : rank(items[index] as T)),
    layout(shown) {
      if (items.length === 0) return [];
      const part = (from: number, to?: number) =>
        head === undefined
          ? list(shown.slice(from, to).flat(), isNumbered ? from + 1 : undefined)
          : table(head, shown.slice(from, to));
      const left = items.slice(shown.length);
      const rest = para(leftOut(left.length, what, left.length > 0 ? where?.(left) : undefined));
      const isFolded = open === 0 || shown.length > open;
      // The folded rows are the same whichever part is shown.
      if (isFolded) folding ??= folded(items.slice(open));
      return [
        ...(title === undefined ? [] : [heading(3, title)]),
        part(0, open),
        folding === undefined || !isFolded ? rest : fold(folding, [part(open), rest], isUnfolded),
      ];
    },
  };
}

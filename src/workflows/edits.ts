import type { Pair, ParsedNode, YAMLMap } from "yaml";
import type { Placed } from "./translate.ts";
import { Untranslatable } from "./values.ts";

/** A part of a text that becomes another. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text after all edits, which must not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const last = [...edits].sort((a, b) => b.from - a.from || b.to - a.to);
  return last.reduce((made, edit) => made.slice(0, edit.from) + edit.text + made.slice(edit.to), text);
}

/** The rest of a line, after an offset. */
export function restOfLine(text: string, from: number): string {
  return /[^\r\n]*/.exec(text.slice(from))?.[0] ?? "";
}

type Input = Pair<ParsedNode, ParsedNode | null>;

/** Edits by which the inputs of a step become others. Comments stay. @throws Untranslatable */
export function inputEdits(
  within: YAMLMap<ParsedNode, ParsedNode | null>,
  inputs: readonly Placed[],
  text: string,
): Edit[] {
  const [from = 0, to = 0] = within.range ?? [];
  const indent = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
  if (within.flow === true && !text.slice(from, to).includes("#")) {
    const pairs = inputs.map(({ name, value }) => `${name}: ${scalar(value, /[,[\]{}\n]/)}`);
    return [{ from, to, text: `{ ${pairs.join(", ")} }` }];
  }
  if (indent.trim() !== "" || within.flow === true)
    throw new Untranslatable("write its `with` as lines, without braces");
  const layout = { text, indent, newline: text.includes("\r\n") ? "\r\n" : "\n" };
  const names = within.items.map(({ key }) => String(key).toLowerCase());
  // Edits of variables and defaults are at the end.
  const placeOf = ({ from: name = "" }: Placed) => (names.includes(name) ? name : names.at(-1));
  return within.items.map((pair, index) =>
    pairEdit(
      pair,
      inputs.filter((each) => placeOf(each) === names[index]),
      layout,
    ),
  );
}

interface Layout {
  readonly text: string;
  readonly indent: string;
  readonly newline: string;
}

/** The line or lines of one input. The first of the new lines keeps the comment that follows the input. */
function pairEdit({ key, value }: Input, [first, ...more]: readonly Placed[], layout: Layout): Edit {
  const { text, indent, newline } = layout;
  const [from, keyEnd] = key.range;
  const end = from + text.slice(from, value?.range[1] ?? keyEnd).trimEnd().length;
  const rest = restOfLine(text, end);
  const to = end + rest.length;
  const comment = /#.*$/.exec(rest)?.[0];
  if (first === undefined)
    return comment === undefined
      ? { from: from - indent.length, to: to + (/^\r?\n/.exec(text.slice(to))?.[0].length ?? 0), text: "" }
      : { from, to, text: comment };
  const isSame = first.from === String(key).toLowerCase() && first.value === scalarText(value);
  const head = isSame ? first.name + text.slice(keyEnd, end) : written(first, layout);
  // No comment can follow a value of several lines.
  const own = !isSame && head.includes("\n") ? [comment, head].filter((each) => each !== undefined) : [head + rest];
  return { from, to, text: [...own, ...more.map((each) => written(each, layout))].join(newline + indent) };
}

/** The text of a value as a runner takes it. */
export function scalarText(node: unknown): string {
  const { value, source } = (node ?? {}) as { readonly value?: unknown; readonly source?: string };
  return (value ?? null) === null ? "" : (source ?? String(value)).trim();
}

function written({ name, value }: Placed, { indent, newline }: Layout): string {
  if (value.includes("\n"))
    return [`${name}: |`, ...value.split("\n").map((line) => `${indent}  ${line}`)].join(newline);
  return `${name}: ${scalar(value)}`;
}

/** @param separators what only quotes keep together at this place */
function scalar(value: string, separators = /\n/): string {
  const isPlain = /^[\w./$](?!.*(?:: | #|:$))/.test(value) && !separators.test(value);
  return isPlain ? value : JSON.stringify(value);
}

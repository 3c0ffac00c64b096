import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type YAMLSeq } from "yaml";
import type { Day } from "../domain/dates.ts";
import type { Exception } from "../domain/exception.ts";
import { hasEnded } from "../domain/policy/exception-coverage.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { GateError } from "../system/errors.ts";
import { parsePolicy } from "./parse.ts";
import { sorted } from "./rules.ts";
import { readYaml } from "./yaml-text.ts";

/** An exception to be written. */
export type NewException = Omit<Exception, "gap" | "line" | "onlyWhileUnfixed"> &
  Partial<Pick<Exception, "onlyWhileUnfixed">>;

/** Which policy is written. */
export interface PolicyText {
  readonly text: string;
  /** For messages. */
  readonly file: string;
  readonly today: Day;
}

/**
 * The text of a policy with one exception more. All else stays as it is, to the byte: comments, order, indentation and
 * line ends.
 * @returns the text, and the line on which the exception begins
 * @throws PolicyError if the policy is or would be invalid; GateError `exception-exists`, `policy-not-editable`
 */
export function withException(
  given: PolicyText,
  added: NewException,
): { readonly text: string; readonly line: number } {
  const { text, ...options } = given;
  const before = parsePolicy(text, options);
  refuseDuplicate(before, added, given);
  const made = inserted(given, added);
  const after = parsePolicy(made, options);
  const last = after.exceptions.at(-1);
  // A place that was found wrongly must never become another policy.
  const isKept = isDeepStrictEqual(
    [{ ...after, exceptions: after.exceptions.slice(0, -1) }].map(withoutLines),
    [before].map(withoutLines),
  );
  if (!isKept || last?.id !== added.id || after.exceptions.length !== before.exceptions.length + 1)
    throw notEditable(given, "it is written in a way that cannot be added to");
  return { text: made, line: last.line };
}

function withoutLines(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => (key === "line" ? undefined : each)));
}

function refuseDuplicate({ exceptions }: Policy, added: NewException, { file, today }: PolicyText): void {
  const scopeOf = ({ id, package: about, paths, images }: NewException) =>
    JSON.stringify([id.toLowerCase(), about, sorted(paths), sorted(images)]);
  const same = exceptions.find((each) => !hasEnded(each, today) && scopeOf(each) === scopeOf(added));
  if (same === undefined) return;
  throw new GateError(
    "exception-exists",
    `The policy has an exception for ${same.id} already, which holds until ${same.expires} (${file}:${same.line})`,
    "Change that one, or say which package, path or image this one is for.",
  );
}

function notEditable({ file }: PolicyText, why: string): GateError {
  return new GateError(
    "policy-not-editable",
    `The exception cannot be written into ${JSON.stringify(file)}: ${why}`,
    "Write it into the file by hand.",
  );
}

/** The keys in the file's order. */
function valuesOf({ onlyWhileUnfixed, ...added }: NewException): Record<string, unknown> {
  const { id, package: about, paths, images, reason, owner, created, expires } = added;
  const values = { id, package: about, paths, images, reason, owner, created, expires };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(onlyWhileUnfixed && { "only-while-unfixed": true }) };
}

function inserted(given: PolicyText, added: NewException): string {
  const mark = given.text.startsWith("\ufeff") ? "\ufeff" : "";
  const text = given.text.slice(mark.length);
  const yaml = readYaml(text);
  const root = "root" in yaml ? yaml.root : null;
  if (!isMap(root)) throw notEditable(given, "it is no mapping");
  const editor = new Editor(text, valuesOf(added));
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === "exceptions");
  if (pair === undefined) return mark + editor.withList(root);
  const list = pair.value;
  if (!isSeq<ParsedNode>(list)) throw notEditable(given, "`exceptions` is not written as a list of its own");
  return mark + editor.withItem(list, pair.key);
}

/** Puts lines into a text. The document's tree knows where; the text around them is left alone. */
class Editor {
  private readonly text: string;
  private readonly values: Record<string, unknown>;
  private readonly end: string;

  constructor(text: string, values: Record<string, unknown>) {
    this.text = text;
    this.values = values;
    this.end = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** A list of its own, behind the last key. */
  withList(root: YAMLMap.Parsed): string {
    if (root.flow) return this.at(endOf(root.items.at(-1)?.value), `, exceptions: [${this.flowItem()}]`);
    const indent = " ".repeat(this.columnOf(root.range[0]));
    const at = this.lineAfter(endOf(root));
    return this.at(at, `${indent}exceptions:${this.end}${this.blockItem(`${indent}  `)}`);
  }

  /** An item more, as the others are written. */
  withItem(list: YAMLSeq.Parsed, key: ParsedNode): string {
    const last = list.items.at(-1);
    if (!list.flow) {
      const dash = this.columnOf(list.range[0]);
      return this.at(this.afterComments(this.lineAfter(endOf(last)), dash), this.blockItem(" ".repeat(dash)));
    }
    if (last !== undefined) return this.at(last.range[1], `, ${this.flowItem()}`);
    // An empty list in brackets becomes one of lines, unless something else is in or behind it.
    const [from, to] = list.range;
    const isAlone = /^\[\s*\][^\S\r\n]*(?:#[^\r\n]*)?(?:\r?\n|$)/.test(this.text.slice(from));
    if (!isAlone) return this.at(from + 1, this.flowItem());
    const without = new Editor(this.text.slice(0, from).trimEnd() + this.text.slice(to), this.values);
    const indent = `${" ".repeat(this.columnOf(key.range[0]))}  `;
    return without.at(without.lineAfter(key.range[1]), without.blockItem(indent));
  }

  private at(offset: number, piece: string): string {
    const [before, after] = [this.text.slice(0, offset), this.text.slice(offset)];
    const isOpen = piece.endsWith(this.end) && before !== "" && !before.endsWith("\n");
    return `${before}${isOpen ? this.end : ""}${piece}${after}`;
  }

  private blockItem(indent: string): string {
    const made = new Document([this.values]).toString({ lineWidth: 0 });
    const lines = made.trimEnd().split("\n");
    return lines.map((line) => `${line === "" ? "" : indent}${line}${this.end}`).join("");
  }

  private flowItem(): string {
    return JSON.stringify(this.values).replace(/\p{Cf}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
  }

  private columnOf(offset: number): number {
    return offset - (this.text.lastIndexOf("\n", offset - 1) + 1);
  }

  /** The start of the line behind the one in which something ends. */
  private lineAfter(end: number): number {
    // A block of text ends behind its last line break.
    const last = end > 0 && this.text[end - 1] === "\n" ? end - 1 : end;
    const next = this.text.indexOf("\n", last);
    return next === -1 ? this.text.length : next + 1;
  }

  /** Behind the comments that are indented deeper than a list's dashes: they are about its last item. */
  private afterComments(from: number, dash: number): number {
    let at = from;
    for (;;) {
      const [line = "", indent = ""] = /^([^\S\r\n]*)#[^\n]*(?:\n|$)/.exec(this.text.slice(at, at + 10_000)) ?? [];
      if (line === "" || indent.length <= dash) return at;
      at += line.length;
    }
  }
}

/** Where the last value in a node ends. A block's own end has the comments behind it, about what may follow. */
function endOf(node: ParsedNode | null | undefined): number {
  if (isMap<ParsedNode, ParsedNode | null>(node) && !node.flow) {
    const { key, value } = node.items.at(-1) ?? {};
    return endOf(value ?? key);
  }
  if (isSeq<ParsedNode>(node) && !node.flow) return endOf(node.items.at(-1));
  return node?.range[1] ?? 0;
}

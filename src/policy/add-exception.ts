import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type ParsedNode } from "yaml";
import { type Exception, scopeKey } from "../domain/exception.ts";
import { hasEnded } from "../domain/policy/exception-coverage.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { GateError } from "../system/errors.ts";
import { type ParseOptions, parsePolicy } from "./parse.ts";
import { readYaml } from "./yaml-text.ts";

/** An exception to add. */
export type NewException = Omit<Exception, "gap" | "line" | "onlyWhileUnfixed"> &
  Partial<Pick<Exception, "onlyWhileUnfixed">>;

/** The policy to change. */
export interface PolicyText extends ParseOptions {
  readonly text: string;
}

/**
 * The text of a policy with one more exception. All other bytes stay the same: comments, order, indentation and line
 * ends.
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
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  const made = mark + inserted({ ...given, text: text.slice(mark.length) }, added);
  const after = parsePolicy(made, options);
  const last = after.exceptions.at(-1);
  // A wrong insertion point must never change the rest of the policy.
  const others = { ...after, exceptions: after.exceptions.slice(0, -1) };
  const isKept = isDeepStrictEqual(withoutLines(others), withoutLines(before));
  if (!isKept || last?.id !== added.id || after.exceptions.length !== before.exceptions.length + 1)
    throw notEditable(given, "it is written in a way that cannot be added to");
  return { text: made, line: last.line };
}

function withoutLines(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => (key === "line" ? undefined : each)));
}

function refuseDuplicate({ exceptions }: Policy, added: NewException, { file, today }: PolicyText): void {
  const same = exceptions.find((each) => !hasEnded(each, today) && scopeKey(each) === scopeKey(added));
  if (same === undefined) return;
  throw new GateError(
    "exception-exists",
    `The policy has an exception for ${same.id} already, which is valid until ${same.expires} (${file}:${same.line})`,
    "Change that exception, or give the package, path or image that this one is for.",
  );
}

function notEditable({ file }: PolicyText, why: string): GateError {
  return new GateError(
    "policy-not-editable",
    `The exception cannot be written into ${JSON.stringify(file)}: ${why}`,
    "Write it into the file by hand.",
  );
}

/** The keys in the file's order. YAML leaves out undefined values. */
function valuesOf({ onlyWhileUnfixed, ...added }: NewException) {
  const { id, package: about, paths, images, reason, owner, created, expires } = added;
  const values = { id, package: about, paths, images, reason, owner, created, expires };
  return { ...values, ...(onlyWhileUnfixed && { "only-while-unfixed": true }) };
}

/** The text with the exception inserted: after the last one, or at the end of the file. */
function inserted(given: PolicyText, added: NewException): string {
  const { text } = given;
  const yaml = readYaml(text);
  const root = "root" in yaml ? yaml.root : null;
  if (!isMap<ParsedNode, ParsedNode | null>(root)) throw notEditable(given, "it is not a mapping");
  const lines = new Document([valuesOf(added)]).toString({ lineWidth: 0 }).trimEnd().split("\n");
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === "exceptions");
  const list = pair?.value ?? null;
  if (root.flow || (isSeq<ParsedNode>(list) && list.flow && !isAlone(text, list.range[0])))
    throw notEditable(given, "its exceptions are in brackets");
  if (pair === undefined) {
    const end = root.items.at(-1)?.value?.range[1] ?? 0;
    return withLines(text, end, columnOf(text, root.range[0]), ["exceptions:", ...indented(lines, 2)]);
  }
  if (!isSeq<ParsedNode>(list)) throw notEditable(given, "`exceptions` is not a list");
  const [from, to] = list.range;
  const last = list.items.at(-1);
  if (last !== undefined) return withLines(text, last.range[1], columnOf(text, from), lines);
  // The brackets are removed, and the text after them in their line stays.
  const key = text.slice(0, from).trimEnd();
  return withLines(key + text.slice(to), key.length, columnOf(text, pair.key.range[0]) + 2, lines);
}

/** True if a list is empty brackets, with at most a comment after them in their line. */
function isAlone(text: string, from: number): boolean {
  return /^\[\s*\][^\S\r\n]*(?:#.*)?\r?$/m.exec(text.slice(from))?.index === 0;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function indented(lines: readonly string[], indent: number): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
}

/**
 * The text with lines inserted after the line in which an item ends, and after the item's comments, which have a deeper
 * indentation.
 */
function withLines(text: string, end: number, indent: number, lines: readonly string[]): string {
  const comments = new RegExp(`(?:[^\\S\\r\\n]{${indent + 1},}#.*(?:\\n|$))*`, "y");
  // A block of text ends after its last line break.
  const next = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end) + 1 || text.length;
  comments.lastIndex = next;
  const at = next + (comments.exec(text)?.[0].length ?? 0);
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const isOpen = at > 0 && text[at - 1] !== "\n";
  const added = indented(lines, indent).map((line) => line + lineEnd);
  return text.slice(0, at) + (isOpen ? lineEnd : "") + added.join("") + text.slice(at);
}

import { parseSync } from "rolldown/utils";

import type { Prose } from "./comments.ts";

const NAMES: ReadonlySet<unknown> = new Set(["describe", "it", "test"]);

/** A node of the syntax tree, as far as it is read here. */
interface Node {
  readonly type: string;
  readonly start: number;
  /** Of a text or a number. */
  readonly value?: unknown;
  /** Of an identifier. */
  readonly name?: unknown;
  /** Of a call. */
  readonly arguments?: readonly Node[];
  readonly callee?: Node;
  /** Of a member such as `test.each`, and of a template with a tag. */
  readonly object?: Node;
  readonly tag?: Node;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** The titles of a file's tests. Each is its own paragraph. */
export function proseOfTitles(file: string, text: string): Prose {
  const lines: number[] = [];
  const parts: string[] = [];
  for (const { start, value } of titlesIn(parseSync(file, text).program as unknown as Node)) {
    const line = text.slice(0, start).split("\n").length;
    lines.push(line, line);
    parts.push(value.replaceAll(/\s+/g, " "), "");
  }
  return { markdown: `${parts.join("\n")}\n`, lines };
}

/** The first argument of each call of `test`, `test.each(…)`, `describe.skipIf(…)` and the like, if it is a text. */
function* titlesIn(node: Node): Generator<{ start: number; value: string }> {
  if (node.type === "CallExpression" && isTestCall(node.callee)) {
    const { start, value } = node.arguments?.[0] ?? {};
    if (start !== undefined && typeof value === "string") yield { start, value };
  }
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* titlesIn(child);
}

/** True if `test`, `it` or `describe` is called: itself, one of its members, or what one of them returned. */
function isTestCall(callee: Node | undefined): boolean {
  if (callee === undefined) return false;
  return NAMES.has(callee.name) || isTestCall(callee.object ?? callee.callee ?? callee.tag);
}

import { parseSync } from "rolldown/utils";
import type { Prose } from "./comments.ts";

/** A node of the syntax tree, as far as it is read here. */
interface Node {
  readonly type: string;
  readonly start: number;
  /** The value of a text or a number. */
  readonly value?: unknown;
  /** The parts of a template: its texts, and the expressions between them. */
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** The texts of a source file that have several words, as users see them. Each is its own paragraph. */
export function proseOfTexts(file: string, text: string): Prose {
  const lines: number[] = [];
  const parts: string[] = [];
  for (const { start, value } of textsIn(parseSync(file, text).program as unknown as Node)) {
    if (!/[A-Za-z]+ [A-Za-z]+ [A-Za-z]+/.test(value)) continue;
    const line = text.slice(0, start).split("\n").length;
    // A text of several lines is a list, such as the exit codes.
    for (const part of value.split("\n")) {
      lines.push(line, line);
      parts.push(part.trim().replaceAll(/[<>]/g, ""), "");
    }
  }
  return { markdown: `${parts.join("\n")}\n`, lines };
}

/** Texts, and templates with N in the place of each value. */
function* textsIn(node: Node): Generator<{ start: number; value: string }> {
  if (node.type === "Literal" && typeof node.value === "string") yield { start: node.start, value: node.value };
  if (node.type === "TemplateLiteral")
    yield { start: node.start, value: (node.quasis ?? []).map(({ value }) => value.cooked).join("N") };
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* textsIn(child);
}

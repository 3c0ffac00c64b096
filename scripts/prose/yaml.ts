import { LineCounter, parseDocument, visit } from "yaml";
import type { Prose } from "./comments.ts";

/** The texts of a YAML file that have several words. Each is its own paragraph. */
export function proseOfYaml(text: string): Prose {
  const lineCounter = new LineCounter();
  const lines: number[] = [];
  const parts: string[] = [];
  const document = parseDocument(text, { lineCounter });
  for (const error of document.errors) throw error;
  visit(document, {
    Scalar(_, { value, range }) {
      if (typeof value !== "string" || !/\w+ \w+ \w+/.test(value)) return;
      const { line } = lineCounter.linePos(range?.[0] ?? 0);
      // A list's items stay their own lines.
      for (const part of value.trim().split("\n")) {
        parts.push(part);
        lines.push(line);
      }
      parts.push("");
      lines.push(line);
    },
  });
  return { markdown: `${parts.join("\n")}\n`, lines };
}

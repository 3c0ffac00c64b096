import type { TextlintRuleModule } from "@textlint/types";

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** The part of a node of textlint's tree that is read here. */
interface Node {
  readonly type: string;
  readonly raw: string;
  readonly value?: unknown;
  readonly range: readonly [number, number];
  readonly children?: readonly Node[];
}

/** The node's text in its own length, so that places stay right. Code and addresses of links count as one word. */
function wordsIn(node: Node): string {
  // A line's end within a paragraph ends no sentence.
  if (node.type === "Str") return node.raw.replaceAll(/\s/g, " ");
  if (node.type === "Break") return " ".repeat(node.raw.length);
  if (node.children === undefined || node.children.length === 0) return "X".repeat(node.raw.length);
  let text = "";
  let end = node.range[0];
  for (const child of node.children) {
    text += " ".repeat(child.range[0] - end) + wordsIn(child);
    end = child.range[1];
  }
  return text + " ".repeat(node.range[1] - end);
}

/** A sentence has at most `max` words, and one in a table's cell, which may list many cases, at most `maxInCell`. */
const rule: TextlintRuleModule<{ readonly max?: number; readonly maxInCell?: number }> = (
  { Syntax, RuleError, report, locator },
  { max: maxInText = 25, maxInCell = 60 } = {},
) => {
  const check = (node: Node) => {
    const max = node.type === "TableCell" ? maxInCell : maxInText;
    for (const { segment, index } of sentences.segment(wordsIn(node))) {
      const count = segment.split(/[\s—–]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      if (count <= max) continue;
      const end = index + segment.trimEnd().length;
      const shown = node.raw.slice(index, end).replaceAll(/\s+/g, " ");
      report(
        node as never,
        new RuleError(`${count} words, more than ${max}: ${shown}`, { padding: locator.range([index, end]) }),
      );
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.TableCell]: check, [Syntax.Header]: check };
};

export default rule;

import type { TextlintRuleModule } from "@textlint/types";
import { type Node, sentencesOf } from "./sentences.ts";

/** A sentence has at most `max` words, and one in a table's cell, which may list many cases, at most `maxInCell`. */
const rule: TextlintRuleModule<{ readonly max?: number; readonly maxInCell?: number }> = (
  { Syntax, RuleError, report, locator },
  { max: maxInText = 25, maxInCell = 60 } = {},
) => {
  const check = (node: Node) => {
    const max = node.type === "TableCell" ? maxInCell : maxInText;
    for (const { words, range } of sentencesOf(node)) {
      if (words <= max) continue;
      const shown = node.raw.slice(...range).replaceAll(/\s+/g, " ");
      report(
        node as never,
        new RuleError(`${words} words, more than ${max}: ${shown}`, { padding: locator.range(range) }),
      );
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.TableCell]: check, [Syntax.Header]: check };
};

export default rule;

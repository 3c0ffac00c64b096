import type { TextlintRuleModule } from "@textlint/types";
import { type Node, sentencesOf } from "./sentences.ts";

/** No paragraph has three sentences in a row of fewer than `least` words each. */
const rule: TextlintRuleModule<{ readonly least?: number }> = (
  { Syntax, RuleError, report, locator },
  { least = 9 } = {},
) => {
  const check = (node: Node) => {
    let run = 0;
    for (const { text, words, range } of sentencesOf(node)) {
      run = words < least ? run + 1 : 0;
      if (run === 3)
        report(
          node as never,
          new RuleError(`Three short sentences in a row, the last: ${text}`, { padding: locator.range(range) }),
        );
    }
  };
  return { [Syntax.Paragraph]: check };
};

export default rule;

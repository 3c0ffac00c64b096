import type { TextlintRuleModule } from "@textlint/types";
import { type Node, sentencesOf } from "./sentences.ts";

const CLAUSE = /^(?:What|Whatever|Who|Whom|Whose|Whether|Where|Which)\b/;

/** No sentence begins with a clause in place of a noun. A question may, and a heading or a cell that is one. */
const rule: TextlintRuleModule = ({ Syntax, RuleError, report, locator }) => {
  const check = (node: Node) => {
    for (const { text, range } of sentencesOf(node))
      if (CLAUSE.test(text) && !/[?:]$/.test(text))
        report(
          node as never,
          new RuleError(`A clause in place of a noun: ${text.slice(0, 80)}`, { padding: locator.range(range) }),
        );
  };
  return { [Syntax.Paragraph]: check };
};

export default rule;

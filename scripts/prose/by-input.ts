import { readFileSync } from "node:fs";
import type { TextlintRuleModule } from "@textlint/types";
import { parse } from "yaml";
import type { Node } from "./sentences.ts";

const ACTIONS = ["action.yml", "rescan/action.yml", "sign/action.yml", "verify/action.yml"];
const INPUTS = new Set(
  ACTIONS.flatMap((file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    return Object.keys((parse(text) as { inputs: object }).inputs);
  }),
);

/** An input, an option or an assignment to one is an instrument: `with` it, `in` it, not `by` it. */
const rule: TextlintRuleModule = ({ Syntax, RuleError, report }) => {
  const check = (node: Node) => {
    const children = node.children ?? [];
    for (const [index, child] of children.entries()) {
      const name = child.type === "Code" ? String(child.value).replace(/[:= ].*/s, "") : "";
      const before = children[index - 1];
      if ((name.startsWith("-") || INPUTS.has(name)) && before?.type === "Str" && /\bby\s$/i.test(before.raw))
        report(child as never, new RuleError(`by \`${name}\` => with, in or from it`));
    }
  };
  return { [Syntax.Paragraph]: check };
};

export default rule;

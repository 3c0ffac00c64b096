import { fileURLToPath } from "node:url";
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import prh from "textlint-rule-prh";
import byInput from "./by-input.ts";
import clauseFirst from "./clause-first.ts";
import rhythm from "./rhythm.ts";
import sentenceLength from "./sentence-length.ts";

/** A fault in prose. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** The `default` export of a CommonJS module: Node and Vite do not agree on how it is imported. */
const exported = <T extends object>(module: T | { readonly default: T }): T =>
  "default" in module ? module.default : module;

const kernel = new TextlintKernel();

/** Maximum number of words of a sentence. A table's cell may list many cases in one. */
interface Limits {
  readonly words: number;
  readonly wordsInCell: number;
  /** A page has no three sentences in a row that are shorter. */
  readonly leastInRow?: number;
}

/** Checks Markdown against the list of words (`words.yml`) and the limits. Code is left out. */
export async function lintProse(text: string, limits: Limits): Promise<Fault[]> {
  const { words: max, wordsInCell: maxInCell, leastInRow: least } = limits;
  const { messages } = await kernel.lintText(text, {
    ext: ".md",
    plugins: [{ pluginId: "markdown", plugin: exported(markdown), options: true }],
    rules: [
      { ruleId: "sentence-length", rule: sentenceLength, options: { max, maxInCell } },
      { ruleId: "clause-first", rule: clauseFirst },
      { ruleId: "by-input", rule: byInput },
      ...(least === undefined ? [] : [{ ruleId: "rhythm", rule: rhythm, options: { least } }]),
      {
        ruleId: "words",
        rule: exported(prh),
        options: { rulePaths: [fileURLToPath(new URL("words.yml", import.meta.url))], checkLink: true },
      },
    ],
  });
  return messages.map(({ loc, message }) => ({ line: loc.start.line, message }));
}

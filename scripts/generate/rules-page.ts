import { parse } from "yaml";
import { z } from "zod";

const text = z.string().trim().min(1);
/** Titles of the tests that prove a rule, keyed by the file that has them. */
const PROOFS = z
  .record(z.string().regex(/^__tests__\/.+\.test\.ts$/), z.array(text).min(1))
  .refine((proofs) => Object.keys(proofs).length > 0, "A rule without a test is a wish");
const RULE = z.strictObject({ rule: text, how: text, proofs: PROOFS });
const SECTIONS = z.array(z.strictObject({ section: text, intro: text.optional(), rules: z.array(RULE).min(1) }));

export type RuleSections = z.infer<typeof SECTIONS>;

/**
 * The rules of `docs/sources/rules.yml`.
 * @throws an error for a rule without a proof, or anything else that the file may not have
 */
export const readRules = (source: string): RuleSections => SECTIONS.parse(parse(source));

const HEAD = `# The rules, and what proves them

Image Gate keeps these rules. [Threat model](threat-model.md) says against whom, and what is left to you. Each rule names the tests that
prove it. \`npm run generate\` makes this page from \`docs/sources/rules.yml\`.
`;

/** `docs/threat-model-rules.md`. */
export function rulesPage(source: string): string {
  const sections = readRules(source).map(({ section, intro, rules }) => {
    const items = rules.map(({ rule, how, proofs }) => {
      const lines = Object.entries(proofs).map(
        ([file, titles]) =>
          `  - [${file.slice("__tests__/".length)}](../${file}): ${titles.map((title) => `"${title}"`).join("; ")}`,
      );
      return `- **${rule}.** ${how}\n${lines.join("\n")}`;
    });
    return `## ${section}\n\n${intro === undefined ? "" : `${intro}\n\n`}${items.join("\n")}\n`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

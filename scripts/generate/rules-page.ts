import { parse } from "yaml";
import { z } from "zod";
import type { Proof } from "./proofs.ts";

const text = z.string().trim().min(1);
const RULE = z.strictObject({ id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)+$/), rule: text, how: text });
const SECTIONS = z
  .array(z.strictObject({ section: text, intro: text.optional(), rules: z.array(RULE).min(1) }))
  .refine((sections) => {
    const ids = sections.flatMap(({ rules }) => rules.map(({ id }) => id));
    return new Set(ids).size === ids.length;
  }, "Two rules have the same id");

export type RuleSections = z.infer<typeof SECTIONS>;

/**
 * The rules of `docs/sources/rules.yml`.
 * @throws an error for an id that two rules have, or for anything else that the file must not have
 */
export const readRules = (source: string): RuleSections => SECTIONS.parse(parse(source));

const HEAD = `# The rules, and what proves them

Image Gate keeps these rules. [Threat model](threat-model.md) says against whom, and what is left to you. Each rule names the files
whose tests prove it. A test that does so has the rule's id in a comment above it, \`// Proves: bytes-come-first\`. \`npm run generate\`
makes this page from \`docs/sources/rules.yml\` and these comments.
`;

/**
 * `docs/threat-model-rules.md`.
 * @throws an error for a rule without a proof, and for a proof of an unknown rule
 */
export function rulesPage(source: string, proofs: readonly Proof[]): string {
  const sections = readRules(source);
  const files = Map.groupBy(proofs, ({ rule }) => rule);
  const ids = new Set(sections.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const unknown = proofs.filter(({ rule }) => !ids.has(rule)).map(({ file, rule }) => `${file}: ${rule}`);
  if (unknown.length > 0)
    throw new Error(`Tests prove rules that docs/sources/rules.yml does not have:\n${unknown.join("\n")}`);
  const unproven = [...ids].filter((id) => !files.has(id));
  if (unproven.length > 0)
    throw new Error(`No test proves these rules of docs/sources/rules.yml:\n${unproven.join("\n")}`);
  const written = sections.map(({ section, intro, rules }) => {
    const proofsOf = (id: string) => [...new Set(files.get(id)?.map(({ file }) => file))].sort();
    const link = (file: string) => `[${file.slice("__tests__/".length)}](../${file})`;
    const items = rules.map(({ id, rule, how }) => `- <a id="${id}"></a>**${rule}.** ${how}`);
    const proven = rules.map(({ id }) => `- \`${id}\`: ${proofsOf(id).map(link).join(", ")}`);
    items.push("", "<details><summary>What proves them</summary>", "", ...proven, "", "</details>");
    return `## ${section}\n\n${intro === undefined ? "" : `${intro}\n\n`}${items.join("\n")}\n`;
  });
  return `${HEAD}\n${written.join("\n")}`;
}

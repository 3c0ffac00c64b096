import { parse } from "yaml";
import { z } from "zod";

const text = z.string().trim().min(1);
const CODE_TEXTS = z.strictObject({
  means: text,
  cause: text,
  /** The remedy. Absent: the message's own. */
  remedy: text.optional(),
  /** Pages that say more. */
  more: text.optional(),
});
const SECTIONS = z.array(z.strictObject({ section: text, intro: text.optional(), codes: z.record(text, CODE_TEXTS) }));

/** Outside of code, Markdown takes these for more than a character. Cells cannot have a vertical bar anywhere. */
const cell = (markdown: string) => markdown.replaceAll("|", "\\|");
const plain = (message: string) =>
  message
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll(/[*<[~]/g, "\\$&")))
    .join("");

/**
 * `docs/errors.md` with the table of every code.
 * @param page the page as it is; what is before its first section stays
 * @param source `docs/sources/errors.yml`
 * @param remedies what the messages themselves say, keyed by code
 * @throws an error for a code without a remedy in either place, or with one in both that say the same
 */
export function errorPage(page: string, source: string, remedies: ReadonlyMap<string, string>): string {
  const head = page.split(/^## /m)[0] ?? "";
  const sections = SECTIONS.parse(parse(source)).map(({ section, intro, codes }) => {
    const rows = Object.entries(codes).map(([code, { means, cause, remedy, more }]) => {
      const own = remedies.get(code);
      if (remedy === undefined && own === undefined) throw new Error(`${code} has no remedy that can be shown`);
      if (remedy !== undefined && remedy === own)
        throw new Error(`The remedy of ${code} is its message's: leave it out`);
      const todo = remedy ?? plain(own ?? "");
      return `| <a id="${code}"></a>\`${code}\` | ${cell(means)} | ${cell(cause)} | ${cell(more === undefined ? todo : `${todo}${/[.?!]$/.test(todo) ? "" : "."} ${more}`)} |`;
    });
    const before = intro === undefined ? "" : `${intro}\n\n`;
    return `## ${section}\n\n${before}| code | what it means | usual cause | what to do |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `${head}${sections.join("\n")}`;
}

import type { PageKind } from "../site/pages.ts";
import { between } from "./between.ts";

/** `docs/README.md` with the list of all pages, by what readers look for. */
export function pageWithIndex(page: string, kinds: readonly PageKind[]): string {
  const parts = kinds.flatMap(({ kind, for: purpose, groups }) => [
    `## ${kind}`,
    purpose,
    ...groups.flatMap(({ name, pages }) => [
      ...(groups.length > 1 ? [`**${name}**`] : []),
      pages
        .map(({ path, title, about }) => `- [${title}](${path})${about === undefined ? "" : `: ${about}`}`)
        .join("\n"),
    ]),
  ]);
  return between({ text: page, name: "pages", file: "docs/sources/pages.yml" }, `\n${parts.join("\n\n")}\n`);
}

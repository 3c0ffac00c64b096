import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const text = z.string().trim().min(1);
const KINDS = z.array(
  z.strictObject({
    kind: text,
    /** The subject that its readers look for. */
    for: text,
    groups: z.array(
      z.strictObject({
        name: text,
        /** Path below `docs/`, title, and what the page is about. */
        pages: z.array(z.tuple([text, text], text)),
      }),
    ),
  }),
);

/** A page of the list, or a file elsewhere in the repository that belongs between the pages. */
export interface ListedPage {
  /** Below `docs/`. */
  readonly path: string;
  readonly title: string;
  readonly about?: string;
}

/** One of the four kinds of pages, as people look for them. */
export interface PageKind {
  readonly kind: string;
  readonly for: string;
  readonly groups: readonly { readonly name: string; readonly pages: readonly ListedPage[] }[];
}

/** The list of pages, `docs/sources/pages.yml`. */
export function readPages(source: string): PageKind[] {
  return KINDS.parse(parse(source)).map(({ groups, ...kind }) => ({
    ...kind,
    groups: groups.map(({ name, pages }) => ({
      name,
      pages: pages.map(([path, title, about]) => ({ path, title, ...(about !== undefined && { about }) })),
    })),
  }));
}

export const pagesOf = (kinds: readonly PageKind[]): ListedPage[] =>
  kinds.flatMap(({ groups }) => groups.flatMap(({ pages }) => pages));

/** Folders of `docs/` that have no pages: the texts of the pictures, and the packages of the site. */
const NO_PAGES = new Set(["pictures", "site"]);

/** All pages below `docs/`, as paths from the root. */
export function documentationPages(root: string): string[] {
  return readdirSync(join(root, "docs"), { withFileTypes: true })
    .filter(({ name }) => !NO_PAGES.has(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(root, "docs", entry.name), { recursive: true, encoding: "utf8" }).map((name) =>
            join("docs", entry.name, name),
          )
        : [join("docs", entry.name)],
    )
    .filter((path) => path.endsWith(".md"));
}

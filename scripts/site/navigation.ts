import { siteLink, sitePath } from "./links.ts";
import type { ListedPage, PageKind } from "./pages.ts";

/** A page in the navigation of the site. */
export interface NavigationEntry {
  readonly text: string;
  /** Address without the site's base, or the repository's of a file that is not a page. */
  readonly link: string;
  /** The page's file below `docs/`, as VitePress names it. */
  readonly page: string;
}

/** All pages of a kind. */
export interface NavigationKind {
  readonly text: string;
  readonly groups: readonly { readonly text: string; readonly entries: readonly NavigationEntry[] }[];
}

const addressOf = ({ path }: ListedPage): string =>
  path.startsWith("../") ? siteLink(path, "README.md") : `/${sitePath(path).replace(/(?:index)?\.md$/, "")}`;

/** The navigation of the site: all pages, by what readers look for. */
export const navigation = (kinds: readonly PageKind[]): NavigationKind[] =>
  kinds.map(({ kind, groups }) => ({
    text: kind,
    groups: groups.map(({ name, pages }) => ({
      text: name,
      entries: pages.map((page) => ({
        text: page.title.replaceAll("`", ""),
        link: addressOf(page),
        page: sitePath(page.path),
      })),
    })),
  }));

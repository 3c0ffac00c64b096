import { dirname, join } from "node:path/posix";

/** The repository's files, for what is not a page of the site. */
const REPOSITORY = "https://github.com/OWNER/image-gate";

/** GitHub's anchor of a heading, so that links are the same there and on the site. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** A folder's page is called as servers look for it. */
export const sitePath = (page: string): string => page.replace(/(^|\/)README\.md$/, "$1index.md");

/** A link of a page as the site has it: to another page, to a picture, or else to the repository's file. */
export function siteLink(href: string, page: string): string {
  if (/^(?:[a-z]+:|#|\/\/)/.test(href)) return href;
  const [path = "", heading] = href.split("#");
  const target = join("docs", dirname(page), path);
  const hash = heading === undefined ? "" : `#${heading}`;
  // The page of issues is above the repository's files.
  if (target.startsWith("../")) return `${REPOSITORY}/${target.replace(/^(?:\.\.\/)+/, "")}${hash}`;
  const isPage = target.startsWith("docs/") && target.endsWith(".md");
  if (isPage) return `${sitePath(path)}${hash}`;
  return /\.(?:png|svg)$/.test(path) ? href : `${REPOSITORY}/blob/main/${target}${hash}`;
}

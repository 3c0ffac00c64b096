import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfigWithTheme } from "vitepress";
import { anchor, siteLink, sitePath } from "../../../scripts/site/links.ts";
import { type NavigationKind, navigation } from "../../../scripts/site/navigation.ts";
import { readPages } from "../../../scripts/site/pages.ts";
import { type Section, sectionsOf } from "../../../scripts/site/search-index.ts";

const MAIN = /<main[^>]*>(.*)<\/main>/s;
const NOT_FOUND = "<h1>No such page</h1><p>The list has all pages, and the search finds what is in them.</p>";
const here = fileURLToPath(import.meta.url);
const sections: Section[] = [];

/** A gate, in the page itself: browsers ask for an icon. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 15V6a6 6 0 0 1 12 0v9M2 10h12M6 15V3M10 15V3' fill='none' stroke='%23357' stroke-width='2'/%3E%3C/svg%3E";

/** Pages quote GitHub's expressions. Vue must take `{{ }}` for text. */
const asText = (html: string) => html.replaceAll("{{", "&#123;&#123;");

export default defineConfigWithTheme<{ navigation: readonly NavigationKind[] }>({
  lang: "en",
  title: "Image Gate",
  description: "May this image run? Scans container images and holds the findings against limits and exceptions.",
  head: [["link", { rel: "icon", href: ICON }]],
  srcDir: "..",
  srcExclude: ["site/**", "pictures/**"],
  outDir: "../../out/site",
  cacheDir: "../../.cache/site",
  rewrites: sitePath,
  ignoreDeadLinks: false,
  // Pages are HTML and one small script. With Vue in each of them, a page would weigh 300 kB more.
  mpa: true,
  appearance: false,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify: anchor, permalink: () => {} },
    externalLinks: { target: "", rel: "" },
    headers: { level: [2, 3], slugify: anchor },
    config: (md) => {
      md.core.ruler.push("site-links", ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (href) token.attrSet("href", siteLink(href, env.path.slice(env.path.indexOf("/docs/") + 6)));
        }
      });
      // The corner of a table is empty, and then not a heading.
      md.core.ruler.push("table-corners", ({ tokens }) => {
        for (const [index, token] of tokens.entries())
          if (token.type.startsWith("th_") && tokens[index + (token.nesting > 0 ? 1 : -1)]?.content === "")
            token.tag = "td";
      });
      for (const name of ["text", "code_inline", "html_inline", "html_block"] as const) {
        const render = md.renderer.rules[name];
        if (render) md.renderer.rules[name] = (...args) => asText(render(...args));
      }
    },
  },
  vite: {
    plugins: [
      {
        // The pages are in another folder than the packages.
        name: "packages-of-the-site",
        enforce: "pre",
        resolveId(source, importer, options) {
          if (!/^vue(?:\/|$)/.test(source)) return undefined;
          if (options.ssr) return { id: source, external: true };
          return importer?.includes(".md") ? this.resolve(source, here, { ...options, skipSelf: true }) : undefined;
        },
      },
    ],
  },
  themeConfig: { navigation: navigation(readPages(readFileSync(join(here, "../../../sources/pages.yml"), "utf8"))) },
  transformHtml: (html, _, { page }) => {
    if (page === "404.md") return;
    const main = MAIN.exec(html)?.[1];
    if (main === undefined) throw new Error(`${page} has no text`);
    sections.push(
      ...sectionsOf(
        main,
        page.replace(/(?:index)?\.md$/, (end) => (end === ".md" ? ".html" : "")),
      ),
    );
  },
  buildEnd: ({ outDir }) => {
    writeFileSync(join(outDir, "search.json"), JSON.stringify(sections));
    // VitePress draws this page by a script, which these pages have not.
    const index = readFileSync(join(outDir, "index.html"), "utf8");
    const main = index.replace(MAIN, `<main id="content" tabindex="-1">${NOT_FOUND}</main>`);
    writeFileSync(join(outDir, "404.html"), main.replace(/<nav class="outline".*?<\/nav>/s, ""));
  },
});

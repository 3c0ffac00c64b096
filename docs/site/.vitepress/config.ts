import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { anchor, siteLink, sitePath } from "../../../scripts/site/links.ts";
import { navigation } from "../../../scripts/site/navigation.ts";
import { readPages } from "../../../scripts/site/pages.ts";
import { type Section, sectionsOf } from "../../../scripts/site/search-index.ts";

const here = fileURLToPath(import.meta.url);
const sections: Section[] = [];

/** Pages quote GitHub's expressions. Vue must take `{{ }}` for text. */
const asText = (html: string) => html.replaceAll("{{", "&#123;&#123;");

export default defineConfig({
  lang: "en",
  title: "Image Gate",
  description: "May this image run? Scans container images and holds the findings against limits and exceptions.",
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
    anchor: { slugify: anchor, permalink: false },
    externalLinks: { target: "", rel: "" },
    headers: { level: [2, 3], slugify: anchor },
    config: (md) => {
      md.core.ruler.push("site-links", ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === "link_open" ? token.attrGet("href") : null;
          if (href) token.attrSet("href", siteLink(href, env.path.slice(env.path.indexOf("/docs/") + 6)));
        }
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
    const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1];
    if (main === undefined) throw new Error(`${page} has no text`);
    sections.push(...sectionsOf(main, page.replace(/(?:index)?\.md$/, (end) => (end === ".md" ? ".html" : ""))));
  },
  buildEnd: ({ outDir }) => writeFileSync(join(outDir, "search.json"), JSON.stringify(sections)),
});

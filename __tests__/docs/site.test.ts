import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { buildSite, errorsOf, SITE } from "../../scripts/site/build.ts";
import { sitePath } from "../../scripts/site/links.ts";
import { documentationPages } from "../../scripts/site/pages.ts";
import { type Listening, listen } from "../support/network/http.ts";
import { axeFindings, expectAccessible } from "../support/programs/axe.ts";
import { useChromium } from "../support/programs/use-chromium.ts";

const { hasChromium, open } = await useChromium("site");

/** Each page's file in the site. */
const PAGES = documentationPages(root).map((page) => sitePath(page.replace("docs/", "")).replace(/md$/, "html"));
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
};

let server: Listening;
const base = () => `http://127.0.0.1:${server.port}/`;
/** Requested paths that the server does not have. */
const missing: string[] = [];

beforeAll(async () => {
  await buildSite();
  server = await listen(({ url = "/" }, answer) => {
    const path = join(SITE, new URL(url, "http://site").pathname.replace(/\/$/, "/index.html"));
    if (!existsSync(path)) {
      missing.push(url);
      answer.writeHead(404).end();
      return;
    }
    answer.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    answer.end(readFileSync(path));
  });
});
afterAll(() => server?.close());

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;
const elementsOf = (nodes: readonly Node[]): Element[] =>
  nodes.flatMap((node) => ("childNodes" in node ? [node as Element, ...elementsOf(node.childNodes)] : []));
const read = (page: string) => elementsOf(parse(readFileSync(join(SITE, page), "utf8")).childNodes);
const attribute = (element: Element, name: string) => element.attrs.find((each) => each.name === name)?.value;
const values = (elements: readonly Element[], name: string) =>
  elements.flatMap((element) => attribute(element, name) ?? []);
/** The file of the site that an address of a page leads to, and the anchor there; undefined for other hosts. */
function goal(address: string, page: string) {
  const { host, pathname, hash } = new URL(address, `http://site/${page}`);
  const file = decodeURIComponent(pathname)
    .slice(1)
    .replace(/(^|\/)$/, "$1index.html");
  return host === "site" && !address.startsWith("data:") ? { file, id: decodeURIComponent(hash.slice(1)) } : undefined;
}

describe("the built site", () => {
  it("has each page of docs/, and no other", () => {
    const built = readdirSync(SITE, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
    expect(built.sort()).toEqual([...PAGES, "404.html"].sort());
  });

  it("leads from each page to each other page, marks the page itself, and has no dead link or anchor", () => {
    const anchors = new Map(PAGES.map((page) => [page, new Set(values(read(page), "id"))]));
    for (const page of PAGES) {
      const elements = read(page);
      const links = elements.filter(({ tagName }) => tagName === "a");
      const goals = values(links, "href").flatMap((each) => goal(each, page) ?? []);
      const dead = goals.filter(
        ({ file, id }) => !(id === "" ? existsSync(join(SITE, file)) : anchors.get(file)?.has(id)),
      );
      expect(dead, page).toEqual([]);
      expect(
        PAGES.filter((each) => !goals.some(({ file }) => file === each)),
        page,
      ).toEqual([]);
      const current = links.filter((link) => attribute(link, "aria-current") === "page");
      expect(
        values(current, "href").map((each) => goal(each, page)?.file),
        page,
      ).toEqual(page === "index.html" ? [] : [page]);
    }
  });

  it("fetches nothing from another host, on any page", () => {
    for (const page of [...PAGES, "404.html"]) {
      const elements = read(page).filter(({ tagName }) => tagName !== "a");
      const named = [...values(elements, "href"), ...values(elements, "src"), ...values(elements, "srcset")];
      const fetched = named.filter((each) => !each.startsWith("data:"));
      expect(fetched.length, page).toBeGreaterThan(1);
      expect(
        fetched.filter((each) => !goal(each, page)),
        page,
      ).toEqual([]);
    }
  });

  it("shows GitHub's expressions as the pages have them", () => {
    const text = readFileSync(join(SITE, "recipes.html"), "utf8");
    expect(text.replaceAll(/<[^>]*>/g, "")).toContain("image: ghcr.io/acme/app:${{ github.sha }}");
    const isQuoting = (page: string) =>
      readFileSync(join(root, "docs", page.replace(/html$/, "md").replace(/index\.md$/, "README.md")), "utf8").includes(
        "${{",
      );
    const quoting = PAGES.filter(isQuoting);
    expect(quoting).toEqual(expect.arrayContaining(["inputs.html", "rescan.html", "sign.html"]));
    for (const page of quoting)
      expect(readFileSync(join(SITE, page), "utf8"), page).toMatch(/\$(?:\{\{|&#123;&#123;) /);
  });

  it("has no page that weighs 300 kB with its style and its scripts", () => {
    for (const page of PAGES) {
      const local = read(page).flatMap((each) => attribute(each, "src") ?? attribute(each, "href") ?? []);
      const files = local.filter((each) => /\.(?:css|js)$/.test(each)).map((each) => goal(each, page)?.file ?? "");
      expect(files.length, page).toBeGreaterThan(1);
      const bytes = [page, ...new Set(files)].map((file) => statSync(join(SITE, file)).size);
      expect(
        bytes.reduce((sum, each) => sum + each),
        page,
      ).toBeLessThan(300_000);
    }
  });

  it("is made by sources whose types are right", () => {
    const tsc = join(root, "node_modules/.bin/tsc");
    expect(() => execFileSync(tsc, ["-p", "docs/site"], { cwd: root, stdio: "pipe", encoding: "utf8" })).not.toThrow();
  });

  it("would not have been built with an error in its log", () => {
    expect(errorsOf("vitepress v1.6.4\nbuild complete in 4.1s.")).toEqual([]);
    expect(errorsOf("- rendering pages...\nTypeError: x is undefined\nbuild complete in 4.1s.")).toHaveLength(1);
  });
});

describe.skipIf(!hasChromium)("in a browser (needs chromium)", () => {
  it.each([
    ["exception expires", "When an exception holds", "policy.html#when-an-exception-holds"],
    ["private registry", "From a private registry", "recipes.html#from-a-private-registry"],
    ["fork", "Pull requests from forks", "fork-pull-requests.html"],
  ])("the search finds %j, and leads there", async (words, title, address) => {
    await using opened = await open(`${base()}failed.html`);
    const { page, complaints, requests } = opened;
    expect(requests.filter((each) => each.endsWith("search.json"))).toEqual([]);
    await page.keyboard.press("/");
    await page.keyboard.type(words);
    const hit = page.locator("dialog li a").first();
    await expect.poll(() => hit.textContent()).toContain(title);
    expect(await page.locator("dialog [role=status]").textContent()).toMatch(/^\d+ found/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toBe(`${base()}${address}`);
    expect(requests.filter((each) => !each.startsWith(base()))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(missing).toEqual([]);
  });

  it("the search says that it finds nothing", async () => {
    await using opened = await open(base());
    await opened.page.locator("button.search").click();
    await opened.page.keyboard.type("zzyzx");
    await expect.poll(() => opened.page.locator("dialog [role=status]").textContent()).toBe("Nothing found.");
  });

  /** Pages with special content: pictures, wide tables, many code blocks. */
  const OTHERWISE = ["index.html", "gitlab.html", "inputs.html", "sign.html", "404.html"];
  const others = PAGES.filter((page) => !OTHERWISE.includes(page));

  it("axe finds nothing on pages with special content, light, dark and narrow, nor in the open search", async () => {
    await using opened = await open(base());
    const { page } = opened;
    for (const name of OTHERWISE) {
      await page.goto(`${base()}${name}`);
      await expectAccessible(opened);
    }
    await page.goto(`${base()}policy.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("exception");
    await expect.poll(() => page.locator("dialog li").count()).toBeGreaterThan(3);
    expect(await axeFindings(opened)).toEqual([]);
  }, 600_000);

  // Navigation and colours are the same on all pages.
  it("axe finds nothing in the text of the other pages, and no page is wider than its window", async () => {
    await using opened = await open(base());
    const { page } = opened;
    for (const name of others) {
      await page.goto(`${base()}${name}`);
      expect(await page.title(), name).not.toBe("");
      expect(await axeFindings(opened, "main"), name).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name).toBe(true);
    }
  }, 600_000);

  it("pictures are dark for readers who have that", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await using opened = await open(base(), { colorScheme });
      for (const name of ["index.html", "gitlab.html", "issues.html", "rescan.html"]) {
        await opened.page.goto(`${base()}${name}`);
        const image = opened.page.locator("main img").first();
        const source = await image.evaluate(
          (each) => each.getAttribute("alt") && (each as unknown as { currentSrc: string }).currentSrc,
        );
        expect(source, name).toMatch(colorScheme === "dark" ? /-dark\b/ : /(?<!-dark)\.[\w-]+\.png$/);
      }
    }
  });

  it("copies a block of code", async () => {
    await using opened = await open(`${base()}recipes.html`, { permissions: ["clipboard-read", "clipboard-write"] });
    await opened.page.locator("button.copy").first().click();
    await expect.poll(() => opened.page.locator("button.copy").first().textContent()).toBe("Copied");
    expect(await opened.page.evaluate("navigator.clipboard.readText()")).toMatch(/^- uses: OWNER\/image-gate@<commit>/);
  });

  it("prints the text alone, on white, with its tables whole", async () => {
    await using opened = await open(`${base()}recipes.html`, { colorScheme: "dark" });
    const { page } = opened;
    await page.emulateMedia({ media: "print" });
    for (const part of ["header", ".pages", ".outline", "button.copy"]) {
      expect(await page.locator(part).first().isVisible(), part).toBe(false);
    }
    expect(await page.locator("main h1").isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(20_000);
  });
});

it("what a build writes is ignored by Git", () => {
  const paths = [
    "out/site/index.html",
    "docs/site/node_modules/vitepress/package.json",
    "docs/site/.vitepress/.temp/app.js",
  ];
  const ignored = execFileSync("git", ["check-ignore", ...paths], { cwd: root, encoding: "utf8" });
  expect(ignored.trim().split("\n")).toEqual(paths);
});

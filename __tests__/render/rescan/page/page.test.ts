import { createHash } from "node:crypto";
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from "parse5";
import { describe, expect, it, test } from "vitest";
import { SEVERITIES } from "../../../../src/domain/severity.ts";
import { visible } from "../../../../src/render/shared/safe-text.ts";
import { HOSTILE_NAMES } from "../../../metrics/sample.ts";
import { attribute, elements, textOf } from "../../html/pages.ts";
import { fleet, pageAfter, pageText, sixWeeks } from "./sample.ts";

type Element = DefaultTreeAdapterTypes.Element;

/** The page as a parser reads it, which must find no mistake. */
function parsed(text: string): DefaultTreeAdapterTypes.Document {
  const mistakes: string[] = [];
  const page = parse(text, { onParseError: ({ code }) => mistakes.push(code) });
  expect(mistakes).toEqual([]);
  return page;
}

/** The rows of the tables in the panel with this title. */
function rowsOf(page: DefaultTreeAdapterTypes.Document, title: string): string[][] {
  const panel = elements(page, "section").find(
    (each) => attribute(each, "class")?.startsWith("panel") && textOf(elements(each, "h2")[0] as Element) === title,
  );
  if (panel === undefined) throw new Error(`There is no panel "${title}".`);
  const cells = (row: Element) => row.childNodes.filter(defaultTreeAdapter.isElementNode).map(textOf);
  return elements(panel, "tr").map(cells);
}

/** Without the parts that are the same on every page. */
function content(text: string): string {
  return text.replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*<\/script>/g, "").replace(/sha256-[^']+/g, "sha256-…");
}

test("six weeks of five images", () =>
  expect(content(pageText(sixWeeks()))).toMatchFileSnapshot("../../golden/numbers-page.html"));

describe("unknown values are not zeros", () => {
  it("says so if no scan ever worked", () => {
    const text = content(pageText(pageAfter([{ "x.io/a": undefined }], { databaseUpdatedAt: undefined })));
    expect(text).toContain('<dd class="value">unknown</dd>');
    expect(text).toContain("1 image could never be scanned, and is in none of these numbers.");
    expect(text).toContain("The oldest vulnerability database of this run was of unknown age.");
  });

  it("says that there is no deadline, and draws no chart of two weeks", () => {
    const text = content(pageText(pageAfter([{ a: "C1" }, { a: "C1" }], { fixWithinDays: {} })));
    expect(rowsOf(parsed(text), "Overdue findings").slice(1)).toEqual(SEVERITIES.map((severity) => [severity, "–"]));
    expect(text).toContain("A chart is drawn from the third week on.");
    expect(text).not.toContain('class="plot"');
  });
});

describe("the page is safe to open", () => {
  // Proves: page-numbers-runs-loads
  test("its policy allows nothing but its own style and script, by the hash of what a parser finds in them", () => {
    const page = parsed(pageText(sixWeeks()));
    const [style, script] = ["style", "script"].map((tag) => elements(page, tag).map(textOf));
    expect([style?.length, script?.length]).toEqual([1, 1]);
    const hash = (text = "") => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
    const metas = elements(page, "meta").filter((each) => attribute(each, "http-equiv") === "Content-Security-Policy");
    expect(metas.map((each) => attribute(each, "content"))).toEqual([
      `default-src 'none'; style-src ${hash(style?.[0])}; script-src ${hash(script?.[0])}; base-uri 'none'; form-action 'none'`,
    ]);
    // The policy forbids them, so the library must not need them.
    expect(script?.[0]).not.toMatch(/\beval\(|new Function\b|\bfetch\(|XMLHttpRequest|\bimport\((?!"uplot")/);
    expect(script?.[0]).toContain("Permission is hereby granted");
  });

  // Proves: page-numbers-runs-loads
  test.each(HOSTILE_NAMES)("%j as a name of image, run and repository is text", (name) => {
    const page = parsed(pageText({ ...pageAfter([{ [name]: "C1" }, { [name]: "C1 H1" }]), name, repository: name }));
    const allowed = new Set([
      ..."html head meta title style body header h1 p time main dl div dt dd section h2 figure".split(" "),
      ..."details summary table thead tbody tr th td code br bdi a footer script".split(" "),
    ]);
    for (const element of elements(page)) {
      expect(allowed).toContain(element.tagName);
      for (const { name: attributeName } of element.attrs)
        expect(attributeName).not.toMatch(/^on|^style$|^src$|^action$/);
    }
    expect(elements(page, "a").map((link) => attribute(link, "href"))).toEqual([
      "https://github.com/acme/widget/actions/runs/1",
    ]);
    const shown = elements(page, "code").map(textOf).join("\n");
    expect(shown).toContain(visible(name.slice(0, 20)).slice(0, 20));
    expect(textOf(elements(page, "body")[0] as Element)).not.toMatch(/[\p{Cs}\u202e\u0000]/u);
  });

  test("an invalid address of the run is left out", () => {
    const page = parsed(pageText({ ...sixWeeks(), runUrl: "javascript:alert(1)" }));
    expect(elements(page, "a")).toEqual([]);
  });
});

describe("a fleet", () => {
  const text = pageText(fleet(1_200));
  const page = parsed(text);

  it("has at most 1,000 rows of images and says what is left out", () => {
    expect(rowsOf(page, "Images")).toHaveLength(1_001);
    expect(text).toContain("and 200 more images with less");
  });

  it("has a page that is not a megabyte", () => {
    expect(text.length).toBeLessThan(1_000_000);
  });
});

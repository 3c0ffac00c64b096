import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { View } from "../../../src/render/view.ts";
import { ownFonts } from "../../support/programs/fonts.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { exception, failed, finding, judged, target, use, view } from "../build.ts";
import { many, sample } from "../samples.ts";
import { mixed, writePage } from "./pages.ts";

const { hasChromium, folder, open: openFile } = await useChromium("layout");

/** The width of a word depends on the font. Tests that count lines at a width bring their own font. */
const OWN_FONTS = `${ownFonts()}
:root { --sans: "Own Sans", sans-serif !important; --mono: "Own Mono", monospace !important; }`;

/** A view in these widths, one after the other. */
async function* inWidths(of: View, widths: readonly number[], style = OWN_FONTS) {
  const file = writePage(folder.path, `page-${performance.now()}`, of);
  // The page's policy allows no other style.
  await using opened = await openFile(file, { bypassCSP: true });
  const { page } = opened;
  await page.addStyleTag({ content: style });
  await page.evaluate(() => document.fonts.ready);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    yield { page, width };
  }
}

const NAMES = ["img/app.tar", "img/worker.tar", "img/alpine.tar", "img/secret.tar"];

/** Several images over their limits, one that could not be judged, and exceptions that need attention. */
function fleet(): View {
  const findings = [...many(3, "CRITICAL"), ...many(14, "HIGH"), ...many(5, "MEDIUM")];
  const about = { package: "org.apache.logging.log4j:log4j-core", owner: "@acme/platform" };
  const long = "The renderer gets no user input, and the vendor ships the fix in its next release. ".repeat(4);
  return view([...NAMES.map((label) => target(findings, { label })), failed({}, "img/missing.tar")], {
    exceptions: [
      use({ exception: exception({ ...about, reason: long }), state: "ending", daysLeft: 6 }),
      use({ exception: exception({ ...about, reason: "old" }), state: "ended", daysLeft: -5 }),
      use({ exception: exception({ owner: undefined, line: 1_204 }), state: "unused" }),
    ],
  });
}

/** Endless words in every place where a name is possible. */
function endless(): View {
  const word = "W".repeat(300);
  const of = finding({ id: word, title: word, package: { name: word, version: word }, path: word, layer: undefined });
  const about = { id: word, package: word, owner: word, reason: word };
  return view(
    [
      target([judged(of), judged(of)], { label: word }),
      target([...many(120, "HIGH"), judged(of)], { label: `ghcr.io/${"acme/".repeat(60)}app` }),
      failed({ code: word, what: word, remedy: word }, word),
    ],
    { exceptions: [use({ exception: exception(about), state: "unused" })] },
  );
}

/** The place of each line of each element's text, from the page's left and top. */
const linesOf = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((found) =>
    found.map((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const boxes = [...range.getClientRects()].filter(({ width }) => width > 0);
      // The middles of two pieces of one line are closer than half the height of either.
      const lines: { left: number; right: number; middle: number }[] = [];
      for (const { left, right, top, height } of boxes.sort((a, b) => a.top - b.top)) {
        const middle = top + height / 2;
        const line = lines.find((each) => Math.abs(each.middle - middle) < height / 2);
        if (line === undefined) lines.push({ left, right, middle });
        else Object.assign(line, { left: Math.min(line.left, left), right: Math.max(line.right, right) });
      }
      return { text: element.textContent ?? "", lines };
    }),
  );

/** Values in cards: their lines, and the places of their boxes and labels. */
async function labelledValues(page: Page) {
  const selector = ".findings tr:first-child > td:nth-child(n + 3), .cards td:not(.number, [data-name=''])";
  const boxes = await page.locator(selector).evaluateAll((found) =>
    found.map((each) => {
      const { left, top } = each.getBoundingClientRect();
      const [value, label] = [getComputedStyle(each), getComputedStyle(each, "::before")];
      const labelsBegin = left + Number.parseFloat(value.paddingLeft) + Number.parseFloat(label.marginLeft);
      const labelsEnd = labelsBegin + Number.parseFloat(label.width);
      const firstLinesEnd = top + Number.parseFloat(value.lineHeight);
      return { left, label: label.content, labelsBegin, labelsEnd, firstLinesEnd };
    }),
  );
  const cells = await linesOf(page, selector);
  return boxes
    .map((box, index) => ({ box, text: cells[index]?.text, lines: cells[index]?.lines ?? [] }))
    .filter(({ lines }) => lines.length > 0);
}

function expectAlongside({ text, lines, box }: Awaited<ReturnType<typeof labelledValues>>[number]): void {
  expect(box.label).toMatch(/^"[A-Za-z ]+"$/);
  expect(box.labelsBegin, text).toBeGreaterThanOrEqual(box.left);
  expect(lines[0]?.middle, text).toBeLessThan(box.firstLinesEnd);
  for (const line of lines) expect(line.left, text).toBeGreaterThan(box.labelsEnd);
}

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

describe.skipIf(!hasChromium)("the layout in Chromium (needs chromium)", () => {
  /** The table of all targets. */
  const OVERVIEW = "main > table:first-of-type";

  it("the table of targets can be read whole in narrow windows, as cards", async () => {
    for await (const { page, width } of inWidths(fleet(), [320, 380, 600, 850])) {
      expect(await widthOf(page)).toBeLessThanOrEqual(width);
      const names = await linesOf(page, `${OVERVIEW} td:nth-child(2) > code:first-child`);
      expect(names.map(({ text }) => text)).toEqual(["img/missing.tar", ...NAMES]);
      for (const { lines } of names) expect(lines).toHaveLength(1);
      const limits = await linesOf(page, `${OVERVIEW} td:has(.broken)`);
      expect(limits.map(({ text }) => text)).toEqual(NAMES.flatMap(() => ["3 (limit 0)", "14 (limit 0)"]));
      const cells = await linesOf(page, `${OVERVIEW} td`);
      expect(cells).toHaveLength(5 * 8 + 1);
      for (const { lines } of cells) for (const line of lines) expect(line.right).toBeLessThanOrEqual(width);
      const labels = await page
        .locator(`${OVERVIEW} tr:nth-child(2) td.number`)
        .evaluateAll((found) => found.map((each) => getComputedStyle(each, "::before").content));
      expect(labels).toEqual(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN", "accepted"].map((name) => `"${name}"`));
    }
  });

  it("the table of targets breaks no word in a wide window", async () => {
    for await (const { page } of inWidths(fleet(), [1_100, 1_440])) {
      const words = await linesOf(page, `${OVERVIEW} :is(th, .broken, td.number)`);
      expect(words.length).toBeGreaterThan(40);
      for (const { lines } of words) expect(lines).toHaveLength(1);
    }
  });

  it("no name is too long for a window", async () => {
    for await (const { page, width } of inWidths(endless(), [320, 380, 700, 900, 1_100, 1_440])) {
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      expect(await widthOf(page)).toBeLessThanOrEqual(width);
    }
  });

  it.each([
    ["own", OWN_FONTS],
    ["large monospace", "* { font-family: monospace !important; font-size: 18px }"],
  ])("in cards all lines of a value are alongside its label, in fonts: %s", async (_, style) => {
    const several = new Map([380, 800].map((width) => [width, 0]));
    for (const of of [mixed(), sample("fail"), fleet(), sample("fix-plan")])
      for await (const { page, width } of inWidths(of, [...several.keys()], style)) {
        const values = await labelledValues(page);
        for (const each of values) expectAlongside(each);
        const broken = values.filter(({ lines }) => lines.length > 1);
        several.set(width, (several.get(width) ?? 0) + broken.length);
      }
    expect(several.get(380)).toBeGreaterThan(10);
    expect(several.get(800)).toBeGreaterThan(3);
  });

  describe("on paper", () => {
    /**
     * Lays the page out in columns as large as pages, which a browser breaks by the same rules, with so many pixels
     * above it. Returns the columns in which each element begins and ends.
     */
    const pagesOf = (page: Page, above: number, selector: string) =>
      page.evaluate(
        ([above, selector]) => {
          const { style } = document.body;
          const [width, height, gap] = [1_030, 700, 40];
          Object.assign(style, { width: `${width}px`, height: `${height}px`, margin: "0" });
          Object.assign(style, { columnWidth: `${width}px`, columnGap: `${gap}px`, columnFill: "auto" });
          const first = document.body.firstElementChild as HTMLElement;
          Object.assign(first.style, { display: "block", position: "static", padding: "0", height: `${above}px` });
          const from = document.body.getBoundingClientRect().left;
          return [...document.querySelectorAll(selector)].map((element) => {
            const columns = [...element.getClientRects()].map(({ left }) => Math.floor((left - from) / (width + gap)));
            return { first: Math.min(...columns), last: Math.max(...columns) };
          });
        },
        [above, selector] as const,
      );

    async function* printed(of: View) {
      for await (const { page } of inWidths(of, [1_030])) {
        await page.emulateMedia({ media: "print" });
        await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
        yield page;
      }
    }

    it("a short table is on one page, and its head is followed by something", async () => {
      for await (const page of printed(fleet()))
        for (let above = 0; above < 700; above += 25) {
          const heads = await pagesOf(page, above, ".cards thead");
          const rows = await pagesOf(page, above, ".cards tbody tr:first-child");
          const lasts = await pagesOf(page, above, ".cards tbody tr:last-child");
          // All targets, and the counts of each.
          expect([heads.length, rows.length, lasts.length]).toEqual([5, 5, 5]);
          for (const [index, row] of rows.entries()) {
            expect([above, index, heads[index]]).toEqual([above, index, row]);
            expect([above, index, lasts[index]]).toEqual([above, index, row]);
          }
          const notes = await pagesOf(page, above, ".note");
          for (const note of notes) expect([above, note.last]).toEqual([above, note.first]);
        }
    });

    it("the findings go on from page to page, and so does a long plan, without an empty page", async () => {
      const packages = Array.from({ length: 200 }, (_, index) =>
        judged(finding({ id: `CVE-2024-${1000 + index}`, package: { name: `package-${index}` } })),
      );
      for await (const page of printed(view([target(packages)])))
        for (const selector of ["main ol > li", ".findings tbody"]) {
          const rows = await pagesOf(page, 0, selector);
          expect(rows).toHaveLength(200);
          let before = rows[0]?.first ?? 0;
          for (const { first, last } of rows) {
            expect(last).toBe(first);
            expect(first - before).toBeLessThanOrEqual(1);
            before = first;
          }
          expect(before - (rows[0]?.first ?? 0)).toBeGreaterThan(5);
        }
    });
  });
});

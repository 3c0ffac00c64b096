import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NumbersPage } from "../../../../src/render/rescan/page/index.ts";
import { HOSTILE_NAMES } from "../../../metrics/sample.ts";
import { expectAccessible } from "../../../support/programs/axe.ts";
import type { Chromium } from "../../../support/programs/chromium.ts";
import { useChromium } from "../../../support/programs/use-chromium.ts";
import { fleet, pageAfter, pageText, sixWeeks } from "./sample.ts";

const { hasChromium, folder, open: openFile } = await useChromium("numbers-page");

type Options = NonNullable<Parameters<Chromium["open"]>[1]>;

async function open(page: NumbersPage, options: Options = {}) {
  const file = join(folder.path, "numbers.html");
  writeFileSync(file, pageText(page));
  return openFile(file, options);
}

/** Every hostile name is an image, over three weeks, so that there are charts. */
const hostile = () => {
  const week = Object.fromEntries(HOSTILE_NAMES.map((name, index) => [name, index % 2 === 0 ? "C1 H1" : "H1 L1"]));
  return pageAfter([week, week, week]);
};

const VIEWS: Readonly<Record<string, () => NumbersPage>> = {
  "six weeks": sixWeeks,
  "a first run": () => pageAfter([{ a: "C1" }]),
  "nothing known": () => pageAfter([{ a: undefined }], { databaseUpdatedAt: undefined, fixWithinDays: {} }),
  "a fleet": () => fleet(60),
  "hostile names": hostile,
};

/** The number of points of the first chart with a colour. */
const INK = `(() => {
  const canvas = document.querySelector(".plot canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0 && Math.abs(data[at] - data[at + 2]) > 40) count++;
  return count;
})()`;

describe.skipIf(!hasChromium)("the page with the numbers in Chromium (needs chromium)", () => {
  // Proves: page-numbers-runs-loads
  it.each(Object.entries(VIEWS))("%s: no complaint, no request, nothing for axe to find", async (_, make) => {
    await using opened = await open(make());
    await opened.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    await expectAccessible(opened);
    const { complaints, requests } = opened;
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
  });

  it("draws its charts, folds their tables, and draws again for a dark screen and a narrow one", async () => {
    await using opened = await open(sixWeeks(), { colorScheme: "light" });
    const { page, complaints } = opened;
    expect(await page.locator(".plot canvas").count()).toBe(2);
    expect(await page.locator("figure table.data:visible").count()).toBe(0);
    expect(await page.evaluate(INK)).toBeGreaterThan(300);
    const axis = "getComputedStyle(document.querySelector('.plot .u-legend .u-marker')).borderTopColor";
    const width = "document.querySelector('.plot canvas').clientWidth";
    const [light, wide] = [await page.evaluate(`[${axis}]`), await page.evaluate<number>(width)];
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => page.evaluate(`[${axis}]`)).not.toEqual(light);
    expect(await page.locator(".plot canvas").count()).toBe(2);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => page.evaluate<number>(width)).toBeLessThan(wide);
    expect(complaints).toEqual([]);
  });

  it("is whole without JavaScript: each chart is its table", async () => {
    await using opened = await open(sixWeeks(), { javaScriptEnabled: false });
    const { page, complaints } = opened;
    expect(await page.locator("figure table.data:visible").count()).toBe(2);
    expect(await page.locator(".plot:visible").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gitHubPage } from "../../../scripts/preview/github-page.ts";
import { renderSummary } from "../../../src/render/rescan/summary.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { fleet } from "./build.ts";

const { hasChromium, folder, open } = await useChromium("rescan-layout");

/** The height of a summary, and how far it and its widest table exceed its width of 770 px. A page is wider. */
async function laid(
  view: RescanView,
): Promise<{ readonly height: number; readonly beyond: number; readonly tableBeyond: number }> {
  const file = join(folder.path, `${performance.now()}.html`);
  writeFileSync(file, gitHubPage(renderSummary(view)));
  await using opened = await open(file, { viewport: { width: 836, height: 900 }, bypassCSP: true });
  await opened.page.evaluate("document.fonts.ready");
  return await opened.page.evaluate(`(() => {
    const article = document.querySelector("article");
    const tables = [...article.querySelectorAll("table")].filter((one) => one.checkVisibility());
    return {
      height: article.scrollHeight,
      beyond: article.scrollWidth - article.clientWidth,
      tableBeyond: Math.max(0, ...tables.map((one) => one.scrollWidth - one.clientWidth)),
    };
  })()`);
}

describe.skipIf(!hasChromium)("the summary of running images on a page (needs chromium)", () => {
  it.each([
    ["3 images of which one fails", () => fleet(3, 1), 690],
    ["50 images of which 5 fail", () => fleet(50, 5), 1_000],
    ["50 images of which 8 fail", () => fleet(50, 8), 1_100],
    ["50 images of which 48 fail", () => fleet(50, 48), 1_100],
    ["1,000 images of which 300 fail", () => fleet(1_000, 300), 1_200],
  ])("of %s takes no more room than a reader has, and no table is cut", async (_, make, most) => {
    const { height, beyond, tableBeyond } = await laid(make());
    expect([beyond, tableBeyond]).toEqual([0, 0]);
    expect(height).toBeLessThanOrEqual(most);
  });
});

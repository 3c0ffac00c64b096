import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gitHubPage } from "../../../scripts/preview/github-page.ts";
import { renderSummary } from "../../../src/render/rescan/summary.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { renderComment } from "../fitted.ts";
import { realistic } from "../realistic.ts";
import { fleet } from "../rescan/build.ts";
import { sample } from "../samples.ts";

const { hasChromium, folder, open } = await useChromium("comment-layout");

/** The text's width on a pull request's page, and on a phone. */
const PAGE = 836;
/** The same without its padding: the width of a table, in pixels. */
const TEXT = 770;
const PHONE = 375;

interface Laid {
  /** The text's height, and how far it reaches beyond its own width. */
  readonly height: number;
  readonly beyond: number;
  /** The same of the widest table. */
  readonly tableBeyond: number;
  /** The width of the widest table's content. */
  readonly widest: number;
  /** Maximum number of lines of an advisory's link. */
  readonly idLines: number;
}

/** The layout of a text on a page. `folds`: with all folds open. */
async function laid(markdown: string, width: number, folds = false): Promise<Laid> {
  const file = join(folder.path, `${performance.now()}.html`);
  writeFileSync(file, gitHubPage(markdown));
  await using opened = await open(file, { viewport: { width, height: 900 }, bypassCSP: true });
  const { page } = opened;
  await page.evaluate("document.fonts.ready");
  if (folds) await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
  const laid: Laid = await page.evaluate(`(() => {
    const article = document.querySelector("article");
    const seen = (selector) => [...article.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const most = (numbers) => Math.max(0, ...numbers);
    return {
      height: article.scrollHeight,
      beyond: article.scrollWidth - article.clientWidth,
      tableBeyond: most(seen("table").map((one) => one.scrollWidth - one.clientWidth)),
      widest: most(seen("table").map((one) => one.scrollWidth)),
      idLines: most(seen("td a").map((one) => one.getClientRects().length)),
    };
  })()`);
  return laid;
}

const comment = (of: Parameters<typeof realistic>[0]) => () => renderComment(realistic(of));
const summary = (images: number, failing: number) => () => renderSummary(fleet(images, failing));

describe.skipIf(!hasChromium)("on GitHub's page (needs chromium)", () => {
  // Measured heights, rounded up to the next hundred: a new line for each row, or a new section, is noticed.
  it.each([
    ["a comment with 3 findings", comment({ failing: 3, packages: 3, fresh: 1 }), 900],
    ["a comment with 30 findings", comment({ failing: 30, packages: 12, within: 100 }), 1_100],
    ["a comment with 600 findings", comment({ failing: 600, packages: 80, fresh: 20 }), 2_100],
    ["a comment with 2,000 findings", comment({ failing: 660, packages: 180 }), 1_400],
    ["the summary of 3 images of which one fails", summary(3, 1), 700],
    ["the summary of 50 images of which 5 fail", summary(50, 5), 1_000],
    ["the summary of 50 images of which 8 fail", summary(50, 8), 1_100],
    ["the summary of 50 images of which 48 fail", summary(50, 48), 1_100],
    ["the summary of 1,000 images of which 300 fail", summary(1_000, 300), 1_200],
  ])("%s takes no more room than a reader has, and no table is cut", async (_, make, most) => {
    const { height, beyond, tableBeyond } = await laid(make(), PAGE);
    expect(height).toBeLessThanOrEqual(most);
    expect([beyond, tableBeyond]).toEqual([0, 0]);
  });

  it("a comment has no table that is cut and no id of more than one line, also in its folds", async () => {
    // The last two have so many findings that rows say little, and a row of them names dozens of advisories.
    const many = [
      { failing: 300, packages: 60, fresh: 10 },
      { failing: 1_260, packages: 72, within: 2_000 },
      { failing: 2_300, packages: 150, within: 0 },
    ].map(realistic);
    const whole = ["fail", "exploited", "dockerfile", "kinds", "compared"].map(sample);
    for (const view of [...many, ...whole]) {
      const { tableBeyond, idLines, widest } = await laid(renderComment(view), PAGE, true);
      expect(tableBeyond).toBe(0);
      expect(widest).toBeLessThanOrEqual(TEXT);
      expect(idLines).toBeLessThanOrEqual(1);
    }
  });

  it("a comment on a phone is not wider than the phone: only a table scrolls, by itself", async () => {
    const text = comment({ failing: 30, packages: 9, within: 100, fresh: 3 })();
    const { beyond, height } = await laid(text, PHONE, true);
    expect(beyond).toBe(0);
    expect(height).toBeGreaterThan(1_000);
  });
});

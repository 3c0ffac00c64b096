import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gitHubPage } from "../../../scripts/preview/github-page.ts";
import type { View } from "../../../src/render/view.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { renderComment } from "../fitted.ts";
import { realistic } from "../realistic.ts";
import { SAMPLES } from "../samples.ts";

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

/** The layout of a comment's text on a page. `folds`: with all folds open. */
async function laid(view: View, width: number, folds = false): Promise<Laid> {
  const file = join(folder.path, `${performance.now()}.html`);
  writeFileSync(file, gitHubPage(renderComment(view)));
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

describe.skipIf(!hasChromium)("a comment on a pull request's page (needs chromium)", () => {
  it.each([
    ["3 findings", () => realistic({ failing: 3, packages: 3, fresh: 1 }), 1_000],
    ["an ordinary image with 30 findings", () => realistic({ failing: 30, packages: 12, within: 100 }), 1_100],
    ["600 findings", () => realistic({ failing: 600, packages: 80, fresh: 20 }), 2_100],
    ["2,000 findings", () => realistic({ failing: 660, packages: 180 }), 2_000],
  ])("with %s takes no more room than a reader has", async (_, make, most) => {
    const { height, beyond, tableBeyond } = await laid(make(), PAGE);
    expect(height).toBeLessThanOrEqual(most);
    expect([beyond, tableBeyond]).toEqual([0, 0]);
  });

  it("has no table that is cut and no id of more than one line, also in its folds", async () => {
    // The last two have so many findings that rows say little, and a row of them names dozens of advisories.
    const many = [
      () => realistic({ failing: 300, packages: 60, fresh: 10 }),
      () => realistic({ failing: 1_260, packages: 72, within: 2_000 }),
      () => realistic({ failing: 2_300, packages: 150, within: 0 }),
    ];
    for (const make of [...many, ...WHOLE]) {
      const { tableBeyond, idLines, widest } = await laid(make(), PAGE, true);
      expect(tableBeyond).toBe(0);
      expect(widest).toBeLessThanOrEqual(TEXT);
      expect(idLines).toBeLessThanOrEqual(1);
    }
  });

  it("on a phone is not wider than the phone: only a table scrolls, by itself", async () => {
    const { beyond, height } = await laid(realistic({ failing: 30, packages: 9, within: 100, fresh: 3 }), PHONE, true);
    expect(beyond).toBe(0);
    expect(height).toBeGreaterThan(1_000);
  });
});

const WHOLE = ["fail", "exploited", "dockerfile", "kinds", "compared"].map((name) => SAMPLES[name] as () => View);

import axe from "axe-core";
import { expect } from "vitest";
import type { OpenPage } from "./chromium.ts";

type Look = readonly [colorScheme: "light" | "dark", width: number];
/** A screen in both themes, and a phone. */
const LOOKS: readonly Look[] = [
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
];

/**
 * The violations that axe finds in a page as it is now, in short: the rule and the elements.
 * @param part a selector: only there, and without rules about contrast, which take axe most of its time
 */
export async function axeFindings({ page }: Pick<OpenPage, "page">, part?: string): Promise<string[]> {
  await page.evaluate(axe.source);
  // For each rule that passes, axe then describes only one element instead of all.
  const options: axe.RunOptions = { resultTypes: ["violations"] };
  if (part !== undefined) options.rules = { "color-contrast": { enabled: false } };
  const run = `axe.run(${part === undefined ? "document" : JSON.stringify(part)}, ${JSON.stringify(options)})`;
  const { passes, violations } = (await page.evaluate(run)) as axe.AxeResults;
  expect(passes.length).toBeGreaterThan(5);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3)}`);
}

/** Expects that axe finds nothing in a page in these looks, and that it is not wider than its window. */
export async function expectAccessible(opened: Pick<OpenPage, "page">, looks: readonly Look[] = LOOKS): Promise<void> {
  const { page } = opened;
  for (const [colorScheme, width] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await axeFindings(opened), `${colorScheme}, ${width} pixels wide`).toEqual([]);
  }
}

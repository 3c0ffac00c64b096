import axe from "axe-core";
import { afterAll, describe, expect, it } from "vitest";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import type { Chromium } from "../../support/programs/chromium.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { target, view } from "../build.ts";
import { many } from "../samples.ts";
import { mixed, sample, writePage } from "./pages.ts";

const { hasChromium, folder, open } = await useChromium("axe");

const VIEWS = {
  "one target": () => sample("fail"),
  "several targets, one in error": mixed,
  "an error alone": () => sample("error"),
  "nothing found": () => sample("pass"),
  // Two packages of each kind, with folded explanations: for a thousand similar rows, axe takes a quarter of a minute.
  "all severities": () => view([target(SEVERITIES.flatMap((severity) => many(24, severity)))]),
  "exploited and in grace": () => sample("exploited"),
  "end of life": () => sample("end-of-life"),
  "hostile names": () => sample("hostile"),
  "a loosened policy": () => sample("policy-change"),
  "compared with a baseline": () => sample("compared"),
  "base images that move": () => sample("dockerfile"),
};

/** For each rule that passes, axe then describes only one element instead of all. */
const RUN = "axe.run({ resultTypes: ['violations'] })";

type Opened = Awaited<ReturnType<Chromium["open"]>>;
/** The page of the latest view. The next test may use it again, in other colours or narrower. */
let shown: { readonly name: string; readonly opened: Opened } | undefined;
afterAll(() => shown?.opened[Symbol.asyncDispose]());

async function show(name: keyof typeof VIEWS): Promise<Opened> {
  if (shown?.name === name) return shown.opened;
  await shown?.opened[Symbol.asyncDispose]();
  const opened = await open(writePage(folder.path, name.replaceAll(" ", "-"), VIEWS[name]()));
  shown = { name, opened };
  await opened.page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await opened.page.evaluate(axe.source);
  return opened;
}

/** The violations that axe finds in a page, in short: the rule and the elements. */
async function violations({ page }: Opened, colorScheme: "light" | "dark", width: number): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  const results = (await page.evaluate(RUN)) as axe.AxeResults;
  expect(results.passes.length).toBeGreaterThan(10);
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html.slice(0, 120))
        .slice(0, 3)
        .join(" | ")}`,
  );
}

describe.skipIf(!hasChromium)("axe finds nothing to complain of (needs chromium)", () => {
  const cases = Object.keys(VIEWS).flatMap((name) => [
    [name, "light", 1440] as const,
    [name, "dark", 1440] as const,
    [name, "light", 390] as const,
  ]);
  it.each(cases)("%s, %s, %i pixels wide", async (name, colorScheme, width) => {
    expect(await violations(await show(name as keyof typeof VIEWS), colorScheme, width)).toEqual([]);
  });

  it("and would, were there something", async () => {
    await using opened = await open(writePage(folder.path, "broken", mixed()));
    await opened.page.evaluate(axe.source);
    await opened.page.evaluate(() => {
      document.documentElement.removeAttribute("lang");
      for (const label of document.querySelectorAll("form .field > label")) label.remove();
    });
    const results = (await opened.page.evaluate(RUN)) as axe.AxeResults;
    expect(results.violations.map(({ id }) => id)).toEqual(expect.arrayContaining(["html-has-lang", "select-name"]));
  });
});

import { describe, expect, it } from "vitest";
import type { View } from "../../../src/render/view.ts";
import { axeFindings, expectAccessible } from "../../support/programs/axe.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { view } from "../build.ts";
import { sample } from "../samples.ts";
import { mixed, writePage } from "./pages.ts";

const { hasChromium, folder, open } = await useChromium("axe");

/** The targets of many samples in one view, with all that is said around them. */
function together(): View {
  const parts = ["exploited", "end-of-life", "policy-change", "compared", "dockerfile", "kinds", "fix-plan"].map(
    sample,
  );
  const targets = [mixed(), ...parts].flatMap(({ verdict }) => verdict.targets);
  const exceptions = parts.flatMap(({ verdict }) => verdict.exceptions);
  return { ...Object.assign({}, ...parts), verdict: view(targets, { exceptions }).verdict };
}

describe.skipIf(!hasChromium)("axe finds nothing to complain of (needs chromium)", () => {
  it.each<[string, () => View]>([
    ["all that a report can have", together],
    ["one target", () => sample("fail")],
    ["an error alone", () => sample("error")],
    ["nothing found", () => sample("pass")],
    ["hostile names", () => sample("hostile")],
  ])("%s, light, dark and narrow", async (name, make) => {
    await using opened = await open(writePage(folder.path, name.replaceAll(" ", "-"), make()));
    await opened.page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await expectAccessible(opened);
  });

  it("and would, were there something", async () => {
    await using opened = await open(writePage(folder.path, "broken", mixed()));
    await opened.page.evaluate(() => {
      document.documentElement.removeAttribute("lang");
      for (const label of document.querySelectorAll("form .field > label")) label.remove();
    });
    expect((await axeFindings(opened)).join("\n")).toMatch(/html-has-lang:[\s\S]*select-name:/);
  });
});

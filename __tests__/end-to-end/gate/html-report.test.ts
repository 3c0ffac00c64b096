import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hostile, python, saveImage } from "../../support/images/images.ts";
import { useChromium } from "../../support/programs/use-chromium.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

const { hasChromium, open } = await useChromium("html-report");

const stage = await shared(openStage("html-report"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(workspace, "hostile.tar"), hostile(), ["ghcr.io/acme/hostile:1.0"]);

const POLICY = `version: 1
exceptions:
  - {id: CVE-2021-44228, reason: Tested., expires: ${day(30)}}
`;

const run = (image: string, path: string, writes: readonly string[]): Promise<GateResult> =>
  stage.run(
    { image, policy: "policy.yml", reports: `html: ${path}` },
    { workspace, writes, files: { "policy.yml": POLICY } },
  );

describe("reports: html", () => {
  describe.skipIf(!hasChromium)("in Chromium (needs chromium)", () => {
    it("opens from its file, says what the verdict says, and finds the jar within a Python package", async () => {
      const told = await run("python.tar\nno-such-image.tar\nhostile.tar", "out/all.html", ["out/all.html"]);
      await using opened = await open(join(workspace, "out/all.html"));
      const { page } = opened;
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("1 of 3 could not be judged");
      const row = page.locator(".findings tr[data-s]:visible");
      const state = () => page.getByRole("status").textContent();
      expect(await state()).toMatch(new RegExp(`^${told.report.findings.length} findings\\.`));
      await page.getByLabel("Package or advisory").fill("CVE-2021-44228");
      await expect.poll(() => row.count()).toBe(1);
      const words = (await page.locator(".findings tbody:visible").textContent()) ?? "";
      for (const part of ["CRITICAL", "log4j", "sparkly", "pip install", "python.tar", "accepted: Tested."])
        expect(words).toContain(part);
      await page.getByLabel("Target", { exact: true }).selectOption("hostile.tar");
      await expect.poll(() => row.count()).toBe(0);
      await page.getByRole("button", { name: "Reset" }).click();
      await page.getByLabel("Target", { exact: true }).selectOption("hostile.tar");
      const ofHostile = told.report.findings.filter(({ target }) => target === 2).length;
      await expect.poll(state).toMatch(new RegExp(`^${ofHostile} of `));
      expect(ofHostile).toBeGreaterThan(10);
      expect(opened.complaints).toEqual([]);
      expect(opened.requests).toEqual([]);
    });
  });
});

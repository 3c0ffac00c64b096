import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HIDDEN_JAR, python, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("summary"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
afterAll(() => expect(stage.github.problems).toEqual([]));

const lastComment = () => stage.github.comments().at(-1)?.body ?? "";

describe("a Python image with a hidden jar", () => {
  it("tells verdict, counts, upgrades, what fails and where, exceptions to paste and provenance, in this order", async () => {
    const result = await stage.run({ image: "python.tar" }, { workspace, onPullRequest: true });
    for (const text of [lastComment(), result.summary]) {
      const order = [
        /## ❌ `python\.tar \(ghcr\.io\/acme\/python\)` must not run/,
        /\*\*3 CRITICAL \(limit 0\), \d+ HIGH \(limit 0\)/,
        /\*\*CRITICAL\*\* \| \*\*3\*\* \| 0 \| 0 \| 0 \|/,
        /### Fix plan: 2 steps clear 5 of 6 findings/,
        /Upgrade or replace Python `sparkly` 1\.0\.0: it bundles `org\.apache\.logging\.log4j:log4j-core` 2\.14\.1 → \*\*2\.17\.1\*\* clears all 4 \(2\.17\.0 is enough for the gate\)/,
        /\*\*No fix:\*\* `zlib1g`[^\n]*vendor will not fix it/,
        /### Failing: /,
        /\[CVE-2021-44228\]\(https:\/\/nvd\.nist\.gov\/vuln\/detail\/CVE-2021-44228\)/,
        /<details><summary>Accept for a time instead/,
        /<sub>.*`docker save` tar.*Trivy 0\.76\.0.*database 1 h old/,
      ].map((pattern) => text.search(pattern));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
      const row = text.split("\n").find((line) => line.includes("[CVE-2021-44228]")) ?? "";
      expect(row).toContain("sparkly");
      expect(row).toContain("Python");
      expect(row).toContain("layer&nbsp;4");
      expect(text).toMatch(/^- \*\*4\*\* `RUN [^`]*pip install/m);
      expect(row).toContain(HIDDEN_JAR.split("/").at(-1));
    }
    expect(result.log).toMatch(/CRITICAL\s+CVE-2021-44228\s+.*2\.14\.1\s+2\.15\.0\s+…\/sparkly/);
    expect(result.log.trimEnd().split("\n").at(-1)).toBe(`::error::${result.outputs.reason}`);
  });

  it("writes no summary where `summary` is false", async () => {
    const result = await stage.run({ image: "python.tar", summary: "false" }, { workspace });
    expect(result.summary).toBe("");
    expect(result.outputs.verdict).toBe("fail");
  });
});

import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { afterAll, describe, expect, it } from "vitest";
import { big, HIDDEN_JAR, hostile, python, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("summary"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(workspace, "hostile.tar"), hostile(), ["ghcr.io/acme/hostile:1.0"]);
saveImage(join(workspace, "big.tar"), big(), ["ghcr.io/acme/big:1.0"]);
afterAll(() => expect(stage.github.problems).toEqual([]));

const lastComment = () => stage.github.comments().at(-1)?.body ?? "";

/** The page's text in a browser, without code, which is inert. */
const withoutCode = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }).replaceAll(
    /<code[^>]*>.*?<\/code>/gs,
    "",
  );

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

describe("an image full of hostile names", () => {
  it("forges no command, no marker, no mention, no link and no markup", async () => {
    const result = await stage.run({ image: "hostile.tar" }, { workspace, onPullRequest: true });
    expect(result.outputs.verdict).toBe("fail");
    const names = new Set(result.commands.map(({ name }) => name));
    expect([...names].sort()).toEqual(["endgroup", "error", "group"]);
    expect(result.annotations).toEqual([{ level: "error", message: result.outputs.reason }]);
    for (const text of [lastComment(), result.summary]) {
      expect(text.match(/<!-- image-gate/g)?.length ?? 0).toBeLessThanOrEqual(1);
      const html = withoutCode(text);
      expect(html).not.toMatch(/<(?:img|script|iframe|h1)/i);
      expect(html).not.toContain("@acme/security-team");
      const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url ?? "");
      expect(links.length).toBeGreaterThan(20);
      const known = /^https:\/\/(?:nvd\.nist\.gov\/vuln\/detail\/CVE-|github\.com\/acme\/widget\/actions\/runs\/4242$)/;
      expect(links.filter((link) => !known.test(link))).toEqual([]);
      for (const tag of ["details", "table", "td", "tr"])
        expect([tag, html.split(`<${tag}`).length]).toEqual([tag, html.split(`</${tag}>`).length]);
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
    }
    expect(result.log).not.toMatch(/[\u001b\u202a-\u202e\u2066-\u2069]/);
  });
});

describe("10,000 findings", () => {
  it("keep log, comment, summary and annotations within their limits, and the totals right", async () => {
    const result = await stage.run({ image: "big.tar" }, { workspace, onPullRequest: true });
    expect(result.report.findings).toHaveLength(10_000);
    const rows = result.report.targets[0]?.rows ?? [];
    expect(rows.reduce((sum, row) => sum + row.open, 0)).toBe(10_000);
    const [critical] = rows;
    expect(result.outputs.critical).toBe(String(critical?.open));
    expect(lastComment()).toContain("big)` must not run");
    expect(lastComment().length).toBeLessThanOrEqual(65_000);
    expect(lastComment()).toMatch(/left out/);
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1024 * 1024);
    expect(Buffer.byteLength(result.log)).toBeLessThan(64_000);
    for (const level of ["error", "warning", "notice"])
      expect(result.annotations.filter((one) => one.level === level).length).toBeLessThanOrEqual(10);
    for (const text of [lastComment(), result.summary]) {
      const open = (text.match(/<details(?: open)?>/g) ?? []).length;
      expect((text.match(/<\/details>/g) ?? []).length).toBe(open);
      expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
      expect(text).toContain(Number(result.outputs.critical).toLocaleString("en-US"));
    }
  });
});

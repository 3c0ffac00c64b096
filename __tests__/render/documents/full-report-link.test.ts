import { describe, expect, it } from "vitest";
import type { WholeReport } from "../../../src/render/documents.ts";
import { fitComment, fitSummary } from "../../../src/render/documents.ts";
import { failed, target, view } from "../build.ts";
import { many, sample } from "../samples.ts";

const URL = "https://github.com/acme/app/actions/runs/123/artifacts/77";
const FILES = ["/home/runner/_temp/image-gate-x/report.md", "/home/runner/_temp/image-gate-x/report.json"];
const huge = view([target(many(5_000))]);
const images = (count: number) => Array.from({ length: count }, (_, index) => target([], { label: `i${index}:1` }));

describe("what had no room", () => {
  it.each(["pass", "fail", "several-targets", "error", "hostile"])("is nothing in the summary of %s", (name) => {
    expect(fitSummary(sample(name)).isWhole).toBe(true);
  });

  it("is given for rows within the limits, for rows that fail, for targets", () => {
    const of = (findings: ReturnType<typeof many>) => view([target(findings)]);
    // Each of these is in its own package or layer.
    expect(fitComment(of(many(251, "LOW"))).isWhole).toBe(true);
    expect(fitComment(of(many(600, "LOW"))).isWhole).toBe(false);
    expect(fitSummary(of(many(600, "LOW"))).isWhole).toBe(true);
    expect(fitSummary(of(many(2_001, "HIGH"))).isWhole).toBe(false);
    expect(fitComment(of(many(400, "HIGH")), undefined, 9_000).isWhole).toBe(false);
    expect(fitComment(view(images(500))).isWhole).toBe(false);
    expect(fitComment(view(Array.from({ length: 30 }, () => failed()))).isWhole).toBe(true);
  });

  it("leads to the artifact, below the heading", () => {
    for (const { text } of [fitComment(huge, { url: URL }), fitSummary(huge, { url: URL })]) {
      expect(text).toContain(
        `_Not everything fits here: [the whole report](${URL}) has it all, as Markdown and JSON._`,
      );
      expect(text).toMatch(/_[\d,]+ rows left out here \(.*\)\._/);
    }
  });

  it.each<[string, WholeReport, string]>([
    [
      "names the files on the runner where there is no artifact",
      { files: FILES },
      "`/home/runner/_temp/image-gate-x/report.md` and",
    ],
    ["says so where there is no file either", { files: [] }, "The log says why no file has it all"],
    ["names a file alone", { files: FILES.slice(0, 1) }, "report.md` has it all._"],
  ])("%s", (_, whole, words) => {
    for (const { text } of [fitComment(huge, whole), fitSummary(huge, whole), fitComment(huge, whole, 9_000)]) {
      // A file that only the runner has is of little use to a reader, so it is named last.
      expect(text.trimEnd().split("\n").at(-1)).toContain(words);
      expect(text.match(/Not everything fits here/g)).toHaveLength(1);
    }
  });

  it("is reported within the limits, however little room there is", () => {
    for (const limit of [9_000, 20_000, 65_000])
      for (const whole of [{ url: URL }, { files: FILES }])
        expect(fitComment(huge, whole, limit).text.length).toBeLessThanOrEqual(limit);
    const { text } = fitSummary(view([target(many(20_000))]), { files: FILES });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
  });
});

describe("a limit in bytes", () => {
  it("is kept where letters take several, and the totals stay right", () => {
    const findings = many(300, "HIGH").map((each) => ({
      ...each,
      finding: { ...each.finding, title: "ä".repeat(60) },
    }));
    const made = view([target(findings)]);
    const { text, isWhole } = fitComment(made, undefined, 9_000, { measuredIn: "bytes" });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(9_000);
    expect(Buffer.byteLength(fitComment(made, undefined, 9_000).text)).toBeGreaterThan(9_000);
    expect(isWhole).toBe(false);
    expect(text).toMatch(/300 HIGH/);
  });
});

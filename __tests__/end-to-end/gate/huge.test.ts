import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { big, saveImage } from "../../support/images/images.ts";
import { startTestBed } from "../../support/runs/bed.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("huge", { asBundle: true }));
afterAll(() => expect(stage.github.problems).toEqual([]));

const lastComment = () => stage.github.comments().at(-1)?.body ?? "";

/** Lengths that GitHub accepts, and no block of Markdown that is cut in the middle. */
function expectWithinLimits(result: GateResult): void {
  expect(Buffer.byteLength(result.log)).toBeLessThanOrEqual(64_000);
  expect(lastComment().length).toBeGreaterThan(0);
  expect(lastComment().length).toBeLessThanOrEqual(65_000);
  expect(Buffer.byteLength(lastComment())).toBeLessThanOrEqual(262_144);
  expect(Buffer.byteLength(result.summary)).toBeLessThanOrEqual(1024 * 1024);
  for (const level of ["error", "warning", "notice"]) {
    const own = result.annotations.filter((each) => each.level === level);
    expect(own.length).toBeLessThanOrEqual(10);
    for (const { message } of own) expect(message.length).toBeLessThanOrEqual(4096);
  }
  // Outputs of a job are held in UTF-16: 1 MB.
  expect(JSON.stringify(result.outputs).length * 2).toBeLessThan(1_000_000);
  for (const text of [lastComment(), result.summary]) {
    expect(text.match(/<\/details>/g)?.length ?? 0).toBe(text.match(/<details(?: open)?>/g)?.length ?? 0);
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(text.isWellFormed()).toBe(true);
  }
}

describe("20,000 findings in one image", () => {
  it("are counted right everywhere, and told within every limit", async () => {
    await using bed = await startTestBed({ findingsInBig: 20_000 });
    const workspace = join(stage.folder, "workspace");
    saveImage(join(workspace, "big.tar"), big(), ["ghcr.io/acme/big:1.0"]);
    const options = { workspace, onPullRequest: true, toolCache: join(stage.folder, "huge-tools"), watched: true };
    const result = await stage.run({ ...bed.inputs, image: "big.tar" }, options);
    expectWithinLimits(result);
    const counts = ["critical", "high", "medium", "low", "unknown"].map((name) => Number(result.outputs[name]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(result.report.findings).toHaveLength(20_000);
    const open = new Map<string, number>();
    for (const { severity } of result.report.findings) open.set(severity, (open.get(severity) ?? 0) + 1);
    expect(counts).toEqual(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"].map((name) => open.get(name) ?? 0));
    expect(result.outputs.reason).toContain(`${counts[0]} CRITICAL (limit 0), ${counts[1]} HIGH (limit 0)`);
    for (const text of [lastComment(), result.summary])
      expect(text).toContain((counts[0] ?? 0).toLocaleString("en-US"));
    expect(lastComment()).toMatch(/left out/);
    // One row for each source: the summary has room for all of them.
    for (let index = 0; index < 400; index++)
      expect(result.summary).toContain(`bulk-src-${String(index).padStart(4, "0")}\` 1.0-1<br>`);
    expect(result.log).toMatch(/[\d,]+ more failing findings left out here/);
    expect(result.figures?.peakBytes).toBeLessThan(350e6);
  });
});

describe("much of something else", () => {
  it.each<[string, (index: number) => Readonly<Record<string, unknown>>]>([
    [
      "names of 20,000 characters",
      (index) => ({ PkgName: `${index}${"ab".repeat(10_000)}`, PkgPath: "c/".repeat(9000) }),
    ],
    [
      "emoji",
      (index) => ({ PkgName: `${index}${"\u{1F600}".repeat(2000)}`, Title: "\u{1F469}\u200D\u{1F4BB}".repeat(900) }),
    ],
    ["backticks", (index) => ({ PkgName: `${index}${"`".repeat(5000)}`, Title: "`|".repeat(3000) })],
    ["fixed versions", () => ({ FixedVersion: Array.from({ length: 3000 }, (_, at) => `1.${at}`).join(", ") })],
    ["spaces", (index) => ({ PkgName: `${index}${" ".repeat(50_000)}x`, Title: `a${"\t\n ".repeat(30_000)}b` })],
  ])("%s: told within every limit, and in time", async (_, fields) => {
    const files = { "report.json": trivyReport(Array.from({ length: 60 }, (__, index) => row(index, fields(index)))) };
    const result = await stage.run({ "trivy-report": "report.json" }, { files, onPullRequest: true });
    expectWithinLimits(result);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "60" });
    expect(result.milliseconds).toBeLessThan(atMost(15_000));
  });

  it("400 targets, most of them wrong: each is judged, and all of it is reported within every limit", async () => {
    const names = Array.from({ length: 400 }, (_, index) => `report-${index}.json`);
    const fine = trivyReport([row(1, { Title: "t".repeat(3000) })]);
    const files = Object.fromEntries(names.map((name, index) => [name, index % 4 === 0 ? fine : "nonsense"]));
    const result = await stage.run({ "trivy-report": names.join("\n") }, { files, onPullRequest: true });
    expectWithinLimits(result);
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.results.filter(({ verdict }) => verdict === "fail")).toHaveLength(100);
    expect(result.results.filter(({ code }) => code === "report-invalid")).toHaveLength(300);
  });

  it("as many long errors as an environment variable has room for (128 KiB)", async () => {
    const long = `${"x".repeat(190)}/`.repeat(20);
    const names = Array.from({ length: 33 }, (_, index) => `./${long}${index}.tar`);
    const inputs = { image: names.join("\n"), scanners: "secret" };
    const result = await stage.run(inputs, { onPullRequest: true });
    expectWithinLimits(result);
    expect(result.results.map(({ code }) => code)).toEqual(Array(33).fill("image-missing"));
  });
});

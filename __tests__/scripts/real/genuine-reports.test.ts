import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { comparePairs, pairLines } from "../../../scripts/real/genuine-pairs.ts";
import {
  filesByHash,
  type GenuineReport,
  genuineReports,
  judgeReports,
  REPORTS_FOLDER,
  reportLines,
} from "../../../scripts/real/genuine-reports.ts";
import { sha256OfBytes } from "../../../src/system/store/hashing.ts";
import { clair, vulnerability } from "../../scanners/clair/sample.ts";
import { sharedFolder } from "../../support/runs/shared.ts";

const folder = sharedFolder("genuine-reports");

describe("genuine reports", () => {
  const reports = genuineReports();

  it("have counts that were worked out by hand: at least six scanners' formats, each report once", () => {
    expect(new Set(reports.map(({ scanner }) => scanner)).size).toBeGreaterThanOrEqual(6);
    expect(new Set(reports.map(({ sha256 }) => sha256)).size).toBe(reports.length);
    for (const { sha256, from, how, counts, refused } of reports) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect([from, how]).not.toContain("");
      expect((counts === undefined) !== (refused === undefined)).toBe(true);
    }
  });

  const own = process.env[REPORTS_FOLDER];
  if (own !== undefined)
    it("of the folder are judged as they were counted by hand", () => {
      const judged = judgeReports(own, reports);
      expect(judged.filter(({ file }) => file !== undefined).length).toBeGreaterThan(0);
      expect([...judged, ...comparePairs(filesByHash(own))].filter(({ isRight }) => !isRight)).toEqual([]);
    });
});

it("two SBOMs pair if at least 95 % of their packages are the same, and a file that is absent is reported", () => {
  const file = (name: string, count: number, purl: (index: number) => string) => {
    const components = Array.from({ length: count }, (_, index) => ({
      type: "library",
      name: `p${index}`,
      version: "1",
      purl: purl(index),
    }));
    writeFileSync(join(folder.path, name), JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components }));
    return join(folder.path, name);
  };
  const debian = (index: number) => `pkg:deb/debian/p${index}@1?distro=debian-12`;
  const files = new Map([
    ["a", file("a.json", 40, debian)],
    ["b", file("b.json", 40, (index) => (index < 39 ? `${debian(index)}.8` : `pkg:npm/other@${index}`))],
    ["c", file("c.json", 40, (index) => `pkg:npm/p${index}@1`)],
  ]);
  const pair = (one: string, other: string) => ({ files: [one, other] as const, what: `${one} and ${other}` });
  const paired = comparePairs(files, [pair("a", "b"), pair("a", "c"), pair("a", "nowhere")]);
  expect(paired.map(({ isRight }) => isRight)).toEqual([true, false, true]);
  expect(pairLines(paired)).toEqual([
    "a and b: 95.1 % of the packages pair",
    "a and c: 0.0 % of the packages pair, and at least 95 % should",
    "skipped, not in the folder: a and nowhere",
  ]);
});

it("a report is found by its content, and a wrong count, a refusal and an absence are reported", () => {
  const bytes = Buffer.from(JSON.stringify(clair({ found: [vulnerability()] })));
  mkdirSync(join(folder.path, "deep"));
  writeFileSync(join(folder.path, "deep/anything.txt"), bytes);
  writeFileSync(join(folder.path, "broken.json"), "{");
  const row = (of: string | Buffer, more: Partial<GenuineReport>): GenuineReport => ({
    ...{ sha256: sha256OfBytes(Buffer.from(of)), scanner: "Clair", what: "a sample", from: "here", how: "seen" },
    ...more,
  });
  const judged = judgeReports(folder.path, [
    row(bytes, { counts: { HIGH: 1 } }),
    row(bytes, { counts: { HIGH: 2 } }),
    row(bytes, { refused: "report-invalid" }),
    row("{", { refused: "report-invalid" }),
    row("absent", { counts: {} }),
  ]);
  expect(judged.map(({ isRight }) => isRight)).toEqual([true, false, false, true, true]);
  expect(reportLines(judged)).toEqual([
    "Clair: a sample: 1 HIGH",
    "Clair: a sample: 1 HIGH, and by hand 2 HIGH (deep/anything.txt)",
    "Clair: a sample: 1 HIGH, and by hand report-invalid (deep/anything.txt)",
    "Clair: a sample: report-invalid",
    "skipped, not in the folder: Clair: a sample",
  ]);
});

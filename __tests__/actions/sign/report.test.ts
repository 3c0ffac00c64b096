import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readGivenReport } from "../../../src/actions/sign/report.ts";
import { sha256OfBytes } from "../../../src/system/store/hashing.ts";
import { reportText, scanned } from "../../domain/evidence/reports.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("sign-report");
afterAll(() => folder.remove());

const SCANNED = Date.parse("2026-06-01T12:00:00Z");

/** The code of the error with which a report is refused that many seconds before its scan. */
function codeBefore(seconds: number): string | undefined {
  const text = reportText([
    scanned("a", [], { provenance: { scannedAt: "2020-01-01T00:00:00Z" } }),
    scanned("b", [], { provenance: { scannedAt: "2026-06-01T14:00:00+02:00" } }),
  ]);
  const world = { ...testWorld(folder.path), now: () => new Date(SCANNED - seconds * 1000) };
  writeFileSync(join(world.workspace, "report.json"), text);
  try {
    readGivenReport({ report: "report.json", reportDigest: sha256OfBytes(Buffer.from(text)) }, world);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

// Proves: no-scan-tomorrow
it("is not of the future, apart from five minutes of skew", () => {
  expect([-3600, 0, 300, 301].map(codeBefore)).toEqual([undefined, undefined, undefined, "report-from-the-future"]);
});

it("is of this version, and one of another version is distinguished from a damaged one", () => {
  const world = testWorld(folder.path);
  const text = reportText([scanned("a")]).replace('"version":2', '"version":1');
  writeFileSync(join(world.workspace, "old.json"), text);
  expect(() => readGivenReport({ report: "old.json", reportDigest: sha256OfBytes(Buffer.from(text)) }, world)).toThrow(
    expect.objectContaining({
      code: "report-unreadable",
      what: 'The report "old.json" cannot be used: it is an Image Gate report of another version than 2',
      remedy:
        "Give the path in the gate's output `report`. The gate and this action must have the same version of Image Gate.",
    }),
  );
});

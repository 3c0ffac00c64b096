import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import type { ScanResult } from "../../src/domain/target.ts";
import { readGivenReport } from "../../src/scan/scan-report.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { changedDocument, damaged } from "../support/runs/mutations.ts";
import { sharedFolder } from "../support/runs/shared.ts";

// Every reader of other scanners' reports: a damaged report is read or refused.

const folder = sharedFolder("fuzz-scan-report");
const world = testWorld(folder.path);

function judged(content: Buffer): ScanResult {
  writeFileSync(join(world.workspace, "r.json"), content);
  const target = { kind: "trivy-report", input: "r.json", label: "r.json", anyScanner: true } as const;
  return readGivenReport(target, { reports: REPORT_READERS, descriptions: true }, world);
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value, undefined, 1));
const documents = [...SCAN_REPORTS.values()];

/** Promises of any scan that was read. */
function expectSound({ findings, coverage }: ScanResult): void {
  expect(coverage).toBeDefined();
  for (const { id, severity, aliases = [], fixedVersions } of findings) {
    expect(id).not.toBe("");
    expect(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"]).toContain(severity);
    expect(aliases).not.toContain(id);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const version of fixedVersions) expect(version).not.toBe("");
  }
}

fuzz(
  "damaged bytes of any scanner's report are a report or a refusal",
  damaged(documents.map(bytesOf), ['"', "}", "null", '"severity":"Low"', "[]", "{}", '"status":"scanned"']),
  async (bytes) => {
    const result = await read(() => judged(bytes));
    if ("value" in result) expectSound(result.value);
    else expect(result.refused.code).toMatch(/^report-/);
  },
);

// Proves: report-another-scanner-read
fuzz(
  "values of any kind in any place of any scanner's report are a report or a refusal",
  changedDocument(documents),
  async (value) => {
    const result = await read(() => judged(bytesOf(value)));
    if ("value" in result) {
      expectSound(result.value);
      const { matches } = value as { readonly matches?: readonly unknown[] };
      if (result.value.provenance.scanner === "Grype")
        expect(result.value.findings.length).toBeGreaterThanOrEqual(matches?.length ?? 0);
    } else expect(result.refused.code).toMatch(/^report-/);
  },
);

fuzz(
  "any scanner's report that is cut anywhere is never taken for whole",
  fc.tuple(fc.constantFrom(...documents), fc.double({ min: 0, max: 1, noNaN: true })),
  async ([value, share]) => {
    const text = Buffer.from(JSON.stringify(value));
    const result = await read(() => judged(text.subarray(0, Math.floor((text.length - 1) * share))));
    expect("refused" in result && result.refused.code).toBe("report-invalid");
  },
);

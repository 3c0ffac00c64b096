import { expect, test } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";

const others = [...SCAN_REPORTS].filter(([name]) => name !== "CycloneDX");

test.each(others)("a report of %s is not a baseline: it names and places packages in its own way", (_, document) => {
  const bytes = Buffer.from(JSON.stringify(document));
  expect(() => baselineIn(bytes, "./b.json", REPORT_READERS)).toThrow(/^\[baseline-unknown\].*is a report of/);
});

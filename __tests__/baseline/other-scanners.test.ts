import { expect, test } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";

const others = [...SCAN_REPORTS].filter(([name]) => name !== "CycloneDX");

test.each(others)(
  "a report of %s is refused as a baseline of what is scanned: it names and places packages in its own way",
  (_, document) => {
    const bytes = Buffer.from(JSON.stringify(document));
    const scan = { artifact: { names: [] } } as unknown as ScanResult;
    const judged = { target: { kind: "image", input: "app", label: "app" }, scan } as const;
    expect(() => baselineIn(bytes, "./b.json", REPORT_READERS)(judged)).toThrow(
      /^\[baseline-unknown\].*is a report of/,
    );
  },
);

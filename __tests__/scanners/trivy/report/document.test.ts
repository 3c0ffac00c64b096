import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeDocument } from "../../../../src/scanners/trivy/report/document.ts";
import { release } from "../../../../src/system/used-buffers.ts";
import { goJson, report } from "../reports.ts";

describe("a report", () => {
  it("has its rows by key, apart from its other fields", () => {
    const result = { Target: "a", Class: "os-pkgs", Packages: null, Vulnerabilities: [{ VulnerabilityID: "CVE-1" }] };
    const { head, results } = wholeDocument(JSON.stringify({ SchemaVersion: 2, Results: [result, null, 3] }));
    expect(head).toEqual({ SchemaVersion: 2, Results: [] });
    expect(results.map(({ fields, rows }) => [fields, Object.fromEntries(rows)])).toEqual([
      [
        { Target: "a", Class: "os-pkgs" },
        { Packages: [], Vulnerabilities: result.Vulnerabilities },
      ],
      [null, {}],
      [3, {}],
    ]);
  });

  // Proves: missing-old-half-report
  it("is never taken for whole where it is cut off", () => {
    fc.assert(
      fc.property(report(true), fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const bytes = goJson(value);
        const short = bytes.subarray(0, Math.floor((bytes.length - 2) * share));
        expect(() => wholeDocument(short.toString("utf8"))).toThrow(/report-invalid/);
      }),
      { numRuns: 500 },
    );
  });

  it("names the key of a `Results` that is not a list", () => {
    for (const results of [{}, "x", 3])
      expect(() => wholeDocument(JSON.stringify({ SchemaVersion: 2, Results: results }))).toThrow(/at Results/);
  });
});

describe("a buffer whose memory was given back", () => {
  it("has no bytes left", () => {
    const bytes = Buffer.from(new Uint8Array(10_000).buffer);
    release(bytes);
    expect(bytes).toHaveLength(0);
  });

  it("keeps what shares its memory with others, as small files do", () => {
    const shared = Buffer.from("{}{}");
    const part = shared.subarray(2);
    release(part);
    expect(shared.toString()).toBe("{}{}");
    expect(part.toString()).toBe("{}");
  });
});

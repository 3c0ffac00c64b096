import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { checkedReport } from "../../../../src/scanners/trivy/report/schema.ts";
import { release } from "../../../../src/system/used-buffers.ts";
import { goJson, report } from "../reports.ts";

describe("a report", () => {
  it("may have `null` for a list of rows that was never filled", () => {
    const result = { Target: "a", Class: "os-pkgs", Packages: null, Vulnerabilities: [{ VulnerabilityID: "CVE-1" }] };
    const { Results: results } = checkedReport({
      SchemaVersion: 2,
      ArtifactType: "container_image",
      Results: [result],
    });
    expect(results).toEqual([result]);
  });

  // Proves: missing-old-half-report
  it("is never taken for whole where it is cut off", () => {
    fc.assert(
      fc.property(report(true), fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const bytes = goJson(value);
        const short = bytes.subarray(0, Math.floor((bytes.length - 2) * share));
        expect(() => parse(short.toString("utf8"))).toThrow(/report-invalid/);
      }),
      { numRuns: 500 },
    );
  });

  it("names the key of a `Results` that is not a list", () => {
    const of = (Results: unknown) => ({ SchemaVersion: 2, ArtifactType: "container_image", Results });
    for (const results of [{}, "x", 3]) expect(() => checkedReport(of(results))).toThrow(/at "Results"/);
    for (const rows of [{}, "x", 3])
      expect(() => checkedReport(of([{ Secrets: rows }]))).toThrow(/at "Results\.0\.Secrets"/);
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

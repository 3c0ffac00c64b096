import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cutDocument,
  type ReportDocument,
  textOf,
  wholeDocument,
} from "../../../../src/scanners/trivy/report/document.ts";
import { release } from "../../../../src/system/used-buffers.ts";
import { goJson, report } from "../reports.ts";

/** The document with all rows read. */
const plain = ({ head, results }: ReportDocument) => ({
  head,
  results: results.map(({ fields, rows }) => ({
    fields,
    rows: Object.fromEntries([...rows].map(([key, values]) => [key, [...values]]).filter(([, rows]) => rows?.length)),
  })),
});

describe("a report that is read row by row", () => {
  it("says the same as one that is read whole", () => {
    fc.assert(
      fc.property(fc.boolean().chain(report), (value) => {
        const bytes = goJson(value);
        const cut = cutDocument(bytes);
        if (!Array.isArray(value.Results) || value.Results.length === 0) expect(cut).toBeUndefined();
        else expect(cut && plain(cut)).toEqual(plain(wholeDocument(bytes.toString("utf8"))));
      }),
      { numRuns: 500 },
    );
  });

  // Proves: missing-old-half-report
  it("is never taken for whole where it is cut off", () => {
    fc.assert(
      fc.property(report(true), fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const bytes = goJson(value);
        const short = bytes.subarray(0, Math.floor((bytes.length - 2) * share));
        const read = () => {
          const document = cutDocument(short) ?? wholeDocument(short.toString("utf8"));
          return plain(document);
        };
        expect(read).toThrow(/report-invalid/);
      }),
      { numRuns: 500 },
    );
  });

  it("is read whole if its layout is not Go's", () => {
    const value = { SchemaVersion: 2, Results: [{ Vulnerabilities: [{ VulnerabilityID: "x" }] }] };
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 4), `\ufeff${goJson(value)}`])
      expect(cutDocument(Buffer.from(text))).toBeUndefined();
  });

  it("is not misled by a list of the same name within something else", () => {
    const inner = { Results: [{ Vulnerabilities: [{ VulnerabilityID: "fake" }] }] };
    const value = { SchemaVersion: 2, Other: inner, Results: [{ Vulnerabilities: [{ VulnerabilityID: "real" }] }] };
    // The inner list has the indentation of the outer one.
    const text = goJson(value)
      .toString()
      .replace(
        / {2}"Other": \{[\s\S]*?\n {2}\},/,
        `  "Other": {${JSON.stringify(inner, undefined, 2).slice(1, -2)}\n  },`,
      );
    expect(JSON.parse(text)).toEqual(value);
    expect(cutDocument(Buffer.from(text))).toBeUndefined();
  });

  it("is not misled by a list of rows within something else that is indented like the result's own", () => {
    const real = [{ VulnerabilityID: "real" }];
    const fake =
      '"Misc": {\n      "Vulnerabilities": [\n        {\n          "VulnerabilityID": "fake"\n        }\n      ]},';
    const text = goJson({ SchemaVersion: 2, Results: [{ Target: "a", Vulnerabilities: real }] })
      .toString()
      .replace(
        /( {6}"Target": "a",)[\s\S]*\n {6}\]/,
        `$1\n      ${fake}\n      "Vulnerabilities": ${JSON.stringify(real)}`,
      );
    expect(JSON.parse(text).Results[0].Vulnerabilities).toEqual(real);
    expect(cutDocument(Buffer.from(text))).toBeUndefined();
  });

  it("is not misled by results within something else beside an empty list of the same name", () => {
    const text =
      '{\n  "SchemaVersion": 2,\n  "Other": {\n  "Results": [\n    {\n      "Target": "a"\n    }\n  ]},\n"Results": []}';
    expect(JSON.parse(text).Results).toEqual([]);
    expect(cutDocument(Buffer.from(text))).toBeUndefined();
  });

  it("is not taken for JSON if a comma is missing behind a list of rows, or is one too many", () => {
    const rows = [{ VulnerabilityID: "CVE-1" }];
    const text = goJson({ SchemaVersion: 2, Results: [{ Target: "a", Packages: rows, Vulnerabilities: rows }] });
    for (const [list, damaged] of [
      ["      ],\n", "      ]\n"],
      ["      ]\n", "      ],\n"],
    ] as const)
      expect(cutDocument(Buffer.from(text.toString().replace(list, damaged)))).toBeUndefined();
  });

  it("names the key of a `Results` that is not a list", () => {
    for (const results of [{}, "x", 3])
      expect(() => wholeDocument(JSON.stringify({ SchemaVersion: 2, Results: results }))).toThrow(/at Results/);
  });

  it("drops a byte order mark", () => {
    expect(textOf(Buffer.from("\ufeff{}"))).toBe("{}");
  });
});

describe("a report whose memory was given back", () => {
  it("has no bytes left, and its rows throw, so that it never seems to be without findings", () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ VulnerabilityID: `CVE-${index}` }));
    const bytes = Buffer.from(
      new Uint8Array(goJson({ SchemaVersion: 2, Results: [{ Vulnerabilities: rows }] })).buffer,
    );
    const document = cutDocument(bytes);
    const listed = document?.results[0]?.rows.get("Vulnerabilities") ?? [];
    expect([...listed]).toEqual(rows);
    release(bytes);
    expect(bytes).toHaveLength(0);
    expect(() => [...listed]).toThrow(TypeError);
  });

  it("keeps what shares its memory with others, as small files do", () => {
    const shared = Buffer.from("{}{}");
    const part = shared.subarray(2);
    release(part);
    expect(shared.toString()).toBe("{}{}");
    expect(part.toString()).toBe("{}");
  });
});

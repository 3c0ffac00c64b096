import { describe, expect, it } from "vitest";
import { Keys } from "../../../src/domain/json/parse-strict.ts";
import type { Target } from "../../../src/domain/target.ts";
import { quayReports } from "../../../src/scanners/clair/quay.ts";
import { quay as answer, quayFeature as feature, quayRow as row } from "./answers.ts";
import { hash } from "./sample.ts";

const target: Target = { kind: "trivy-report", input: "q.json", label: "q.json", file: "q.json" };
const read = (value: unknown) => quayReports.given({ value, keys: new Keys() }, target, {});

describe("Quay's answer", () => {
  it("is read like Clair's own: ids, severity and fix, each row once", () => {
    const rows = [
      row(),
      row(),
      row({ Name: "pyup.io-42559 (CVE-2021-3572)", FixedBy: "fixed=21.1", Severity: "Negligible" }),
    ];
    expect(read(answer([feature(...rows)])).findings).toMatchObject([
      { id: "CVE-2099-0001", severity: "HIGH", fixedVersions: ["3.0.99-r0"], package: { name: "openssl" } },
      { id: "CVE-2021-3572", aliases: ["pyup.io-42559"], severity: "LOW", fixedVersions: ["21.1"] },
    ]);
    expect(quayReports.digests?.(answer([]))).toEqual([hash("a")]);
    expect(read(answer([feature(row())])).provenance.notes?.[0]).toContain("no date");
  });

  // Proves: report-another-scanner-read
  it.each(["queued", "failed", "something", "Scanned"])(
    "with the status %s is an error, whatever it has alongside it",
    (status) => {
      for (const data of [null, answer([]).data]) {
        const document = { status, data };
        expect(quayReports.owns(document)).toBe(true);
        expect(() => read(document)).toThrow(/^\[report-unfinished\] The report of Quay.* Wait until Quay/);
      }
    },
  );

  // Proves: report-another-scanner-read
  it.each(["unsupported", "manifest_layer_too_large"])(
    "with the status %s says to scan it here if no waiting helps",
    (status) => {
      for (const data of [null, answer([]).data])
        expect(() => read({ status, data })).toThrow(
          new RegExp(`^\\[report-unfinished\\] The report of Quay .*"${status}".*cannot scan the image, scan it here`),
        );
    },
  );

  it("of which only the inner part was kept is an error, as its status is unknown", () => {
    const { data } = answer([feature(row())]);
    expect(quayReports.owns(data)).toBe(true);
    expect(() => read(data)).toThrow(/^\[report-unfinished\].*`status` is missing/);
  });

  it.each([
    ["no data", { status: "scanned", data: null }],
    ["no features", answer(undefined)],
    ["features without vulnerabilities", answer([{ Name: "openssl", Version: "1" }])],
    ["a severity that Quay does not know", answer([feature(row({ Severity: "Defcon" }))])],
  ])("with %s is an error", (_, document) => {
    expect(() => read(document)).toThrow(/^\[report-invalid\]/);
  });

  it("without a finding by a distribution's advisories is a gap, since Clair is silent about one that it does not know", () => {
    const gaps = (...features: unknown[]) => read(answer(features)).coverage?.gaps.map(({ code }) => code);
    expect(gaps(feature(row()))).toEqual([]);
    expect(gaps(feature())).toEqual(["os-unknown"]);
    expect(gaps()).toEqual(["os-unknown"]);
    expect(gaps(feature(row({ NamespaceName: "pyupio", Metadata: { DistroName: "" } })))).toEqual(["os-unknown"]);
  });

  it("is not found in other documents", () => {
    for (const document of [null, [], {}, { status: "ok" }, { status: "scanned", data: {} }, { Layer: {} }])
      expect(quayReports.owns(document)).toBe(false);
  });
});

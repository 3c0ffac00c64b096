import { describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { Target } from "../../src/domain/target.ts";
import { harborReports } from "../../src/scanners/harbor/report.ts";
import { HARBOR_FORMAT, harborReport, harborRow, harborWrapped } from "./harbor-sample.ts";

const target: Target = { kind: "trivy-report", input: "h.json", label: "h.json", file: "h.json" };
const read = (value: unknown, as?: string) =>
  harborReports.given({ value, keys: new Keys() }, as === undefined ? target : { ...target, as }, {});
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

describe("Harbor's report in a file", () => {
  it.each([
    ["the API's answer", harborWrapped(harborRow())],
    [
      "an older answer",
      { "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0": harborReport(harborRow()) },
    ],
    ["the report alone", harborReport(harborRow())],
  ])("is read as %s", (_, value) => {
    expect(harborReports.owns(value)).toBe(true);
    expect(read(value)).toMatchObject({
      findings: [{ id: "CVE-2099-0001", severity: "HIGH", fixedVersions: ["3.0.99-1"], package: { name: "openssl" } }],
      provenance: {
        scanner: "Harbor's Trivy (Aqua Security)",
        scannerVersion: "v0.60.0",
        scannedAt: "2026-11-28T10:00:00.000Z",
      },
    });
    expect(read(value).coverage?.gaps).toEqual([]);
  });

  it("of an index has the rows of the image that the line names, and all without one or by the index's own digest", () => {
    const value = harborWrapped(
      harborRow({ artifact_digests: [digest("a")] }),
      harborRow({ id: "CVE-2099-0002", artifact_digests: [digest("a"), digest("b")] }),
      harborRow({ id: "CVE-2099-0003" }),
    );
    const ids = (as?: string) => read(value, as).findings.map(({ id }) => id);
    expect(harborReports.digests?.(value)).toEqual([digest("f"), digest("a"), digest("b")]);
    expect(ids(`app@${digest("b")}`)).toEqual(["CVE-2099-0002", "CVE-2099-0003"]);
    for (const as of [undefined, "app", `app@${digest("f")}`]) expect(ids(as)).toHaveLength(3);
  });

  it.each([
    ["Critical", "CRITICAL"],
    ["High", "HIGH"],
    ["Medium", "MEDIUM"],
    ["Low", "LOW"],
    ["negligible", "LOW"],
    ["None", "LOW"],
    ["Unknown", "UNKNOWN"],
  ])("counts the severity %s as %s", (severity, counts) => {
    const value = { ...harborReport(harborRow({ severity })), severity: undefined };
    expect(read(value).findings.map((each) => each.severity)).toEqual([counts]);
  });

  it("names no image by what is not a digest, or not a list of them", () => {
    const rows = [null, { artifact_digests: digest("a") }, { artifact_digests: ["a", 1, digest("b")] }];
    expect(harborReports.digests?.({ ...harborReport(...rows), artifact: null })).toEqual([digest("b")]);
    expect(harborReports.digests?.({ ...harborReport(), artifact: { digest: "latest" } })).toEqual([]);
  });

  it("that lists nothing is a gap, and an error if it says that there is something", () => {
    const empty = (severity?: string) => harborWrapped().value({ severity });
    for (const severity of ["None", "Negligible", "Unknown", undefined])
      expect(read(empty(severity)).coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
    expect(() => read(empty("High"))).toThrow(/^\[report-invalid\].*lists nothing/);
    expect(() => read({ ...harborReport(harborRow({ severity: "Low" })), severity: "Critical" })).toThrow(
      /lists nothing/,
    );
    // As Clair's adapter writes it.
    const none = (severity: string) => harborWrapped().value({ severity, vulnerabilities: null });
    expect(read(none("None")).coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
    expect(() => read(none("High"))).toThrow(/^\[report-invalid\].*lists nothing/);
  });

  it.each([
    ["no report", { [HARBOR_FORMAT]: null }, "report-unfinished"],
    ["no list", harborWrapped().value({ vulnerabilities: {} }), "report-invalid"],
    ["a row without an advisory", harborWrapped(harborRow({ id: "" })), "report-invalid"],
    ["its own severity", harborWrapped(harborRow({ severity: "Awful" })), "report-invalid"],
  ])("with %s is an error", (_, value, code) => {
    expect(harborReports.owns(value)).toBe(true);
    expect(() => read(value)).toThrow(new RegExp(`^\\[${code}\\] The report of Harbor`));
  });

  it("says that its database has no date, and that itself has none", () => {
    expect(read(harborWrapped(harborRow())).provenance.notes).toEqual([
      "The report of Harbor has no date of its database, so that its age is unknown.",
    ]);
    const undated = harborWrapped(harborRow()).value({ generated_at: "0001-01-01T00:00:00Z" });
    expect(read(undated).provenance).toMatchObject({
      scannedAt: undefined,
      notes: [expect.stringContaining("of itself")],
    });
  });
});

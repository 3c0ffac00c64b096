import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { grype, hex, match, pythonMatch, SECRET } from "../../scanners/grype/sample.ts";
import { SCAN_REPORTS } from "../../scanners/scan-reports.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

// The bundle on reports of other scanners: no scanner is installed, and nothing is downloaded.

const stage = await shared(openStage("scan-report"));

const json = (value: unknown) => JSON.stringify(value);
const none = { "trivy-binary": "./nowhere", "db-repository": "127.0.0.1:9/none:2" };

describe("a scan report", () => {
  it("is judged by its content as one target with one verdict; two reports without a common name are two targets", async () => {
    const files = {
      "bad.txt": json(grype([match(), pythonMatch()])),
      "good.txt": json(grype([pythonMatch({ severity: "Low" })])),
    };
    const result = await stage.run({ ...none, "scan-report": "bad.txt\ngood.txt as ghcr.io/acme/app:1" }, { files });
    expect(result.results).toMatchObject([
      { target: "bad.txt", verdict: "fail", counts: { high: 1, medium: 1 } },
      { target: "ghcr.io/acme/app:1 (good.txt)", verdict: "pass", counts: { low: 1 } },
    ]);
    expect(result.outputs).toMatchObject({ verdict: "fail", high: "1" });
    expect(result.summary).toContain("3.0.99-1");
    expect(result.report.findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["CVE-2099-0001", "CVE-2099-0002"]),
    );
  });

  // Proves: report-another-scanner-read
  it("without a proof that a scanner looked is an error, and no pass", async () => {
    const files = {
      "release.json": json(grype([], { distro: { name: "debian", version: "99" } })),
      "none.json": json(grype([], { distro: { name: "", version: "" } })),
      "ignored.json": json(
        grype([], { ignoredMatches: [{ ...match(), appliedIgnoreRules: [{ package: { name: ".*" } }] }] }),
      ),
      "clean.json": json(grype([])),
    };
    const result = await stage.run(
      { ...none, "scan-report": "release.json\nnone.json\nignored.json\nclean.json" },
      { files },
    );
    expect(result.results.map(({ code }) => code)).toEqual([
      "os-release-unknown",
      "os-unknown",
      "report-filtered",
      undefined,
    ]);
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
  });

  // Proves: report-another-scanner-image
  it("is checked against the image that its line names, and to its age", async () => {
    const files = { "g.json": json(grype([])) };
    const line = (digit: string) => `g.json as ghcr.io/acme/app:1@${hex(digit)}`;
    const result = await stage.run({ ...none, "scan-report": `${line("d")}\n${line("e")}` }, { files });
    expect(result.results).toMatchObject([{ verdict: "pass" }, { verdict: "error", code: "report-of-another-image" }]);
    const aged = await stage.run({ ...none, "scan-report": "g.json", "max-report-age": "1h" }, { files });
    expect(aged.outputs.reason).toContain("[report-too-old]");
  });

  it("of any scanner makes every kind of report, and none of its findings is lost", async () => {
    const formats = ["sarif", "html", "csv", "junit", "gitlab"];
    const writes = formats.map((format) => `out/${format}`);
    const reports = formats.map((format) => `${format}: out/${format}`).join("\n");
    const files = Object.fromEntries([...SCAN_REPORTS.values()].map((each, index) => [`r-${index}.json`, json(each)]));
    const inputs = { ...none, "scan-report": "r-*.json", reports, "max-low": "0" };
    const result = await stage.run(inputs, { files, writes });
    expect(result.results.map(({ verdict }) => verdict)).toEqual([...SCAN_REPORTS].map(() => "fail"));
    for (const path of writes) {
      const text = readFileSync(join(result.workspace, path), "utf8");
      for (const { id } of result.report.findings) expect(text, path).toContain(id);
    }
  });

  // Proves: report-another-scanner-gives
  it("shows nothing of the image's configuration, in no file that is written", async () => {
    const writes = ["out/r.sarif", "out/r.html", "out/r.csv"];
    const inputs = {
      ...none,
      "scan-report": "g.json",
      reports: "sarif: out/r.sarif\nhtml: out/r.html\ncsv: out/r.csv",
    };
    const result = await stage.run(inputs, { files: { "g.json": json(grype([match(), pythonMatch()])) }, writes });
    const texts = writes.map((path) => readFileSync(join(result.workspace, path), "utf8"));
    for (const text of [result.log, result.summary, json(result.report), ...texts]) {
      expect(text).toContain("CVE-2099-0001");
      expect(text).not.toContain(SECRET);
    }
  });

  it("of Grype is not a Trivy report, and an SBOM is not a report: both errors name the right input", async () => {
    const files = {
      "g.json": json(grype([])),
      "s.json": '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}',
    };
    const result = await stage.run({ ...none, "trivy-report": "g.json", "scan-report": "s.json" }, { files });
    expect(result.results.map(({ code }) => code)).toEqual(["report-unsupported", "report-unsupported"]);
    expect(result.summary).toContain("scan-report");
    expect(result.summary).toContain("Name it in `sbom`");
  });
});

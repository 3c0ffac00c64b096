import { describe, expect, it } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import type { ScannedTarget } from "../../src/baseline/stored-baseline.ts";
import { baselineInReport } from "../../src/baseline/stored-report.ts";
import { readReport } from "../../src/domain/report/read.ts";
import type { Report } from "../../src/domain/report/schema.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { ownReport } from "../cli/reports.ts";
import { makeFinding, scanned } from "../domain/make.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";

// Proves: given-report-says-one
it.each([
  ["a Trivy report", '{"SchemaVersion":2,"ArtifactType":"container_image","Results":[{"Target":"a"}],"Results":[]}'],
  ["a CycloneDX SBOM", '{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/a@1"}],"\\u0063omponents":[]}'],
  ["an SPDX document", '{"spdxVersion":"SPDX-2.3","packages":[],"packages":[{"name":"a"}]}'],
  ["Syft's JSON", '{"descriptor":{"name":"syft"},"artifacts":[],"artifacts":[{"name":"a"}]}'],
  ["a report of ours", '{"version":1,"targets":[],"findings":[],"findings":[]}'],
])("a baseline that can be read in two ways is an error: %s", (_, text) => {
  expect(() => JSON.parse(text)).not.toThrow();
  expect(() => baselineIn(Buffer.from(text), "./b.json", [trivyReports])).toThrow(
    /^\[baseline-damaged\] .* has a duplicate key in one object/,
  );
});

type Json = Readonly<Record<string, unknown>>;

const judged = scanned([makeFinding()]) as ScannedTarget;
const WRITTEN = JSON.parse(ownReport([judged]));

// Proves: bad-baseline-not-comparison
it.each<[string, string, string]>([
  ["is empty", "", "baseline-damaged"],
  ["is half written", '{"version":2,"targets":[{"label":', "baseline-damaged"],
  [
    "has a wrong value",
    '{"version":2,"generatedAt":"x","targets":[{"label":7}],"findings":[],"provenance":{}}',
    "baseline-damaged",
  ],
  ["is of an older version", '{"version":1,"targets":[],"findings":[]}', "baseline-unknown"],
  ["is of a newer version", '{"version":3,"targets":[],"findings":[]}', "baseline-unknown"],
  ["is a Trivy report of another schema", '{"SchemaVersion":3,"Results":[]}', "baseline-unknown"],
  ["is half a Trivy report", '{"SchemaVersion":2}', "baseline-damaged"],
  ["is SPDX of nothing", '{"spdxVersion":"SPDX-2.3","packages":[]}', "baseline-incomplete"],
  ["is SPDX without a list", '{"spdxVersion":"SPDX-2.3","packages":7}', "baseline-damaged"],
  ["is Syft's JSON of nothing", '{"artifacts":[],"descriptor":{"name":"syft"}}', "baseline-incomplete"],
  ["is SPDX 3", '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}', "baseline-unknown"],
  ["is SPDX as tags", "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n", "baseline-damaged"],
  [
    "is CycloneDX as XML",
    '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
    "baseline-damaged",
  ],
  ["is an SBOM of nothing", '{"bomFormat":"CycloneDX","specVersion":"1.6"}', "baseline-incomplete"],
  ["is something else", '{"hello":"world"}', "baseline-unknown"],
  ["is a list", "[]", "baseline-unknown"],
  [
    "is a report without packages",
    JSON.stringify({ ...WRITTEN, targets: [{ ...WRITTEN.targets[0], packages: undefined }] }),
    "baseline-incomplete",
  ],
  [
    "is from a scan that failed",
    JSON.stringify({ ...WRITTEN, targets: [{ ...WRITTEN.targets[0], verdict: "error" }] }),
    "baseline-incomplete",
  ],
])("a baseline that %s is an error", (_, text, code) => {
  const read = () => baselineIn(Buffer.from(text), "b.json", REPORT_READERS)(judged);
  expect(read).toThrow(expect.objectContaining({ code }));
});

const others = [...SCAN_REPORTS].filter(([name]) => name !== "CycloneDX");

it.each(others)(
  "a report of %s is refused as a baseline of what is scanned: it names and places packages in its own way",
  (_, document) => {
    const bytes = Buffer.from(JSON.stringify(document));
    expect(() => baselineIn(bytes, "./b.json", REPORT_READERS)(judged)).toThrow(
      /^\[baseline-unknown\].*is a report of/,
    );
  },
);

const HELD = {
  id: "CVE-2024-0001",
  reason: "a",
  expires: "2026-12-31",
  onlyWhileUnfixed: false,
  line: 1,
  state: "live",
  matches: 1,
  daysLeft: 9,
};
const EXPLOIT_ROW = { above: 0.5, open: 1, limit: 0, accepted: 0, notCounted: 0 };
const ROW = WRITTEN.targets[0].rows[0];

/** The report of a run about one image with one HIGH finding, as it is in the file. */
function report(finding: Json, target: Json = {}, top: Json = {}): Report {
  const [about] = WRITTEN.targets;
  const [{ outcome: _, ...found }] = WRITTEN.findings;
  const made = {
    ...{ ...WRITTEN, mode: "enforce", count: "introduced", exceptions: [HELD], ...top },
    targets: [{ ...about, verdict: "pass", rows: [row("HIGH", false)], baseline: { kind: "run" }, ...target }],
    findings: [{ ...found, ...finding }],
  };
  return readReport(JSON.parse(JSON.stringify(made))) as Report;
}

/** True if the run accepted the finding permanently. */
function isLetIn(made: Report): boolean {
  expect(made).not.toHaveProperty("wrong");
  const { earlier, unsettled } = baselineInReport(made, judged, { kind: "report", given: "r.json" }, "The baseline");
  expect(earlier).toHaveLength(1);
  return unsettled?.size === 0;
}

const open = { outcome: "open" };
const row = (severity: string, isBroken: boolean) => ({ ...ROW, severity, broken: isBroken });
const broken = { rows: [row("HIGH", true)], verdict: "fail" };

describe("what a run let in for good", () => {
  it("is what counted within the limits, and what was let in before", () => {
    expect(isLetIn(report(open))).toBe(true);
    expect(isLetIn(report({ outcome: "not-counted", spared: "not-introduced" }))).toBe(true);
    expect(isLetIn(report(open, { rows: [...broken.rows, row("LOW", false)] }))).toBe(false);
    expect(isLetIn(report(open, { rows: [row("LOW", true)] }))).toBe(true);
  });

  // Proves: let-through-time-does
  it.each([
    ["accepted by an exception", { outcome: "accepted", exceptions: [HELD.line] }],
    ["accepted by a VEX document", { outcome: "accepted", vex: { status: "fixed", document: "a.json" } }],
    ["spared as it had no fix", { outcome: "not-counted", spared: "unfixed" }],
    ["spared by days of grace", { outcome: "not-counted", spared: "grace" }],
  ])("is not what was %s", (_, finding) => {
    expect(isLetIn(report(finding))).toBe(false);
    // Not even if the run only recorded what is there (`mode: warn` without a baseline).
    expect(isLetIn(report(finding, { baseline: undefined }, { mode: "warn" }))).toBe(false);
  });

  it("is not what broke a limit of what attackers use", () => {
    const rows = (kind: string, isBroken = true) => ({ exploitRows: [{ ...EXPLOIT_ROW, kind, broken: isBroken }] });
    const attacked = { ...open, exploitation: { kev: { ransomware: false }, epss: 0.2 } };
    const likely = { ...open, exploitation: { epss: 0.6 } };
    expect(isLetIn(report(attacked, rows("exploited")))).toBe(false);
    expect(isLetIn(report(attacked, rows("exploited", false)))).toBe(true);
    expect(isLetIn(report(likely, rows("exploited")))).toBe(true);
    expect(isLetIn(report(likely, rows("epss")))).toBe(false);
    expect(isLetIn(report(likely, rows("epss", false)))).toBe(true);
    expect(isLetIn(report(attacked, rows("epss")))).toBe(true);
  });

  it("is all that counted where a run that only reports had nothing to compare with, or nothing to tell by it", () => {
    const first = { ...broken, baseline: { kind: "none" } };
    const warn = { mode: "warn" };
    expect(isLetIn(report(open, first, warn))).toBe(true);
    expect(isLetIn(report(open, { ...broken, baseline: undefined }, warn))).toBe(true);
    expect(isLetIn(report(open, broken, { ...warn, count: "all" }))).toBe(true);
    // The next run tells new from old.
    expect(isLetIn(report(open, broken, warn))).toBe(false);
    // There was a baseline, but it could not be read.
    expect(isLetIn(report(open, { ...broken, baseline: { kind: "none", trouble: true } }, warn))).toBe(false);
    // The image was refused.
    expect(isLetIn(report(open, first))).toBe(false);
  });
});

import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import { readGivenReport } from "../../src/scan/scan-report.ts";
import { resolveTargets } from "../../src/scan/targets.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import type { ReportReader } from "../../src/scanners/scanner.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("scan-report");
afterAll(() => folder.remove());
let world: TestWorld;
beforeEach(() => {
  world = testWorld(folder.path, { now: () => new Date("2026-11-29T12:00:00Z") });
});

const none = { image: [], path: [], repository: [], sbom: [], trivyReport: [], platform: [] };
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

interface Given {
  readonly as?: string;
  readonly maxReportAge?: number;
  readonly reports?: readonly [ReportReader, ...ReportReader[]];
}

/** The scan of a `scan-report` with this content. */
function judged(content: string | Buffer, { as, maxReportAge, reports = REPORT_READERS }: Given = {}) {
  writeFileSync(join(world.workspace, "a-report"), content);
  const line = as === undefined ? "a-report" : `a-report as ${as}`;
  const [target] = resolveTargets({ ...none, scanReport: [line] }, reports, world);
  return readGivenReport(target as NonNullable<typeof target>, { reports, maxAge: maxReportAge }, world);
}

const trivy = (more: object = {}) =>
  JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "ghcr.io/acme/app:1",
    ArtifactType: "container_image",
    CreatedAt: "2026-11-29T10:00:00Z",
    Metadata: { RepoDigests: [`ghcr.io/acme/app@${digest("a")}`] },
    Results: [
      {
        Target: "app",
        Class: "os-pkgs",
        Type: "debian",
        Vulnerabilities: [{ VulnerabilityID: "CVE-2099-1", PkgName: "x", InstalledVersion: "1", Severity: "HIGH" }],
      },
    ],
    ...more,
  });

/** A reader of another scanner's reports. */
const several: ReportReader = {
  ...trivyReports,
  name: "Several",
  owns: (document) => typeof document === "object" && document !== null && "about" in document,
  digests: (document) => [String((document as { about?: unknown } | null)?.about)],
  given: ({ value }, target, options) => {
    const { rows } = value as { rows: string[] };
    const scan = trivyReports.given({ value: JSON.parse(trivy()), keys: new Keys() }, target, options);
    return { ...scan, findings: rows.map((id) => ({ ...(scan.findings[0] as (typeof scan.findings)[0]), id })) };
  },
};
const readers = [trivyReports, several] as const;
const about = (digit: string, ...rows: string[]) => JSON.stringify({ about: digest(digit), rows });

describe("a scan report", () => {
  it("is known by its content, whatever its name is: Trivy's own is judged, too", () => {
    expect(judged(trivy()).findings.map(({ id }) => id)).toEqual(["CVE-2099-1"]);
    expect(judged(`\uFEFF${trivy()}`).findings).toHaveLength(1);
  });

  // Proves: report-another-scanner-read
  it.each([
    ["is empty", " \n", "report-invalid", "is empty"],
    ["is cut off", trivy().slice(0, -3), "report-invalid", "is not JSON, or only a part of it"],
    ["is binary", Buffer.from([0, 1, 2, 0xff, 0x7b]), "report-invalid", "is not UTF-8"],
    ["is of nobody", '{"hello":"world"}', "report-unsupported", "trivy … --format json"],
    ["is null alone", "null", "report-unfinished", "its scanner has no report"],
    ["is a list", "[1]", "report-unsupported", "has an unknown format"],
    ["is Image Gate's own", '{"version":1,"verdict":"pass","targets":[]}', "report-unsupported", "policy test"],
    ["is an SBOM", '{"bomFormat":"CycloneDX","components":[]}', "report-unsupported", "Name it in `sbom`"],
    ["is SPDX", '{"spdxVersion":"SPDX-2.3"}', "report-unsupported", "Name it in `sbom`"],
    ["has a key twice", trivy().replace(/\}$/, ',"Results":[]}'), "report-ambiguous", "duplicate key"],
    ["has two documents", `${trivy()}\n${trivy()}`, "report-invalid", "with the report on one image"],
  ])("that %s is an error that says so", (_, content, code, text) => {
    expect(() => judged(content)).toThrow(new RegExp(`^\\[${code}\\].*${text}`));
  });

  it("of more than 500 MB is not read", () => {
    const file = join(world.workspace, "large.json");
    writeFileSync(file, "");
    truncateSync(file, 500_000_001);
    const [target] = resolveTargets({ ...none, scanReport: ["large.json"] }, REPORT_READERS, world);
    const read = () => readGivenReport(target as NonNullable<typeof target>, { reports: REPORT_READERS }, world);
    expect(read).toThrow(/^\[file-too-large\] The scan report "large\.json"/);
  });

  it.each([...SCAN_REPORTS])("of %s is read by its own reader, and by no other", (_, document) => {
    expect(REPORT_READERS.filter((reader) => reader.owns(document))).toHaveLength(1);
    expect(judged(JSON.stringify(document)).findings.length).toBeGreaterThan(0);
  });

  it.each([
    null,
    [],
    7,
    {},
    { matches: [] },
    { descriptor: null },
    { descriptor: { name: "syft" } },
    { manifest_hash: 7 },
    { status: "ok" },
    { status: "scanned", data: {} },
    { Layer: {} },
    { vulnerabilities: [] },
    { generated_at: "x", vulnerabilities: [] },
    { findings: [] },
    { findings: [{ findingArn: "x" }] },
    { findings: [7] },
    { image_summary: {} },
    { image_summary: null },
  ])("is not what only looks like one of a scanner: %j", (document) => {
    expect(REPORT_READERS.filter(({ owns }) => owns(document as never))).toEqual([]);
  });

  it("with the marks of two scanners is an error", () => {
    const documents = [...SCAN_REPORTS.values()].map((each) => JSON.stringify(each));
    const both = (one: string, other: string) => `${one.slice(0, -1)},${other.slice(1)}`;
    expect(() => judged(both(trivy(), documents[0] as string))).toThrow(
      /^\[report-unsupported\].*could be from two scanners/,
    );
    expect(() => judged(both(documents[0] as string, documents[1] as string))).toThrow(/^\[report-unsupported\].*two/);
  });

  it("of another scanner with a key twice in one object is an error as well", () => {
    const twice = about("a").replace("}", ',"rows":[]}');
    expect(() => judged(twice, { reports: readers })).toThrow(
      /^\[report-ambiguous\] The scan report has a duplicate key/,
    );
  });
});

describe("a scan report that a line checks against a digest", () => {
  // Proves: report-another-scanner-image
  it("must be of that image, where the report says of which it is", () => {
    const as = (digit: string) => ({ as: `ghcr.io/acme/app:1@${digest(digit)}` });
    expect(judged(trivy(), as("a")).findings).toHaveLength(1);
    expect(judged(trivy(), as("a")).provenance.notes).toBeUndefined();
    expect(() => judged(trivy(), as("b"))).toThrow(
      new RegExp(`^\\[report-of-another-image\\].*${digest("a")}, and not about ${digest("b")}`),
    );
  });

  it("says in a note that the report names no image", () => {
    const { provenance } = judged(trivy({ Metadata: {} }), { as: `app@${digest("b")}` });
    expect(provenance.notes).toEqual([expect.stringContaining("does not say by digest which image it is about")]);
  });
});

describe("max-report-age", () => {
  const HOUR = 3_600_000;
  const dated = (made: string | undefined, built: string | undefined): ReportReader => ({
    ...several,
    given: (...all) => {
      const scan = several.given(...all);
      return { ...scan, provenance: { ...scan.provenance, scannedAt: made, databaseUpdatedAt: built } };
    },
  });
  const aged = (made: string | undefined, built: string | undefined) => () =>
    judged(about("a"), { reports: [trivyReports, dated(made, built)], maxReportAge: 24 * HOUR });
  const recent = "2026-11-29T01:00:00Z";

  it("lets a report through if both dates are young enough", () => {
    expect(aged(recent, recent)).not.toThrow();
  });

  // Proves: report-another-scanner-image
  it.each([
    ["the report is older", "2026-11-28T11:59:00Z", recent, "report-too-old"],
    ["the database is older", recent, "2026-11-28T11:59:00Z", "report-too-old"],
    ["the report has no date", undefined, recent, "report-age-unknown"],
    ["the database has no date", recent, undefined, "report-age-unknown"],
    ["the date is none", recent, "yesterday", "report-age-unknown"],
    ["the date is ahead", "2026-11-29T14:00:00Z", recent, "report-age-unknown"],
  ])("is an error if %s", (_, made, built, code) => {
    expect(aged(made, built)).toThrow(new RegExp(`^\\[${code}\\]`));
  });

  it("cannot be promised for a Trivy report, in either input", () => {
    expect(() => judged(trivy(), { maxReportAge: HOUR * 24 })).toThrow(/^\[report-age-unknown\].*database/);
    writeFileSync(join(world.workspace, "t.json"), trivy());
    const [target] = resolveTargets({ ...none, trivyReport: ["t.json"] }, REPORT_READERS, world);
    const read = (maxReportAge?: number) =>
      readGivenReport(target as NonNullable<typeof target>, { reports: REPORT_READERS, maxAge: maxReportAge }, world);
    expect(() => read(24 * HOUR)).toThrow(/^\[report-age-unknown\]/);
    expect(read().findings).toHaveLength(1);
  });
});

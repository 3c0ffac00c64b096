import { describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { Target } from "../../src/domain/target.ts";
import { amazonReports } from "../../src/scanners/amazon/report.ts";
import { ecr, IMAGE, inspector, inspectorFinding, inspectorPackage } from "./cloud-sample.ts";

const target: Target = { kind: "trivy-report", input: "a.json", label: "a.json", file: "a.json" };
const read = (value: unknown, as?: string) =>
  amazonReports.given({ value, keys: new Keys() }, as === undefined ? target : { ...target, as }, {});
const one = (more: object = {}, ...packages: unknown[]) =>
  read(inspector([inspectorFinding({ ...more }, packages.length > 0 ? packages : undefined)])).findings;
const OTHER = `sha256:${"b".repeat(64)}`;

describe("a finding of Amazon Inspector", () => {
  it.each([
    ["list-findings", inspector()],
    ["ECR's enhanced scanning", ecr()],
  ])("is one for each package, out of the answer of %s", (_, value) => {
    expect(amazonReports.owns(value)).toBe(true);
    expect(amazonReports.digests?.(value)).toEqual([IMAGE]);
    expect(read(value)).toMatchObject({
      artifact: { claims: ["app:1.2"], os: { family: "debian", name: "12" } },
      findings: [
        {
          id: "CVE-2099-0001",
          severity: "HIGH",
          fixedVersions: ["3.0.99-1"],
          package: { version: "3.0.11-1", purl: "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12" },
        },
      ],
    });
    expect(read(value).coverage?.gaps).toEqual([]);
  });

  it("has its place, its ecosystem and no fix that is not available", () => {
    const python = inspectorPackage({
      name: "requests",
      version: "2.31.0",
      release: undefined,
      packageManager: "PYTHONPKG",
      filePath: "/app/requests-2.31.0.dist-info/METADATA",
      fixedInVersion: "NotAvailable",
    });
    expect(one({}, python, inspectorPackage({ epoch: 2 }))).toMatchObject([
      {
        path: "app/requests-2.31.0.dist-info/METADATA",
        fixedVersions: [],
        status: "unknown",
        package: { type: "pypi", purl: "pkg:pypi/requests@2.31.0" },
      },
      { package: { version: "2:3.0.11-1" } },
    ]);
  });

  it.each([
    ["INFORMATIONAL", 0, "LOW"],
    ["UNTRIAGED", 9.1, "CRITICAL"],
    ["UNTRIAGED", undefined, "UNKNOWN"],
    ["CRITICAL", 1, "CRITICAL"],
  ])("of the severity %s with the score %s is %s", (severity, inspectorScore, expected) => {
    expect(one({ severity, inspectorScore })[0]?.severity).toBe(expected);
  });

  it("that is suppressed shows that Amazon knows the distribution, and a closed one does not: its image may be gone", () => {
    const gapsOf = (status: string) => read(inspector([inspectorFinding({ status })])).coverage?.gaps;
    expect(gapsOf("SUPPRESSED")).toEqual([]);
    expect(gapsOf("CLOSED")).toMatchObject([{ code: "os-unknown" }]);
  });

  it("counts if it is active; suppressed ones are noted, closed ones left out, and any other state is an error", () => {
    const states = ["ACTIVE", "SUPPRESSED", "CLOSED"].map((status) => inspectorFinding({ status }));
    const { findings, suppressed } = read(inspector(states));
    expect([findings.length, suppressed]).toEqual([1, 1]);
    expect(() => one({ status: "HIDDEN" })).toThrow(/^\[report-invalid\].*status/);
    expect(() => one({ severity: "AWFUL" })).toThrow(/^\[report-invalid\]/);
  });
});

it("counts a finding of Amazon's that names no package, and says that a fix has no version", () => {
  expect(read(inspector([inspectorFinding(), inspectorFinding({}, [])])).findings).toMatchObject([
    { id: "CVE-2099-0001" },
    { id: "CVE-2099-0001", severity: "HIGH", package: undefined },
  ]);
  const unread = inspectorFinding({ fixAvailable: "YES" }, [inspectorPackage({ fixedInVersion: "NotAvailable" })]);
  expect(read(inspector([unread])).provenance.notes).toContain(
    "1 of the rows name a fix that is not a version; they count as having none.",
  );
  const network = inspectorFinding({ type: "NETWORK_REACHABILITY", packageVulnerabilityDetails: undefined });
  expect(read(inspector([inspectorFinding(), network])).provenance.notes).toContain(
    "1 of the findings are not about packages and were left out.",
  );
});

describe("an answer of Amazon's", () => {
  it("that does not name the image that the line names is not read as one without findings", () => {
    const elsewhere = inspector([inspectorFinding({ resources: [{ type: "AWS_EC2_INSTANCE", details: {} }] })]);
    expect(() => read(elsewhere, `app@${IMAGE}`)).toThrow(/^\[report-not-chosen\]/);
    const resources = [
      ...inspectorFinding({}, undefined, { imageHash: OTHER }).resources,
      ...inspectorFinding().resources,
    ];
    expect(read(inspector([inspectorFinding({ resources })]), `app@${IMAGE}`).findings).toHaveLength(1);
  });

  it("on several images is read for the one that the line names, and is an error without", () => {
    const two = inspector([inspectorFinding(), inspectorFinding({ severity: "LOW" }, undefined, { imageHash: OTHER })]);
    expect(amazonReports.digests?.(two)).toEqual([IMAGE, OTHER]);
    expect(read(two, `app@${OTHER}`).findings.map(({ severity }) => severity)).toEqual(["LOW"]);
    expect(() => read(two)).toThrow(/^\[report-not-chosen\].*2 resources/);
    expect(() => read(inspector([inspectorFinding({ resources: [] })]))).toThrow(/^\[report-not-chosen\]/);
  });

  it.each([
    ["has more pages", inspector(undefined, { nextToken: "x" }), "report-unfinished"],
    ["was cut off by the command line", inspector(undefined, { NextToken: "x" }), "report-unfinished"],
    [
      "lists fewer findings than it counts",
      ecr(undefined, {
        imageScanFindings: { findingSeverityCounts: { HIGH: 1, LOW: 1 }, enhancedFindings: [inspectorFinding()] },
      }),
      "report-unfinished",
    ],
    [
      "has a finding without its details",
      inspector([inspectorFinding({ packageVulnerabilityDetails: null })]),
      "report-invalid",
    ],
    ["has more pages of ECR", ecr(undefined, { nextToken: "x" }), "report-unfinished"],
    ["is of a scan in progress", ecr(undefined, { imageScanStatus: { status: "IN_PROGRESS" } }), "report-unfinished"],
    ["is of a scan that failed", ecr(undefined, { imageScanStatus: { status: "FAILED" } }), "report-unfinished"],
    ["is of a scan without a status", ecr(undefined, { imageScanStatus: undefined }), "report-unfinished"],
    ["is of a basic scan", ecr(undefined, { imageScanFindings: { findings: [] } }), "report-invalid"],
  ])("that %s is an error", (_, value, code) => {
    expect(amazonReports.owns(value)).toBe(true);
    expect(() => read(value)).toThrow(new RegExp(`^\\[${code}\\] The report of Amazon Inspector`));
  });

  it("without findings is a gap, as nothing shows that Amazon knows the distribution", () => {
    expect(read(ecr([])).coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
    const platform = { platform: "GENTOO_2" };
    const nvd = inspectorFinding({}, undefined, platform);
    const details = { ...nvd.packageVulnerabilityDetails, source: "NVD" };
    expect(read(inspector([{ ...nvd, packageVulnerabilityDetails: details }])).coverage?.gaps).toMatchObject([
      { code: "os-unknown" },
    ]);
  });

  it("of ECR has both dates; Inspector's has none, which a note says", () => {
    expect(read(ecr()).provenance).toMatchObject({
      scannedAt: "2026-11-28T09:00:00.000Z",
      databaseUpdatedAt: "2026-11-28T08:00:00.000Z",
      notes: [],
    });
    expect(read(inspector()).provenance.notes?.[0]).toContain("no date of itself or of its database");
  });

  it("is not found in other documents", () => {
    for (const document of [null, [], {}, { findings: [] }, { findings: [{ findingArn: "x" }] }, { findings: [7] }])
      expect(amazonReports.owns(document)).toBe(false);
  });
});

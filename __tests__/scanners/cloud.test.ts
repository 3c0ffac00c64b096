import { describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { Target } from "../../src/domain/target.ts";
import { amazonReports } from "../../src/scanners/amazon/report.ts";
import { googleReports } from "../../src/scanners/google/report.ts";
import {
  ecr,
  google,
  googleIssue,
  googleOccurrence,
  IMAGE,
  inspector,
  inspectorFinding,
  inspectorPackage,
} from "./cloud-sample.ts";

describe("Amazon", () => {
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
      const two = inspector([
        inspectorFinding(),
        inspectorFinding({ severity: "LOW" }, undefined, { imageHash: OTHER }),
      ]);
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
  });
});

describe("Google", () => {
  const target: Target = { kind: "trivy-report", input: "g.json", label: "g.json", file: "g.json" };
  const read = (value: unknown) => googleReports.given({ value, keys: new Keys() }, target, {});
  const one = (vulnerability: object, ...issues: unknown[]) =>
    read(google({ X: [googleOccurrence({ ...vulnerability }, ...issues)] })).findings;

  describe("a finding of Google's", () => {
    it("is one for each package issue, in whatever group it is", () => {
      const go = googleIssue({
        affectedPackage: "go",
        affectedVersion: { fullName: "1.17.6", kind: "NORMAL" },
        packageType: "GO_STDLIB",
        fileLocation: [{ filePath: "/usr/bin/app" }],
        effectiveSeverity: "CRITICAL",
      });
      expect(one({}, googleIssue(), go)).toMatchObject([
        {
          id: "CVE-2099-0001",
          severity: "LOW",
          fixedVersions: ["3.0.99-1"],
          package: { name: "openssl", purl: "pkg:deb/debian/openssl@3.0.11-1?distro=debian-12" },
        },
        { severity: "CRITICAL", path: "usr/bin/app", package: { name: "go", type: "go" } },
      ]);
    });

    it("has the effective severity, which is the distribution's, and the scores' only without it", () => {
      const unspecified = "SEVERITY_UNSPECIFIED";
      const issue = (effectiveSeverity: string | undefined) => googleIssue({ effectiveSeverity });
      expect(one({}, issue("MINIMAL"))[0]?.severity).toBe("LOW");
      expect(one({ effectiveSeverity: "HIGH" }, issue(undefined))[0]?.severity).toBe("HIGH");
      expect(one({ effectiveSeverity: unspecified }, issue(unspecified))[0]?.severity).toBe("CRITICAL");
      expect(one({ effectiveSeverity: unspecified, severity: unspecified }, issue(unspecified))[0]?.severity).toBe(
        "UNKNOWN",
      );
      const unrated = { effectiveSeverity: unspecified, severity: unspecified, cvssScore: 9.8 };
      expect(one(unrated, issue(unspecified))[0]?.severity).toBe("CRITICAL");
      expect(() => one({}, issue("AWFUL"))).toThrow(/^\[report-invalid\]/);
    });

    it("has no fix if its version is the highest there is", () => {
      expect(one({}, googleIssue({ fixedVersion: { kind: "MAXIMUM" } }))).toMatchObject([{ fixedVersions: [] }]);
      const words = google({
        X: [googleOccurrence({}, googleIssue({ fixedVersion: { fullName: "see the advisory" } }))],
      });
      expect(read(words).provenance.notes).toContain(
        "1 of the rows name a fix that is not a version; they count as having none.",
      );
      expect(one({}, googleIssue({ fixedVersion: undefined }))).toMatchObject([
        { fixedVersions: [], status: "unknown" },
      ]);
    });
  });

  describe("an answer of Google's", () => {
    it("names its image by digest and its date", () => {
      expect(googleReports.owns(google())).toBe(true);
      expect(googleReports.digests?.(google())).toEqual([IMAGE]);
      expect(read(google())).toMatchObject({
        artifact: { claims: ["europe-docker.pkg.dev/acme/app/app"], referenceDigest: IMAGE },
        provenance: { scannedAt: "2026-11-28T10:00:00.358Z" },
      });
      expect(read(google()).coverage?.gaps).toEqual([]);
    });

    // Proves: report-another-scanner-read
    it("that lists fewer vulnerabilities than it counts is unfinished", () => {
      const counted = (total_vulnerability_found: number, vulnerabilities?: object) =>
        google(undefined, { package_vulnerability_summary: { total_vulnerability_found, vulnerabilities } });
      expect(read(counted(1, { LOW: [googleOccurrence()] })).findings).toHaveLength(1);
      expect(() => read(counted(1))).toThrow(/^\[report-unfinished\].*`total_vulnerability_found`/);
      expect(() => read(counted(2, { LOW: [googleOccurrence()] }))).toThrow(/^\[report-unfinished\]/);
    });

    const state = (analysisStatus: string) => ({
      discovery_summary: { discovery: [{ discovery: { analysisStatus } }] },
    });
    it.each([
      ["is pending", state("PENDING")],
      ["has failed", state("FINISHED_FAILED")],
      ["is of an image that is not supported", state("FINISHED_UNSUPPORTED")],
      ["has no discovery", { discovery_summary: undefined }],
      ["was asked for without its vulnerabilities", { package_vulnerability_summary: undefined }],
    ])("that %s is an error", (_, more) => {
      expect(() => read(google(undefined, more))).toThrow(/^\[report-unfinished\] The report of Google/);
    });

    it.each(["FINISHED_FAILED", "FINISHED_UNSUPPORTED"])(
      "in the state %s says to scan it here if no waiting helps",
      (word) => {
        expect(() => read(google(undefined, state(word)))).toThrow(
          new RegExp(`"${word}".*cannot scan the image, scan it here`),
        );
      },
    );

    it("without findings is a gap, as nothing shows that Google knows the distribution", () => {
      expect(read(google({})).coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
      expect(read(google(null)).coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
    });
  });
});

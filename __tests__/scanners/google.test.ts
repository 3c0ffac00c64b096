import { describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { Target } from "../../src/domain/target.ts";
import { googleReports } from "../../src/scanners/google/report.ts";
import { google, googleIssue, googleOccurrence, IMAGE } from "./cloud-sample.ts";

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
    expect(one({}, googleIssue({ fixedVersion: undefined }))).toMatchObject([{ fixedVersions: [], status: "unknown" }]);
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

  const state = (analysisStatus: string) => ({ discovery_summary: { discovery: [{ discovery: { analysisStatus } }] } });
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

  it("is not found in other documents", () => {
    for (const document of [null, [], {}, { image_summary: {} }, { image_summary: null }])
      expect(googleReports.owns(document)).toBe(false);
  });
});

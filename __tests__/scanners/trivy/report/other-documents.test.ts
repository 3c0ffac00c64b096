import { describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { givenDocument } from "../../../../src/scan/scan-report.ts";
import { trivyReports } from "../../../../src/scanners/trivy/report/given.ts";

const target: Target = { kind: "trivy-report", input: "r.json", label: "r.json" };
const given = (document: unknown) =>
  trivyReports.given(givenDocument(Buffer.from(JSON.stringify(document))), target, {});

const row = { VulnerabilityID: "CVE-2099-1", PkgName: "x", InstalledVersion: "1", Severity: "HIGH" };
const results = [{ Target: "app (debian 12.8)", Type: "debian", Vulnerabilities: [row] }];
const resource = {
  apiVersion: "aquasecurity.github.io/v1alpha1",
  kind: "VulnerabilityReport",
  metadata: { name: "x" },
};

describe("a document that is not a report of Trivy's on one target", () => {
  it.each<[string, unknown]>([
    ["a cluster", { ClusterName: "prod", Resources: [{ Kind: "Pod", Results: results }] }],
    ["a cluster of 2022", { ClusterName: "prod", Vulnerabilities: [{ Results: results }] }],
    ["the operator's resource", resource],
    ["what kubectl lists", { apiVersion: "v1", kind: "List", items: [resource] }],
    ["its resources by kind", { "sbomreports.aquasecurity.github.io": [] }],
    ["a compliance report", { ID: "docker-cis", Title: "CIS", Results: [{ ID: "4.1" }] }],
    ["SARIF", { version: "2.1.0", runs: [] }],
    ["CycloneDX", { bomFormat: "CycloneDX", components: [] }],
    ["SPDX", { spdxVersion: "SPDX-2.3", packages: [] }],
    ["a report without its version", { ArtifactName: "app", ArtifactType: "container_image", Results: results }],
  ])("is refused, with what to do: %s", (_, document) => {
    const refused = () => given(document);
    expect(refused).toThrow(/^\[report-unsupported\] The Trivy report has no SchemaVersion/);
    expect(refused).toThrow(/--format json`\. [A-Z][^\n]+\.$/);
  });

  it.each([
    [{ SchemaVersion: 2, ClusterName: "prod", Findings: [] }],
    [{ SchemaVersion: 0, ID: "docker-cis", SummaryControls: [] }],
  ])("is refused as well with a version: %j", (document) => {
    expect(() => given(document)).toThrow(/^\[report-(?:invalid|schema-unknown)\]/);
  });

  it("is quoted in no message", () => {
    const kind = "Report of a stranger::error::x";
    expect(() => given({ ...resource, kind })).toThrow(/^(?!.*stranger).*single target/);
  });

  it("is refused as a baseline, too", () => {
    expect(() => trivyReports.earlier?.(resource, target)).toThrow(/^\[report-unsupported\]/);
  });
});

describe("an unknown document", () => {
  it.each([[[]], [[1]], [["x"]], [results], ["text"], [7], [null]])("is refused as no report: %j", (document) => {
    expect(() => given(document)).toThrow(/^\[report-unsupported\] The Trivy report has no SchemaVersion/);
  });
});

it("a report stays one, whatever other keys it has", () => {
  const report = { SchemaVersion: 2, ArtifactName: "app", ArtifactType: "container_image", Results: results };
  const keys = { ClusterName: "prod", ID: "x", Title: "y", runs: [], bomFormat: "CycloneDX", apiVersion: "v1" };
  expect(given({ ...report, ...keys }).findings.map(({ id }) => id)).toEqual(["CVE-2099-1"]);
});

describe("a given report without lists of packages (Trivy's default before 0.67)", () => {
  const report = (more: object) =>
    given({ SchemaVersion: 2, ArtifactName: "app", ArtifactType: "container_image", ...more });

  it("does not tell how many there are, and nothing calls them none", () => {
    const jars = { Target: "Java", Class: "lang-pkgs", Type: "jar", Vulnerabilities: [row] };
    const { artifact, coverage, findings } = report({ Results: [{ ...results[0], Class: "os-pkgs" }, jars] });
    expect(findings).toHaveLength(2);
    expect(artifact.packages).toBeUndefined();
    expect(coverage?.rows.map(({ subject, status }) => `${subject}: ${status}`)).toEqual(
      expect.arrayContaining(["Packages: not-known", "jar: not-known"]),
    );
  });

  it("does not either if it has no results at all", () => {
    expect(report({}).artifact.packages).toBeUndefined();
  });

  it("is distinguished from one that lists them", () => {
    const listed = { ...results[0], Class: "os-pkgs", Packages: [{ Name: "x", Version: "1" }] };
    expect(report({ Metadata: { OS: { Family: "debian", Name: "12.8" } }, Results: [listed] }).artifact.packages).toBe(
      1,
    );
  });
});

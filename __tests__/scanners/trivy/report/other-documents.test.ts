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
  it.each<[string, unknown, RegExp]>([
    ["a cluster", { ClusterName: "prod", Resources: [{ Kind: "Pod", Results: results }] }, /Kubernetes cluster/],
    ["a cluster, in short", { SchemaVersion: 2, ClusterName: "prod", Findings: [] }, /Kubernetes cluster/],
    ["a cluster of 2022", { ClusterName: "prod", Vulnerabilities: [{ Results: results }] }, /Kubernetes cluster/],
    ["results alone", results, /list of results, as Trivy before 0\.20/],
    ["the operator's resource", resource, /Trivy Operator/],
    ["several of its resources", [{ ...resource, kind: "ConfigAuditReport" }], /Trivy Operator/],
    ["what kubectl lists", { apiVersion: "v1", kind: "List", items: [resource] }, /Trivy Operator/],
    ["its resources by kind", { "sbomreports.aquasecurity.github.io": [] }, /Trivy Operator/],
    ["a compliance report", { ID: "docker-cis", Title: "CIS", Results: [{ ID: "4.1" }] }, /compliance report/],
    ["a short one", { SchemaVersion: 0, ID: "docker-cis", SummaryControls: [] }, /compliance report/],
    ["SARIF", { version: "2.1.0", runs: [] }, /SARIF/],
    ["CycloneDX", { bomFormat: "CycloneDX", components: [] }, /SBOM/],
    ["SPDX", { spdxVersion: "SPDX-2.3", packages: [] }, /SBOM/],
  ])("is refused by name, with what to do: %s", (_, document, name) => {
    const refused = () => given(document);
    expect(refused).toThrow(/^\[report-unsupported\] The Trivy report is /);
    expect(refused).toThrow(name);
    // A sentence for what happened, and one for what to do.
    expect(refused).toThrow(/[a-z)]\. [A-Z][^\n]+\.$/);
  });

  it("is quoted in no message", () => {
    const kind = "Report of a stranger::error::x";
    expect(() => given({ ...resource, kind })).toThrow(/^(?!.*stranger).*Trivy Operator/);
  });

  it("is refused as a baseline, too", () => {
    expect(() => trivyReports.earlier?.(results, target)).toThrow(/^\[report-unsupported\]/);
  });
});

describe("an unknown document", () => {
  it.each([[[]], [[1]], [["x"]], [[{ a: 1 }]], ["text"], [7], [null]])("is refused as no report: %j", (document) => {
    expect(() => given(document)).toThrow(/^\[report-invalid\] The Trivy report is not a JSON object/);
  });

  it("is refused as no report without its version", () => {
    expect(() => given({ ArtifactName: "app", Results: results })).toThrow(/^\[report-invalid\] .* no SchemaVersion/);
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

  it("is told from one that lists them", () => {
    const listed = { ...results[0], Class: "os-pkgs", Packages: [{ Name: "x", Version: "1" }] };
    expect(report({ Metadata: { OS: { Family: "debian", Name: "12.8" } }, Results: [listed] }).artifact.packages).toBe(
      1,
    );
  });
});

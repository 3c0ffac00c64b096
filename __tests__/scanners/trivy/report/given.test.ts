import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { givenDocument, readGivenReport } from "../../../../src/scan/scan-report.ts";
import { trivyReports } from "../../../../src/scanners/trivy/report/given.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { goJson } from "../reports.ts";
import { testWorld } from "../world.ts";

const folder = temporaryFolder("given-word");
const world = testWorld(folder.path);
afterAll(() => folder.remove());

const row = { VulnerabilityID: "CVE-2099-1", PkgName: "x", Severity: "HIGH" };
const base = { SchemaVersion: 2, ArtifactName: "ghcr.io/acme/app:1", ArtifactType: "container_image" };
const withRows = (...Vulnerabilities: object[]) => ({ ...base, Results: [{ Target: "a", Vulnerabilities }] });
const layer = (digit: string) => `sha256:${digit.repeat(64)}`;

function read(report: object | string) {
  writeFileSync(join(world.workspace, "r.json"), typeof report === "string" ? report : JSON.stringify(report, null, 2));
  return readGivenReport(
    { kind: "trivy-report", input: "r.json", label: "r.json" },
    { reports: [trivyReports] },
    world,
  );
}

// Proves: report-another-scanner-read
it("a given report in which nothing shows that Trivy recognised anything in the image is a gap", () => {
  const codes = (more: object) => read({ ...base, ...more }).coverage?.gaps.map(({ code }) => code);
  // As Trivy writes it about an image of a distribution that it does not know.
  expect(codes({})).toEqual(["os-unknown"]);
  expect(codes({ Results: null, Metadata: {} })).toEqual(["os-unknown"]);
  expect(codes({ Results: [{ Target: "app", Class: "lang-pkgs", Type: "gobinary" }] })).toEqual([]);
  expect(codes({ ArtifactType: "filesystem" })).toEqual([]);
});

describe("a given report that can be read in two ways", () => {
  // Proves: given-report-says-one
  it.each([
    ["a second, empty list of results", '"Results": []'],
    ["results spelt otherwise", '"\\u0052esults": []'],
    ["results in another case, which Go takes for the same", '"results": []'],
    ["results with a letter that Go takes for an s", '"Re\u017fults": []'],
  ])("is an error: %s", (_, more) => {
    const text = JSON.stringify(withRows(row)).replace(/\}$/, `, ${more}}`);
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => read(text)).toThrow(/^\[report-ambiguous\]/);
  });

  it("is an error if a row has two severities, and the line is named", () => {
    const text = JSON.stringify(withRows(row), null, 2).replace(/("Severity": )"HIGH"/, '$1"CRITICAL",\n$1"LOW"');
    expect(() => read(text)).toThrow(/has a duplicate key in one object, at line 13,/);
  });

  it("is seen in a list that no reader uses, too", () => {
    const text = goJson({ ...base, Results: [{ Target: "a", Vulnerabilities: [row], Others: [row] }] }).toString();
    expect(read(text).findings).toHaveLength(1);
    const last = text.lastIndexOf('"Severity"');
    expect(() => read(`${text.slice(0, last)}"Severity": "LOW",\n          ${text.slice(last)}`)).toThrow(
      /has a duplicate key in one object, at line/,
    );
  });

  it("is an error if a list has the name of a field", () => {
    const text = goJson({ ...base, Results: [{ Target: "a", Class: "os-pkgs", Others: [row] }] }).toString();
    for (const name of ["Target", "Class"])
      expect(() => read(text.replace("Others", name))).toThrow(/has a duplicate key in one object, at line 9,/);
  });

  it("is an error if a result has its rows in another case as well", () => {
    const report = { ...base, Results: [{ Target: "a", vulnerabilities: [row] }] };
    expect(() => read(report)).toThrow(/has a key that only some programs read as "Vulnerabilities"/);
  });

  it("is an error if a row has a key in another case, which could hide that there is a fix", () => {
    const report = withRows(row, { ...row, fixedVersion: "2" });
    expect(() => read(report)).toThrow(/has a key that only some programs read as "FixedVersion"/);
  });
});

describe("a given report with a part that is longer than Node's longest string", () => {
  it("is too large, and no fault of ours", () => {
    const bytes = goJson(withRows(row));
    // Half a gigabyte would take seconds.
    vi.spyOn(TextDecoder.prototype, "decode").mockImplementationOnce(() => {
      throw Object.assign(new Error("Cannot create a string"), { code: "ERR_STRING_TOO_LONG" });
    });
    const target = { kind: "trivy-report", input: "r.json", label: "r.json" } as const;
    expect(() => trivyReports.given(givenDocument(bytes), target, {})).toThrow(/^\[report-too-large\]/);
  });
});

describe("a row's severity in a given report", () => {
  it.each([undefined, "", "NEGLIGIBLE", "CRITICAL ", "critica\u0131"])(
    "must be one of Trivy's, which %j is not",
    (Severity) => {
      expect(() => read(withRows(row, { ...row, Severity }))).toThrow(
        /^\[report-invalid\] .* severity.* at "Results\.0\.Vulnerabilities\.1\.Severity"/,
      );
    },
  );

  it("may be UNKNOWN, and in whichever case", () => {
    const { findings } = read(withRows({ ...row, Severity: "UNKNOWN" }, { ...row, Severity: "critical" }));
    expect(findings.map(({ severity }) => severity)).toEqual(["UNKNOWN", "CRITICAL"]);
  });

  // Proves: given-report-says-one
  it.each([
    ["Misconfigurations", { ID: "DS-0001", Status: "FAIL" }],
    ["Secrets", { RuleID: "github-pat" }],
    ["Licenses", { Name: "GPL-3.0" }],
  ])("must be there for all kinds: %s", (kind, one) => {
    expect(() => read({ ...base, Results: [{ Target: "a", [kind]: [one] }] })).toThrow(/has no severity at "Results/);
  });
});

describe("a given report of more than one image", () => {
  const digest = (digit: string) => `ghcr.io/acme/app@${layer(digit)}`;
  // Proves: given-report-says-one
  it.each([
    [
      "whose name has another digest than its image",
      { ArtifactName: digest("a"), Metadata: { RepoDigests: [digest("b")] } },
    ],
    [
      "whose configuration has other layers",
      { Metadata: { DiffIDs: [layer("a")], ImageConfig: { rootfs: { diff_ids: [layer("b")] } } } },
    ],
    [
      "with findings in a layer that the image does not have",
      {
        Metadata: { DiffIDs: [layer("a")] },
        Results: [{ Target: "a", Vulnerabilities: [{ ...row, Layer: { DiffID: layer("b") } }] }],
      },
    ],
  ])("is an error: %s", (_, more) => {
    expect(() => read({ ...base, ...more })).toThrow(/^\[report-contradictory\]/);
  });

  it("is not seen if all agrees", () => {
    const Metadata = {
      RepoDigests: [digest("b"), digest("a")],
      DiffIDs: [layer("c")],
      ImageConfig: { rootfs: { diff_ids: [layer("c")] } },
    };
    const Results = [{ Target: "a", Vulnerabilities: [{ ...row, Layer: { DiffID: layer("c") } }] }];
    expect(read({ ...base, ArtifactName: digest("a"), Metadata, Results }).findings).toHaveLength(1);
  });
});

describe("other documents", () => {
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
      expect(
        report({ Metadata: { OS: { Family: "debian", Name: "12.8" } }, Results: [listed] }).artifact.packages,
      ).toBe(1);
    });
  });
});

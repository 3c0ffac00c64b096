import { describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { packagesReport } from "../../../../src/scanners/trivy/report/packages.ts";

const IMAGE: Target = { kind: "image", input: "/builds/acme/app.tar", label: "app.tar" };
const REPORT = {
  SchemaVersion: 2,
  CreatedAt: "2026-11-24T15:00:00Z",
  ArtifactName: "/builds/acme/app.tar",
  ArtifactType: "container_image",
  Metadata: {
    OS: { Family: "debian", Name: "12.8" },
    ImageConfig: {
      config: { Env: ["TOKEN=secret-1"], Labels: { a: "b" } },
      history: [{ created_by: "ENV T=secret-2" }],
    },
  },
  Results: [
    {
      Target: "/builds/acme/app.tar (debian 12.8)",
      Class: "os-pkgs",
      Type: "debian",
      Packages: [
        { Name: "bash", Version: "5", Licenses: ["GPL"], InstalledFiles: ["/bin/bash"], Identifier: { UID: "1" } },
      ],
      Vulnerabilities: [{ VulnerabilityID: "CVE-2024-1" }],
    },
    { Target: "Python", Class: "lang-pkgs", Type: "python-pkg" },
    { Target: ".env", Class: "secret", Secrets: [{ RuleID: "x", Match: "secret-3" }] },
    { Target: "OS Packages", Class: "license", Licenses: [{ Name: "GPL" }] },
  ],
};
const cut = (report: object, target = IMAGE) => JSON.parse(packagesReport(parse(JSON.stringify(report)), target));

describe("a report cut to its packages", () => {
  it("has what an SBOM is made of, and neither findings, secrets nor the runner's paths", () => {
    const made = cut(REPORT);
    expect(made).toMatchObject({ SchemaVersion: 2, ArtifactName: "app.tar", ArtifactType: "container_image" });
    expect(made.Results).toEqual([
      {
        Target: "app.tar (debian 12.8)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ Name: "bash", Version: "5", Licenses: ["GPL"], Identifier: { UID: "1" } }],
      },
      { Target: "Python", Class: "lang-pkgs", Type: "python-pkg", Packages: [] },
    ]);
    expect(made.Metadata.ImageConfig.config.Labels).toEqual({ a: "b" });
    expect(JSON.stringify(made)).not.toMatch(/secret-\d|\/home\/runner|CVE-2024-1/);
  });

  it("leaves a reference as it is, and of a path in a given report its last part", () => {
    const name = "ghcr.io/acme/app:1.0";
    expect(cut({ ...REPORT, ArtifactName: name }, { ...IMAGE, label: "x (linux/arm64)" }).ArtifactName).toBe(name);
    const given: Target = { kind: "trivy-report", input: "report.json", label: "report.json" };
    expect(cut({ ...REPORT, ArtifactName: name }, given).ArtifactName).toBe(name);
    const made = cut(REPORT, given);
    expect([made.ArtifactName, made.Results[0].Target]).toEqual(["app.tar", "app.tar (debian 12.8)"]);
    const windows = "D:\\a\\app\\app.tar";
    expect(cut({ ...REPORT, ArtifactName: windows }, given).ArtifactName).toBe("app.tar");
  });

  it("of an image without anything is one without anything", () => {
    expect(cut({ SchemaVersion: 2, ArtifactName: "x", ArtifactType: "container_image" }).Results).toEqual([]);
  });
});

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { type ImageNaming, nameReport } from "../../../../src/scanners/trivy/report/naming.ts";
import { packagesReport } from "../../../../src/scanners/trivy/report/packages.ts";
import { requireBoundedConfig, sanitize, writeSanitized } from "../../../../src/scanners/trivy/report/sanitize.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { goJson, report, SECRET } from "../reports.ts";

const folder = temporaryFolder("sanitize");
afterAll(() => folder.remove());
const file = join(folder.path, "report.json");

/** The content of the written file. */
function written(bytes: Buffer): string {
  writeSanitized(JSON.parse(bytes.toString()), file);
  return readFileSync(file, "utf8");
}

describe("Trivy's JSON without what must not leave the job", () => {
  it("is written in pieces as it is at once", () => {
    fc.assert(
      fc.property(report(false), fc.constantFrom(1, 300), (value, times) => {
        const { Results: results = [] } = value as { readonly Results?: readonly object[] };
        const many = results.map((result) =>
          Object.fromEntries(
            Object.entries(result).map(([key, rows]) => [
              key,
              Array.isArray(rows) ? Array.from({ length: times }, () => rows).flat() : rows,
            ]),
          ),
        );
        const whole = JSON.parse(JSON.stringify({ ...value, Results: many }));
        const text = written(goJson(whole));
        sanitize(whole);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["no results", { SchemaVersion: 2 }],
    ["empty results", { SchemaVersion: 2, Results: [] }],
    ["results of other kinds", { Results: [null, 3, {}, [], { Target: "a" }, { Rows: [] }] }],
    ["a list alone", [1]],
  ])("may have %s", (_, value) => {
    expect(JSON.parse(written(goJson(value)))).toEqual(value);
  });

  it("loses Trivy's ids of findings and of the artifact, which depend on the image's name", () => {
    const rows = [{ VulnerabilityID: "CVE-1", Fingerprint: "sha256:1" }];
    const Results = [{ Vulnerabilities: rows, ExperimentalModifiedFindings: [{ Finding: rows[0] }] }];
    const text = written(goJson({ ArtifactID: "sha256:2", ReportID: "3", Results }));
    expect(JSON.parse(text)).toEqual({
      ReportID: "3",
      Results: [
        {
          Vulnerabilities: [{ VulnerabilityID: "CVE-1" }],
          ExperimentalModifiedFindings: [{ Finding: { VulnerabilityID: "CVE-1" } }],
        },
      ],
    });
  });

  // Proves: build-arguments-environment-variables
  it("has none of the secrets left, in any part", () => {
    fc.assert(
      fc.property(report(true), (value) => {
        expect(written(goJson(value))).not.toContain(SECRET);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps everything else", () => {
    const value = {
      SchemaVersion: 2,
      ArtifactType: "container_image",
      Metadata: {
        ImageID: "sha256:1",
        ImageConfig: {
          architecture: "amd64",
          config: { Env: ["A=b"], Cmd: ["x"], Labels: { a: "b" } },
          history: [{ created_by: "RUN /bin/sh -c make # buildkit", comment: "c" }],
          rootfs: { diff_ids: ["sha256:a"] },
        },
      },
      Results: [{ Target: "x", Secrets: [{ RuleID: "r", Match: "m", Code: { Lines: [] }, StartLine: 3 }] }],
    };
    expect(JSON.parse(written(goJson(value)))).toEqual({
      ...value,
      Metadata: {
        ImageID: "sha256:1",
        ImageConfig: {
          architecture: "amd64",
          config: { Cmd: ["x"], Labels: { a: "b" } },
          history: [{ created_by: "RUN make", comment: "c" }],
          rootfs: { diff_ids: ["sha256:a"] },
        },
      },
      Results: [{ Target: "x", Secrets: [{ RuleID: "r", StartLine: 3 }] }],
    });
  });

  it("loses what a misconfiguration quotes, also of a suppressed one, and keeps its place", () => {
    const line = {
      Number: 2,
      Content: `ENV TOKEN=${SECRET}`,
      Highlighted: `\u001b[0mENV TOKEN=${SECRET}`,
      IsCause: true,
    };
    const place = { Provider: "Dockerfile", Service: "general", StartLine: 2, EndLine: 2 };
    const kept = {
      Type: "Dockerfile Security Check",
      ID: "DS-0031",
      Title: "Secrets passed",
      Severity: "CRITICAL",
      Status: "FAIL",
    };
    const row = {
      ...kept,
      Message: `RUN instruction should not have '${SECRET}'`,
      Traces: [SECRET],
      CauseMetadata: {
        ...place,
        Code: { Lines: [line] },
        RenderedCause: { Raw: SECRET, Highlighted: SECRET },
        Occurrences: [{ Resource: SECRET, Filename: "Dockerfile" }],
      },
    };
    const secret = { RuleID: "r", StartLine: 1, Match: SECRET, Code: { Lines: [line] } };
    const results = (misconfiguration: object, bySecret: object) => [
      {
        Target: "Dockerfile",
        Class: "config",
        Type: "dockerfile",
        Misconfigurations: [misconfiguration],
        ExperimentalModifiedFindings: [
          { Type: "misconfiguration", Status: "ignored", Finding: misconfiguration },
          { Type: "secret", Status: "ignored", Finding: bySecret },
        ],
      },
    ];
    const value = { SchemaVersion: 2, ArtifactType: "filesystem", Results: results(row, secret) };
    const text = written(goJson(value));
    expect(text).not.toContain(SECRET);
    expect(JSON.parse(text).Results).toEqual(results({ ...kept, CauseMetadata: place }, { RuleID: "r", StartLine: 1 }));
  });

  // Proves: build-arguments-environment-variables
  it("loses secrets in commands, health checks, folders and labels of the configuration, and other text stays", () => {
    const config = {
      Cmd: ["app", "--password", SECRET],
      Entrypoint: ["sh", "-c", `curl -u me:${SECRET} x`],
      Healthcheck: { Test: ["CMD-SHELL", `curl -H 'X-Api-Key: ${SECRET}' localhost`], Interval: 3 },
      WorkingDir: `/srv/ghp_${SECRET}${SECRET}`,
      Labels: { "deploy.token": SECRET, url: `https://me:${SECRET}@x`, title: "App" },
      OnBuild: [`RUN curl -u me:${SECRET} x`],
    };
    const history = [{ created_by: `HEALTHCHECK CMD curl -u me:${SECRET} x`, comment: `https://me:${SECRET}@x` }];
    const value = { SchemaVersion: 2, ArtifactType: "x", Metadata: { ImageConfig: { config, history } } };
    for (const bytes of [goJson(value), Buffer.from(JSON.stringify(value))]) {
      const text = written(bytes);
      expect(text).not.toContain(SECRET);
      expect(JSON.parse(text).Metadata.ImageConfig.config).toMatchObject({
        Cmd: ["***"],
        WorkingDir: "/srv/***",
        Labels: { "deploy.token": "***", title: "App" },
      });
    }
  });

  it("loses the classic builder's configuration and an environment under any spelling", () => {
    const config = { config: { env: [SECRET] }, container_config: { Cmd: [`ENV A=${SECRET}`], Env: [SECRET] } };
    const value = { SchemaVersion: 2, ArtifactType: "x", Metadata: { ImageConfig: config } };
    expect(written(goJson(value))).not.toContain(SECRET);
  });

  it("loses the login in a repository's address", () => {
    const url = `https://me:${SECRET}@github.com/acme/app`;
    const value = { SchemaVersion: 2, ArtifactType: "repository", ArtifactName: url, Metadata: { RepoURL: url } };
    const text = written(goJson(value));
    expect(text).not.toContain(SECRET);
    expect(JSON.parse(text).Metadata.RepoURL).toBe("https://***@github.com/acme/app");
  });

  // Proves: no-input-shows-login
  it.each([
    [(secret: string) => `https://me:a/${secret}@github.com/acme/app`, "https://***@github.com/acme/app"],
    [(secret: string) => `https://${secret}@github.com/acme/app`, "https://***@github.com/acme/app"],
    [(secret: string) => `https:/me:${secret}@github.com/acme/app`, "https:/***@github.com/acme/app"],
    [(secret: string) => `me:${secret}@github.com/acme/app`, "***@github.com/acme/app"],
    [(secret: string) => `https://github.com/acme/app?access_token=${secret}`, "https://github.com/acme/app?***"],
  ])("loses the login of a Git remote in any form, also with a slash in it: case %#", (urlWith, shown) => {
    const url = urlWith(SECRET);
    for (const ArtifactName of [url, "app"]) {
      const value = { SchemaVersion: 2, ArtifactType: "repository", ArtifactName, Metadata: { RepoURL: url } };
      const text = written(goJson(value));
      expect(text).not.toContain(SECRET);
      expect(JSON.parse(text).Metadata.RepoURL).toBe(shown);
    }
  });

  it("is an error where the image's configuration is longer than is searched", () => {
    expect(() => requireBoundedConfig({ history: [{ created_by: "x".repeat(100) }] }, 100)).toThrow("report-too-large");
    expect(() => requireBoundedConfig({ history: [{ created_by: "x" }] }, 100)).not.toThrow();
    const config = { config: { Labels: { a: ".-token".repeat(1_300_000) } } };
    const value = { SchemaVersion: 2, ArtifactType: "container_image", Metadata: { ImageConfig: config } };
    expect(() => written(goJson(value))).toThrow("report-too-large");
  });

  it("is readable by its owner alone", () => {
    written(goJson({ SchemaVersion: 2, ArtifactType: "x" }));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

const FOLDER = "/tmp/run/images/store/image-1";
const NAME = "ghcr.io/acme/app:1.0";
const DIGEST = `ghcr.io/acme/app@sha256:${"d".repeat(64)}`;
const naming: ImageNaming = { name: NAME, repoTags: [NAME], repoDigests: [DIGEST], digests: new Map() };
const id = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A report by its image's names, as JSON has it. */
function named(report: unknown, names: ImageNaming): unknown {
  const copy: unknown = structuredClone(report);
  nameReport(copy, names);
  return JSON.parse(JSON.stringify(copy));
}

describe("a report of an image that Trivy got as a folder", () => {
  const value = {
    SchemaVersion: 2,
    ArtifactName: FOLDER,
    ArtifactType: "container_image",
    Metadata: {
      Size: 1,
      ImageID: "sha256:1",
      RepoTags: ["x:1"],
      Reference: FOLDER,
      ImageConfig: { architecture: "amd64" },
      Layers: [],
    },
    Results: [
      { Target: `${FOLDER} (debian 12.8)`, Class: "os-pkgs" },
      { Target: "Python", Class: "lang-pkgs" },
      { Target: `${FOLDER} (debian 12.8)`, Class: "lang-pkgs" },
      { Target: `${FOLDER}/app`, Class: "os-pkgs" },
      { Target: FOLDER, Class: "config" },
      { Class: "license" },
      null,
    ],
  };

  // One of Trivy's ids, which it derives from the folder's name.
  const { Reference: _reference, ...metadata } = value.Metadata;

  it("has the image's names, and only what is named after the artifact gets another target", () => {
    expect(named(value, naming)).toEqual({
      ...value,
      ArtifactName: NAME,
      Metadata: { ...metadata, RepoTags: [NAME], RepoDigests: [DIGEST] },
      Results: [
        { Target: `${NAME} (debian 12.8)`, Class: "os-pkgs" },
        ...value.Results.slice(1, 4),
        { Target: NAME, Class: "config" },
        ...value.Results.slice(5),
      ],
    });
  });

  it("of a file has no names but the file's", () => {
    const { RepoTags: _tags, ...others } = metadata;
    const file = { ...naming, name: "app.tar", repoTags: [], repoDigests: [] };
    expect(named(value, file)).toMatchObject({ ArtifactName: "app.tar" });
    expect((named(value, file) as typeof value).Metadata).toEqual(others);
  });

  it("need not be one", () => {
    for (const other of [null, [], "x", {}, { Metadata: [], Results: {} }])
      expect(() => named(other, naming)).not.toThrow();
  });
});

describe("a layer's digest", () => {
  const layer = { Digest: id("a"), DiffID: id("a") };
  const value = {
    ArtifactName: NAME,
    Metadata: { DiffIDs: [id("a")], Layers: [{ Size: 1, ...layer }] },
    Results: [
      {
        Packages: [{ Layer: layer }, { Layer: { Digest: id("b"), DiffID: id("b") }, Name: "x" }],
        Vulnerabilities: [{ Layer: layer, Title: `"Digest": "${id("a")}"` }],
        ExperimentalModifiedFindings: [{ Finding: { Layer: layer } }],
        CustomResources: [{ Layer: layer }],
      },
    ],
  };

  it.each([
    ["is as it is stored", { digests: new Map([[id("a"), id("1")]]) }, { Digest: id("1"), DiffID: id("a") }],
    [
      "is left out where Trivy would have none",
      { digests: new Map(), withoutDigest: new Set([id("a")]) },
      { DiffID: id("a") },
    ],
  ])("%s, wherever a report has one, and nothing else is changed", (_, digests, stored) => {
    const { Metadata, Results } = named(value, {
      ...naming,
      repoTags: [],
      repoDigests: [],
      ...digests,
    }) as typeof value;
    expect(Metadata).toEqual({ ...value.Metadata, Layers: [{ Size: 1, ...stored }] });
    expect(Results).toEqual([
      {
        Packages: [{ Layer: stored }, value.Results[0]?.Packages[1]],
        Vulnerabilities: [{ ...value.Results[0]?.Vulnerabilities[0], Layer: stored }],
        ExperimentalModifiedFindings: [{ Finding: { Layer: stored } }],
        CustomResources: [{ Layer: stored }],
      },
    ]);
  });
});

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

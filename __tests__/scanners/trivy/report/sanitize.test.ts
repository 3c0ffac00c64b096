import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
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

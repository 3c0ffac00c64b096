import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import type { Inventory } from "../../../../src/domain/coverage/inventory.ts";
import { sightsOf } from "../../../../src/domain/opinions/sight.ts";
import type { Target } from "../../../../src/domain/target.ts";
import { readGivenReport } from "../../../../src/scan/scan-report.ts";
import { accountedIn, type ScanFacts } from "../../../../src/scanners/trivy/report/coverage-facts.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { keepingDescriptions, NO_DESCRIPTIONS } from "../../../../src/scanners/trivy/report/findings.ts";
import { trivyReports } from "../../../../src/scanners/trivy/report/given.ts";
import { historyBaseLayers, toScanResult } from "../../../../src/scanners/trivy/report/report.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { scanFactsWith } from "../scan-facts.ts";
import { testWorld } from "../world.ts";

const folder = temporaryFolder("report");
const world = testWorld(folder.path);
afterAll(() => folder.remove());

const target: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };
const base = { SchemaVersion: 2, ArtifactName: "ghcr.io/acme/app:1", ArtifactType: "container_image" };
const read = (more: Record<string, unknown>) => toScanResult(parse(JSON.stringify({ ...base, ...more })), target);
const results = (...list: Record<string, unknown>[]) => read({ Results: list });
const vulnerability = (more: Record<string, unknown> = {}) => ({
  VulnerabilityID: "CVE-2099-1",
  PkgName: "x",
  ...more,
});
const only = (result: Record<string, unknown>) => results(result).findings[0];

describe("the findings of a report", () => {
  it("are all rows, and of misconfigurations those that failed", () => {
    const { findings, suppressed } = results(
      { Target: "a", Class: "os-pkgs", Type: "debian", Vulnerabilities: [vulnerability(), vulnerability()] },
      {
        Target: "Dockerfile",
        Class: "config",
        Misconfigurations: [
          { ID: "DS-0001", Status: "FAIL", Severity: "HIGH", Message: "ENV A=secret", CauseMetadata: { StartLine: 3 } },
          { ID: "DS-0002", Status: "PASS", Severity: "HIGH" },
          { ID: "DS-0003", Status: "EXCEPTION" },
        ],
      },
      { Target: "/app/.env", Class: "secret", Secrets: [{ RuleID: "github-pat", Severity: "CRITICAL", StartLine: 2 }] },
      {
        Target: "Python",
        Class: "license",
        Licenses: [{ Name: "GPL-3.0", Category: "restricted", PkgName: "y", FilePath: "/a/b" }],
      },
      { ExperimentalModifiedFindings: [{ Type: "vulnerability" }, { Type: "secret" }] },
      { Target: "", Class: "something-new", Vulnerabilities: [vulnerability({ VulnerabilityID: "NEW-1" })] },
    );
    expect(findings.map(({ kind, id, path, line }) => [kind, id, path, line])).toEqual([
      ["vulnerability", "CVE-2099-1", undefined, undefined],
      ["vulnerability", "CVE-2099-1", undefined, undefined],
      ["misconfiguration", "DS-0001", "Dockerfile", 3],
      ["secret", "github-pat", "app/.env", 2],
      ["license", "GPL-3.0", "a/b", undefined],
      ["vulnerability", "NEW-1", undefined, undefined],
    ]);
    expect(findings[2]?.title).toBe("DS-0001");
    expect(suppressed).toBe(2);
  });

  // Proves: failed-check-counts-letters
  it.each([
    ["FAIL", true],
    ["fail", true],
    ["Failed", true],
    ["", true],
    ["PASS", false],
    ["pass", false],
    ["Exception", false],
  ])("have a misconfiguration unless its check says that it was passed or excepted: %j", (Status, isFinding) => {
    const finding = only({ Target: "Dockerfile", Class: "config", Misconfigurations: [{ ID: "DS-0001", Status }] });
    expect(finding?.id).toBe(isFinding ? "DS-0001" : undefined);
  });

  it("have the versions of a list, and none if there is no fix", () => {
    const versions = (FixedVersion: string | undefined) =>
      only({ Vulnerabilities: [vulnerability({ FixedVersion })] })?.fixedVersions;
    expect(versions("6.0.3.1, 5.2.4.3")).toEqual(["6.0.3.1", "5.2.4.3"]);
    expect(versions("1.0")).toEqual(["1.0"]);
    expect(versions("")).toEqual([]);
    expect(versions(undefined)).toEqual([]);
    expect(versions(" , ")).toEqual([]);
  });

  it("count an unknown severity as UNKNOWN", () => {
    for (const Severity of ["NEGLIGIBLE", "", undefined])
      expect(only({ Vulnerabilities: [vulnerability({ Severity })] })?.severity).toBe("UNKNOWN");
    for (const Severity of ["HIGH", "high"])
      expect(only({ Vulnerabilities: [vulnerability({ Severity })] })?.severity).toBe("HIGH");
  });

  it.each([
    ["jar", "Java", "opt/x.jar", "opt/x.jar"],
    ["jar", "Java", undefined, undefined],
    ["npm", "app/package-lock.json", undefined, "app/package-lock.json"],
    ["gobinary", "/usr/bin/app", undefined, "usr/bin/app"],
    ["something-new", "a/b", undefined, "a/b"],
  ])("of type %s in %s with path %s sit at %s", (Type, Target, PkgPath, path) => {
    expect(only({ Class: "lang-pkgs", Type, Target, Vulnerabilities: [vulnerability({ PkgPath })] })?.path).toBe(path);
  });

  it("in the image's configuration have no path", () => {
    expect(only({ Target: base.ArtifactName, Class: "secret", Secrets: [{ RuleID: "r" }] })?.path).toBeUndefined();
  });

  it("know their layer's number and instruction, or at least its id", () => {
    const Metadata = {
      DiffIDs: ["sha256:a", "sha256:b"],
      ImageConfig: {
        history: [
          { created_by: "ADD x /" },
          { created_by: "ENV A=b", empty_layer: true },
          { created_by: "RUN |1 T=secret /bin/sh -c make # buildkit" },
        ],
      },
    };
    const layers = ["sha256:b", "sha256:c", ""].map(
      (DiffID) =>
        read({ Metadata, Results: [{ Vulnerabilities: [vulnerability({ Layer: { DiffID } })] }] }).findings[0]?.layer,
    );
    expect(layers).toEqual([
      { diffId: "sha256:b", number: 2, instruction: "RUN make" },
      { diffId: "sha256:c" },
      undefined,
    ]);
  });

  it("may be as many as there are", () => {
    const rows = Array.from({ length: 200_000 }, () => vulnerability());
    expect(results({ Vulnerabilities: rows }).findings).toHaveLength(200_000);
  });
});

describe("the vendors' ids of a row", () => {
  const aliases = (VendorIDs: unknown, VulnerabilityID = "CVE-2099-1") =>
    only({ Class: "lang-pkgs", Type: "npm", Vulnerabilities: [vulnerability({ VulnerabilityID, VendorIDs })] })
      ?.aliases;

  it("are aliases if they mean the same weakness: a scanner that knows only those sees the same finding", () => {
    expect(aliases(["GHSA-AAAA-bbbb-cccc", "GO-2024-0001"])).toEqual(["GHSA-aaaa-bbbb-cccc", "GO-2024-0001"]);
  });

  it("are left out if they are a distribution's notices, which are about several, or the row's own id", () => {
    expect(aliases(["DSA-5555-1", "RHSA-2024:0001"])).toBeUndefined();
    expect(aliases(["GHSA-aaaa-bbbb-cccc"], "GHSA-aaaa-bbbb-cccc")).toBeUndefined();
    for (const odd of [undefined, null, [], "GHSA-aaaa-bbbb-cccc", [7, {}], {}]) expect(aliases(odd)).toBeUndefined();
  });
});

describe("the artifact of a report", () => {
  it("has no other name than the reference that was typed: anyone who builds it can add any tag", () => {
    const { artifact } = read({ Metadata: { RepoTags: ["ghcr.io/acme/app:1", "ghcr.io/acme/legacy:2"] } });
    expect(artifact.names).toEqual(["ghcr.io/acme/app:1"]);
  });

  it("has what a tar was saved under for what it calls itself, and for no name", () => {
    const Metadata = { RepoTags: ["ghcr.io/acme/app:1", "ghcr.io/acme/legacy:2"] };
    const target: Target = { kind: "image", input: "app.tar", label: "app.tar" };
    const text = JSON.stringify({ ...base, ArtifactName: "/w/app.tar", Metadata });
    const found = { names: ["app.tar"], claims: ["ghcr.io/acme/app:1"] };
    expect(toScanResult(parse(text), target).artifact).toMatchObject(found);
    const as = "ghcr.io/acme/shop:1";
    expect(toScanResult(parse(text), { ...target, as }).artifact.names).toEqual([as, "app.tar"]);
  });

  // Proves: digest-names-judged
  it("has its reference's digest from its own repository, and no other's", () => {
    const [a, b] = ["a", "b"].map((each) => `sha256:${each.repeat(64)}`);
    const RepoDigests = [`mirror/app@${a}`, `ghcr.io/acme/app@${b}`];
    expect(read({ Metadata: { RepoDigests } }).artifact.referenceDigest).toBe(b);
    expect(read({ Metadata: { RepoDigests: [`mirror/app@${a}`] } }).artifact.referenceDigest).toBeUndefined();
    expect(read({}).artifact.referenceDigest).toBeUndefined();
  });

  it("has it by whatever name Docker Hub's repository goes, and none by a name that only looks alike", () => {
    const [a, b] = ["a", "b"].map((each) => `sha256:${each.repeat(64)}`);
    const input = "docker.io/library/alpine:3";
    const text = (RepoDigests: string[]) =>
      parse(JSON.stringify({ ...base, ArtifactName: input, Metadata: { RepoDigests } }));
    const digestOf = (...all: string[]) =>
      toScanResult(text(all), { kind: "image", input, label: input }).artifact.referenceDigest;
    expect(digestOf(`evil/alpine@${a}`, `alpine@${b}`)).toBe(b);
    expect(digestOf(`evil/alpine@${a}`, `index.docker.io/library/alpine@${b}`)).toBe(b);
    expect(digestOf(`evil/alpine@${a}`, `docker.io.evil.example/library/alpine@${b}`)).toBeUndefined();
  });

  it("has no digest of a manifest: whether a reference means one or an index, a report does not say", () => {
    const RepoDigests = [`ghcr.io/acme/app@sha256:${"a".repeat(64)}`];
    expect(read({ Metadata: { RepoDigests } }).artifact.digest).toBeUndefined();
  });

  it("has no results if Trivy found nothing that it knows", () => {
    expect(read({})).toMatchObject({ findings: [], artifact: { packages: undefined } });
  });
});

describe("a list that is null", () => {
  const rows = { Packages: null, Vulnerabilities: null, Misconfigurations: null, Secrets: null, Licenses: null };
  const empty = { Packages: [], Vulnerabilities: [], Misconfigurations: [], Secrets: [], Licenses: [] };

  it("is an empty one: of results, of rows, and in what they have", () => {
    const without = read({ Results: [] });
    expect(read({ Results: null })).toEqual(without);
    const results = (of: object) => [{ Class: "os-pkgs", Type: "debian", ...of }];
    expect(read({ Results: results({ ...rows, ExperimentalModifiedFindings: null }) })).toEqual(
      read({ Results: results({ ...empty, ExperimentalModifiedFindings: [] }) }),
    );
    const lists = { Layers: null, DiffIDs: null, RepoTags: null, RepoDigests: null };
    expect(read({ Metadata: lists })).toEqual(
      read({ Metadata: { Layers: [], DiffIDs: [], RepoTags: [], RepoDigests: [] } }),
    );
    const packages = (of: unknown) =>
      results({ Packages: [{ Name: "a", Version: "1", DependsOn: of, InstalledFiles: of }] });
    expect(read({ Results: packages(null) }).packages).toEqual(read({ Results: packages(undefined) }).packages);
  });

  it("takes nothing from the lists alongside it", () => {
    const { findings } = read({ Results: [{ ...rows, Vulnerabilities: [vulnerability()] }, rows] });
    expect(findings).toHaveLength(1);
  });
});

describe("a report that cannot be judged", () => {
  it.each<[string, unknown, RegExp]>([
    ["an empty file", "", /is empty/],
    ["no JSON", "garbage", /not JSON/],
    ["half a JSON", '{"SchemaVersion":2,"Results":[', /not JSON, or only a part/],
    ["an empty object", {}, /no SchemaVersion/],
    ["nothing but a version", { SchemaVersion: 2 }, /ArtifactType/],
    ["another schema", { ...base, SchemaVersion: 3 }, /SchemaVersion 3/],
    ["a schema of a wrong type", { ...base, SchemaVersion: "2" }, /wrong type/],
    ["Results that are an object", { ...base, Results: {} }, /at "Results"/],
    ["a result that is text", { ...base, Results: ["secret text"] }, /at "Results.0"/],
    ["a result that is null", { ...base, Results: [null] }, /at "Results.0"/],
    ["a row that is null", { ...base, Results: [{ Vulnerabilities: [null] }] }, /Vulnerabilities.0/],
    [
      "vulnerabilities in an object",
      { ...base, Results: [{ Vulnerabilities: { a: 1 } }] },
      /Results.0\.Vulnerabilities/,
    ],
    [
      "a row that is no object",
      { ...base, Results: [{ Vulnerabilities: [{ VulnerabilityID: "x", Severity: "LOW" }, 3] }] },
      /Vulnerabilities.1/,
    ],
    [
      "a row without an id",
      { ...base, Results: [{}, { Vulnerabilities: [{ PkgName: "secret text" }] }] },
      /Results.1\.Vulnerabilities.0\.VulnerabilityID/,
    ],
    ["an empty id", { ...base, Results: [{ Vulnerabilities: [{ VulnerabilityID: "" }] }] }, /VulnerabilityID/],
    [
      "a severity that is a number",
      { ...base, Results: [{ Vulnerabilities: [vulnerability({ Severity: 4 })] }] },
      /Severity/,
    ],
    ["a misconfiguration without a status", { ...base, Results: [{ Misconfigurations: [{ ID: "x" }] }] }, /Status/],
  ])("is one with %s: named by the key, never by what is there", (_, value, where) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    writeFileSync(join(world.workspace, "report.json"), text);
    const act = () =>
      readGivenReport(
        { kind: "trivy-report", input: "report.json", label: "report.json" },
        { reports: [trivyReports] },
        world,
      );
    expect(act).toThrow(where);
    expect(act).toThrow(/^\[report-(?:invalid|schema-unknown|unsupported)\]/);
    expect(act).not.toThrow(/secret text|garbage/);
  });
});

describe("a given report", () => {
  const given = (input: string) =>
    readGivenReport({ kind: "trivy-report", input, label: input }, { reports: [trivyReports] }, world);

  it("is judged whole, and goes by its path, whatever it says that was scanned", () => {
    writeFileSync(
      join(world.workspace, "good.json"),
      `\ufeff${JSON.stringify({ ...base, CreatedAt: "2026-01-01T00:00:00Z" })}`,
    );
    expect(given("good.json")).toMatchObject({
      artifact: { names: ["good.json"], claims: ["ghcr.io/acme/app:1"] },
      provenance: { source: "an existing Trivy report", scannedAt: "2026-01-01T00:00:00Z" },
    });
  });

  // Proves: file-runner-cannot-read
  it("is within the workspace or RUNNER_TEMP, links followed", () => {
    symlinkSync("/proc/self/environ", join(world.workspace, "link.json"));
    expect(() => given("link.json")).toThrow(/file-outside-workspace/);
    expect(() => given("/etc/hostname")).toThrow(/file-outside-workspace/);
    expect(() => given("missing.json")).toThrow(/file-missing/);
    expect(() => given(".")).toThrow(/file-not-regular/);
  });
});

describe("what a Red Hat package came from", () => {
  const OPENSHIFT = { ContentSets: ["rhocp-4.12-for-rhel-9-x86_64-rpms"] };
  const gapsOf = (family: string, ...builds: readonly (object | undefined)[]) =>
    read({
      Metadata: { OS: { Family: family, Name: "9.3" } },
      Results: [
        {
          Class: "os-pkgs",
          Type: family,
          Packages: builds.map((BuildInfo, at) => ({ Name: `p${at}`, Version: "1", Release: "1.el9", BuildInfo })),
        },
      ],
    }).coverage?.gaps.map(({ code, what }) => [code, what]);

  it.each(["redhat", "centos"])("is a gap of %s where it is another product alone", (family) => {
    expect(gapsOf(family, undefined, OPENSHIFT, OPENSHIFT)).toEqual([
      [
        "os-mismatch",
        expect.stringContaining(
          "2 of its packages, such as p1, are matched with advisories for rhocp-4.12-for-rhel-9-x86_64-rpms",
        ),
      ],
    ]);
  });

  it("is not a gap if it is unknown, if it is the release, and for systems that have no such advisories", () => {
    expect(gapsOf("redhat", undefined)).toEqual([]);
    expect(gapsOf("redhat", { ContentSets: ["rhel-9-for-x86_64-baseos-rpms"] }, undefined)).toEqual([]);
    for (const family of ["alma", "rocky", "oracle"]) expect(gapsOf(family, OPENSHIFT)).toEqual([]);
  });
});

// Proves: missing-old-half-report
test("a report that leaves the system's packages out is a gap: Trivy writes a result about a system that it looked at", () => {
  const Metadata = { OS: { Family: "debian", Name: "12.8" } };
  const gapsOf = (...Results: object[]) => read({ Metadata, Results }).coverage?.gaps ?? [];
  const codes = (...Results: object[]) => gapsOf(...Results).map(({ code }) => code);
  // As `--pkg-types library` writes it.
  expect(codes()).toEqual(["os-packages-missing"]);
  expect(codes({ Class: "lang-pkgs", Type: "jar" })).toEqual(["os-packages-missing"]);
  expect(codes({ Class: "os-pkgs", Type: "debian" })).toEqual([]);
  // As `--scanners license` writes it.
  expect(codes({ Class: "license", Target: "OS Packages" })).toEqual([]);
  // The image's own list is not to blame, unless Trivy looked for it and found nothing.
  const library = { Class: "lang-pkgs", Type: "jar", Packages: [{ Name: "a", Version: "1" }] };
  for (const Results of [[], [library]])
    expect(gapsOf(...Results)).toEqual([
      {
        code: "os-packages-missing",
        what: "the report leaves out the packages of debian 12.8, as one made with `--pkg-types library` does: only libraries were looked at",
        remedy: "Make the report again without `--pkg-types library`, so that it covers the system's packages, too.",
      },
    ]);
  expect(gapsOf({ Class: "os-pkgs", Type: "debian" }, library)).toMatchObject([
    { code: "os-packages-missing", remedy: expect.stringContaining("Do not delete or cut `/var/lib/dpkg`") },
  ]);
});

describe("the build that a report shows", () => {
  const target: Target = { kind: "image", input: "app", label: "app" };
  const read = (metadata: unknown) =>
    toScanResult(
      parse(
        JSON.stringify({ SchemaVersion: 2, ArtifactName: "app", ArtifactType: "container_image", Metadata: metadata }),
      ),
      target,
    );

  const IMAGE = {
    Size: 1_000,
    DiffIDs: ["sha256:a", "sha256:b"],
    ImageConfig: {
      created: "2026-01-02T03:04:05Z",
      history: [
        { created_by: "ADD x / # buildkit" },
        { created_by: "CMD x", empty_layer: true },
        { created_by: "COPY . ." },
      ],
      config: {
        Labels: { "org.opencontainers.image.base.name": "python", "org.opencontainers.image.base.digest": "d" },
      },
    },
  };

  it("an image tells of its base by labels and history, of its size and when it was made", () => {
    const { build, artifact } = read(IMAGE);
    expect(build).toEqual({
      baseName: "python",
      baseDigest: "d",
      baseLayers: 1,
      instructions: ["ADD x /", "COPY . ."],
    });
    expect(artifact).toMatchObject({ size: 1_000, createdAt: "2026-01-02T03:04:05Z" });
  });

  it.each([null, "text", { Labels: 1 }, { Labels: { a: 1 } }])("labels of a wrong type are ignored: %j", (config) => {
    const { build } = read({ ...IMAGE, ImageConfig: { ...IMAGE.ImageConfig, config } });
    expect(build).toMatchObject({ baseName: undefined, baseLayers: 1 });
  });

  it("what has no layers was built on nothing", () => {
    expect(read(undefined).build).toBeUndefined();
  });
});

const layer = (created_by: string) => ({ created_by });
const empty = (created_by: string) => ({ created_by, empty_layer: true });

const DEBIAN = [layer("/bin/sh -c #(nop) ADD file:5d6 in / "), empty('/bin/sh -c #(nop)  CMD ["/bin/sh"]')];
const OWN = [
  layer("/bin/sh -c apt-get update"),
  layer("/bin/sh -c #(nop) COPY file:1 in / "),
  empty('/bin/sh -c #(nop)  ENTRYPOINT ["e"]'),
  empty('/bin/sh -c #(nop)  CMD ["c"]'),
];

describe("the base's layers by an image's history", () => {
  it("end at the last CMD before the image's own layers, not at the image's own", () => {
    expect(historyBaseLayers([...DEBIAN, ...OWN], 3)).toBe(1);
  });

  it.each(['CMD ["python3"]', "CMD python3", '/bin/sh -c #(nop) CMD ["python3"]'])("are known from %s", (command) => {
    const python = [...DEBIAN, empty("ENV PYTHON_VERSION=3.12"), layer("RUN make"), empty(command)];
    expect(historyBaseLayers([...python, layer("COPY . .")], 3)).toBe(2);
  });

  it("are not known from what only looks like it", () => {
    expect(historyBaseLayers([layer("CMD"), empty("CMDX"), empty("ENV X=CMD"), layer("COPY . .")], 2)).toBeUndefined();
  });

  it("are not known from the image's own command alone, nor from a CMD above nothing", () => {
    expect(historyBaseLayers(DEBIAN, 1)).toBeUndefined();
    expect(historyBaseLayers([empty("CMD x"), layer("COPY . .")], 1)).toBeUndefined();
  });

  it("are not told by a history that has not one entry for each layer", () => {
    expect(historyBaseLayers([...DEBIAN, ...OWN], 2)).toBeUndefined();
    expect(historyBaseLayers([], 2)).toBeUndefined();
    expect(historyBaseLayers([], 0)).toBeUndefined();
  });
});

describe("descriptions", () => {
  test("a long explanation is cut at 1,000 units, never within a character", () => {
    const describe = keepingDescriptions();
    expect(describe("CVE-1", "x".repeat(1000))).toBe("x".repeat(1000));
    expect(describe("CVE-2", "x".repeat(1001))).toBe(`${"x".repeat(999)}…`);
    expect(describe("CVE-3", `${"x".repeat(998)}\u{1F600}${"x".repeat(10)}`)).toBe(`${"x".repeat(998)}…`);
  });

  test("a missing description stays missing, and an advisory that says two things keeps both", () => {
    const describe = keepingDescriptions();
    expect([describe("CVE-1", undefined), describe("CVE-1", " \n"), NO_DESCRIPTIONS("CVE-1", "text")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(["a", "b", "a"].map((text) => describe("CVE-1", text))).toEqual(["a", "b", "a"]);
  });

  test("findings keep it only if it is asked for: of packages and of misconfigurations, never the message", () => {
    const document = () =>
      parse(
        JSON.stringify({
          SchemaVersion: 2,
          ArtifactType: "container_image",
          Results: [
            {
              Class: "os-pkgs",
              Vulnerabilities: [{ VulnerabilityID: "CVE-1", Severity: "LOW", Description: "A flaw." }],
            },
            {
              Class: "config",
              Misconfigurations: [
                { ID: "DS-1", Status: "FAIL", Severity: "LOW", Description: "A habit.", Message: "ENV TOKEN=secret" },
              ],
            },
          ],
        }),
      );
    const target = { kind: "trivy-report", input: "r", label: "r" } as const;
    const descriptions = (asked: boolean) =>
      toScanResult(document(), target, { descriptions: asked }).findings.map(({ description }) => description);
    expect(descriptions(true)).toEqual(["A flaw.", "A habit."]);
    expect(descriptions(false)).toEqual([undefined, undefined]);
  });
});

describe("what was accounted for", () => {
  const REPORT = JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "app",
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "debian", Name: "12.8" } },
    Results: [
      {
        Target: "app (debian 12.8)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ Name: "bash", Version: "5.2", Release: "2.root.io.1" }],
      },
    ],
  });
  const INVENTORY: Inventory = {
    entries: [
      {
        kind: "dpkg",
        path: "var/lib/dpkg/status",
        layer: 1,
        packages: [
          { name: "bash", version: "5.2-2.root.io.1" },
          { name: "openssl", version: "3.0.14-1" },
        ],
      },
      { kind: "lock-file", path: "app/yarn.lock", layer: 2 },
    ],
    marks: [{ path: "usr/share/odd/mark.json", layer: 2, vendor: "odd" }],
    more: 0,
  };
  const coverageBy = (of: ScanFacts) =>
    toScanResult(parse(REPORT), { kind: "image", input: "app", label: "app" }, { scanFacts: of }).coverage;

  it("what was accounted for in an image is said of its stored SBOM, too", () => {
    const image = scanFactsWith({ inventory: INVENTORY });
    const coverage = coverageBy(image);
    expect(coverage?.gaps.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "packages-unaccounted var/lib/dpkg/status",
    ]);
    expect(coverage?.rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining(["Lock files", "Advisories"]));
    const stored = scanFactsWith({ accounted: accountedIn(image) });
    expect(coverageBy(stored)).toEqual(coverage);
    // Also of an SBOM that is made of that scan.
    expect(accountedIn(stored)).toEqual(accountedIn(image));
  });

  it("without an inventory, nothing is accounted for", () => {
    const without = scanFactsWith({});
    expect(coverageBy(without)?.gaps).toEqual([]);
    expect(accountedIn(without)).toBeUndefined();
  });
});

describe("an ecosystem without advisories", () => {
  const REPORT = JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "app",
    ArtifactType: "container_image",
    Results: [
      {
        Target: "app/x",
        Class: "lang-pkgs",
        Type: "gobinary",
        Packages: [{ Name: "golang.org/x/net", Version: "v0.1.0" }],
      },
      { Target: "app/y", Class: "lang-pkgs", Type: "node-pkg", Packages: [{ Name: "lodash", Version: "4.17.20" }] },
    ],
  });

  const scanBy = (buckets: readonly string[]) => {
    const scanFacts = scanFactsWith({ buckets: new Set(buckets) });
    return toScanResult(parse(REPORT), { kind: "image", input: "app", label: "app" }, { scanFacts });
  };
  const NPM = "npm::github security advisory npm";

  // Proves: database-lacks-ecosystem-looked
  it("a database without any advisory for an ecosystem has looked at none of its libraries, and gives no vote about them", () => {
    const scan = scanBy([NPM]);
    expect(scan.coverage?.rows.filter(({ subject }) => /go|node/.test(subject))).toEqual([
      { subject: "gobinary", status: "not-known", detail: expect.stringContaining("has no advisories for them") },
      { subject: "node-pkg", status: "looked", detail: "1 package" },
    ]);
    const [sees] = sightsOf([scan]);
    expect([sees?.has("go"), sees?.has("npm")]).toEqual([false, true]);
  });

  // Proves: database-lacks-ecosystem-looked
  it("one that has some of any source does", () => {
    const scan = scanBy([NPM, "go::the go vulnerability database"]);
    expect(scan.coverage?.rows.find(({ subject }) => subject === "gobinary")?.status).toBe("looked");
    expect(sightsOf([scan])[0]?.has("go")).toBe(true);
  });
});

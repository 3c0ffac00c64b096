import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decide } from "../../../src/actions/gate/decide.ts";
import { gateRun } from "../../../src/actions/gate/gate-run.ts";
import { readInputs } from "../../../src/actions/gate/inputs.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { fakePlatform } from "../../job/fake-platform.ts";
import { clair, vulnerability } from "../../scanners/clair/sample.ts";
import { grype, match, pythonMatch } from "../../scanners/grype/sample.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// Several reports on one target, as the gate judges them. No scanner is installed.

const folder = temporaryFolder("opinions");
afterAll(() => folder.remove());
let count = 0;

const hex = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A row of Trivy's on the distribution's OpenSSL. */
const openssl = (id: string, more: object = {}) => ({
  VulnerabilityID: id,
  PkgName: "libssl3",
  PkgIdentifier: { PURL: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.7" },
  InstalledVersion: "3.0.11-1",
  FixedVersion: "3.0.99-1",
  Status: "fixed",
  Severity: "MEDIUM",
  Title: `Title of ${id}`,
  ...more,
});

/** Trivy's report, with a list of packages. */
function trivy(rows: readonly object[], { metadata = {}, system = "debian" } = {}) {
  return {
    SchemaVersion: 2,
    ArtifactName: "ghcr.io/acme/app:1",
    ArtifactType: "container_image",
    CreatedAt: "2026-11-28T10:00:00Z",
    Metadata: { OS: { Family: system, Name: "12.7" }, ImageID: hex("c"), ...metadata },
    Results: [
      {
        Target: "ghcr.io/acme/app:1 (debian 12.7)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ ID: "libssl3@3.0.11-1", Name: "libssl3", Version: "3.0.11-1" }],
        Vulnerabilities: rows,
      },
    ],
  };
}

async function judged(
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, unknown>>,
  policy = "version: 1\n",
): Promise<Verdict> {
  const env = Object.fromEntries(
    Object.entries({ cache: "false", baseline: "none", ...inputs }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );
  const world = testWorld(join(folder.path, String(count++)), { env: { PATH: process.env.PATH, ...env } });
  for (const [path, value] of Object.entries({ ...files, ".github/image-gate.yml": policy })) {
    const file = join(world.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  }
  const platform = fakePlatform({ forge: { rules: async () => ({ absent: true }) } });
  return decide(readInputs(world.env), gateRun(world, platform), platform, world);
}

const rowsOf = ({ targets }: Verdict) =>
  targets.map((target) =>
    target.answer === "error"
      ? `${target.target.label}: ${target.error.code}`
      : target.findings.map(({ finding, outcome }) => {
          const by = finding.opinions?.map(({ scanner }) => scanner).join("+");
          return `${finding.severity} ${finding.id} ${by} ${outcome}`;
        }),
  );

const files = {
  // Trivy rates the common finding MEDIUM, Grype High. Each has a separate one on the same package.
  "trivy.json": trivy([openssl("CVE-2099-0001"), openssl("CVE-2099-0003", { Severity: "LOW" })]),
  "grype.json": grype([match(), pythonMatch(), match({ vulnerability: { id: "CVE-2099-0004", severity: "Low" } })]),
};
const SAME = { "trivy-report": "trivy.json as acme/app:1", "scan-report": "grype.json as acme/app:1" };

describe("reports with one name", () => {
  it("are opinions on one target: each finding once, with the highest severity", async () => {
    const verdict = await judged(SAME, files);
    expect(rowsOf(verdict)).toEqual([
      [
        "HIGH CVE-2099-0001 Grype+Trivy open",
        "MEDIUM CVE-2099-0002 Grype open",
        "LOW CVE-2099-0003 Trivy open",
        "LOW CVE-2099-0004 Grype open",
      ],
    ]);
    expect(verdict.targets[0]?.target.label).toBe("acme/app:1 (trivy.json, grype.json)");
    expect(verdict.answer).toBe("fail");
  });

  it("count by the severity of the scanner that the policy names first", async () => {
    const verdict = await judged(SAME, files, "version: 1\nseverity-from: [trivy, grype]\n");
    expect(rowsOf(verdict)[0]?.slice(0, 2)).toEqual([
      "MEDIUM CVE-2099-0001 Grype+Trivy open",
      "MEDIUM CVE-2099-0002 Grype open",
    ]);
    expect(verdict.answer).toBe("pass");
  });

  it("count with `agreement: all` what each scanner sees that could; Python is nothing that Trivy's report shows", async () => {
    const verdict = await judged(SAME, files, "version: 1\nagreement: all\n");
    expect(rowsOf(verdict)).toEqual([
      [
        "HIGH CVE-2099-0001 Grype+Trivy open",
        "MEDIUM CVE-2099-0002 Grype open",
        "LOW CVE-2099-0003 Trivy not-counted",
        "LOW CVE-2099-0004 Grype not-counted",
      ],
    ]);
  });

  it("stay two targets under two names, and are one by one digest", async () => {
    const two = await judged({ "scan-report": "trivy.json as acme/a:1\ngrype.json as acme/b:1" }, files);
    expect(two.targets).toHaveLength(2);
    const named = { ...files, "trivy.json": trivy([], { metadata: { RepoDigests: [`acme/app@${hex("d")}`] } }) };
    const lines = `trivy.json as acme/app:1@${hex("d")}\ngrype.json as mirror.test/app@${hex("d")}`;
    const one = await judged({ "scan-report": lines }, named);
    expect(one.targets).toHaveLength(1);
  });

  // Proves: second-opinion-takes-no
  it("are an error if they are about two images, and if one of them cannot be read", async () => {
    const other = { ...files, "grype.json": grype([], { source: { imageID: hex("e") } }) };
    expect(rowsOf(await judged(SAME, other))).toEqual(["acme/app:1 (trivy.json, grype.json): report-of-another-image"]);
    const cut = { ...files, "grype.json": JSON.stringify(files["grype.json"]).slice(0, -9) };
    const verdict = await judged(SAME, cut);
    expect(rowsOf(verdict)).toEqual(["acme/app:1 (trivy.json, grype.json): report-invalid"]);
    expect(verdict.reason).toContain("grype.json");
  });

  it("of one scanner on several platforms are their own targets", async () => {
    const arm = { Metadata: { ImageID: hex("f"), ImageConfig: { os: "linux", architecture: "arm64" } } };
    const reports = {
      "a.json": trivy([openssl("CVE-2099-0001")]),
      "b.json": { ...trivy([openssl("CVE-2099-0002")]), ...arm },
    };
    const verdict = await judged({ "trivy-report": "a.json as acme/app:1\nb.json as acme/app:1" }, reports);
    expect(verdict.targets.map(({ target }) => target.label)).toEqual(["acme/app:1 (a.json)", "acme/app:1 (b.json)"]);
  });

  // Proves: second-opinion-takes-no
  it("need one scanner that has advisories for the distribution; the other one has no vote", async () => {
    const clean = { ...files, "trivy.json": trivy([openssl("CVE-2099-0001")]) };
    const verdict = await judged(SAME, { ...clean, "grype.json": grype([], { distro: { name: "nosuch" } }) });
    expect(rowsOf(verdict)).toEqual([["MEDIUM CVE-2099-0001 Trivy open"]]);
    // With `all`, too: a scanner that could not see the finding has no vote.
    const all = await judged(
      SAME,
      { ...clean, "grype.json": grype([], { distro: { name: "nosuch" } }) },
      "version: 1\nagreement: all\n",
    );
    expect(rowsOf(all)).toEqual([["MEDIUM CVE-2099-0001 Trivy open"]]);
    const blind = { ...files, "trivy.json": trivy([], { system: "nosuch" }) };
    expect(rowsOf(await judged(SAME, { ...blind, "grype.json": grype([], { distro: { name: "nosuch" } }) }))).toEqual([
      expect.stringMatching(/: os-/),
    ]);
  });

  it("are three opinions as well as two", async () => {
    const third = { ...files, "clair.json": clair({ found: [vulnerability({ normalized_severity: "Critical" })] }) };
    const lines = "trivy.json as acme/app:1\ngrype.json as acme/app:1\nclair.json as acme/app:1";
    const [rows] = rowsOf(await judged({ "scan-report": lines }, third));
    expect(rows?.[0]).toBe("CRITICAL CVE-2099-0001 Clair+Grype+Trivy open");
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "./database.ts";
import { hostileTexts } from "./hostile.ts";
import * as images from "./images.ts";
import { type Image, writeLayout } from "./oci.ts";

const folder = mkdtempSync(join(tmpdir(), "bed-trivy-"));
const cache = join(folder, "cache");

const trivy = await ensureTrivy();
const now = new Date();
writeDatabases(cache, { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly VulnerabilityID: string;
  readonly PkgName: string;
  readonly PkgPath?: string;
  readonly Title?: string;
  readonly Severity: string;
  readonly Layer?: { readonly DiffID?: string };
}

interface ImageConfig {
  readonly architecture: string;
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
}

interface Report {
  readonly Metadata?: { readonly OS?: { readonly EOSL?: boolean }; readonly ImageConfig?: ImageConfig };
  readonly Results?: { readonly Vulnerabilities?: Row[]; readonly Secrets?: { RuleID: string }[] }[];
}

function scan(input: string, ...more: string[]): Report {
  const common = ["--cache-dir", cache, "--cache-backend", "memory", "--skip-db-update", "--skip-java-db-update"];
  const quiet = ["--skip-version-check", "--disable-telemetry", "--format", "json"];
  const scanners = more.length ? more : ["--scanners", "vuln"];
  const args = ["image", ...common, ...quiet, ...scanners, "--input", input];
  const { status, stdout, stderr } = spawnSync(trivy, args, { cwd: folder, encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

let count = 0;
const scanImage = (image: Image, ...more: string[]): Report =>
  scan(images.saveImage(join(folder, `${++count}.tar`), image), ...more);
const rows = (report: Report): Row[] => report.Results?.flatMap((result) => result.Vulnerabilities ?? []) ?? [];
const ids = (report: Report): string[] =>
  rows(report)
    .map(({ VulnerabilityID, PkgName }) => `${VulnerabilityID} ${PkgName}`)
    .sort();

/** The instruction that made a finding's layer. Trivy's report names it only in the image's history. */
function instruction(report: Report, row: Row): string {
  const config = report.Metadata?.ImageConfig;
  const layer = config?.rootfs.diff_ids.indexOf(row.Layer?.DiffID ?? "") ?? -1;
  return config?.history.filter((step) => !step.empty_layer)[layer]?.created_by ?? "";
}

describe("a real Trivy, a database and images made here", () => {
  it("finds exactly the advisories meant for Debian 12, by source package and version", () => {
    expect(ids(scanImage(images.debian12()))).toEqual([
      "CVE-2099-1001 libssl3",
      "CVE-2099-1001 openssl",
      "CVE-2099-1002 libssl3",
      "CVE-2099-1002 openssl",
      "CVE-2099-1003 zlib1g",
      "CVE-2099-1004 bash",
      "CVE-2099-1005 libc-bin",
      "CVE-2099-1005 libc6",
      "CVE-2099-1006 libc-bin",
      "CVE-2099-1006 libc6",
      "CVE-2099-1007 perl-base",
      "CVE-2099-1008 perl-base",
      "CVE-2099-1009 tar",
      "CVE-2099-1011 libssl3",
      "CVE-2099-1011 openssl",
      "CVE-2099-1012 apt",
    ]);
  });

  it("finds the log4j jar below a Python package and the instruction that brought it", () => {
    const report = scanImage(images.python());
    const found = rows(report).filter((row) => row.PkgName.includes("log4j"));
    expect(found.map((row) => row.VulnerabilityID).sort()).toEqual([
      "CVE-2021-44228",
      "CVE-2021-44832",
      "CVE-2021-45046",
      "CVE-2021-45105",
    ]);
    for (const row of found) {
      expect(row.PkgPath).toBe(images.HIDDEN_JAR);
      expect(instruction(report, row)).toContain("pip install");
    }
  });

  it("finds a jar that only the Java database knows", () => {
    expect(ids(scanImage(images.python({ withNopomJar: true })))).toContain("CVE-2099-5001 org.example:nopom");
  });

  it("finds nothing in the clean, the distroless and the scratch image", () => {
    expect(ids(scanImage(images.clean()))).toEqual([]);
    expect(ids(scanImage(images.distroless()))).toEqual([]);
    expect(scanImage(images.scratch()).Results).toBeUndefined();
  });

  it("says that Debian 10 has ended", () => {
    const report = scanImage(images.endOfLife());
    expect(report.Metadata?.OS?.EOSL).toBe(true);
    expect(ids(report)).toEqual(["CVE-2099-1001 libssl3", "CVE-2099-1001 openssl"]);
  });

  it("finds Alpine's and npm's advisories", () => {
    expect(ids(scanImage(images.alpine()))).toHaveLength(6);
    expect(ids(scanImage(images.node()))).toEqual(["CVE-2099-4001 lodash", "CVE-2099-4002 minimist"]);
  });

  it("finds the secrets", () => {
    const report = scanImage(images.secret(), "--scanners", "secret");
    const rules = report.Results?.flatMap((result) => result.Secrets ?? []).map((each) => each.RuleID);
    expect(rules?.sort()).toEqual(["aws-access-key-id", "github-pat", "private-key"]);
  });

  it("has as many findings in the big image as the database was made for", () => {
    expect(rows(scanImage(images.big()))).toHaveLength(10_000);
  });

  it("takes hostile names, titles, paths and instructions unchanged into Trivy's report", () => {
    const report = scanImage(images.hostile());
    const found = rows(report);
    const texts = Object.values(hostileTexts).sort();
    const php = found.filter((row) => row.VulnerabilityID.startsWith("CVE-2097-"));
    expect(php.map((row) => row.PkgName).sort()).toEqual(texts);
    expect(php.map((row) => row.Title).sort()).toEqual(texts);
    for (const row of php) expect(instruction(report, row)).toContain(row.PkgName);
    const paths = found.filter((row) => row.PkgName === "lodash").map((row) => row.PkgPath);
    expect(paths).toHaveLength(texts.length);
    expect(paths.some((path) => path?.includes("\n::error::forged"))).toBe(true);
  });

  it("shows the tokens of the history, so that a test can see them go", () => {
    const text = JSON.stringify(scanImage(images.leakyHistory()));
    for (const value of Object.values(images.LEAKED)) expect(text).toContain(value);
  });

  it("reads an OCI layout folder by tag", () => {
    const layout = join(folder, "layout");
    writeLayout(layout, images.alpine(), "1.0");
    expect(ids(scan(`${layout}:1.0`, "--scanners", "vuln"))).toEqual(ids(scanImage(images.alpine())));
  });

  it("ignores the platform for a layout folder's index and scans the first: Trivy's fault, not the bed's", () => {
    const layout = join(folder, "multi");
    writeLayout(layout, images.multiArchitecture(), "1.0");
    const report = scan(`${layout}:1.0`, "--platform", "linux/arm64", "--scanners", "vuln");
    expect(report.Metadata?.ImageConfig?.architecture).toBe("amd64");
  });
});

describe("the vulnerability database", () => {
  const now = new Date("2026-11-24T12:00:00Z");

  it("is over 1 MiB by default, and well under it when empty", () => {
    expect(vulnerabilityDatabase({ now }).file.length).toBeGreaterThan(1 << 20);
    expect(vulnerabilityDatabase({ now, empty: true }).file.length).toBeLessThan(1 << 16);
  });

  it("is dated one hour before the time that is passed in", () => {
    expect(JSON.parse(vulnerabilityDatabase({ now }).metadata)).toEqual({
      Version: 2,
      UpdatedAt: "2026-11-24T11:00:00Z",
      DownloadedAt: "2026-11-24T11:00:00Z",
      NextUpdate: "2026-11-25T11:00:00Z",
    });
  });

  it("is the same for the same time", () => {
    expect(vulnerabilityDatabase({ now }).file.equals(vulnerabilityDatabase({ now }).file)).toBe(true);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import { mergeScans } from "../../../src/domain/opinions/merge-scans.ts";
import type { InstalledPackage, ScanResult, Target } from "../../../src/domain/target.ts";
import { askAbout } from "../../../src/scan/several/several-scanners.ts";
import { grype } from "../../../src/scanners/grype/index.ts";
import { background } from "../../../src/system/background.ts";
import { makeFinding } from "../../domain/make.ts";
import { type GrypeDatabaseOptions, grypeDatabases } from "../../support/databases/grype-database.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";
import { scannerSettings } from "../../support/runs/scans.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// The real Grype on the list of another scanner, as `grype-match` asks it.

let folder: TemporaryFolder;
let real: string;
let world: TestWorld;
let made = 0;

beforeAll(async () => {
  folder = temporaryFolder("grype-match");
  real = await ensureGrype();
  world = testWorld(folder.path, { toolCache: folder.path });
});
afterAll(() => folder.remove());

const target: Target = { kind: "sbom", input: "a.json", label: "a.json" };
const DEBIAN = { family: "debian", name: "12.8", endOfLife: false };

const installed = (name: string, version: string, purl: string | undefined, more: Partial<InstalledPackage> = {}) => ({
  ...{ name, version, purl, type: "any" },
  ...more,
});
const LIBSSL = installed("libssl3", "3.0.14-1", "pkg:deb/debian/libssl3@3.0.14-1?arch=amd64&distro=debian-12.8", {
  system: true,
  source: { name: "openssl", version: "3.0.14-1" },
});
const REQUESTS = installed("requests", "2.31.0", "pkg:pypi/requests@2.31.0", { path: "app/requirements.txt" });

function listedAs(packages: readonly InstalledPackage[], os: typeof DEBIAN | undefined = DEBIAN): ScanResult {
  return {
    artifact: { names: ["a.json"], os, packages: packages.length },
    packages,
    layers: [],
    findings: [],
    suppressed: 0,
    coverage: { rows: [], gaps: [] },
    provenance: { scanner: "Trivy", scannerVersion: "0.76.0", source: "an SBOM" },
  };
}

const databaseOf = grypeDatabases(() => folder.path);

interface Case {
  readonly program?: string;
  readonly timeout?: number;
  readonly database?: GrypeDatabaseOptions;
}

async function match(listed: ScanResult, given: Case = {}): Promise<ScanResult & { readonly report: string }> {
  await using work = background(world.signal);
  const dbRepository = [databaseOf(given.database ?? {})];
  const settings = scannerSettings({ timeout: given.timeout ?? 60_000, dbRepository });
  const program = await grype.install({ binary: given.program ?? real, timeoutMs: 60_000 }, world);
  const scanner = await program.ready(settings, work, world);
  const reportFile = join(folder.path, `report-${++made}.json`);
  writeFileSync(reportFile, "{}");
  const result = await askAbout(scanner, { target, listed, reportFile }, world);
  return { ...result, report: readFileSync(reportFile, "utf8") };
}

describe("Grype's database, asked about a list", () => {
  it("finds what is in it by the source package, and tells where the list has the package", async () => {
    const { findings, coverage, provenance, report } = await match(listedAs([LIBSSL, REQUESTS]));
    expect(findings.map(({ id, path }) => [id, path]).sort()).toEqual([
      ["CVE-2099-0001", undefined],
      ["CVE-2099-1001", "app/requirements.txt"],
    ]);
    expect(coverage).toEqual({ rows: [], gaps: [] });
    expect(provenance).toMatchObject({ scanner: "Grype", scannerVersion: "0.121.3" });
    expect(provenance.notes?.join()).toContain("Trivy 0.76.0 has listed");
    expect(JSON.parse(report).descriptor).not.toHaveProperty("configuration");
  });

  // Proves: scanner-without-data-no
  it("has no say in what only the other scanner has looked for, such as licences", async () => {
    const listed = listedAs([LIBSSL]);
    const license = makeFinding({ kind: "license", id: "AGPL-3.0", package: undefined });
    const scan = {
      ...listed,
      findings: [license],
      provenance: { ...listed.provenance, scanners: ["vuln", "license"] },
    };
    const matched = await match(scan);
    expect(matched.provenance.scanners).toEqual(["vuln"]);
    const both = mergeScans(
      [
        { scanner: "Trivy", scan },
        { scanner: "Grype", scan: matched },
      ],
      [],
      { agreement: "all" },
    );
    expect(both.findings.find(({ id }) => id === "AGPL-3.0")?.missedBy).toBeUndefined();
    expect((await match({ ...scan, packages: [] })).provenance.scanners).toEqual(["vuln"]);
  });

  // Proves: scanner-without-data-no
  it("has a gap for packages whose line Grype leaves out silently", async () => {
    const odd = installed("odd", "1", "pkg:npm/odd@1?x=1&x=2");
    const { findings, coverage } = await match(listedAs([LIBSSL, odd]));
    expect(findings).toHaveLength(1);
    expect(coverage?.gaps).toMatchObject([{ code: "packages-skipped", what: expect.stringContaining("odd") }]);
  });

  // Proves: scanner-without-data-no
  it("has a gap for packages without a package URL, even if none has one", async () => {
    const unnamed = installed("firmware", "7", undefined);
    const gap = { code: "packages-skipped", what: expect.stringContaining("firmware") };
    expect((await match(listedAs([LIBSSL, unnamed]))).coverage?.gaps).toMatchObject([gap]);
    expect((await match(listedAs([unnamed]))).coverage?.gaps).toMatchObject([gap]);
    expect((await match(listedAs([]))).coverage?.gaps).toEqual([]);
  });

  it("has a gap for a distribution that it has no advisories for, or that nothing names", async () => {
    const { findings, coverage } = await match(listedAs([LIBSSL], { ...DEBIAN, name: "99" }));
    expect([findings, coverage?.gaps]).toMatchObject([[], [{ code: "os-release-unknown" }]]);
    const nameless = listedAs([LIBSSL]);
    const { os: _, ...artifact } = nameless.artifact;
    expect((await match({ ...nameless, artifact })).coverage?.gaps).toMatchObject([{ code: "os-release-unknown" }]);
  });

  it("does not call an ecosystem looked at for which it has no advisories", async () => {
    const { coverage } = await match(listedAs([installed("left-pad", "1.3.0", "pkg:npm/left-pad@1.3.0")]));
    expect(coverage?.rows).toMatchObject([{ status: "not-known", detail: expect.stringContaining("npm") }]);
  });

  // Proves: scanner-without-data-no
  it("has missed nothing in an ecosystem that it could not be asked about, and the rest it has", async () => {
    const pad = installed("left-pad", "1.3.0", "pkg:npm/left-pad@1.3.0");
    const nameless = installed("gone", "1", undefined, { type: "cargo" });
    const found = [pad, nameless, REQUESTS].map((about) => makeFinding({ id: `CVE-${about.name}`, package: about }));
    const listed = { ...listedAs([LIBSSL, REQUESTS, pad, nameless]), findings: found };
    const matched = await match(listed);
    expect(matched.blindTo).toEqual(["cargo", "npm"]);
    const { findings } = mergeScans(
      [
        { scanner: "Trivy", scan: listed },
        { scanner: "Grype", scan: matched },
      ],
      [],
      { agreement: "all" },
    );
    const missed = findings.filter(({ missedBy }) => missedBy?.includes("Grype"));
    expect(missed.map(({ id }) => id)).toEqual(["CVE-requests"]);
  });

  it("is judged by the age of the sources that matter for the list", async () => {
    const database = { hoursAgo: { github: 100 } };
    await expect(match(listedAs([LIBSSL, REQUESTS]), { database })).rejects.toMatchObject({
      code: "grype-database-stale",
    });
    expect((await match(listedAs([LIBSSL]), { database })).findings).toHaveLength(1);
  });
});

it("a Grype that hangs when it is asked about a list is its own error, in a bounded time", async () => {
  const program = join(folder.path, "hanging");
  const asked = `for each in "$@"; do case "$each" in version|db) exec ${real} "$@";; esac; done`;
  writeProgram(program, `${asked}\ntrap '' TERM INT; sleep 60`);
  const began = performance.now();
  await expect(match(listedAs([LIBSSL]), { program, timeout: 1_500 })).rejects.toMatchObject({ code: "scan-timeout" });
  expect(performance.now() - began).toBeLessThan(atMost(20_000));
});

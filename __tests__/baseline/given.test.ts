import { afterAll, expect, it } from "vitest";
import { type BaselineSource, compareTargets } from "../../src/baseline/compare-targets.ts";
import type { Comparison } from "../../src/domain/change/comparison.ts";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import { GIVEN_REPORT, type ScanResult, type Target } from "../../src/domain/target.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { ownReport } from "../cli/reports.ts";
import { makeFinding, makePackage } from "../domain/make.ts";
import { grype, match } from "../scanners/grype/sample.ts";
import { SCAN_REPORTS } from "../scanners/scan-reports.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// A given report is compared with an earlier report by the same scanner, without any database.

const folder = temporaryFolder("given-baseline");
afterAll(() => folder.remove());

const target: Target = { kind: GIVEN_REPORT, input: "now.json", label: "now.json", anyScanner: true };

function readBy(document: unknown): ScanResult {
  const [reader] = REPORT_READERS.filter((each) => each.owns(document));
  const scan = reader?.given({ value: document, keys: new Keys() }, target, {});
  if (scan === undefined) throw new Error("nobody reads it");
  return scan;
}

/** @param before what the named file has; a name: no file is named */
async function comparisonOf(scan: ScanResult, before: object | string): Promise<Comparison> {
  const source: BaselineSource = {
    given: typeof before === "string" ? before : "before.json",
    automatic: () => Promise.resolve(() => ({ none: "there is none" })),
    file: typeof before === "string" ? undefined : { bytes: Buffer.from(JSON.stringify(before)) },
    reports: () => Promise.resolve(REPORT_READERS),
  };
  const { outcomes, comparisons } = await compareTargets(
    source,
    { outcomes: [{ target, scan }] },
    testWorld(folder.path),
  );
  const [outcome] = outcomes;
  if (outcome !== undefined && "error" in outcome) throw new Error(`[${outcome.error.code}] ${outcome.error.what}`);
  return comparisons.get(target) as Comparison;
}

async function changes(scan: ScanResult, before: object) {
  const comparison = await comparisonOf(scan, before);
  if ("none" in comparison) throw new Error(comparison.none);
  const { changeOf, fixed, baseline } = comparison;
  const now = scan.findings.map((each) => `${each.id} ${changeOf(each)}`);
  return { now: [...now, ...fixed.map(({ id }) => `${id} fixed`)].sort(), notes: baseline.source.notes };
}

const row = (id: string, artifact: object = {}) => match({ vulnerability: { id }, artifact: { ...artifact } });

it("by Grype's own report: what is new, unchanged and fixed", async () => {
  const before = grype([row("CVE-1"), row("CVE-2", { name: "tar", id: "f01", purl: "" })]);
  const now = grype([row("CVE-1"), row("CVE-3", { name: "curl", id: "f02", purl: "" })]);
  const told = await changes(readBy(now), before);
  expect(told.now).toEqual(["CVE-1 unchanged", "CVE-2 fixed", "CVE-3 new"]);
  expect(told.notes).toEqual([expect.stringContaining("It lists no packages")]);
});

it("what is gone while its package is still there was withdrawn, and is not fixed", async () => {
  const told = await changes(readBy(grype([row("CVE-1")])), grype([row("CVE-1"), row("CVE-2")]));
  expect(told.now).toEqual(["CVE-1 unchanged"]);
});

const openssl = makePackage({ name: "openssl", version: "1", type: "debian", ecosystem: "debian" });
const scanned = (scanner: string, ...findings: ScanResult["findings"]): ScanResult => ({
  artifact: { names: ["now.json"], packages: 1 },
  packages: [{ ...openssl, system: true }],
  layers: [],
  findings,
  suppressed: 0,
  coverage: { rows: [], gaps: [] },
  provenance: { scanner, scanners: ["vuln"], databaseUpdatedAt: "2026-11-20T00:00:00Z" },
});
const finding = (id: string, publishedAt?: string) =>
  makeFinding({ id, package: openssl, path: undefined, publishedAt });

/** Our own report of it. */
function reported(scan: ScanResult): object {
  return JSON.parse(ownReport([{ target: { ...target, anyScanner: undefined }, scan }]));
}

it("by our own report: an advisory that its database could not have is newly disclosed, and any other is new", async () => {
  const now = scanned(
    "Clair",
    finding("CVE-1"),
    finding("CVE-2", "2026-11-25T00:00:00Z"),
    finding("CVE-3", "2026-11-19T00:00:00Z"),
    finding("CVE-4"),
    makeFinding({
      id: "CVE-5",
      package: makePackage({ name: "curl", version: "1", type: "debian", ecosystem: "debian" }),
      path: undefined,
      publishedAt: "2026-11-25T00:00:00Z",
    }),
  );
  const before = reported(scanned("Clair", finding("CVE-1")));
  expect((await changes(now, before)).now).toEqual([
    "CVE-1 unchanged",
    "CVE-2 newly-disclosed",
    "CVE-3 new",
    "CVE-4 new",
    "CVE-5 new",
  ]);
  const { databaseUpdatedAt: _, ...undated } = scanned("Clair").provenance;
  const told = await changes(now, reported({ ...scanned("Clair", finding("CVE-1")), provenance: undated }));
  expect(told.now).toContain("CVE-2 new");
  expect(told.notes).toEqual([expect.stringContaining("It has no date")]);
});

it("of a package without a version, it is not known whether it was there: what is published since is new", async () => {
  const unversioned = makePackage({ name: "openssl", version: "", type: "debian", ecosystem: "debian" });
  const of = (id: string, publishedAt?: string) =>
    makeFinding({ id, package: unversioned, path: undefined, publishedAt });
  const now = scanned("Clair", of("CVE-1"), of("CVE-2", "2026-11-25T00:00:00Z"));
  expect((await changes(now, reported(scanned("Clair", of("CVE-1"))))).now).toEqual(["CVE-1 unchanged", "CVE-2 new"]);
});

it.each([...SCAN_REPORTS].map(([name, document]) => [name, document as object] as const))(
  "a report of %s is unchanged alongside itself",
  async (_, document) => {
    const { now } = await changes(readBy(document), document);
    expect(now.length).toBeGreaterThan(0);
    expect(now.every((each) => each.endsWith(" unchanged"))).toBe(true);
  },
);

it.each<[string, object | string, string]>([
  ["another scanner's report", SCAN_REPORTS.get("Clair") as object, "one by Clair and not by Grype"],
  ["our report on another scanner's", reported(scanned("Trivy")), "one by Trivy and not by Grype"],
  [
    "an SBOM",
    { bomFormat: "CycloneDX", specVersion: "1.6", components: [{ name: "a", purl: "pkg:npm/a@1" }] },
    "is not one",
  ],
  ["an image", "ghcr.io/acme/app:main", "the baseline is an image"],
])("%s is not compared with, and the reason is said", async (_, before, why) => {
  const comparison = await comparisonOf(readBy(grype([row("CVE-1")])), before);
  expect(comparison).toMatchObject({ none: expect.stringContaining(why) });
});

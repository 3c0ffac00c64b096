import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { type MissingScan, mergeScans, type NamedScan } from "../../../src/domain/opinions/merge-scans.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { renderHtml } from "../../../src/render/html/html.ts";
import { makeFinding, makePackage, makeSettings, scanned } from "../../domain/make.ts";
import { npmFinding } from "../../domain/opinions/opinions.ts";
import { view } from "../build.ts";
import { FACTS } from "../facts.ts";
import { renderComment } from "../fitted.ts";
import { sarifOf } from "../sarif/bed.ts";

function scan(scanner: string, findings: readonly Finding[], more: Partial<ScanResult> = {}): ScanResult {
  return {
    artifact: { names: ["ghcr.io/acme/app:1"], os: { family: "debian", name: "12", endOfLife: false }, packages: 9 },
    packages: [],
    layers: [],
    findings,
    suppressed: 0,
    provenance: { scanner, scanners: ["vuln"] },
    advisoriesFor: ["npm"],
    ...more,
  };
}

/** The comment on a target with these opinions. */
function comment(trivy: ScanResult, grype: ScanResult, missing: readonly MissingScan[] = []): string {
  const merged = mergeScans(
    [
      { scanner: "Trivy", scan: trivy },
      { scanner: "Grype", scan: grype },
    ],
    missing,
  );
  const [outcome] = [scanned([])];
  const verdict = judge([{ target: outcome.target, scan: merged }], makeSettings());
  return renderComment(view(verdict.targets));
}

const listed = {
  name: "left-pad",
  version: "1.0.0",
  type: "node-pkg",
  ecosystem: "npm",
  purl: "pkg:npm/left-pad@1.0.0",
} as const;
const binary = (id: string, change: Partial<Finding> = {}) =>
  makeFinding({
    id,
    package: makePackage({ name: "busybox", version: "1", type: "binary", purl: "pkg:generic/busybox@1" }),
    ...change,
  });

// Counted by hand: three findings of both, two of which differ; one of Trivy alone; five of Grype alone.
const TRIVY = [
  npmFinding("CVE-1"),
  npmFinding("CVE-2", { severity: "MEDIUM" }),
  npmFinding("CVE-3", { fixedVersions: ["1.0.1"] }),
  npmFinding("CVE-4"),
];
const GRYPE = [
  npmFinding("CVE-1"),
  npmFinding("CVE-2", { severity: "LOW" }),
  npmFinding("CVE-3"),
  npmFinding("CVE-5", { byName: true }),
  npmFinding("CVE-6", { bySystem: true }),
  npmFinding("CVE-7", { title: "** DISPUTED ** It is no bug." }),
  npmFinding("CVE-8", { name: "right-pad" }),
  binary("CVE-9"),
];

describe("the comment on two opinions", () => {
  const body = comment(scan("Trivy", TRIVY, { packages: [listed] }), scan("Grype", GRYPE));
  const row = (id: string) =>
    body.split("\n").filter((line) => line.startsWith("|") && line.includes(id) && / only | : |: /.test(line));

  it("says in one line how far they agree", () => {
    expect(body).toContain("Trivy and Grype agree on 3 of 9; 1 only Trivy, 5 only Grype.");
    expect(body).toContain("8 differences between the scanners");
  });

  it.each([
    ["CVE-2", "other severity source; MEDIUM counts"],
    ["CVE-3", "fix known to Trivy only"],
    ["CVE-4", "the results show no reason"],
    ["CVE-5", "only a product's name (CPE) matches, which is weak evidence"],
    ["CVE-6", "a package of the distribution has installed it, and may have its own fix"],
    ["CVE-7", "the advisory is withdrawn, rejected or disputed"],
    ["CVE-8", "Trivy does not list the package"],
    ["CVE-9", "there is no evidence that Trivy has advisories for generic packages"],
  ])("says why they may differ on %s: %s", (id, why) => {
    expect(
      row(id).some((line) => line.includes(why)),
      `${id} in\n${body}`,
    ).toBe(true);
  });

  it("says in its first lines that a scanner failed which the policy calls optional", () => {
    const failed = { code: "program-failed", what: "Clair ended with 2" };
    const lines = comment(scan("Trivy", TRIVY), scan("Grype", GRYPE), [{ scanner: "Clair", failed }]).split("\n");
    const at = lines.findIndex((line) => line.includes("Clair failed, and the policy says that it is optional"));
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(12);
  });

  it("names in one row all scanners that miss a finding for one reason, and says of three who sees the rest", () => {
    const [trivy, grype, clair] = ["Trivy", "Grype", "Clair"].map((scanner) => ({
      scanner,
      scan: scan(scanner, scanner === "Clair" ? [] : [npmFinding("CVE-1"), npmFinding(`CVE-${scanner}`)]),
    })) as [NamedScan, NamedScan, NamedScan];
    const verdict = judge([{ target: scanned([]).target, scan: mergeScans([trivy, grype, clair]) }], makeSettings());
    const text = renderComment(view(verdict.targets));
    expect(text).toContain("Trivy, Grype and Clair agree on 0 of 3; 1 only Trivy, 1 only Grype, 1 some of them.");
    expect(text).toContain("| Grype and Trivy, not Clair |");
    expect(text).toContain("| only Trivy, not Grype or Clair |");
    expect(text).toContain("3 differences between the scanners");
  });

  it("marks the file's name of a second report alone: the mark takes nothing that is around it", () => {
    const by = (scanner: string, severity: "LOW" | "MEDIUM"): NamedScan => ({
      scanner,
      scan: scan("Trivy", [npmFinding("CVE-1", { severity }), npmFinding(`CVE-${severity}`)]),
    });
    const merged = mergeScans([by("Trivy", "LOW"), by("Trivy (b.json)", "MEDIUM")]);
    const text = renderComment(view(judge([{ target: scanned([]).target, scan: merged }], makeSettings()).targets));
    expect(text).toContain("| Trivy: LOW, Trivy (`b.json`): MEDIUM |");
    expect(text).toMatch(/\| only Trivy, not Trivy \(`b\.json`\) \|/);
  });

  it("has no such line for one scanner", () => {
    const verdict = judge([{ target: scanned([]).target, scan: scan("Trivy", TRIVY) }], makeSettings());
    expect(renderComment(view(verdict.targets))).not.toMatch(/agree on|between the scanners/);
  });
});

it("comment, HTML and SARIF name each scanner with its version, and the oldest database", () => {
  const by = (scanner: string, version?: string, databaseUpdatedAt?: string): NamedScan => ({
    scanner,
    scan: scan(scanner, [npmFinding("CVE-1")], {
      provenance: { scanner, scannerVersion: version, databaseUpdatedAt, scanners: ["vuln"] },
    }),
  });
  const merged = mergeScans([by("Trivy", "0.76.0", "2026-11-28T08:00:00Z"), by("Grype", "0.100.0"), by("Clair")]);
  const [outcome] = [scanned([])];
  const { targets } = judge([{ target: outcome.target, scan: merged }], makeSettings());
  const shown = view(targets);
  expect(renderComment(shown)).toMatch(/Trivy `?0\.76\.0`?, Grype `?0\.100\.0`? and Clair · database \d+ \w+ old/);
  expect([...renderHtml(shown, FACTS)].join("")).toContain("Trivy 0.76.0, Grype 0.100.0 and Clair · database");
  expect(sarifOf(shown).runs[0]).toMatchObject({ properties: { scanner: "Trivy 0.76.0, Grype 0.100.0 and Clair" } });
});

import { describe, expect, it } from "vitest";
import type { GapCode } from "../../../src/domain/coverage.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { mergeOpinions } from "../../../src/domain/opinions/merge.ts";
import { mergeScans } from "../../../src/domain/opinions/merge-scans.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage } from "../make.ts";
import { npmFinding, opinion } from "./opinions.ts";

// Nobody who writes an image or one of its reports makes a second opinion hide what the first one says.

interface Told {
  readonly os?: readonly [family: string, name: string];
  readonly gap?: GapCode;
  readonly findings?: readonly Finding[];
}

function named(scanner: string, { os, gap, findings = [] }: Told) {
  const gaps = gap === undefined ? [] : [{ code: gap, what: `${scanner} ${gap}`, remedy: "" }];
  const scan: ScanResult = {
    artifact: { names: ["app"], packages: 1, os: os && { family: os[0], name: os[1], endOfLife: false } },
    packages: [],
    layers: [],
    findings,
    suppressed: 0,
    coverage: { rows: gaps.map(({ what }) => ({ subject: "Operating system", status: "gap", detail: what })), gaps },
    provenance: { scanner, scanners: ["vuln"] },
  };
  return { scanner, scan };
}

const codes = (one: Told, other: Told) =>
  mergeScans([named("Trivy", one), named("Grype", other)]).coverage?.gaps.map(({ code }) => code);

const DEBIAN = { os: ["debian", "12.8"] } as const;

describe("what one scanner says about the image itself", () => {
  // Proves: second-scanner-refutes-nothing
  it.each<GapCode>([
    "os-mismatch",
    "os-packages-missing",
    "packages-skipped",
    "advisories-replaced",
    "sbom-os-missing",
  ])("%s is not refuted by one that saw nothing of it", (gap) => {
    expect(codes({ ...DEBIAN, gap }, DEBIAN)).toEqual([gap]);
  });

  it.each<GapCode>(["os-unknown", "os-release-unknown"])("%s is made up for by one that knows the release", (gap) => {
    expect(codes({ ...DEBIAN, gap }, DEBIAN)).toEqual([]);
    expect(codes({ os: ["arch", ""], gap }, DEBIAN)).toEqual([]);
    expect(codes({ os: ["arch", ""], gap }, { os: ["arch", ""] })).toEqual([gap]);
  });
});

it("a result that does not say what its scanner has looked at makes up for nothing", () => {
  const { scanner, scan } = named("Grype", DEBIAN);
  const unknown = named("Trivy", { os: ["arch", ""], gap: "os-unknown" });
  const merged = (coverage: ScanResult["coverage"]) =>
    mergeScans([unknown, { scanner, scan: { ...scan, coverage } }]).coverage;
  expect(merged({ rows: [], gaps: [] })).toEqual({ rows: [], gaps: [] });
  expect(merged(undefined)).toEqual(unknown.scan.coverage);
});

it("a gap that is made up for is shown no more, and all others are", () => {
  const [closed, open] = [named("Trivy", { os: ["arch", ""], gap: "os-unknown" }), named("Grype", DEBIAN)];
  const third = named("Clair", { ...DEBIAN, gap: "packages-skipped" });
  expect(mergeScans([closed, open, third]).coverage).toEqual(third.scan.coverage);
});

describe("a scanner that takes the image for another distribution", () => {
  const openssl = (type: string, ecosystem: "alpine" | "debian") =>
    makeFinding({ id: "CVE-1", package: makePackage({ name: "openssl", version: "1", type, ecosystem }) });
  const missedBy = (one: Told, other: Told) =>
    mergeScans([named("Trivy", one), named("Grype", other)]).findings.map((each) => each.missedBy);

  // Proves: second-scanner-refutes-nothing
  it("has missed nothing of it", () => {
    const found = [openssl("alpine", "alpine")];
    expect(missedBy({ os: ["alpine", "3.22.0"], findings: found }, DEBIAN)).toEqual([undefined]);
    expect(missedBy({ findings: found }, DEBIAN)).toEqual([undefined]);
    const older = { os: ["debian", "11"] } as const;
    expect(missedBy({ ...DEBIAN, findings: [openssl("debian", "debian")] }, older)).toEqual([undefined]);
  });

  it("has missed it if both mean the same release", () => {
    const found = { ...DEBIAN, findings: [openssl("debian", "debian")] };
    for (const name of ["12", "12.8"]) expect(missedBy(found, { os: ["Debian", name] })).toEqual([["Grype"]]);
  });
});

describe("one advisory that two scanners see, each in its own words", () => {
  const missed = (trivy: readonly Finding[], grype: readonly Finding[]) =>
    mergeOpinions([opinion("Trivy", trivy), opinion("Grype", grype)])
      .map(({ severity, path = "", missedBy = [] }) => `${severity} ${path} ${missedBy.join()}`.trimEnd())
      .sort();

  // Proves: second-scanner-refutes-nothing
  it("is missed by neither: the most severe of the rows that stay apart is agreed on", () => {
    const at = (path: string, severity: Severity) => npmFinding("CVE-1", { path, severity });
    expect(missed([at("a", "LOW")], [at("b", "HIGH")])).toEqual(["HIGH b", "LOW a Grype"]);
    expect(missed([at("a", "LOW"), at("c", "LOW")], [at("b", "HIGH")])).toEqual([
      "HIGH b",
      "LOW a Grype",
      "LOW c Grype",
    ]);
  });

  it("is missed by one that has no row of its own, and never counts more often than either has it", () => {
    const at = (path: string) => npmFinding("CVE-1", { path, severity: "LOW" });
    expect(missed([at("a"), at("c")], [at("c")])).toEqual(["LOW a Grype", "LOW c"]);
    expect(missed([at("a"), at("b"), at("c")], [at("c"), at("d")])).toEqual([
      "LOW a",
      "LOW b Grype",
      "LOW c",
      "LOW d Trivy",
    ]);
  });
});

// Proves: second-scanner-refutes-nothing
it("a file that says that Trivy made it does not have Trivy's word on severities", () => {
  const found = (severity: Severity) => [npmFinding("CVE-1", { severity })];
  const counted = (name: string) =>
    mergeOpinions([opinion("Grype", found("CRITICAL")), opinion(name, found("LOW"))], {
      severityFrom: ["trivy"],
    }).map(({ severity }) => severity);
  expect(counted("Trivy (CycloneDX)")).toEqual(["CRITICAL"]);
  expect(counted("Trivy (x (CycloneDX)")).toEqual(["CRITICAL"]);
  expect(counted("Trivy (reports/app.json)")).toEqual(["LOW"]);
});

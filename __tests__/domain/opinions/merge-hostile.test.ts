import { describe, expect, it } from "vitest";
import type { GapCode } from "../../../src/domain/coverage.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { mergeScans } from "../../../src/domain/opinions/merge-scans.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage } from "../make.ts";

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
    expect(codes({ os: ["debian", "13"], gap }, DEBIAN)).toEqual([gap]);
  });
});

describe("a scanner that takes the image for another distribution", () => {
  const openssl = (type: string, ecosystem: "alpine" | "debian") =>
    makeFinding({ id: "CVE-1", package: makePackage({ name: "openssl", version: "1", type, ecosystem }) });
  const missedBy = (one: Told, other: Told) =>
    mergeScans([named("Trivy", one), named("Grype", other)]).findings.map((each) => each.missedBy);

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

import { describe, expect, it } from "vitest";
import { beyondScanner } from "../../../src/domain/change/beyond-scanner.ts";
import { compare } from "../../../src/domain/change/comparison.ts";
import { unseenIn, withUnseen } from "../../../src/domain/coverage/unseen.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage, ScanResult } from "../../../src/domain/target.ts";
import { npmFinding } from "../opinions/opinions.ts";

const by = (id: string, ...scanners: string[]): Finding =>
  npmFinding(id, {
    opinions: scanners.map((scanner) => ({ scanner, id, severity: "HIGH" as const, fixedVersions: [] })),
  });

const LISTED: InstalledPackage = { name: "left-pad", version: "1.0.0", type: "node-pkg", ecosystem: "npm" };

function scan(scanners: readonly string[], findings: readonly Finding[], packages = [LISTED]): ScanResult {
  return {
    artifact: { names: ["app"], packages: packages.length },
    packages,
    layers: [],
    findings,
    suppressed: 0,
    opinions: scanners.map((scanner) => ({ scanner, findings: 0, sees: ["npm"] })),
    provenance: { scanner: scanners.join(" and ") },
  };
}

/** Compares a scan with a baseline. Trivy matches the baseline's packages again, and finds `matched`. */
function compared(earlier: readonly Finding[], now: ScanResult, matched: readonly Finding[]) {
  const findings = [...matched, ...beyondScanner(earlier, now, matched)];
  const kinds = new Set(["vulnerability" as const]);
  const baseline = { source: { kind: "report" as const }, packages: [LISTED], findings, earlier, kinds };
  return withUnseen(compare(now.findings, baseline), unseenIn(now, baseline)).counts;
}

describe("a baseline of several scanners", () => {
  const earlier = [by("CVE-1", "Trivy", "Grype"), by("CVE-2", "Grype")];
  const matched = [npmFinding("CVE-1")];

  it("knows what only the scanner saw that does not match it again", () => {
    const now = scan(["Trivy", "Grype"], earlier);
    expect(compared(earlier, now, matched)).toEqual({ new: 0, fixed: 0, unchanged: 2, newlyDisclosed: 0 });
  });

  it("knows by any of its ids what another scanner names otherwise now", () => {
    const named = { ...by("GHSA-2", "Grype"), aliases: ["CVE-2"] };
    for (const before of [[by("CVE-1", "Trivy"), named], earlier]) {
      const now = scan(["Trivy", "Grype"], [by("CVE-1", "Trivy"), before === earlier ? named : by("CVE-2", "Trivy")]);
      expect(compared(before, now, matched)).toEqual({ new: 0, fixed: 0, unchanged: 2, newlyDisclosed: 0 });
      expect(compared(before, now, [...matched, npmFinding("CVE-2")])).toEqual({
        new: 0,
        fixed: 0,
        unchanged: 2,
        newlyDisclosed: 0,
      });
    }
  });

  // Proves: nothing-vanishes-history-name
  it("counts as new what a false alias calls known: another CVE, and a second finding under one name", () => {
    const claims = { ...by("CVE-3", "Grype"), aliases: ["GHSA-1"] };
    const known = { ...by("CVE-1", "Trivy", "Grype"), aliases: ["GHSA-1"] };
    expect(compared([known], scan(["Trivy", "Grype"], [known, claims]), matched)).toMatchObject({
      new: 1,
      unchanged: 1,
    });
    expect(compared([known], scan(["Trivy", "Grype"], [claims]), matched)).toMatchObject({ new: 1, unchanged: 0 });
    const two = [
      { ...by("GHSA-1", "Grype"), aliases: ["CVE-1"] },
      { ...by("GHSA-9", "Grype"), aliases: ["CVE-1"] },
    ];
    expect(compared([known], scan(["Trivy", "Grype"], two), matched)).toMatchObject({ new: 1, unchanged: 1 });
  });

  it("calls nothing fixed because one scanner was switched off", () => {
    const now = scan(["Trivy"], [npmFinding("CVE-1")]);
    expect(compared(earlier, now, matched)).toMatchObject({ new: 0, fixed: 0, unchanged: 1, unseen: 1 });
  });

  it("calls nothing fixed whose package stayed, though the scanners name that otherwise", () => {
    const jar = { version: "1.0.0", type: "jar", ecosystem: "maven", purl: "pkg:maven/org.acme/pad@1.0.0" } as const;
    const before = [{ ...by("CVE-2", "Grype"), package: { ...jar, name: "pad" } }];
    const now = scan(["Trivy", "Grype"], [], [{ ...jar, name: "org.acme:pad" }]);
    expect(compared(before, now, [])).toMatchObject({ fixed: 0 });
  });

  it("calls fixed what went with its package, and not what its scanner withdrew", () => {
    const gone = scan(["Trivy", "Grype"], [], [{ ...LISTED, version: "1.0.1" }]);
    expect(compared(earlier, gone, matched)).toMatchObject({ fixed: 2 });
    const withdrawn = scan(["Trivy", "Grype"], [by("CVE-1", "Trivy")]);
    expect(compared(earlier, withdrawn, matched)).toMatchObject({ fixed: 0, unchanged: 1 });
  });
});

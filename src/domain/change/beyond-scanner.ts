import type { Finding } from "../finding.ts";
import { subjectOf } from "../opinions/subject.ts";
import { lastingIdentity, sameFinding } from "../same/names.ts";
import { pair } from "../same/pair.ts";
import { type ScanResult, scannersOf } from "../target.ts";

/**
 * The baseline's vulnerabilities that its other scanners saw. Its packages are matched again by one scanner only, which
 * may not know them. One of them counts as there if the target still has it. It is also there if its package is gone,
 * so that it is fixed. If the package stayed and a scanner that saw it was asked, the advisory was withdrawn.
 * @param earlier the baseline's findings when it was made
 * @param matched those that the one scanner finds in the baseline's packages now
 */
export function beyondScanner(earlier: readonly Finding[], scan: ScanResult, matched: readonly Finding[]): Finding[] {
  const others = earlier.filter(({ kind, opinions }) => kind === "vulnerability" && opinions !== undefined);
  if (others.length === 0) return [];
  const passes = sameFinding(lastingIdentity);
  const unmatched = pair(others, matched, passes).gone;
  const { fresh: left } = pair(matched, scan.findings, passes);
  const present = new Set(pair(unmatched, left, passes).pairs.values());
  // Scanners name a package in their own ways.
  const installed = new Set(scan.packages.map((each) => subjectOf(each).key));
  const asked = scannersOf(scan);
  return unmatched.filter((finding) => {
    const { package: about, opinions = [] } = finding;
    const isInstalled = about !== undefined && installed.has(subjectOf(about).key);
    const isAsked = opinions.some(({ scanner }) => asked.includes(scanner));
    return present.has(finding) || !isInstalled || !isAsked;
  });
}

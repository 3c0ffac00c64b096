import { idsOf, isSameAdvisory } from "../advisory-ids.ts";
import { addTo } from "../collections.ts";
import type { Finding } from "../finding.ts";
import { subjectOf } from "../opinions/subject.ts";
import { type ScanResult, scannersOf } from "../target.ts";
import { type LastingIdentity, lastingIdentity } from "./identity.ts";

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
  const identity = lastingIdentity();
  const isMatched = among(matched, identity);
  const isPresent = among(scan.findings, identity);
  // Scanners name a package in their own ways.
  const installed = new Set(scan.packages.map((each) => subjectOf(each).key));
  const asked = scannersOf(scan);
  return others.filter((finding) => {
    if (isMatched(finding)) return false;
    const { package: about, opinions = [] } = finding;
    const isInstalled = about !== undefined && installed.has(subjectOf(about).key);
    const isAsked = opinions.some(({ scanner }) => asked.includes(scanner));
    return isPresent(finding) || !isInstalled || !isAsked;
  });
}

/** Tells whether a finding is one of these, whatever id it has there. */
function among(findings: readonly Finding[], identity: LastingIdentity): (finding: Finding) => boolean {
  const known = new Map<number, Finding[]>();
  for (const each of findings)
    for (const id of idsOf(each)) {
      const key = identity({ ...each, id });
      addTo(known, key, each);
    }
  return (finding) =>
    idsOf(finding).some((id) => known.get(identity({ ...finding, id }))?.some((each) => isSameAdvisory(each, finding)));
}

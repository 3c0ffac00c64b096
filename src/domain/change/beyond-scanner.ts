import type { Finding } from "../finding.ts";
import { subjectOf } from "../opinions/subject.ts";
import { lastingIdentity, sameFinding } from "../same/names.ts";
import { pair } from "../same/pair.ts";
import { type ScanResult, scannersOf } from "../target.ts";

/**
 * The baseline's vulnerabilities that its other scanners saw. Only one scanner matches its packages again, and that one
 * may miss them. Each vulnerability counts as present if the target still has it. It also counts if its package is
 * gone, and is then fixed. If the package stayed and one of its scanners was used, the advisory was withdrawn.
 * @param earlier the baseline's findings when it was made
 * @param matched the findings that the one scanner now has for the baseline's packages
 */
export function beyondScanner(earlier: readonly Finding[], scan: ScanResult, matched: readonly Finding[]): Finding[] {
  const others = earlier.filter(({ kind, opinions }) => kind === "vulnerability" && opinions !== undefined);
  if (others.length === 0) return [];
  const passes = sameFinding(lastingIdentity);
  const unmatched = pair(others, matched, passes).gone;
  const { fresh: left } = pair(matched, scan.findings, passes);
  const present = new Set(pair(unmatched, left, passes).pairs.values());
  // Scanners use different names for a package.
  const installed = new Set(scan.packages.map((each) => subjectOf(each).key));
  const asked = scannersOf(scan);
  return unmatched.filter((finding) => {
    const { package: about, opinions = [] } = finding;
    const isInstalled = about !== undefined && installed.has(subjectOf(about).key);
    const isAsked = opinions.some(({ scanner }) => asked.includes(scanner));
    return present.has(finding) || !isInstalled || !isAsked;
  });
}

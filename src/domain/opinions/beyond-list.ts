import type { Finding } from "../finding.ts";
import type { InstalledPackage } from "../target.ts";
import { subjectOf, subjectOfFinding } from "./subject.ts";

/** Packages that one scanner sees and another one's list lacks. No advisory is about one without a version. */
export function beyondList(
  list: readonly InstalledPackage[],
  others: readonly InstalledPackage[],
): readonly InstalledPackage[] {
  const listed = new Set(list.map((each) => subjectOf(each).key));
  return others.filter((each) => each.version !== "" && !listed.has(subjectOf(each).key));
}

/** Whether two results have the same advisories on the same packages, wherever they lie. */
export function isSameAdvisories(one: readonly Finding[], other: readonly Finding[]): boolean {
  const keys = (findings: readonly Finding[]) =>
    new Set(findings.map((finding) => `${subjectOfFinding(finding).key}\n${finding.id}`));
  const [a, b] = [keys(one), keys(other)];
  return a.size === b.size && [...a].every((key) => b.has(key));
}

import { type Counts, compareCounts } from "../../severity.ts";
import { compareVersions } from "../../versions/compare.ts";
import { compareText } from "../../versions/order.ts";
import { isPreRelease } from "../../versions/pre-release.ts";

/** Most versions of a package that are checked. A kernel has hundreds of fixes. */
const MOST_CANDIDATES = 40;

/**
 * The versions to choose from, lowest first: those named as fixes that are above all installed ones. If there are more
 * than {@link MOST_CANDIDATES}, the preferred one and those above it come first. Empty if none is known to be above.
 * @param installed the versions of the packages that get the same version
 * @param named as fixes, in any order
 * @param preferred works out the version to choose if nothing is known about any. It is only asked if there are too
 * many
 */
export function candidatesOf(
  ecosystem: string,
  installed: readonly string[],
  named: readonly string[],
  preferred?: () => string | undefined,
): readonly string[] {
  // The scanner finds nothing in a version that it cannot read, so ours must be able to compare it.
  const above = [...new Set(named)].filter((version) =>
    installed.every((each) => (compareVersions(ecosystem, version, each) ?? 0) > 0),
  );
  const ascending = lowestFirst(ecosystem, withoutPreReleases(ecosystem, above));
  if (ascending.length <= MOST_CANDIDATES) return ascending;
  const from = ascending.indexOf(preferred?.() ?? "");
  const last = ascending.length - MOST_CANDIDATES;
  const start = from < 0 ? last : Math.min(from, last);
  return ascending.slice(start, start + MOST_CANDIDATES);
}

/** @param versions that can all be compared with one another */
export function lowestFirst(ecosystem: string, versions: readonly string[]): string[] {
  return versions.toSorted((a, b) => compareVersions(ecosystem, a, b) || compareText(a, b));
}

/** A release is preferred to a pre-release, although advisories name both as fixes. */
function withoutPreReleases(ecosystem: string, versions: readonly string[]): readonly string[] {
  const releases = versions.filter((version) => !isPreRelease(ecosystem, version));
  return releases.length > 0 ? releases : versions;
}

/** What is known about a version that may be advised. */
export interface Candidate {
  readonly version: string;
  /** Number of its findings that would fail the gate. */
  readonly failing: number;
  readonly bySeverity: Counts;
}

/**
 * Chooses the lowest version without a finding that would fail the gate. If each has one, chooses the version with the
 * fewest of them, then with the less severe ones, then the lowest.
 * @param candidates lowest first
 */
export function chooseVersion<T extends Candidate>(candidates: readonly T[]): T | undefined {
  return candidates.toSorted((a, b) => a.failing - b.failing || compareCounts(a.bySeverity, b.bySeverity))[0];
}

const DISTRIBUTIONS: ReadonlySet<string> = new Set(["alpine", "debian", "rpm"]);
const PRE_RELEASE =
  /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;

/**
 * Whether the packages are those of an operating system's distribution, whose vendor says of each of them what it
 * fixes.
 */
export function isDistribution(ecosystem: string): boolean {
  return DISTRIBUTIONS.has(ecosystem);
}

/**
 * Whether a version comes before its release: `7.0.0-M1`, `2.0rc1`. A distribution releases what it calls so:
 * `1.2~rc1-3`.
 */
export function isPreRelease(ecosystem: string, version: string): boolean {
  return !isDistribution(ecosystem) && PRE_RELEASE.test(version);
}

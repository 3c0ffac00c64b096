import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";

const PRE_RELEASE =
  /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;

/**
 * Whether a version comes before its release: `7.0.0-M1`, `2.0rc1`. A distribution releases what it calls so:
 * `1.2~rc1-3`.
 */
export function isPreRelease(ecosystem: string, version: string): boolean {
  return !SYSTEM_ECOSYSTEMS.has(ecosystem) && PRE_RELEASE.test(version);
}

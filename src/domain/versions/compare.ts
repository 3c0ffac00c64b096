import { ECOSYSTEMS, type Ecosystem } from "../finding.ts";
import { compareApk } from "./apk.ts";
import { compareDpkg } from "./dpkg.ts";
import { compareMaven } from "./maven.ts";
import { type CompareVersions, compareDotted, compareSemver, orderBy } from "./order.ts";
import { comparePep440 } from "./pep440.ts";
import { compareRpm } from "./rpm.ts";

/** All other ecosystems use SemVer's order. */
const RULES: Readonly<Partial<Record<Ecosystem, CompareVersions>>> = {
  alpine: compareApk,
  debian: compareDpkg,
  maven: compareMaven,
  pypi: comparePep440,
  rpm: compareRpm,
};

const BY_ECOSYSTEM: ReadonlyMap<string, CompareVersions> = new Map(
  ECOSYSTEMS.map((each) => [each, RULES[each] ?? compareSemver]),
);

/** No genuine version is longer, and a longer text could make a comparison slow. */
const MAX_LENGTH = 256;

/**
 * Compares two versions by the rules of their ecosystem (`debian`, `npm`, `maven`, …). For an unknown ecosystem, it
 * only compares numbers with dots. Less than 0: `a` is older. Undefined: the order is unknown.
 *
 * Only used for upgrade advice. The verdict never depends on it: the scanner decides which packages are vulnerable.
 */
export function compareVersions(ecosystem: string, a: string, b: string): number | undefined {
  if (a.length > MAX_LENGTH || b.length > MAX_LENGTH) return undefined;
  return (BY_ECOSYSTEM.get(ecosystem) ?? compareNumbers)(a, b);
}

const compareNumbers = orderBy((text) => /^[vV]?(\d+(?:\.\d+)*)$/.exec(text)?.[1], compareDotted);

import { compareApk } from "./apk.ts";
import { compareDpkg } from "./dpkg.ts";
import { compareMaven } from "./maven.ts";
import type { CompareVersions } from "./order.ts";
import { comparePep440 } from "./pep440.ts";
import { compareRpm } from "./rpm.ts";
import { compareDotted, compareSemver } from "./semver.ts";

/** The scanner's package types, by the rules that their versions follow. */
const RULES: readonly (readonly [CompareVersions, readonly string[]])[] = [
  [compareDpkg, ["debian", "ubuntu", "echo"]],
  [
    compareRpm,
    [
      "alma",
      "amazon",
      "azurelinux",
      "bottlerocket",
      "cbl-mariner",
      "centos",
      "centos-stream",
      "coreos",
      "fedora",
      "opensuse",
      "opensuse-leap",
      "opensuse-tumbleweed",
      "oracle",
      "photon",
      "redhat",
      "rocky",
      "slem",
      "sles",
      "suse",
    ],
  ],
  [compareApk, ["alpine", "chainguard", "minimos", "wolfi"]],
  [
    compareSemver,
    [
      "bun",
      "cargo",
      "dotnet-core",
      "gobinary",
      "gomod",
      "hex",
      "javascript",
      "julia",
      "node-pkg",
      "npm",
      "nuget",
      "packages-props",
      "pnpm",
      "pub",
      "rustbinary",
      "swift",
      "yarn",
    ],
  ],
  [comparePep440, ["pip", "pipenv", "poetry", "pylock", "python-pkg", "uv"]],
  [compareMaven, ["gradle", "jar", "pom", "sbt"]],
];

const BY_TYPE = new Map(RULES.flatMap(([compare, types]) => types.map((type) => [type, compare] as const)));

/** Longer ones are nobody's version, but could make a comparison slow. */
const MAX_LENGTH = 256;

/**
 * Compares two versions by the rules of the package type's ecosystem (`debian`, `npm`, `jar`, …; numbers with dots for
 * types that we don't know). Less than 0: `a` is older. Undefined: the order is not known, and nobody guesses.
 *
 * It only serves advice on upgrades. The verdict never depends on it: what is vulnerable, the scanner says.
 */
export function compareVersions(type: string, a: string, b: string): number | undefined {
  if (a.length > MAX_LENGTH || b.length > MAX_LENGTH) return undefined;
  return (BY_TYPE.get(type) ?? compareNumbers)(a, b);
}

function compareNumbers(a: string, b: string): number | undefined {
  const numbers = /^[vV]?(\d+(?:\.\d+)*)$/;
  const x = numbers.exec(a)?.[1];
  const y = numbers.exec(b)?.[1];
  return x === undefined || y === undefined ? undefined : compareDotted(x, y);
}

import { SYSTEM_GAPS } from "../coverage.ts";
import type { Ecosystem } from "../finding.ts";
import { systemNamed } from "../foreign/systems.ts";
import type { Artifact, ScanResult } from "../target.ts";
import { needsOf, SYSTEM_ECOSYSTEMS } from "./subject.ts";

/** Ecosystems of applications for whose packages every scanner that lists them has advisories. */
const APPLICATIONS: ReadonlySet<string> = new Set<Ecosystem>([
  "cargo",
  "go",
  "hex",
  "maven",
  "npm",
  "nuget",
  "pub",
  "pypi",
  "swift",
]);

/** The scanner that looks for a kind of finding which is about no package's version. */
const KINDS: readonly (readonly [scanner: string, kind: string])[] = [
  ["misconfig", "misconfiguration"],
  ["secret", "secret"],
  ["license", "license"],
];

/**
 * What a scanner could see in a target, as far as its result proves it. That is a known distribution, unless a gap
 * says otherwise. It is also each ecosystem of which it lists a package, has found something, or says that it has
 * advisories. A scanner that
 * could not see something has no opinion on it, and silence alone proves nothing.
 */
export function sightOf(scan: ScanResult): Set<string> {
  const { artifact, coverage, advisoriesFor = [], provenance } = scan;
  const sees = new Set([...advisoriesFor, ...foundIn(scan), ...listedIn(scan)]);
  const isBlind = coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) ?? false;
  for (const each of SYSTEM_ECOSYSTEMS) {
    if (isBlind) sees.delete(each);
    else if (isKnownRelease(artifact)) sees.add(each);
  }
  for (const [scanner, kind] of KINDS) if (provenance.scanners?.includes(scanner)) sees.add(kind);
  return sees;
}

/** A report may name a distribution for which its scanner has no advisories, and say nothing about that. */
function isKnownRelease({ os }: Artifact): boolean {
  return os !== undefined && systemNamed(os.family)?.hasRelease(os.name) === true;
}

function foundIn({ findings }: ScanResult): Set<string> {
  const found = new Set<string>();
  for (const { kind, package: about } of findings)
    if (kind === "vulnerability" && about !== undefined) found.add(needsOf(about));
  return found;
}

function listedIn({ packages }: ScanResult): ReadonlySet<string> {
  const types = new Set<string>();
  for (const { ecosystem, type } of packages) if (APPLICATIONS.has(ecosystem ?? type)) types.add(ecosystem ?? type);
  return types;
}

import { SYSTEM_GAPS } from "../coverage/gap-codes.ts";
import { ECOSYSTEMS, ecosystemOf, kindsOf } from "../finding.ts";
import { systemNamed } from "../foreign/systems.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import type { Artifact, ScanResult } from "../target.ts";
import { needsOf } from "./subject.ts";

/** Ecosystems of applications for whose packages every scanner that lists them has advisories. Not all have Julia's. */
const APPLICATIONS: ReadonlySet<string> = new Set(
  ECOSYSTEMS.filter((each) => !SYSTEM_ECOSYSTEMS.has(each) && each !== "julia"),
);

/**
 * What a scanner could see in a target, as far as its result proves it. That is a known distribution, unless a gap
 * says otherwise. It is also each ecosystem of which it lists a package, has found something, or says that it has
 * advisories. That is not so if it says that it has none, or could not be asked about some of the packages. A scanner
 * that could not see something has no opinion on it, and silence alone proves nothing.
 */
function sightOf(scan: ScanResult): Set<string> {
  const { artifact, coverage, advisoriesFor = [], blindTo = [], provenance } = scan;
  const sees = new Set([...advisoriesFor, ...foundIn(scan), ...listedIn(scan)]);
  const known = knownRelease(artifact);
  const isBlind = coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) ?? false;
  if (isBlind) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
  // Who takes an image for Debian's does not look at the packages of another distribution in it.
  else if (known !== undefined) sees.add(known.ecosystem);
  for (const each of blindTo) sees.delete(each);
  // Of packages, what it lists says more.
  for (const kind of kindsOf(provenance.scanners ?? [])) if (kind !== "vulnerability") sees.add(kind);
  return sees;
}

/** A report may name a distribution for which its scanner has no advisories, and say nothing about that. */
function knownRelease({ os }: Artifact) {
  const known = os === undefined ? undefined : systemNamed(os.family);
  return known?.releases?.test(os?.name ?? "") ? known : undefined;
}

/**
 * What each scanner could see in one target. Scanners that take the image for different distributions, or for different
 * releases, look packages up in other advisories: of the distribution's packages, none of them has missed anything.
 */
export function sightsOf(scans: readonly ScanResult[]): ReadonlySet<string>[] {
  const sights = scans.map(sightOf);
  const isBlind = (sees: ReadonlySet<string> | undefined) => ![...SYSTEM_ECOSYSTEMS].some((each) => sees?.has(each));
  // Who has no advisories for a distribution takes no part in this.
  const systems = scans.flatMap(({ artifact: { os } }, index) =>
    os === undefined || isBlind(sights[index]) ? [] : [releaseOf(os)],
  );
  const isOne = systems.every((a) => systems.every((b) => a.startsWith(b) || b.startsWith(a)));
  if (!isOne) for (const sees of sights) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
  return sights;
}

/** `debian.12.8.` of Debian 12.8. Another scanner may only know the 12. */
function releaseOf({ family, name }: NonNullable<Artifact["os"]>): string {
  const release = /^\d+(?:\.\d+)*/.exec(name)?.[0] ?? name.toLowerCase();
  return `${systemNamed(family)?.name ?? family.toLowerCase()}.${release}.`;
}

/** What its findings are about, as {@link needsOf} calls it. */
function foundIn({ findings }: ScanResult): string[] {
  return findings.flatMap(({ kind, package: about }) =>
    kind === "vulnerability" && about !== undefined ? [needsOf(about)] : [],
  );
}

function listedIn({ packages }: ScanResult): string[] {
  return packages.map(ecosystemOf).filter((each) => APPLICATIONS.has(each));
}

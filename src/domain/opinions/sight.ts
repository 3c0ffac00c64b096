import { SYSTEM_GAPS } from "../coverage/gap-codes.ts";
import { ECOSYSTEMS, ecosystemOf, isOnPackage, kindsOf } from "../finding.ts";
import { systemNamed } from "../foreign/systems.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import type { Artifact, ScanResult } from "../target.ts";
import { needsOf } from "./subject.ts";

/** Ecosystems of applications with advisories in every scanner that lists their packages. Not all have Julia's. */
const APPLICATIONS: ReadonlySet<string> = new Set(
  ECOSYSTEMS.filter((each) => !SYSTEM_ECOSYSTEMS.has(each) && each !== "julia"),
);

/**
 * The ecosystems and kinds of findings that a scanner could check in a target, as far as its result proves it. These
 * are a known distribution, unless a gap contradicts it, and each ecosystem with a listed package, a finding or stated
 * advisories. An ecosystem is excluded if the scanner reports that it has no advisories for it, or could not check some
 * packages. A scanner has no opinion on anything that it could not check.
 */
function sightOf(scan: ScanResult): Set<string> {
  const { artifact, coverage, advisoriesFor = [], blindTo = [], provenance } = scan;
  const sees = new Set([
    ...advisoriesFor,
    ...scan.findings.filter(isOnPackage).map((each) => needsOf(each.package)),
    ...scan.packages.map(ecosystemOf).filter((each) => APPLICATIONS.has(each)),
  ]);
  // A report may name a distribution without advisories in its scanner, and not mention that.
  const named = systemNamed(artifact.os?.family ?? "");
  const known = named?.releases?.test(artifact.os?.name ?? "") ? named : undefined;
  const isBlind = coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) ?? false;
  if (isBlind) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
  // A scanner that takes an image for Debian does not check another distribution's packages in it.
  else if (known !== undefined) sees.add(known.ecosystem);
  for (const each of blindTo) sees.delete(each);
  // For packages, the scanner's list says more.
  for (const kind of kindsOf(provenance.scanners ?? [])) if (kind !== "vulnerability") sees.add(kind);
  return sees;
}

/**
 * The ecosystems that each scanner could check in one target. Scanners that identify different distributions or
 * releases use different advisories. For the distribution's packages, none of them has then missed anything.
 */
export function sightsOf(scans: readonly ScanResult[]): ReadonlySet<string>[] {
  const sights = scans.map(sightOf);
  const isBlind = (sees: ReadonlySet<string> | undefined) => ![...SYSTEM_ECOSYSTEMS].some((each) => sees?.has(each));
  // A scanner without advisories for a distribution is ignored here.
  const systems = scans.flatMap(({ artifact: { os } }, index) =>
    os === undefined || isBlind(sights[index]) ? [] : [releaseOf(os)],
  );
  const isOne = systems.every((a) => systems.every((b) => a.startsWith(b) || b.startsWith(a)));
  if (!isOne) for (const sees of sights) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
  return sights;
}

/** `debian.12.8.` for Debian 12.8. Another scanner may report only the 12. */
function releaseOf({ family, name }: NonNullable<Artifact["os"]>): string {
  const release = /^\d+(?:\.\d+)*/.exec(name)?.[0] ?? name.toLowerCase();
  return `${systemNamed(family)?.name ?? family.toLowerCase()}.${release}.`;
}

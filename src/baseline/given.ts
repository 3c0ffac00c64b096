import { type Baseline, compare, type NoComparison } from "../domain/change/comparison.ts";
import { type Finding, type FindingPackage, kindsOf } from "../domain/finding.ts";
import { subjectOf } from "../domain/opinions/subject.ts";
import type { InstalledPackage } from "../domain/target.ts";
import type { World } from "../system/world.ts";
import { checkPlatform, common, type Match, sourceOf } from "./match.ts";

/**
 * The baseline of a given report: an earlier report by the same scanner. Neither can be matched again, so packages and
 * places show what was there. A finding that the earlier report lacks, in a package that it has, is newly disclosed if
 * its advisory was published after the earlier database was built. A finding that only the earlier report has was
 * withdrawn if its package is still present.
 */
export function earlierReport({ stored, judged, name }: Match, world: Pick<World, "log">): Baseline | NoComparison {
  const { by, contents, earlier } = stored;
  const { scan } = judged;
  if (!("packages" in contents) || earlier === undefined || by === undefined) return none("the baseline is not one");
  const [was, is] = [by.scanner, scan.provenance.scanner];
  if (was !== is) return none(`the baseline is one by ${was} and not by ${is}: scanners name packages differently`);
  checkPlatform(stored.platform, judged, name);
  const isListed = contents.packages.length > 0 && scan.packages.length > 0;
  const since = Date.parse(by.databaseUpdatedAt ?? by.scannedAt ?? "");
  const packages = isListed ? contents.packages : [];
  const kinds = common(kindsOf(scan.provenance.scanners), stored.kinds);
  const source = sourceOf({ stored, judged, name }, world);
  const before: Baseline = { ...stored, source, packages, findings: earlier, earlier, kinds };
  const { changeOf, fixed } = compare(scan.findings, before);
  const hadThen = placesIn(contents.packages, earlier);
  const hasNow = placesIn(scan.packages, scan.findings);
  const withdrawn = new Set(fixed.filter(hasNow));
  const disclosed = scan.findings.filter(
    (each) => changeOf(each) === "new" && Date.parse(each.publishedAt ?? "") > since && hadThen(each),
  );
  const notes = [
    ...(source.notes ?? []),
    ...(Number.isNaN(since) ? [UNDATED] : []),
    ...(isListed ? [] : ["It lists no packages: a finding that is gone may have been withdrawn."]),
  ];
  const findings = [...earlier.filter((each) => !withdrawn.has(each)), ...disclosed];
  return { ...before, source: { ...source, ...(notes.length > 0 && { notes }) }, findings };
}

const UNDATED = "It has no date, so an advisory that was published since then seems to be new.";

function none(why: string): NoComparison {
  return { none: `a given report is compared with an earlier report by the same scanner, and ${why}` };
}

/** Tests whether a finding's package is present, in its version and place. Without a version, that is unknown. */
function placesIn(packages: readonly InstalledPackage[], findings: readonly Finding[]): (finding: Finding) => boolean {
  const keyOf = (about: FindingPackage, path = "") => {
    const { key, isSystem } = subjectOf(about);
    return isSystem ? key : `${key}\n${path}`;
  };
  const places = new Set([
    ...packages.map((each) => keyOf(each, each.path)),
    ...findings.flatMap(({ package: about, path }) => (about === undefined ? [] : [keyOf(about, path)])),
  ]);
  return ({ package: about, path }) => about !== undefined && about.version !== "" && places.has(keyOf(about, path));
}

import { weaknessIds } from "../advisory-ids.ts";
import { SYSTEM_GAPS } from "../coverage/gap-codes.ts";
import { kindsOf, UNSPECIFIED_TYPE } from "../finding.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { placeOf } from "../same/names.ts";
import { type OpinionSource, type ScanResult, scannersOf } from "../target.ts";
import type { JudgedTarget } from "../verdict.ts";
import { isOfSystem, releaseOf } from "./known-again.ts";
import { type ClosedBecause, type FindingRecord, type Instant, returnsFrom } from "./record.ts";

const CONFIG_GAPS: ReadonlySet<string> = new Set(["config-unreadable", "terraform-not-read", "misconfig-nothing-read"]);

/** Explains why a finding is gone; undefined if no scan looked for it. */
export type Closing = (finding: FindingRecord) => ClosedBecause | undefined;

/** Facts from outside the scans. */
export interface Closings {
  /** True if a finding was last seen in the very images that run now. */
  readonly isSame: (finding: FindingRecord) => boolean;
  /** The scanners that last saw a finding. Undefined: they are unknown. */
  readonly seenBy: (finding: FindingRecord) => readonly string[] | undefined;
  readonly now: Instant;
}

/**
 * Decides how findings close that no running image of a name has any more. A finding stays as it is if a scan did not
 * look for its kind or could not read its place. The same applies if none of the scanners that saw it was used. In
 * these cases, whether it is fixed remains unknown.
 * @param targets all running images of the name
 */
export function closingOf(targets: readonly JudgedTarget[], { isSame, seenBy, now }: Closings): Closing {
  // A scan that does not say looked for vulnerabilities, as all scans of Image Gate do.
  const kinds = targets.map(({ scan }) => kindsOf(scan.provenance.scanners));
  const isUnspecified = targets.every(({ scan }) => scan.artifact.packages === undefined);
  const gaps = targets.flatMap(({ coverage }) => coverage?.gaps.map(({ gap }) => gap) ?? []);
  const isUnseen = ({ kind, path }: FindingRecord) =>
    gaps.some(({ code, path: at }) => {
      if (at !== undefined) return path !== undefined && (path === at || path.startsWith(`${at}/`));
      if (CONFIG_GAPS.has(code)) return kind === "misconfiguration";
      return kind === "vulnerability" && (path === undefined || !SYSTEM_GAPS.has(code));
    });
  // Without a list of packages, only identical images show that nothing has changed.
  const isOtherwiseNamed = (finding: FindingRecord) =>
    finding.package !== undefined && ((isUnspecified && isSame(finding)) || !namesAlike(finding.package, targets));
  // Built only if a finding closes.
  let isInstalled: ReturnType<typeof installedIn> | undefined;
  return (finding) => {
    if (kinds.some((each) => !each.has(finding.kind)) || isUnseen(finding)) return undefined;
    if (isOtherwiseNamed(finding)) return "withdrawn";
    const by = seenBy(finding);
    const look = lookAt(finding, by, targets);
    if (look === "none") return undefined;
    // Its scanners are no longer used. If one of them is used again soon, the finding continues unchanged.
    if (look === "off") return finding["last-seen"] >= returnsFrom(now) ? undefined : "withdrawn";
    isInstalled ??= installedIn(targets);
    if (finding.package === undefined || !isInstalled(finding)) return "fixed";
    // Another of its scanners could not look. So the finding that this one withdrew may still be present.
    return look === "some" ? undefined : "withdrawn";
  };
}

/**
 * True if any of the scans names packages in the same way as the record. A report without a list of packages never
 * names a package's kind, and a scan always does. After a change of scanners, such a finding continues under another
 * name, and is not fixed.
 */
function namesAlike(about: string, targets: readonly JudgedTarget[]): boolean {
  const isUnspecified = about.startsWith(`${UNSPECIFIED_TYPE}/`);
  return targets.some(({ scan }) => isUnspecified === (scan.artifact.packages === undefined));
}

/**
 * The scanners that looked again for a finding, of those that saw it, over all targets. `all`: all that were asked
 * could look. `some`: some looked, and others could not. `none`: at some target, none of them could look. `off`: at
 * some target, none of them was asked; other scanners may never have known the finding.
 */
type Look = "all" | "some" | "none" | "off";

function lookAt(finding: FindingRecord, by: readonly string[] | undefined, targets: readonly JudgedTarget[]): Look {
  if (by === undefined) return "all";
  let look: Look = "all";
  for (const { scan } of targets) {
    const { looked, failed } = scannersAt(scan, finding);
    const isLooked = looked.some((name) => by.includes(name));
    const isFailed = failed.some((name) => by.includes(name));
    if (!isLooked && isFailed) return "none";
    if (!isLooked) look = "off";
    else if (isFailed && look === "all") look = "some";
  }
  return look;
}

/** The scanners that could look for a finding, and those that were asked but could not. */
function scannersAt(scan: ScanResult, { package: about }: FindingRecord) {
  const { opinions } = scan;
  if (opinions === undefined) return { looked: scannersOf(scan), failed: [] };
  const isSystem = isOfSystem(about);
  const seesSystem = ({ sees }: OpinionSource) => sees.some((each) => SYSTEM_ECOSYSTEMS.has(each));
  const isKnown = scan.artifact.os !== undefined || opinions.some(seesSystem);
  const couldNot = (source: OpinionSource) =>
    source.failed !== undefined || (isSystem && isKnown && !seesSystem(source));
  const names = (list: readonly OpinionSource[]) => list.map(({ scanner }) => scanner);
  return { looked: names(opinions.filter((each) => !couldNot(each))), failed: names(opinions.filter(couldNot)) };
}

/**
 * Tests whether a finding's package is still present in the same version: at its path, or moved to another path without
 * the advisory. The finding's scanner and the list's may name the package differently.
 */
function installedIn(targets: readonly JudgedTarget[]): (finding: FindingRecord) => boolean {
  const [places, anywhere] = [new Set<string>(), new Set<string>()];
  for (const { scan } of targets)
    for (const each of scan.packages) {
      const { package: about = "", path } = placeOf(each, each.path);
      places.add(releaseOf(about, each.version, path));
      anywhere.add(releaseOf(about, each.version));
    }
  const found = new Set<string>();
  for (const { finding } of targets.flatMap(({ findings }) => findings)) {
    if (finding.package === undefined) continue;
    const { package: about = "" } = placeOf(finding.package, finding.path);
    for (const id of weaknessIds(finding)) found.add(`${id}\n${releaseOf(about, finding.package.version)}`);
  }
  return (finding) =>
    (finding.versions ?? []).some((version) => {
      const { package: about = "", path } = finding;
      if (places.has(releaseOf(about, version, path))) return true;
      const release = releaseOf(about, version);
      return anywhere.has(release) && !weaknessIds(finding).some((id) => found.has(`${id}\n${release}`));
    });
}

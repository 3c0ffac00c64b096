import { SYSTEM_GAPS } from "../coverage.ts";
import { type FindingKind, UNSPECIFIED_TYPE } from "../finding.ts";
import { scannersOf } from "../target.ts";
import type { JudgedTarget } from "../verdict.ts";
import { type Places, placeKey } from "./observe.ts";
import type { ClosedBecause, FindingRecord } from "./record.ts";

/** The scanner that looks for a kind of finding. */
const SCANNERS: Readonly<Record<FindingKind, string>> = {
  vulnerability: "vuln",
  misconfiguration: "misconfig",
  secret: "secret",
  license: "license",
};

const CONFIG_GAPS: ReadonlySet<string> = new Set(["config-unreadable", "terraform-not-read", "misconfig-nothing-read"]);

/** Tells why a finding is no longer there; undefined if it was not looked for. */
export type Closing = (finding: FindingRecord) => ClosedBecause | undefined;

/**
 * How the findings close that no running image of a name has any more. A finding stays as it is if a scan did not look
 * for its kind, or could not look at its place. Whether it is fixed is then unknown.
 * @param targets all running images of the name
 * @param isSame whether a finding was last seen in the very images that run now
 */
export function closingOf(
  targets: readonly JudgedTarget[],
  placeOf: Places,
  isSame: (finding: FindingRecord) => boolean,
): Closing {
  const kinds = remaining(targets);
  const isUnspecified = targets.every(({ scan }) => scan.artifact.packages === undefined);
  const gaps = targets.flatMap(({ coverage }) => coverage?.gaps.map(({ gap }) => gap) ?? []);
  const isUnseen = ({ kind, path }: FindingRecord) =>
    gaps.some(({ code, path: at }) => {
      if (at !== undefined) return path !== undefined && (path === at || path.startsWith(`${at}/`));
      if (CONFIG_GAPS.has(code)) return kind === "misconfiguration";
      return kind === "vulnerability" && (path === undefined || !SYSTEM_GAPS.has(code));
    });
  let installed: Installed | undefined;
  return (finding) => {
    if (!kinds.has(finding.kind) || isUnseen(finding) || !isAsked(finding, targets)) return undefined;
    if (finding.package === undefined) return "fixed";
    // Without a list of packages, only this shows that nothing has changed.
    if (isUnspecified && isSame(finding)) return "withdrawn";
    if (!namesAlike(finding.package, targets)) return "withdrawn";
    installed ??= installedIn(targets, placeOf);
    return isInstalled(finding, installed) ? "withdrawn" : "fixed";
  };
}

/**
 * Whether any of the scans names packages as the record does. A report without a list of packages tells no package's
 * kind, and a scan always does. So if the scanner has changed, the finding goes on under another name, and nobody has
 * fixed it.
 */
function namesAlike(about: string, targets: readonly JudgedTarget[]): boolean {
  const isUnspecified = about.startsWith(`${UNSPECIFIED_TYPE}/`);
  return targets.some(({ scan }) => isUnspecified === (scan.artifact.packages === undefined));
}

/** Whether each target was scanned by one of the scanners that saw it: another one may never have known it. */
function isAsked({ "seen-by": seenBy }: FindingRecord, targets: readonly JudgedTarget[]): boolean {
  return seenBy === undefined || targets.every(({ scan }) => scannersOf(scan).some((name) => seenBy.includes(name)));
}

/** The kinds that each scan looked for. A scan that does not say looked for vulnerabilities: each scan of ours does. */
function remaining(targets: readonly JudgedTarget[]): ReadonlySet<FindingKind> {
  const kinds = new Set(Object.keys(SCANNERS) as FindingKind[]);
  for (const { scan } of targets) {
    const scanners = scan.provenance.scanners ?? ["vuln"];
    for (const kind of kinds) if (!scanners.includes(SCANNERS[kind])) kinds.delete(kind);
  }
  return kinds;
}

/** The packages of all scans with their versions. */
interface Installed {
  /** By {@link releaseKey}. */
  readonly places: ReadonlySet<string>;
  /** By {@link releaseKey} without a path. */
  readonly anywhere: ReadonlySet<string>;
  /** Whether an advisory is still found on a package in one version, at any path. */
  readonly isFound: (id: string, release: string) => boolean;
}

/**
 * Whether its package is still there in the same version: at its path, or moved to another that is free of the
 * advisory.
 */
function isInstalled(finding: FindingRecord, { places, anywhere, isFound }: Installed): boolean {
  const { package: about, versions = [] } = finding;
  return versions.some((version) => {
    if (places.has(releaseKey(finding, version))) return true;
    const release = releaseKey({ package: about }, version);
    return anywhere.has(release) && !isFound(finding.id, release);
  });
}

/** Made only if something closes. */
function installedIn(targets: readonly JudgedTarget[], placeOf: Places): Installed {
  const places = new Set<string>();
  const anywhere = new Set<string>();
  for (const { scan } of targets)
    for (const each of scan.packages) {
      const { package: about, path } = placeOf(each, each.path);
      places.add(releaseKey({ package: about, path }, each.version));
      anywhere.add(releaseKey({ package: about }, each.version));
    }
  let found: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  return {
    places,
    anywhere,
    isFound: (id, release) => {
      found ??= releasesWith(targets, placeOf);
      return found.get(id)?.has(release) === true;
    },
  };
}

/** The releases that each advisory is found on. */
function releasesWith(targets: readonly JudgedTarget[], placeOf: Places): ReadonlyMap<string, ReadonlySet<string>> {
  const releases = new Map<string, Set<string>>();
  for (const { findings } of targets)
    for (const { finding } of findings) {
      if (finding.package === undefined) continue;
      const { package: about } = placeOf(finding.package, finding.path);
      const known = releases.get(finding.id) ?? new Set<string>();
      releases.set(finding.id, known.add(releaseKey({ package: about }, finding.package.version)));
    }
  return releases;
}

function releaseKey({ package: about, path }: Pick<FindingRecord, "package" | "path">, version: string): string {
  return `${version}\n${placeKey(about, path)}`;
}

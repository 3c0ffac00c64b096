import type { Baseline, SystemChange, TargetComparison } from "../change/comparison.ts";
import type { Finding } from "../finding.ts";
import { distributionNamed, PURL_TYPES } from "../image/distributions.ts";
import { parsePurl } from "../purl.ts";
import { type InstalledPackage, type ScanResult, scannersOf } from "../target.ts";
import { SYSTEM_GAPS } from "./gap-codes.ts";

/** The parts of the baseline that the target's scan could not check, whether or not they are still present. */
export type UncheckedParts = ReturnType<typeof unseenIn>;

const UNACCOUNTED = "packages-unaccounted";

const IN_PART: ReadonlySet<string> = new Set(["sbom-packages-unread", "sbom-packages-missing", "versions-unreadable"]);

/**
 * Finds the unchecked parts. These are system packages that could not be scanned, or that are present in the same
 * version under another system's name. They also include the packages of an unreadable file, and everything if an SBOM
 * was read in part. So do findings of scanners that were not used now. All of them may still be present, so they do not
 * count as fixed.
 */
export function unseenIn(scan: ScanResult, baseline: Baseline) {
  const gaps = scan.coverage?.gaps ?? [];
  // The system's list of packages may itself be unreadable.
  const isOfSystem = (path = "") => /(?:^|\/)(?:dpkg|apk|rpm|sysimage)\//.test(path);
  const isBlind = gaps.some(({ code, path }) => SYSTEM_GAPS.has(code) || (code === UNACCOUNTED && isOfSystem(path)));
  const unread = gaps.flatMap(({ code, path }) =>
    (code === "packages-unreadable" || code === UNACCOUNTED) && path !== undefined ? [path] : [],
  );
  const change = systemChange(scan, baseline);
  const types = new Set(baseline.packages.flatMap(({ system, type }) => (system === true ? [type] : [])));
  const remaining = new Set(
    change && scan.packages.flatMap((each) => (each.system === true ? [versionKey(each)] : [])),
  );
  // Unknown are the packages missing in an SBOM, the advisories for an invalid version, and the files that are only
  // counted.
  const isPart = gaps.some(({ code, path }) => IN_PART.has(code) || (code === UNACCOUNTED && path === undefined));
  const isUnread = (path: string | undefined) =>
    isPart || (path !== undefined && unread.some((file) => path === file || path.startsWith(`${file}/`)));
  const isUnseen = (about: Versioned & { readonly type: string }, path: string | undefined) =>
    types.has(about.type) ? isBlind || isPart || remaining.has(versionKey(about)) : isUnread(path);
  const asked = scannersOf(scan);
  const isAsked = ({ opinions }: Finding) => opinions?.some(({ scanner }) => asked.includes(scanner)) ?? true;
  return {
    finding: (finding: Finding) => {
      const { package: about, path } = finding;
      return !isAsked(finding) || (about === undefined ? isUnread(path) : isUnseen(about, path));
    },
    package: (each: InstalledPackage) => isUnseen(each, each.path),
    change,
  };
}

/** The comparison, with unchecked findings separated from fixed ones. */
export function withUnseen(compared: TargetComparison, unseen: UncheckedParts): TargetComparison {
  const gone = compared.fixed.filter(unseen.finding);
  const withChange = { ...compared, ...(unseen.change && { systemChange: unseen.change }) };
  if (gone.length === 0) return withChange;
  const fixed = compared.fixed.filter((finding) => !unseen.finding(finding));
  const counts = { ...compared.counts, fixed: fixed.length, unseen: gone.length };
  return { ...withChange, fixed, unseen: gone, counts };
}

type Versioned = Pick<InstalledPackage, "name" | "version">;

function versionKey({ name, version }: Versioned): string {
  return `${name}\0${version}`;
}

/** Undefined if the system is the same, or if the baseline's system is unknown. */
function systemChange({ artifact, packages }: ScanResult, baseline: Baseline): SystemChange | undefined {
  const from = systemOf(baseline.packages);
  if (from === undefined) return undefined;
  const { os } = artifact;
  const to = systemOf(packages) ?? (os && releaseName(os.family, os.name)) ?? "none that is known";
  return from === to ? undefined : { from, to };
}

/**
 * The system according to its first package. The package URL contains the release. The type is the family or, in some
 * scanners, only the package manager. In that case, the package URL contains the family, too.
 */
function systemOf(packages: readonly InstalledPackage[]): string | undefined {
  const first = packages.find(({ system, purl }) => system === true && purl !== undefined);
  if (first === undefined) return undefined;
  const { distro = "" } = parsePurl(first.purl ?? "")?.qualifiers ?? {};
  const [, named = first.type] = /^([a-z][a-z-]*)-\d/.exec(distro) ?? [];
  const family = Object.values(PURL_TYPES).includes(first.type)
    ? (distributionNamed(named)?.name ?? named)
    : first.type;
  return releaseName(family, distro.replace(/^[a-z][a-z-]*-(?=\d)/, ""));
}

/** For these families, the first number is the release. The rest changes with any update. */
const BY_MAJOR: ReadonlySet<string> = new Set(["debian", "redhat", "centos", "rocky", "alma", "oracle", "amazon"]);

function releaseName(family: string, name: string): string {
  const release = (BY_MAJOR.has(family) ? /^\d+/ : /^\d+(?:\.\d+)?/).exec(name)?.[0] ?? name;
  return `${family} ${release}`.trim();
}

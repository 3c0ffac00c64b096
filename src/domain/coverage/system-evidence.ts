import { DISTRIBUTIONS, type Distribution, distributionNamed } from "../image/distributions.ts";
import { listSome } from "../list-some.ts";
import type { Artifact, InstalledPackage } from "../target.ts";
import { compareDotted } from "../versions/order.ts";

/** The operating system that the target claims. */
type System = Pick<NonNullable<Artifact["os"]>, "family" | "name">;

/** A system package, with the package manager whose list contains it, if known. */
export interface SystemPackage extends Pick<InstalledPackage, "name" | "version"> {
  readonly manager?: string | undefined;
}

/** Packages that were matched with advisories for another product or release than the system's. */
export interface OtherProduct {
  readonly packages: number;
  /** Name of one of them. */
  readonly example: string;
  /** Repositories or images that are reported as the package's source. */
  readonly sources: readonly string[];
}

/** The factors that decided about the advisories, apart from the system's name. */
interface Matching {
  /** The Alpine releases of its repositories. */
  readonly repositories?: readonly string[] | undefined;
  readonly otherProduct?: OtherProduct | undefined;
}

/** The package manager of each kind of distribution. Other families are not checked. */
const MANAGERS: Readonly<Record<Distribution["ecosystem"], string>> = { debian: "dpkg", alpine: "apk", rpm: "rpm" };

/** The start of `base-files`' version in Ubuntu's long-term releases, which no other release shares. */
const UBUNTU_BASE_FILES: Readonly<Record<string, string>> = {
  "14.04": "7.2",
  "16.04": "9.4",
  "18.04": "10.1",
  "20.04": "11",
  "22.04": "12",
  "24.04": "13",
};

/** Matches the mark and release in the package versions of any system with such marks. */
const MARK = new RegExp(`\\.(${[...new Set(DISTRIBUTIONS.flatMap(({ mark }) => mark ?? []))].join("|")})(\\d+)`);

/**
 * Why the packages do not belong to the system that the target names, as a clause. Undefined: there is no sign of that.
 * A small file (`etc/os-release`) decides whose advisories a scanner uses, and an image's builder can write it freely.
 * The packages are then matched with advisories for another system, and nothing is found.
 */
export function disagreement(
  system: System,
  packages: readonly SystemPackage[],
  { repositories = [], otherProduct }: Matching = {},
): string | undefined {
  const found =
    foreignManager(system, packages) ??
    foreignRelease(system, packages) ??
    olderRepository(system, repositories) ??
    (otherProduct && productClause(otherProduct));
  return found && `it says that it is ${system.family} ${system.name}, but ${found}`;
}

function foreignManager({ family }: System, packages: readonly SystemPackage[]): string | undefined {
  const kind = distributionNamed(family)?.ecosystem;
  if (kind === undefined) return undefined;
  const own = MANAGERS[kind];
  const foreign = packages.filter(({ manager }) => isOther(manager, own));
  const [first] = foreign;
  return first && `${foreign.length} of its packages are ${first.manager}'s, such as ${first.name}`;
}

function isOther(manager: string | undefined, own: string): boolean {
  const kind = /^(?:dpkg|apk|rpm)/.exec(manager ?? "")?.[0];
  return kind !== undefined && kind !== own;
}

function foreignRelease(system: System, packages: readonly SystemPackage[]): string | undefined {
  const { family } = system;
  if (family === "debian" || family === "ubuntu") return foreignBaseFiles(system, packages);
  return foreignVersion(system, packages) ?? foreignReleasePackage(family, packages) ?? foreignMark(system, packages);
}

/**
 * A line in `etc/apk/repositories` decides which release's advisories the scanner uses. The advisories of an older
 * release report fixes that this release does not have. A newer release, or edge, only has later fixes.
 */
function olderRepository({ family, name }: System, repositories: readonly string[]): string | undefined {
  if (family !== "alpine" || !/^\d+\.\d+/.test(name)) return undefined;
  const older = repositories.find((each) => /^\d+\.\d+/.test(each) && compareDotted(minorOf(each), minorOf(name)) < 0);
  return older && `its packages are matched with the advisories of the repository ${older}, which is older`;
}

/**
 * A file in `root/buildinfo` decides which products' advisories are used for a Red Hat package. Advisories for another
 * product do not cover the system's own packages.
 */
function productClause({ packages, example, sources }: OtherProduct): string {
  const named = listSome(sources, 3) || "no known product";
  return `${packages} of its packages, such as ${example}, ${packages === 1 ? "is" : "are"} matched with advisories for ${named}, and not for this release`;
}

function foreignBaseFiles({ family, name }: System, packages: readonly SystemPackage[]): string | undefined {
  const version = packages.find((each) => each.name === "base-files")?.version;
  if (version === undefined) return undefined;
  const clause = `its package base-files is ${version}`;
  if (version.includes("ubuntu") !== (family === "ubuntu")) return clause;
  if (family === "ubuntu") return isOtherUbuntu(name, version) ? clause : undefined;
  const [own, theirs] = [/^\d+/.exec(name)?.[0], /^\d+/.exec(version)?.[0]];
  return own !== undefined && theirs !== undefined && own !== theirs ? clause : undefined;
}

/** For a release that is not long-term, the version must only differ from those in long-term releases. */
function isOtherUbuntu(name: string, version: string): boolean {
  const start = version.split("ubuntu", 1)[0];
  const owner = Object.keys(UBUNTU_BASE_FILES).find((release) => UBUNTU_BASE_FILES[release] === start);
  const own = /^\d+\.\d+/.exec(name)?.[0] ?? name;
  return owner === undefined ? Object.hasOwn(UBUNTU_BASE_FILES, own) : owner !== own;
}

/** Checks packages whose version is the release's number. */
function foreignVersion({ family, name }: System, packages: readonly SystemPackage[]): string | undefined {
  const named = distributionNamed(family)?.numbered ?? [];
  const ofRelease = packages.filter((each) => named.includes(each.name));
  const own = minorOf(name);
  if (ofRelease.some(({ version }) => minorOf(version) === own)) return undefined;
  const [first] = ofRelease;
  return first && `its package ${first.name} is for release ${minorOf(first.version)}`;
}

/** A package that exists only in another distribution of the same kind. */
function foreignReleasePackage(family: string, packages: readonly SystemPackage[]): string | undefined {
  const own = distributionNamed(family);
  if (own?.owns === undefined) return undefined;
  const others = packages.flatMap(({ name }) => (OWNERS.get(name)?.ecosystem === own.ecosystem ? [name] : []));
  const [first] = others;
  if (first === undefined || others.some((name) => own.owns?.includes(name))) return undefined;
  return `its package ${first} is ${OWNERS.get(first)?.name}'s`;
}

/** The first distribution that has the package. */
const OWNERS: ReadonlyMap<string, Distribution> = new Map(
  DISTRIBUTIONS.toReversed().flatMap((each) => (each.owns ?? []).map((name) => [name, each] as const)),
);

/**
 * Some packages of another release are normal. If all packages are, the image is of another release. A single package
 * may come from another vendor. If most packages do, it is another system.
 */
function foreignMark({ family, name }: System, packages: readonly SystemPackage[]): string | undefined {
  const system = distributionNamed(family);
  if (system?.ecosystem !== "rpm") return undefined;
  const own = family === "amazon" && !/^2/.test(name) ? "1" : /^\d+/.exec(name)?.[0];
  const marked = packages.flatMap((each) => {
    const [, mark, release] = MARK.exec(each.version) ?? [];
    return mark === undefined ? [] : [{ each, isOwn: mark === system.mark, release }];
  });
  const ofOwn = marked.filter(({ isOwn }) => isOwn);
  const others = marked.filter(({ isOwn }) => !isOwn);
  const isOther = own !== undefined && ofOwn.every(({ release }) => release !== own);
  const isMost = others.length > 1 && others.length * 2 > packages.length;
  const found = (isOther ? ofOwn[0] : undefined) ?? (isMost ? others[0] : undefined);
  return found && `its package ${found.each.name} is ${found.each.version}`;
}

/** `3.22` for `3.22.0-r0`. */
function minorOf(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}

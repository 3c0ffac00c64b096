import type { Finding, FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { purlWithoutVersion, pythonName } from "../purl.ts";

/**
 * The key of a finding over time and across rebuilds: kind, advisory, package without version and qualifiers, and path,
 * separated by spaces. Two copies of a package at different paths are two findings. A secret that moves to another line
 * stays the same finding.
 */
export function identityOf(finding: Finding): string {
  const { kind, id, package: about, path } = finding;
  return [kind, id, about === undefined ? "" : packageOf(about), path ?? ""].map(withoutSpaces).join(" ");
}

/**
 * Like {@link identityOf}, but stable across package versions: it drops the package's own version from the path
 * (`urllib3-1.26.4.dist-info`). Create one function for all findings of a report: it caches.
 */
export function rebuildIdentity(): (finding: Finding) => string {
  const nameOf = memoize((about: FindingPackage) => withoutSpaces(packageOf(about)));
  const idOf = memoize(withoutSpaces);
  return ({ kind, id, package: about, path }) => {
    const place = path === undefined ? "" : withoutSpaces(pathWithoutVersion(path, about));
    return `${kind} ${idOf(id)} ${about === undefined ? "" : nameOf(about)} ${place}`;
  };
}

function packageOf({ purl, type, name }: FindingPackage): string {
  return purl === undefined ? `${type}/${name}` : purlWithoutVersion(purl);
}

/** Percent-encodes characters that would make the four parts ambiguous. */
function withoutSpaces(part: string): string {
  return part.replace(/[% ]/g, encodeURIComponent);
}

/** Numbers identities, from 0 on. Findings that are the same at two points in time get the same number. */
export type LastingIdentity = (finding: Finding) => number;

/** Maps an advisory to its identity. */
type Place = Map<string, number>;

/** What is known about the findings of one package in one version. */
interface PackageEntry {
  readonly about: FindingPackage | undefined;
  /** Without version and qualifiers. */
  readonly name: string;
  readonly places: Map<string, Place>;
}

/**
 * A finding's identity over time: kind, advisory, package without version and qualifiers (`distro=debian-12.9` changes
 * with a point release), and path without the package's own version (`aiohttp-3.9.1.dist-info`). What moved to another
 * path is another identity; the comparison finds the two. Optimised for 50,000 findings: a large report has few
 * packages, paths and advisories, and lists one package after the other. So few texts are processed.
 * @param withPaths false if one side does not know its packages' paths, so that paths are ignored
 * @param withoutVersion what names the package, from its package URL
 */
export function lastingIdentity(
  withPaths = true,
  withoutVersion: (purl: string) => string = memoize(purlWithoutVersion),
): LastingIdentity {
  const packages = new Map<string, PackageEntry>();
  const places = new Map<string, Place>();
  let count = 0;
  let last: { readonly known: PackageEntry; readonly path: string; readonly place: Place } | undefined;

  function nameOf({ purl, type, name }: FindingPackage): string {
    return purl === undefined ? `${type}/${name}` : withoutVersion(beforeVersion(purl));
  }

  function knownOf(about: FindingPackage | undefined): PackageEntry {
    const key = about?.purl ?? (about === undefined ? "" : `${about.type}/${about.name}@${about.version}`);
    const known = packages.get(key);
    // A package URL may lack the version.
    if (known !== undefined && known.about?.version === about?.version) return known;
    const made = { about, name: about === undefined ? "" : nameOf(about), places: new Map<string, Place>() };
    packages.set(key, made);
    return made;
  }

  function placeAt(known: PackageEntry, path: string): Place {
    const there = known.places.get(path);
    if (there !== undefined) return there;
    const name = `${known.name}\0${pathWithoutVersion(path, known.about)}`;
    const place = places.get(name) ?? new Map();
    places.set(name, place);
    known.places.set(path, place);
    return place;
  }

  function placeOf({ package: about, path: given = "" }: Finding): Place {
    const path = withPaths ? given : "";
    const known = last !== undefined && isAlike(about, last.known.about) ? last.known : knownOf(about);
    if (last?.known === known && last.path === path) return last.place;
    const place = placeAt(known, path);
    last = { known, path, place };
    return place;
  }

  return (finding) => {
    const { kind, id } = finding;
    const place = placeOf(finding);
    const advisory = `${kind} ${id}`;
    let identity = place.get(advisory);
    if (identity === undefined) {
      identity = count;
      count += 1;
      place.set(advisory, identity);
    }
    return identity;
  };
}

/** A quick comparison: after parsing JSON, each finding has its own package object. */
function isAlike(a: FindingPackage | undefined, b: FindingPackage | undefined): boolean {
  return a === b || (a?.purl !== undefined && a.purl === b?.purl && a.version === b.version);
}

/**
 * Quickly cuts a package URL before its version. {@link purlWithoutVersion} has the same result for it as for the
 * whole.
 */
function beforeVersion(purl: string): string {
  if (purl.includes("#")) return purl;
  const query = purl.indexOf("?");
  const path = query === -1 ? purl : purl.slice(0, query);
  const at = path.lastIndexOf("@");
  return at > path.lastIndexOf("/") ? path.slice(0, at) : path;
}

/** The path without the package's version, wherever that is a separate word. */
export function pathWithoutVersion(path: string, about: Pick<FindingPackage, "name" | "version"> | undefined): string {
  if (about === undefined) return path;
  const { name, version } = about;
  if (version === "" || !path.includes(version)) return path;
  return path
    .split("/")
    .map((segment) => (isMeant(segment, version, name) ? cut(segment, version) : segment))
    .join("/");
}

/**
 * Whether a segment contains the package's version. A bare number may mean anything, unless the package's name precedes
 * it.
 */
function isMeant(segment: string, version: string, name: string): boolean {
  return /[.\-_+]/.test(version) || pythonName(segment).startsWith(pythonName(lastPart(name)));
}

/** `log4j-core` of `org.apache.logging.log4j:log4j-core`, `core` of `@angular/core`. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

function cut(segment: string, version: string): string {
  let rest = "";
  let from = 0;
  for (let at = segment.indexOf(version); at !== -1; at = segment.indexOf(version, at + 1)) {
    if (at < from || !isWord(segment, at, at + version.length)) continue;
    rest += segment.slice(from, at);
    from = at + version.length;
  }
  return rest + segment.slice(from);
}

/** `3.9.1` is not a word in `13.9.1` and `3.9.1.2`, but it is one in `v3.9.1` and `3.9.1.dist-info`. */
function isWord(text: string, start: number, end: number): boolean {
  const marked = text[start - 1] === "v" || text[start - 1] === "V" ? start - 1 : start;
  const before = text[marked - 1] ?? "";
  const after = text[end] ?? "";
  if (before === "." || isAlphanumeric(before)) return false;
  return after === "." ? !isDigit(text[end + 1] ?? "") : !isAlphanumeric(after);
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** Counts every non-ASCII character as a letter. */
function isAlphanumeric(character: string): boolean {
  const letter = character.toLowerCase();
  return isDigit(character) || (letter >= "a" && letter <= "z") || letter > "\u007f";
}

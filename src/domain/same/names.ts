import { idsOf, isSameAdvisory, weaknessIds } from "../advisory-ids.ts";
import type { Finding, FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { purlWithoutVersion, pythonName } from "../purl.ts";
import type { Pass } from "./pair.ts";

/** The parts of a finding that identify it, with its package in the form of {@link packageName}. */
export interface FindingName extends Pick<Finding, "kind" | "id"> {
  readonly package?: string | undefined;
  readonly path?: string | undefined;
}

/** Kind, advisory, package and path as one text, separated by spaces. Equal only if all four parts are equal. */
export function textOf({ kind, id, package: about = "", path = "" }: FindingName): string {
  return `${kind} ${withoutSpaces(id)} ${withoutSpaces(about)} ${withoutSpaces(path)}`;
}

function withoutSpaces(part: string): string {
  return /[% ]/.test(part) ? part.replace(/[% ]/g, encodeURIComponent) : part;
}

/**
 * The key of a finding over time and across rebuilds: kind, advisory, package without version and qualifiers, and path.
 * Two copies of a package at different paths are two findings. A secret that moves to another line stays the same
 * finding.
 */
export function identityOf({ kind, id, package: about, path }: Finding): string {
  return textOf({ kind, id, package: about && packageName(about), path });
}

/**
 * A package without version and qualifiers (`distro=debian-12.9` changes with a point release): its package URL, or
 * `type/name`.
 */
function packageName({ purl, type, name }: FindingPackage): string {
  return purl === undefined ? `${type}/${name}` : purlWithoutVersion(purl);
}

/** A package and the finding's path, without the package's version. */
export type Place = Pick<FindingName, "package" | "path">;

/** A package's place, in a form that stays the same across versions. */
export function placeOf(about: FindingPackage | undefined, path: string | undefined): Place {
  if (about === undefined) return { package: undefined, path };
  return { package: packageName(about), path: path && pathWithoutVersion(path, about) };
}

/**
 * Like {@link identityOf}, but stable across package versions: it removes the package's version from the path
 * (`urllib3-1.26.4.dist-info`). A finding that moved to another path gets another identity; {@link pair} matches the
 * two.
 */
export function lastingIdentity({ kind, id, package: about, path }: Finding): string {
  return textOf({ kind, id, ...placeOf(about, path) });
}

/** The finding under the other ids of its weakness. One CVE is never another name for another CVE. */
export function otherNames(finding: Finding): readonly Finding[] {
  if (finding.aliases === undefined) return [];
  return weaknessIds(finding)
    .filter((id) => id !== finding.id)
    .map((id) => ({ ...finding, id }));
}

/** Matches the same findings of two scans: first by identity, then the same advisory under any id at the same place. */
export function sameFinding(identity: (finding: Finding) => string): readonly Pass<Finding>[] {
  return [
    { keys: (finding) => [identity(finding)] },
    { keys: (finding) => idsOf(finding).map((id) => identity({ ...finding, id })), fits: isSameAdvisory },
  ];
}

/** The degrees to which the paths of two findings match, best first. Two different known paths are two places. */
export const FITS: readonly ((a: string, b: string) => boolean)[] = [
  (a, b) => a === b,
  // One scanner may report the archive, and another the file in it.
  (a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  // A scanner might not report the path.
  (a, b) => a === "" || b === "",
];

/** No genuine version is longer, and a regular expression's length is limited. */
const LONGEST = 256;
const LETTERS = "0-9A-Za-z\\u0080-\\uffff";

/** The path without the package's version, if that is a separate word in it. */
export function pathWithoutVersion(path: string, about: Pick<FindingPackage, "name" | "version"> | undefined): string {
  const { name, version } = about ?? { name: "", version: "" };
  if (version === "" || version.length > LONGEST || !path.includes(version)) return path;
  const own = asWord(version);
  if (/[.\-_+]/.test(version)) return path.replace(own, "");
  // A bare number is ambiguous, unless the package's name precedes it.
  const start = pythonName(lastPart(name));
  const isMeant = (segment: string) => pythonName(segment).startsWith(start);
  return path
    .split("/")
    .map((segment) => (isMeant(segment) ? segment.replace(own, "") : segment))
    .join("/");
}

/** `log4j-core` for `org.apache.logging.log4j:log4j-core`, `core` for `@angular/core`. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

/**
 * `3.9.1` is not a word in `13.9.1` and `3.9.1.2`, but it is one in `v3.9.1` and `3.9.1.dist-info`. Every non-ASCII
 * character counts as a letter.
 */
const asWord = memoize((version) => {
  const text = version.replace(/[^0-9A-Za-z\u0080-\uffff]/g, "\\$&");
  return new RegExp(`(?<=(?:^|[^.${LETTERS}])[vV]?)${text}(?=$|\\.(?!\\d)|[^.${LETTERS}])`, "g");
});

import { idsOf, isSameAdvisory, weaknessIds } from "../advisory-ids.ts";
import type { Finding, FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { purlWithoutVersion, pythonName } from "../purl.ts";
import type { Pass } from "./pair.ts";

/** What makes a finding the same, with its package as {@link packageName} names it. */
export interface FindingName extends Pick<Finding, "kind" | "id"> {
  readonly package?: string | undefined;
  readonly path?: string | undefined;
}

/** Kind, advisory, package and path as one text, separated by spaces. Two texts are equal only if all four are. */
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

/** A package and a path in it, without the package's version. */
export type Place = Pick<FindingName, "package" | "path">;

/** The lasting place of a package. */
export function placeOf(about: FindingPackage | undefined, path: string | undefined): Place {
  if (about === undefined) return { package: undefined, path };
  return { package: packageName(about), path: path && pathWithoutVersion(path, about) };
}

/**
 * Like {@link identityOf}, but stable across package versions: it drops the package's own version from the path
 * (`urllib3-1.26.4.dist-info`). What moved to another path is another identity; {@link pair} finds the two.
 */
export function lastingIdentity({ kind, id, package: about, path }: Finding): string {
  return textOf({ kind, id, ...placeOf(about, path) });
}

/** The finding under the other ids of its weakness: a CVE has no other name than other CVEs. */
export function otherNames(finding: Finding): readonly Finding[] {
  if (finding.aliases === undefined) return [];
  return weaknessIds(finding)
    .filter((id) => id !== finding.id)
    .map((id) => ({ ...finding, id }));
}

/** The same finding in two scans: the same identity, and of the others the same advisory by any id at that place. */
export function sameFinding(identity: (finding: Finding) => string): readonly Pass<Finding>[] {
  return [
    { keys: (finding) => [identity(finding)] },
    { keys: (finding) => idsOf(finding).map((id) => identity({ ...finding, id })), fits: isSameAdvisory },
  ];
}

/** How well the paths of two findings fit, best first. Two different known paths are two places. */
export const FITS: readonly ((a: string, b: string) => boolean)[] = [
  (a, b) => a === b,
  // A scanner may name the archive, and another one the file in it.
  (a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  // A scanner may not know the path.
  (a, b) => a === "" || b === "",
];

/** No real version is longer, and a pattern cannot be of any length. */
const LONGEST = 256;
const LETTERS = "0-9A-Za-z\\u0080-\\uffff";

/** The path without the package's version, wherever that is a separate word. */
export function pathWithoutVersion(path: string, about: Pick<FindingPackage, "name" | "version"> | undefined): string {
  const { name, version } = about ?? { name: "", version: "" };
  if (version === "" || version.length > LONGEST || !path.includes(version)) return path;
  const own = asWord(version);
  if (/[.\-_+]/.test(version)) return path.replace(own, "");
  // A bare number may mean anything, unless the package's name precedes it.
  const start = pythonName(lastPart(name));
  const isMeant = (segment: string) => pythonName(segment).startsWith(start);
  return path
    .split("/")
    .map((segment) => (isMeant(segment) ? segment.replace(own, "") : segment))
    .join("/");
}

/** `log4j-core` of `org.apache.logging.log4j:log4j-core`, `core` of `@angular/core`. */
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

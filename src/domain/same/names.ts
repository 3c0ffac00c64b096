import { idsOf, isSameAdvisory, weaknessIds } from "../advisory-ids.ts";
import type { Finding, FindingPackage } from "../finding.ts";
import { purlWithoutVersion, pythonName } from "../purl.ts";
import type { Pass } from "./pair.ts";

/** What makes a finding the same, with its package as {@link packageNames} names it. */
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

/** The path without the package's version, wherever that is a separate word. */
export function pathWithoutVersion(path: string, about: Pick<FindingPackage, "name" | "version"> | undefined): string {
  const { name, version } = about ?? { name: "", version: "" };
  if (version === "" || !path.includes(version)) return path;
  if (/[.\-_+]/.test(version)) return cut(path, version);
  // A bare number may mean anything, unless the package's name precedes it.
  const start = pythonName(lastPart(name));
  const isMeant = (segment: string) => pythonName(segment).startsWith(start);
  return path
    .split("/")
    .map((segment) => (isMeant(segment) ? cut(segment, version) : segment))
    .join("/");
}

/** `log4j-core` of `org.apache.logging.log4j:log4j-core`, `core` of `@angular/core`. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}

function cut(text: string, version: string): string {
  let rest = "";
  let from = 0;
  for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + 1)) {
    if (at < from || !isWord(text, at, at + version.length)) continue;
    rest += text.slice(from, at);
    from = at + version.length;
  }
  return rest + text.slice(from);
}

/** `3.9.1` is not a word in `13.9.1` and `3.9.1.2`, but it is one in `v3.9.1` and `3.9.1.dist-info`. */
function isWord(text: string, start: number, end: number): boolean {
  const marked = /v/i.test(text[start - 1] ?? "") ? start - 1 : start;
  const before = text[marked - 1] ?? "";
  if (before === "." || WORD.test(before)) return false;
  return text[end] === "." ? !/\d/.test(text[end + 1] ?? "") : !WORD.test(text[end] ?? "");
}

/** Every non-ASCII character counts as a letter. */
const WORD = /[0-9a-z\u0080-\uffff]/i;

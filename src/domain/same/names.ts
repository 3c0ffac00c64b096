import { idsOf, isSameAdvisory, weaknessIds } from "../advisory-ids.ts";
import type { Finding, FindingPackage } from "../finding.ts";
import { purlWithoutVersion } from "../purl.ts";
import type { Pass } from "./pair.ts";
import { pathWithoutVersion } from "./place.ts";

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
export function packageName({ purl, type, name }: FindingPackage): string {
  return purl === undefined ? `${type}/${name}` : purlWithoutVersion(purl);
}

/** A package and a path in it, without the package's version. */
export type Place = Pick<FindingName, "package" | "path">;

/** The lasting place of a package. */
export function placeOf(
  about: FindingPackage | undefined,
  path: string | undefined,
  nameOf: (about: FindingPackage) => string = packageName,
): Place {
  if (about === undefined) return { package: undefined, path };
  return { package: nameOf(about), path: path && pathWithoutVersion(path, about) };
}

/**
 * Like {@link identityOf}, but stable across package versions: it drops the package's own version from the path
 * (`urllib3-1.26.4.dist-info`). What moved to another path is another identity; {@link pair} finds the two.
 */
export function lastingIdentity({ kind, id, package: about, path }: Finding, nameOf = packageName): string {
  return textOf({ kind, id, ...placeOf(about, path, nameOf) });
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

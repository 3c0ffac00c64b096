import { distributionNamed, PURL_TYPES } from "../domain/image/distributions.ts";
import type { Purl } from "../domain/purl.ts";

/** Types of package URLs whose packages belong to an operating system. */
const OF_SYSTEM: ReadonlySet<string> = new Set(["apk", "deb", "rpm"]);

/** Types that are matched with advisories, or listed as packages (`pkg/purl/purl.go`, `LangType` and `Class`). */
const MATCHED: ReadonlySet<string> = new Set([
  ...OF_SYSTEM,
  ..."bitnami cargo cocoapods composer conan conda gem golang hex k8s maven npm nuget pub pypi swift".split(" "),
]);

/** For these types, the name is taken from the package URL, and for all others from the component (`pkg/sbom/io`). */
const NAMED_BY_PURL: ReadonlySet<string> = new Set(["bitnami", "cocoapods", "gradle", "maven"]);

/** For these types, the namespace is not part of the name. */
const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set([...OF_SYSTEM, "conan", "k8s"]);

export function isOfSystem({ type }: Purl): boolean {
  return OF_SYSTEM.has(type);
}

export function isMatched({ type }: Pick<Purl, "type">): boolean {
  return MATCHED.has(type);
}

/** True if the scanner looks up a package of this name as the package URL's package. */
export function isNamed(purl: Purl, name: string): boolean {
  if (NAMED_BY_PURL.has(purl.type)) return true;
  const isAlone = purl.namespace === undefined || WITHOUT_NAMESPACE.has(purl.type);
  const meant = isAlone ? purl.name : `${purl.namespace}/${purl.name}`;
  return name === meant || folded(purl.type, name) === folded(purl.type, meant);
}

/** Packages are looked up in lower case, and Python's with dashes. The names of a system's packages are not changed. */
function folded(type: string, name: string): string {
  if (OF_SYSTEM.has(type)) return name;
  const lower = name.toLowerCase();
  return type === "pypi" ? lower.replaceAll("_", "-") : lower;
}

/** The name in a parsed package URL, with its original case. Debian's and Alpine's names are always in lower case. */
export function nameAsWritten(text: string, purl: Purl): string {
  if (purl.type === "deb" || purl.type === "apk") return purl.name;
  const path = /^pkg:\/*[^/]+\/([^?#]*)/i.exec(text)?.[1] ?? "";
  const at = path.lastIndexOf("@");
  const segments = (at > path.lastIndexOf("/") ? path.slice(0, at) : path).split("/").filter((each) => each !== "");
  const names = segments.map(decodeURIComponent);
  return WITHOUT_NAMESPACE.has(purl.type) ? (names.at(-1) ?? purl.name) : names.join("/");
}

/** Adds the document's version to a package URL without one. */
export function withVersion(text: string, version: string): string {
  const cut = /[?#]/.exec(text)?.index ?? text.length;
  return `${text.slice(0, cut).replace(/(?<!@)@+$/, "")}@${encodeURIComponent(version)}${text.slice(cut)}`;
}

/**
 * The source package of a system's package in Syft's form (`upstream=openssl@3.0.11-1`). The advisories of Debian,
 * Ubuntu and Alpine are about source packages, and scanners do not read this qualifier. RPM's advisories are about the
 * packages themselves.
 */
export function sourceOf(purl: Purl): { readonly name: string; readonly version?: string | undefined } | undefined {
  const { type, qualifiers } = purl;
  if (type !== "deb" && type !== "apk") return undefined;
  const [, name, version] = /^([A-Za-z0-9][A-Za-z0-9+._-]*)(?:@(\S+))?$/.exec(qualifiers.upstream ?? "") ?? [];
  const source = name?.toLowerCase();
  return source === undefined || (source === purl.name && version === undefined)
    ? undefined
    : { name: source, version };
}

/** An operating system, with the scanner's names. */
export interface System {
  readonly family: string;
  readonly name: string;
}

/**
 * The operating system that all package URLs of a system's packages name with `distro=` (`debian-12`, or `3.22` under
 * the namespace `alpine`). Undefined if one of them names none or another one, or a release by its code name.
 */
export function systemIn(purls: Iterable<Purl | undefined>): System | undefined {
  let found: System | undefined;
  for (const purl of purls) {
    if (purl === undefined || !isOfSystem(purl)) continue;
    const system = systemOf(purl);
    if (system === undefined) return undefined;
    if (found !== undefined && (found.family !== system.family || found.name !== system.name)) return undefined;
    found = system;
  }
  return found;
}

function systemOf({ type, namespace, qualifiers }: Purl): System | undefined {
  const [, id = namespace, name] = /^(?:([a-z][a-z.-]*)-)?(\d[\w.]*)$/i.exec(qualifiers.distro ?? "") ?? [];
  const known = distributionNamed(id ?? "");
  if (name === undefined || known === undefined || PURL_TYPES[known.ecosystem] !== type) return undefined;
  return { family: known.name, name };
}

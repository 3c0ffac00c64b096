import { ECOSYSTEMS, type Ecosystem } from "./finding.ts";
import { PURL_TYPES } from "./image/distributions.ts";
import { memoize } from "./memoize.ts";

/** A package URL, decoded (https://github.com/package-url/purl-spec). */
export interface Purl {
  /** Lower case: `deb`, `npm`, `maven`, … */
  readonly type: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath?: string | undefined;
}

/** Types whose names the specification converts to lower case. Not npm: it has old names that differ only in case. */
const CASE_FOLDED = new Set("alpm apk bitbucket bitnami composer deb github golang hex oci pub".split(" "));

/** The types of package URLs that differ from the name of their ecosystem. */
const TYPES: Readonly<Partial<Record<Ecosystem, string>>> = { ...PURL_TYPES, go: "golang" };

/** The ecosystem of each type of package URL whose rules are known. */
export const PURL_ECOSYSTEMS: ReadonlyMap<string, Ecosystem> = new Map(
  ECOSYSTEMS.map((each) => [TYPES[each] ?? each, each]),
);

/** The ecosystem of a package URL's type. Absent: both have the same name, or no rule knows the type. */
export function ecosystemOfType(type: string): Ecosystem | undefined {
  const ecosystem = PURL_ECOSYSTEMS.get(type);
  return ecosystem === type ? undefined : ecosystem;
}

/** The namespace of these types is the distribution, for which tools use different names (`rhel`, `redhat`). */
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(PURL_TYPES));

/** The package's normalised name, which all tools share: with its namespace, unless that is a distribution. */
export function plainName({ type, namespace, name, subpath }: Purl): string {
  if (SYSTEMS.has(type)) return name;
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  // Syft puts what follows the repository of a Go module (`/v2`) into the subpath.
  if (type === "golang") return subpath === undefined ? full : `${full}/${subpath}`;
  // PyPI's own rule (PEP 503); the specification of package URLs includes only a part of it.
  if (type === "pypi") return pythonName(full);
  return type === "nuget" ? full.toLowerCase() : full;
}

/**
 * Parses a package URL. Returns undefined if the text is not a valid one. Never throws. Cached, since many findings
 * share a package URL.
 */
export const parsePurl = memoize((text): Purl | undefined => {
  try {
    return parse(text.toWellFormed());
  } catch {
    // decodeURIComponent throws on broken percent-encoding.
    return undefined;
  }
});

/** True if `wanted` covers `found`: type, namespace, name and all other parts that `wanted` sets are equal. */
export function purlCovers(wanted: Purl, found: Purl): boolean {
  return purlKey(wanted) === purlKey(found) && releaseCovers(wanted, found);
}

/** The same for two package URLs with equal {@link purlKey}s. */
export function releaseCovers(wanted: Purl, found: Purl): boolean {
  return (
    (wanted.version === undefined || wanted.version === found.version) &&
    (wanted.subpath === undefined || wanted.subpath === found.subpath) &&
    Object.entries(wanted.qualifiers).every(([key, value]) => found.qualifiers[key] === value)
  );
}

/** Type, namespace and name as one encoded text. Two texts are equal only if the package URLs mean the same package. */
export function purlKey({ type, namespace, name }: Purl): string {
  // A slash within a name is not a separator: `a%2Fb` is not `b` in the namespace `a`.
  return [type, ...(namespace?.split("/") ?? []), name].map(encode).join("/");
}

/** The package URL without version and qualifiers, normalised. Returns any other text unchanged. */
export const purlWithoutVersion = memoize((text): string => {
  const purl = parsePurl(text);
  if (purl === undefined) return text;
  return `pkg:${purlKey(purl)}${subpathOf(purl)}`;
});

/** The normalised package URL with its version but without qualifiers and subpath. It identifies only a release. */
export function plainPurl(purl: Purl): string {
  return `pkg:${purlKey(purl)}${purl.version === undefined ? "" : `@${encode(purl.version)}`}`;
}

/** The types whose versions may have an epoch, which is a qualifier in their package URLs. */
const WITH_EPOCH = new Set(["deb", "rpm"]);

/** The normalised package URL of another version of the package. */
export function purlOfVersion(purl: Purl, version: string): string {
  const [, epoch, rest] = (WITH_EPOCH.has(purl.type) && /^(\d+):(.*)$/s.exec(version)) || [];
  const { epoch: _, ...others } = purl.qualifiers;
  const qualifiers = { ...others, ...(epoch !== undefined && !/^0+$/.test(epoch) && { epoch }) };
  const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `pkg:${purlKey(purl)}@${encode(rest ?? version)}${query.length === 0 ? "" : `?${query.join("&")}`}${subpathOf(purl)}`;
}

function subpathOf({ subpath }: Purl): string {
  return subpath === undefined ? "" : `#${subpath.split("/").map(encode).join("/")}`;
}

function parse(text: string): Purl | undefined {
  const [, rest, query = "", fragment = ""] = /^pkg:\/*([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
  const [, type, path] = /^([a-z][a-z0-9.+-]*)\/(.*)$/is.exec(rest ?? "") ?? [];
  if (type === undefined || path === undefined) return undefined;
  // The version's `@` follows the last slash: names like `@angular/core` start with an `@` themselves.
  const at = path.lastIndexOf("@");
  const cut = at > path.lastIndexOf("/") ? at : path.length;
  const segments = decodedSegments(path.slice(0, cut));
  const name = segments.pop();
  if (name === undefined) return undefined;
  const fold = foldFor(type.toLowerCase());
  const version = decodeURIComponent(path.slice(cut + 1));
  const subpath = decodedSegments(fragment).filter((segment) => segment !== "." && segment !== "..");
  // The specification forbids a slash within a segment: readers would take it for a separator.
  if ([...segments, ...subpath].some((segment) => segment.includes("/"))) return undefined;
  return {
    type: type.toLowerCase(),
    ...(segments.length > 0 && { namespace: fold(segments.join("/")) }),
    name: fold(name),
    ...(version !== "" && { version }),
    qualifiers: qualifiersOf(query),
    ...(subpath.length > 0 && { subpath: subpath.join("/") }),
  };
}

function decodedSegments(path: string): string[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeURIComponent);
}

function foldFor(type: string): (text: string) => string {
  if (type === "pypi") return (text) => text.toLowerCase().replaceAll("_", "-");
  return CASE_FOLDED.has(type) ? (text) => text.toLowerCase() : (text) => text;
}

function qualifiersOf(query: string): Record<string, string> {
  const pairs = query.split("&").map((pair): [string, string] => {
    const cut = pair.indexOf("=");
    return cut < 0 ? [pair, ""] : [pair.slice(0, cut).toLowerCase(), decodeURIComponent(pair.slice(cut + 1))];
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll("%3A", ":");
}

/** A normalised Python package name (https://peps.python.org/pep-0503/#normalized-names). */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

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

/** Types whose names the specification folds to lower case. npm's is left out: it has old names that differ in case only. */
const CASE_FOLDED = new Set([
  "alpm",
  "apk",
  "bitbucket",
  "bitnami",
  "composer",
  "deb",
  "github",
  "golang",
  "hex",
  "oci",
  "pub",
]);

/** Reads a package URL; undefined where the text is none. Never throws. */
export function parsePurl(text: string): Purl | undefined {
  try {
    return parse(text.toWellFormed());
  } catch {
    // decodeURIComponent: a broken percent-encoding.
    return undefined;
  }
}

/** Whether `found` is what `wanted` means: type, namespace and name agree, all else where `wanted` gives it. */
export function purlCovers(wanted: Purl, found: Purl): boolean {
  return (
    purlKey(wanted) === purlKey(found) &&
    (wanted.version === undefined || wanted.version === found.version) &&
    (wanted.subpath === undefined || wanted.subpath === found.subpath) &&
    Object.entries(wanted.qualifiers).every(([key, value]) => found.qualifiers[key] === value)
  );
}

/** Type, namespace and name as one text, encoded: equal for package URLs that mean the same package, and for no others. */
export function purlKey({ type, namespace, name }: Purl): string {
  // A name may have a slash in it, which then is no border: `a%2Fb` is not `b` of the namespace `a`.
  return [type, ...(namespace?.split("/") ?? []), name].map(encode).join("/");
}

/** The package URL without version and qualifiers, in one spelling; a text that is no package URL stays as it is. */
export function purlWithoutVersion(text: string): string {
  const purl = parsePurl(text);
  if (purl === undefined) return text;
  return `pkg:${purlKey(purl)}${purl.subpath === undefined ? "" : `#${purl.subpath.split("/").map(encode).join("/")}`}`;
}

/** The package URL with its version, without qualifiers and subpath, in one spelling: what names a release alone. */
export function plainPurl(purl: Purl): string {
  return `pkg:${purlKey(purl)}${purl.version === undefined ? "" : `@${encode(purl.version)}`}`;
}

function parse(text: string): Purl | undefined {
  const [, rest, query = "", fragment = ""] = /^pkg:\/*([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
  const [, type, path] = /^([a-z][a-z0-9.+-]*)\/(.*)$/is.exec(rest ?? "") ?? [];
  if (type === undefined || path === undefined) return undefined;
  const cut = versionAt(path);
  const segments = decodedSegments(path.slice(0, cut));
  const name = segments.pop();
  if (name === undefined) return undefined;
  // The specification forbids a slash within a segment: it would be taken for a border between two.
  if (segments.some((segment) => segment.includes("/"))) return undefined;
  const fold = foldFor(type.toLowerCase());
  const version = decodeURIComponent(path.slice(cut + 1));
  const subpath = decodedSegments(fragment).filter((segment) => segment !== "." && segment !== "..");
  if (subpath.some((segment) => segment.includes("/"))) return undefined;
  return {
    type: type.toLowerCase(),
    ...(segments.length > 0 && { namespace: fold(segments.join("/")) }),
    name: fold(name),
    ...(version !== "" && { version }),
    qualifiers: qualifiersOf(query),
    ...(subpath.length > 0 && { subpath: subpath.join("/") }),
  };
}

/** Where the version's `@` stands: behind the last slash, as `@angular/core` starts with one of its own. */
function versionAt(path: string): number {
  const at = path.lastIndexOf("@");
  return at > path.lastIndexOf("/") ? at : path.length;
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

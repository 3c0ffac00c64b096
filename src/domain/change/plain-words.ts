import type { Ecosystem, Finding } from "../finding.ts";
import { type Purl, parsePurl, pythonName } from "../purl.ts";
import type { InstalledPackage } from "../target.ts";

/** What every tool says of a package. */
type Named = Pick<InstalledPackage, "name" | "version" | "type" | "purl">;

/**
 * The package in the words that tools share, without a place: name, version and type as its package URL has them, and
 * spelt alike. One without a package URL keeps its own.
 */
export function inPlainWords<T extends Named>(about: T): T {
  const purl = about.purl === undefined ? undefined : parsePurl(about.purl);
  if (purl === undefined) return { ...about, path: undefined };
  return {
    ...about,
    name: plainName(purl),
    type: purl.type,
    ecosystem: ecosystemOfType(purl.type),
    version: plainVersion(purl, about.version),
    path: undefined,
  };
}

/** The ecosystem of a package URL's type. Absent: they have one name, or no rule knows it. */
export function ecosystemOfType(type: string): Ecosystem | undefined {
  return ECOSYSTEMS[type];
}

const ECOSYSTEMS: Readonly<Record<string, Ecosystem>> = { deb: "debian", apk: "alpine", golang: "go" };

/** The finding with its package in the words that tools share, without a place. */
export function findingInPlainWords({ path: _, package: about, ...rest }: Finding): Finding {
  return { ...rest, ...(about && { package: inPlainWords(about) }) };
}

/** `pypi/foo-bar`: what {@link inPlainWords} makes of a package URL's type and name. */
export function plainPackageName({ purl = "", type, name }: Named): string {
  const parsed = parsePurl(purl);
  return parsed === undefined ? purl || `${type}/${name}` : `${parsed.type}/${plainName(parsed)}`;
}

/** Of these, the namespace is the distribution, which tools name differently (`rhel`, `redhat`). */
const SYSTEMS: ReadonlySet<string> = new Set(["deb", "apk", "rpm"]);

function plainName({ type, namespace, name, subpath }: Purl): string {
  if (SYSTEMS.has(type)) return name;
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  // Syft puts what follows the repository of a Go module (`/v2`) into the subpath.
  if (type === "golang") return subpath === undefined ? full : `${full}/${subpath}`;
  // PyPI's own rule (PEP 503); the specification of package URLs has a part of it.
  if (type === "pypi") return pythonName(full);
  return type === "nuget" ? full.toLowerCase() : full;
}

/** @param stated the version beside the package URL, which may lack one */
function plainVersion({ type, version = "", qualifiers }: Purl, stated: string): string {
  const found = version || stated;
  if (type === "golang") return found === "(devel)" ? "" : found.replace(/^(?:v|go)(?=\d)/, "");
  if (type !== "deb" && type !== "rpm") return found;
  // Some write the epoch into the version, some beside it. Zero is the same as no epoch.
  const { epoch } = qualifiers;
  return (epoch === undefined || /^\d+:/.test(found) ? found : `${epoch}:${found}`).replace(/^0+:/, "");
}

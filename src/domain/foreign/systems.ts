import { type FindingPackage, UNSPECIFIED_TYPE } from "../finding.ts";
import { type Distribution, distributionNamed, PURL_TYPES, SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { PURL_ECOSYSTEMS, purlOfVersion, pythonName } from "../purl.ts";
import type { Artifact } from "../target.ts";

/** A distribution and its release, in a report's own words. */
export interface NamedSystem {
  readonly name: string;
  readonly version: string;
}

/** A distribution by its `ID` in os-release or a scanner's name for it. Undefined: its releases are unknown. */
export function systemNamed(name: string): Distribution | undefined {
  const known = distributionNamed(name);
  return known?.releases && known;
}

/** The distribution as it is displayed. A report does not show if its support has ended. */
export function shownSystem({ name, version }: NamedSystem): NonNullable<Artifact["os"]> {
  return { family: systemNamed(name)?.name ?? name, name: version, endOfLife: false };
}

/** A package in a report without package URLs. */
export interface NamedPackage {
  readonly name: string;
  readonly version: string;
  readonly arch?: string | undefined;
}

/**
 * A distribution's package, in Image Gate's terms.
 * @param system the system in the report. Undefined: it names none
 */
export function systemPackage(named: NamedPackage, system: NamedSystem | undefined): FindingPackage {
  const known = systemNamed(system?.name ?? "");
  return {
    name: named.name,
    version: named.version,
    type: known?.name ?? system?.name ?? UNSPECIFIED_TYPE,
    ecosystem: known?.ecosystem,
    purl: known && systemPurl(named, known, system?.version ?? ""),
  };
}

/** The package URL of a distribution's package, in the scanners' form. */
function systemPurl({ name, version, arch }: NamedPackage, system: Distribution, release: string): string {
  const distro = release === "" ? "" : `${system.name}-${release}`;
  const qualifiers = Object.fromEntries(
    Object.entries({ arch: arch ?? "", distro }).filter(([, value]) => value !== ""),
  );
  const purl = { type: PURL_TYPES[system.ecosystem], namespace: system.name, name, qualifiers };
  return purlOfVersion(purl, version);
}

/**
 * An application's package, in Image Gate's terms.
 * @param type its ecosystem, if known, otherwise the scanner's own term. Empty: there is none
 */
export function applicationPackage({ name, version }: NamedPackage, type: string): FindingPackage {
  return { name, version, type: type || UNSPECIFIED_TYPE, purl: applicationPurl({ name, version }, type) };
}

/** The package URL of an application's package. Undefined if its ecosystem has no package URLs. */
function applicationPurl({ name, version }: NamedPackage, ecosystem: string): string | undefined {
  const [type] = [...PURL_ECOSYSTEMS].find(([, each]) => each === ecosystem) ?? [];
  if (type === undefined || SYSTEM_ECOSYSTEMS.has(ecosystem) || name === "") return undefined;
  const own = ecosystem === "pypi" ? pythonName(name) : name;
  // `group:artifact` of Maven, `@scope/name` of npm, `host/owner/module` of Go.
  const cut = ecosystem === "maven" ? own.indexOf(":") : own.lastIndexOf("/");
  const namespace = cut > 0 ? { namespace: own.slice(0, cut) } : {};
  return purlOfVersion({ type, ...namespace, name: own.slice(cut + 1), qualifiers: {} }, version);
}

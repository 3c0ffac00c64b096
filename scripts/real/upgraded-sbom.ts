import { withoutQualifiers } from "./bare-trivy.ts";

/** An upgrade that the gate advises, by the package's URL without qualifiers. */
export interface Advised {
  readonly purl: string;
  readonly to: string;
  /** The findings that the upgrade is said to clear. */
  readonly ids: readonly string[];
}

interface Property {
  readonly name: string;
  readonly value: string;
}

interface Component {
  version?: string;
  purl?: string;
  properties?: Property[];
  "bom-ref"?: string;
}

const SOURCE = /^aquasecurity:trivy:Src(Version|Release|Epoch)$/;

/**
 * The package's URL with another version, as it is in {@link upgradedSbom}. An epoch is a qualifier of it, not a
 * part.
 */
export function raised(purl: string, to: string): string {
  const version = purl.startsWith("pkg:deb/") ? to.replace(/^\d+:/, "") : to;
  return `${purl.slice(0, purl.lastIndexOf("@"))}@${encodeURIComponent(version)}`;
}

/**
 * The SBOM with each advised version in place of the installed one. Written for the proof alone: the gate has its own
 * way.
 * @throws Error if an advised package is not in the SBOM
 */
export function upgradedSbom(sbom: string, upgrades: readonly Advised[]): string {
  const document: { components?: Component[]; dependencies?: unknown } = JSON.parse(sbom);
  const wanted = new Map(upgrades.map((upgrade) => [upgrade.purl, upgrade]));
  const met = new Set<string>();
  for (const component of document.components ?? []) {
    const upgrade = wanted.get(withoutQualifiers(component.purl ?? ""));
    if (!upgrade) continue;
    met.add(upgrade.purl);
    const qualifiers = component.purl?.slice(upgrade.purl.length) ?? "";
    component.version = upgrade.to;
    component.purl = raised(upgrade.purl, upgrade.to) + qualifiers;
    if (component.properties) component.properties = withSource(component.properties, upgrade.to);
  }
  const lost = upgrades.filter(({ purl }) => !met.has(purl));
  if (lost.length > 0) throw new Error(`not in the SBOM: ${lost.map(({ purl }) => purl).join(", ")}`);
  // Dependencies name packages by their old versions.
  delete document.dependencies;
  return JSON.stringify(document);
}

/** Advisories of Debian are about the source package, whose version Trivy reads in parts. */
function withSource(properties: readonly Property[], to: string): Property[] {
  if (!properties.some(({ name }) => SOURCE.test(name))) return [...properties];
  const [, epoch, version = "", release] = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/s.exec(to) ?? [];
  const parts = Object.entries({ Epoch: epoch, Version: version, Release: release });
  const kept = properties.filter(({ name }) => !SOURCE.test(name));
  const named = parts.flatMap(([name, value]) => (value ? [{ name: `aquasecurity:trivy:Src${name}`, value }] : []));
  return [...kept, ...named];
}

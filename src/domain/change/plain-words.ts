import type { Finding } from "../finding.ts";
import { versionOf } from "../opinions/subject.ts";
import { ecosystemOfType, type Purl, parsePurl, plainName } from "../purl.ts";
import type { InstalledPackage } from "../target.ts";

/** The facts that every tool reports about a package. */
type Named = Pick<InstalledPackage, "name" | "version" | "type" | "purl">;

/**
 * The package in the form that all tools share, without a place: name, version and type of its package URL, normalised.
 * Without a package URL, it keeps its own values.
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
    purl: undefined,
    path: undefined,
  };
}

/** The finding with its package in the form that all tools share, without a place. */
export function findingInPlainWords({ path: _, package: about, ...rest }: Finding): Finding {
  return { ...rest, ...(about && { package: inPlainWords(about) }) };
}

/** @param stated the package's own version, since the package URL may lack one */
function plainVersion({ type, version = "", qualifiers }: Purl, stated: string): string {
  const found = version || stated;
  if (type === "golang" && found === "(devel)") return "";
  // Some tools put the epoch into the version, others into a qualifier.
  const { epoch } = qualifiers;
  const isBeside = (type === "deb" || type === "rpm") && epoch !== undefined && !/^\d+:/.test(found);
  return versionOf(isBeside ? `${epoch}:${found}` : found, ecosystemOfType(type) ?? type);
}

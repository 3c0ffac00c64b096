import { type Finding, type FindingPackage, isOnPackage } from "../finding.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { oncePer } from "../memoize.ts";
import { PURL_ECOSYSTEMS, parsePurl, plainName, pythonName } from "../purl.ts";

/** The common terms of all scanners: the package in one version, and the kind of advisories that it needs. */
export interface Subject {
  /** Equal for the same package in the same version from any scanner. */
  readonly key: string;
  /** The advisories that a scanner needs to see it: an ecosystem, or the kind of a finding without a package. */
  readonly needs: string;
  /** It is the distribution's package, so its path is only a list's. */
  readonly isSystem: boolean;
}

/** The subject of a finding. A finding without a package's version is identified by its kind and place. */
export function subjectOfFinding(finding: Finding): Subject {
  if (isOnPackage(finding)) return subjectOf(finding.package);
  const { kind, package: about, path = "", line } = finding;
  return { key: `${kind}\n${about?.name ?? ""}\n${path}\n${line ?? ""}`, needs: kind, isSystem: false };
}

/** The ecosystem with known rules, otherwise the package URL's type, otherwise the scanner's own term. */
export function needsOf({ ecosystem, purl, type }: Pick<FindingPackage, "ecosystem" | "purl" | "type">): string {
  if (ecosystem !== undefined) return ecosystem;
  const [, named] = /^pkg:\/{0,2}([a-z][\w.+-]*)\//i.exec(purl ?? "") ?? [];
  return (named && (PURL_ECOSYSTEMS.get(named.toLowerCase()) ?? named.toLowerCase())) || type;
}

/** The subject of a package. Cached, since findings share few package objects. */
export const subjectOf = oncePer((about: FindingPackage): Subject => {
  const needs = needsOf(about);
  const isSystem = SYSTEM_ECOSYSTEMS.has(needs);
  return { key: `${needs}\n${nameOf(about, needs)}\n${versionOf(about.version, needs)}`, needs, isSystem };
});

/**
 * A package's name in its ecosystem's comparison. A package URL is more reliable than a scanner's name, which may lack
 * the group of a Java package. A distribution's namespace (`redhat`, `rhel`) is not part of it.
 */
function nameOf({ name, purl }: FindingPackage, needs: string): string {
  if (SYSTEM_ECOSYSTEMS.has(needs)) return name;
  const parsed = purl === undefined ? undefined : parsePurl(purl);
  const full = parsed === undefined ? name : plainName(parsed);
  if (needs === "pypi") return pythonName(full);
  if (needs === "maven") return full.replace(":", "/");
  return needs === "nuget" || needs === "go" || needs === "hex" ? full.toLowerCase() : full;
}

/** A version in its ecosystem's comparison: `0:1.2` is `1.2` for a package manager, and `go1.22` is `v1.22`. */
export function versionOf(version: string, needs: string): string {
  if (needs === "rpm" || needs === "debian") return version.replace(/^0+:/, "");
  return needs === "go" ? version.replace(/^(?:v|go)(?=\d)/, "") : version;
}

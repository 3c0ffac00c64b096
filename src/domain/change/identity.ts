import type { Finding, FindingPackage } from "../finding.ts";
import { remembering } from "../memoize.ts";
import { purlWithoutVersion } from "../purl.ts";
import { pathWithoutVersion } from "./lasting-identity.ts";

/**
 * What makes a finding the same one over time and over rebuilds: kind, advisory, package without version and
 * qualifiers, and path, separated by spaces. Two copies of a package at different places are two findings; a secret that
 * moves to another line stays one.
 */
export function identityOf(finding: Finding): string {
  const { kind, id, package: about, path } = finding;
  return [kind, id, about === undefined ? "" : packageOf(about), path ?? ""].map(withoutSpaces).join(" ");
}

/**
 * {@link identityOf}, the same for the next version of the package too: its path is taken without the package's own version
 * (`urllib3-1.26.4.dist-info`). Made for the many findings of one report.
 */
export function rebuildIdentity(): (finding: Finding) => string {
  const nameOf = remembering((about: FindingPackage) => withoutSpaces(packageOf(about)));
  const idOf = remembering(withoutSpaces);
  return ({ kind, id, package: about, path }) => {
    const place = path === undefined ? "" : withoutSpaces(pathWithoutVersion(path, about));
    return `${kind} ${idOf(id)} ${about === undefined ? "" : nameOf(about)} ${place}`;
  };
}

function packageOf({ purl, type, name }: FindingPackage): string {
  return purl === undefined ? `${type}/${name}` : purlWithoutVersion(purl);
}

/** Percent-encodes what would make the four parts ambiguous. */
function withoutSpaces(part: string): string {
  return part.replace(/[% ]/g, encodeURIComponent);
}

import type { Finding } from "./finding.ts";
import { purlWithoutVersion } from "./purl.ts";

/**
 * What makes a finding the same one over time and over rebuilds: kind, advisory, package without version and
 * qualifiers, and path, separated by spaces. Two copies of a package at different places are two findings; a secret that
 * moves to another line stays one.
 */
export function identityOf(finding: Finding): string {
  const { kind, id, package: about, path } = finding;
  return [kind, id, about === undefined ? "" : packageOf(about), path ?? ""].map(withoutSpaces).join(" ");
}

function packageOf({ purl, type, name }: NonNullable<Finding["package"]>): string {
  return purl === undefined ? `${type}/${name}` : purlWithoutVersion(purl);
}

/** Percent-encodes what would make the four parts ambiguous. */
function withoutSpaces(part: string): string {
  return part.replace(/[% ]/g, encodeURIComponent);
}

import { type Purl, parsePurl, purlOfVersion } from "../../domain/purl.ts";
import { type Claim, hasVersion, isAccepting } from "./claim.ts";

/**
 * The package URL, narrowed to a version that a document gives alongside it. For an image, the version is a digest or a
 * tag; for a system's package it may start with an epoch.
 */
export function releaseOf(purl: Purl, version: string): Purl {
  if (purl.type === "oci")
    return version.startsWith("sha256:")
      ? { ...purl, version }
      : { ...purl, qualifiers: { ...purl.qualifiers, tag: version } };
  return parsePurl(purlOfVersion(purl, version)) ?? { ...purl, version };
}

/** True if the package URL has this version. Either may be written without its epoch; two epochs must be the same. */
export function isOfVersion(purl: Purl, version: string): boolean {
  if (purl.version === version) return true;
  const { version: other, qualifiers } = releaseOf(purl, version);
  const [, epoch] = /^0*(\d+):/.exec(version) ?? [];
  const own = purl.qualifiers.epoch?.replace(/^0+(?=\d)/, "");
  if (epoch !== undefined && own !== undefined && epoch !== own) return false;
  return purl.version === other && (purl.qualifiers.tag ?? qualifiers.tag) === qualifiers.tag;
}

/** A claim before it is put in order. */
export interface Unordered {
  readonly claim: Claim;
  /** It names a range of versions. A range is not interpreted, so a rejecting claim is about all versions. */
  readonly isRange: boolean;
}

/**
 * Sorts claims of the same time: the last one wins. Rejecting claims come after accepting ones, so a document that says
 * both accepts nothing. Only a claim that accepts an exact version wins against a range, which may end before that
 * version.
 */
export function inOrderOfSay(all: readonly Unordered[]): Claim[] {
  const rank = ({ claim, isRange }: Unordered) => {
    const { status, product, component } = claim;
    if (isAccepting(status)) return hasVersion(component ?? product) ? 2 : 0;
    return isRange ? 1 : 3;
  };
  return [...all].sort((a, b) => rank(a) - rank(b)).map(({ claim }) => claim);
}

import type { Purl } from "../../domain/purl.ts";

/** A document's statement about a vulnerability in a product. Each format's own terms map to one of these. */
export type VexStatus = "not_affected" | "fixed" | "affected" | "under_investigation";

/** One document's statement about one vulnerability in one product. */
export interface Claim {
  /** The vulnerability's name and its aliases. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** The claim's time, in milliseconds since 1970. Undefined: the document does not say. */
  readonly at: number | undefined;
  /** An image, or a package in any place. */
  readonly product: Purl;
  /** A package within {@link product}, which then must be the judged image. */
  readonly component?: Purl | undefined;
  readonly justification?: string | undefined;
  /**
   * The reason why it accepts nothing although its status would, as text after `statements that`. Such a claim is
   * ignored.
   */
  readonly refused?: string | undefined;
}

/** The reason that a document gives for `not_affected`: a justification of its format's list, or a free text. */
export interface Reason {
  readonly justification: string | undefined;
  readonly list: ReadonlySet<string>;
  readonly words: string | undefined;
}

function faultOf({ justification, list, words }: Reason): string | undefined {
  if (!isSaid(justification))
    return isSaid(words) ? undefined : "say `not_affected` without a justification or impact statement";
  return list.has(justification)
    ? undefined
    : "say `not_affected` with a justification that is not on the format's list";
}

/** The justifications of OpenVEX 0.2 and the flags of CSAF 2 (CISA's "Status Justifications"). */
export const JUSTIFICATIONS: ReadonlySet<string> = new Set([
  "component_not_present",
  "vulnerable_code_not_present",
  "vulnerable_code_not_in_execute_path",
  "vulnerable_code_cannot_be_controlled_by_adversary",
  "inline_mitigations_already_exist",
]);

/** Clocks may differ by this much. A claim with a later date is not valid yet. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * The reason why a claim that would accept does not. Undefined: it does, or its status accepts nothing. A date in the
 * future would override every later claim. OpenVEX, CSAF and CISA's minimum requirements for VEX demand a reason for
 * `not_affected`. A `fixed` claim needs a version, since earlier versions are not fixed.
 */
export function refusalOf(
  { status, at, product, component }: Pick<Claim, "status" | "at" | "product" | "component">,
  reason: Reason,
  now: number,
): string | undefined {
  if (!isAccepting(status)) return undefined;
  if (at !== undefined && at > now + HOUR_MS) return "are dated in the future";
  if (status === "not_affected") return faultOf(reason);
  return hasVersion(product) || (component !== undefined && hasVersion(component))
    ? undefined
    : "say `fixed` without saying in which version";
}

/** True if a statement with this status accepts. */
export function isAccepting(status: VexStatus): status is "not_affected" | "fixed" {
  return status === "not_affected" || status === "fixed";
}

/** True if a package URL has a version. For an image, that is its digest or a tag. */
export function hasVersion({ type, version, qualifiers }: Purl): boolean {
  return version !== undefined || (type === "oci" && qualifiers.tag !== undefined);
}

/** True if a text is meaningful: it has at least one visible letter or digit. */
function isSaid(text: string | undefined): text is string {
  return /[\p{L}\p{N}]/u.test(text?.replace(/\p{Default_Ignorable_Code_Point}/gu, "") ?? "");
}

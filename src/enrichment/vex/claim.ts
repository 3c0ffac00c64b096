import type { z } from "zod";
import { JsonFault, misspeltKey, readStrict, type StrictJson } from "../../domain/json/parse-strict.ts";
import type { Purl } from "../../domain/purl.ts";
import type { VexStatement } from "../../domain/verdict.ts";

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

/** The state that all readers share. */
export interface Reading {
  /** The run's time, in milliseconds since 1970. */
  readonly now: number;
  /**
   * Counts a document's claims before they are expanded: a few bytes can combine many products with many
   * vulnerabilities.
   * @throws TooManyClaims
   */
  take(count: number): void;
}

/**
 * Highest number of claims (one vulnerability in one product) that a run reads. The largest vendors' lists have 50,000.
 */
export const MOST_CLAIMS = 1_000_000;

/** A run's documents contain more than {@link MOST_CLAIMS}. */
export class TooManyClaims extends Error {
  override readonly name = "TooManyClaims";
}

/** A reading at the given time, with its own budget of claims. */
export function readingAt(now: Date): Reading {
  let left = MOST_CLAIMS;
  return {
    now: now.getTime(),
    take(count) {
      left -= count;
      if (left < 0) throw new TooManyClaims();
    },
  };
}

/**
 * The reason why a `not_affected` claim is refused: it has neither a justification of the format's list nor a free
 * text. Undefined: it has one.
 */
export function unjustified(
  justification: string | undefined,
  list: ReadonlySet<string>,
  words: string | undefined,
): string | undefined {
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
 * @param unjustified the fault in the document's reason for `not_affected`
 */
export function refusalOf(
  { status, at, product, component }: Pick<Claim, "status" | "at" | "product" | "component">,
  unjustified: string | undefined,
  { now }: Reading,
): string | undefined {
  if (!isAccepting(status)) return undefined;
  if (at !== undefined && at > now + HOUR_MS) return "are dated in the future";
  if (status === "not_affected") return unjustified;
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

/** A parsed document. */
export interface VexDocument {
  /** Its path, as the input names it or its hub. */
  readonly name: string;
  /** The folder of the hub that it belongs to, as the input names it. */
  readonly hub?: string | undefined;
  readonly author?: string | undefined;
  /** In the document's order. */
  readonly claims: readonly Claim[];
  /** Names of products that do not identify a package or an image. */
  readonly unknownProducts: readonly string[];
}

/** Its contents, before it has a name. */
export type VexContents = Omit<VexDocument, "name" | "hub">;

/** A text in no supported format. The message is the end of a sentence that starts with the document's name. */
export class BadVex extends Error {
  override readonly name = "BadVex";
}

/** The statement that accepts a finding. Undefined if the claim accepts nothing. */
export function statementOf(claim: Claim, { name, author }: VexDocument): VexStatement | undefined {
  const { status, justification, refused } = claim;
  if (refused !== undefined || !isAccepting(status)) return undefined;
  return { status, justification, author, document: name };
}

/** Parses a time into milliseconds since 1970. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new BadVex("has a date that cannot be read");
  return time;
}

/** Joins the defined texts as `a: b`. Undefined: there are none. */
export function joinedWords(...words: readonly (string | undefined)[]): string | undefined {
  const given = words.map((word) => word?.trim()).filter((word) => word !== undefined && word !== "");
  return given.length === 0 ? undefined : given.join(": ");
}

/**
 * Parses a file that accepts findings. All programs must read it alike, since a reviewer must see which findings it
 * accepts.
 * @throws BadVex
 */
export function parsedJson(bytes: Buffer): StrictJson {
  try {
    return readStrict(bytes);
  } catch (cause) {
    throw cause instanceof JsonFault ? new BadVex(cause.message, { cause }) : cause;
  }
}

/**
 * Parses a document with its format's schema. Never quotes the file's own text.
 * @throws BadVex with the path of the first mistake, such as a key that only resembles one of the schema's
 */
export function parsedAs<T>(format: string, schema: z.ZodType<T>, { value, keys }: StrictJson): T {
  const meant = misspeltKey(keys, schema);
  if (meant !== undefined) throw new BadVex(`has a key that only some programs read as "${meant}"`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  throw new BadVex(`is not valid ${format} (at ${path.join(".") || "the top"})`);
}

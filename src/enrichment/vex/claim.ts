import type { z } from "zod";
import type { Purl } from "../../domain/purl.ts";
import type { VexStatement } from "../../domain/verdict.ts";

/** What a document may say of a vulnerability in a product; in each format's words this is one of the four. */
export type VexStatus = "not_affected" | "fixed" | "affected" | "under_investigation";

/** What one document says of one vulnerability in one product. */
export interface Claim {
  /** The vulnerability's name and its aliases. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** When it was made, in milliseconds; undefined: the document does not say. */
  readonly at: number | undefined;
  /** An image, or a package wherever it is. */
  readonly product: Purl;
  /** A package within {@link product}, which then must be the image that is judged. */
  readonly component?: Purl | undefined;
  readonly justification?: string | undefined;
  /** Why it accepts nothing although its status would, behind `statements that`. Such a claim has no say at all. */
  readonly refused?: string | undefined;
}

/** What all readers share. */
export interface Reading {
  /** The run's time, in milliseconds. */
  readonly now: number;
  /**
   * Counts what a document says, before it is spelled out: few bytes can name many products by many vulnerabilities.
   * @throws TooManyClaims
   */
  take(count: number): void;
}

/** So many statements, each of one vulnerability in one product, are read in a run; the largest vendors' lists have 50,000. */
export const MOST_CLAIMS = 1_000_000;

/** A run's documents say more than {@link MOST_CLAIMS}. */
export class TooManyClaims extends Error {
  override readonly name = "TooManyClaims";
}

/** A reading at a time, with a budget of its own. */
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

/** Clocks differ by so much; what is dated later has not been said yet. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * Why a claim that would accept does not; undefined: it does, or its status accepts nothing. A date from the future would beat
 * every later word. `not_affected` wants a reason in OpenVEX, CSAF and by CISA's minimum requirements for VEX; and what is
 * `fixed` is a version, as the ones before it are not.
 * @param isReasoned whether the document says why the product is not affected
 */
export function refusalOf(
  { status, at, product, component }: Pick<Claim, "status" | "at" | "product" | "component">,
  isReasoned: boolean,
  { now }: Reading,
): string | undefined {
  if (status !== "not_affected" && status !== "fixed") return undefined;
  if (at !== undefined && at > now + HOUR_MS) return "are dated in the future";
  if (status === "not_affected")
    return isReasoned ? undefined : "say `not_affected` without a justification or impact statement";
  return hasVersion(product) || (component !== undefined && hasVersion(component))
    ? undefined
    : "say `fixed` without saying in which version";
}

/** An image's version is its digest, or the tag that it was given. */
function hasVersion({ type, version, qualifiers }: Purl): boolean {
  return version !== undefined || (type === "oci" && qualifiers.tag !== undefined);
}

/** Whether a text says anything: at least one letter or digit that can be seen. */
export function isSaid(text: string | undefined): boolean {
  return /[\p{L}\p{N}]/u.test(text?.replace(/\p{Default_Ignorable_Code_Point}/gu, "") ?? "");
}

/** A document, read. */
export interface VexDocument {
  /** As the input names it. */
  readonly name: string;
  readonly author?: string | undefined;
  /** In the document's order. */
  readonly claims: readonly Claim[];
  /** Products that it names in a way by which no package and no image can be told. */
  readonly unknownProducts: readonly string[];
}

/** Its contents, before it has a name. */
export type VexContents = Omit<VexDocument, "name">;

/** A text that is of no format that we read; the message is the end of a sentence that begins with the document's name. */
export class BadVex extends Error {
  override readonly name = "BadVex";
}

/** The statement that a finding is accepted by; undefined where the claim accepts nothing. */
export function statementOf(claim: Claim, { name, author }: VexDocument): VexStatement | undefined {
  const { status, justification, refused } = claim;
  if (refused !== undefined || (status !== "not_affected" && status !== "fixed")) return undefined;
  return { status, justification, author, document: name };
}

/** Milliseconds of a time as text. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new BadVex("has a date that cannot be read");
  return time;
}

/** `a: b`, of those that are there; undefined: none is. */
export function joinedWords(...words: readonly (string | undefined)[]): string | undefined {
  const given = words.map((word) => word?.trim()).filter((word) => word !== undefined && word !== "");
  return given.length === 0 ? undefined : given.join(": ");
}

/**
 * A value by its format's schema; the file's own text is never quoted.
 * @throws BadVex with the place of the first mistake
 */
export function parsedAs<T>(format: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  throw new BadVex(`is not valid ${format} (at ${path.join(".") || "the top"})`);
}

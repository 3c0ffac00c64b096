import type { Purl } from "../domain/purl.ts";
import type { VexStatement } from "../domain/verdict.ts";

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
  const { status, justification } = claim;
  if (status !== "not_affected" && status !== "fixed") return undefined;
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

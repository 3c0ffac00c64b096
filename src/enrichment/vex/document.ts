import type { z } from "zod";
import { JsonFault, misspeltKey, readStrict, type StrictJson } from "../../domain/json/parse-strict.ts";
import type { VexStatement } from "../../domain/verdict.ts";
import { type Claim, isAccepting } from "./claim.ts";

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
  /** Its statements are more than a run reads. */
  readonly isTooLarge: boolean = false;
}

/** The state that all readers share. */
export interface Reading {
  /** The run's time, in milliseconds since 1970. */
  readonly now: number;
  /**
   * Counts a document's claims before they are expanded: a few bytes can combine many products with many
   * vulnerabilities.
   * @throws BadVex
   */
  take(count: number): void;
}

/**
 * Highest number of claims (one vulnerability in one product) that a run reads. The largest vendors' lists have 50,000.
 */
const MOST_CLAIMS = 1_000_000;
const TOO_MANY = `has too many statements: in all documents of a run, at most ${MOST_CLAIMS.toLocaleString("en")} statements are read, each of one vulnerability in one product`;

/** A run's documents contain more than {@link MOST_CLAIMS}. */
class TooManyClaims extends BadVex {
  override readonly isTooLarge = true;
}

/** A reading at the given time, with its own budget of claims. */
export function readingAt(now: Date): Reading {
  let left = MOST_CLAIMS;
  return {
    now: now.getTime(),
    take(count) {
      left -= count;
      if (left < 0) throw new TooManyClaims(TOO_MANY);
    },
  };
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

/** The statement that accepts a finding. Undefined if the claim accepts nothing. */
export function statementOf(claim: Claim, { name, author }: VexDocument): VexStatement | undefined {
  const { status, justification, refused } = claim;
  if (refused !== undefined || !isAccepting(status)) return undefined;
  return { status, justification, author, document: name };
}

import { hash } from "node:crypto";
import { z } from "zod";
import {
  type FindingRecord,
  type ImageRecord,
  imageSchema,
  instantSchema,
  STATE_VERSION,
} from "../domain/history/record.ts";
import { checked, Malformed } from "../domain/json/checked.ts";
import { JsonFault, parseStrict } from "../domain/json/parse-strict.ts";
import type { ReadOf } from "../domain/report/fields.ts";

/** The file that lists all others with their SHA-256. */
export const INDEX_PATH = "index.json";

/** A file that {@link INDEX_PATH} may list. */
export const STATE_PATH = /^(images\/[0-9a-f]{64}\.json|sboms\/[a-z0-9]+-[0-9a-f]{32,128}\.cdx\.json\.gz)$/;

/** SHA-256 in lower-case hexadecimal. */
export function sha256(content: Buffer | string): string {
  return hash("sha256", content, "hex");
}

/** The file of an image name's history. A name can have any characters, and a path cannot. */
export function imagePath(name: string): string {
  return `images/${sha256(name)}.json`;
}

/**
 * The file of a digest's SBOM. `sha256:…` is written `sha256-…`: Windows and kept artifacts allow no colon in a file's
 * name. Undefined if the text is not a digest.
 */
export function sbomPath(digest: string): string | undefined {
  const path = `sboms/${digest.replace(":", "-")}.cdx.json.gz`;
  return STATE_PATH.test(path) ? path : undefined;
}

/** Whether a file belongs to the state, by its path. Everything else in the folder or on the branch is ignored. */
export function isStatePath(path: string): boolean {
  return path === INDEX_PATH || STATE_PATH.test(path);
}

/** Whether it is the history of an image name. */
export function isImagePath(path: string): boolean {
  return STATE_PATH.test(path) && path.startsWith("images/");
}

/** Bytes of one document, far beyond 100,000 findings of one image. More is neither read nor written. */
export const MAX_BYTES = 64 << 20;

export const indexSchema = z
  .strictObject({
    version: z.literal(STATE_VERSION).describe("Version of this format"),
    updated: instantSchema.describe("The last run that wrote it"),
    run: z
      .strictObject({ server: z.string().describe("Host of the platform"), number: z.int().nonnegative() })
      .optional()
      .describe("The newest of the platform's runs that wrote it. Absent: none had a number"),
    files: z.record(z.string().regex(STATE_PATH), z.string().regex(/^[0-9a-f]{64}$/)),
  })
  .meta({ title: "Image Gate state: the SHA-256 of each file" });

/** What `index.json` says. */
export type StateIndex = ReadOf<typeof indexSchema>;

/** A document is of a newer version than this code knows. */
export class NewerVersion extends Error {}

/**
 * Reads an image's history.
 * @throws Malformed, NewerVersion
 */
export function readImage(bytes: Buffer): ImageRecord {
  return read(bytes, imageSchema);
}

/**
 * Reads `index.json`.
 * @throws Malformed, NewerVersion
 */
export function readIndex(bytes: Buffer): StateIndex {
  return read(bytes, indexSchema);
}

function read<S extends z.ZodType>(bytes: Buffer, schema: S): z.output<S> {
  if (bytes.length > MAX_BYTES) throw new Malformed(`it has more than ${MAX_BYTES} bytes`);
  const value = parsed(bytes);
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (typeof version === "number" && version > STATE_VERSION) throw new NewerVersion(`its version is ${version}`);
  return checked(schema, value);
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseStrict(bytes);
  } catch (fault) {
    throw fault instanceof JsonFault ? new Malformed(`it ${fault.message}`) : fault;
  }
}

/** The text of an image's history: one line a finding, so that its differences can be read. */
export function imageText({ running: runs, findings, ...head }: ImageRecord): string {
  const lines = Object.entries(head).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${JSON.stringify(key)}: ${JSON.stringify(value)},`],
  );
  return `{\n${lines.join("\n")}\n "running": ${listText(runs)},\n "findings": ${listText(findings)}\n}\n`;
}

function listText(items: readonly (FindingRecord | ImageRecord["running"][number])[]): string {
  if (items.length === 0) return "[]";
  let lines = "";
  for (const item of items) lines += `${lines === "" ? "" : ","}\n  ${JSON.stringify(item)}`;
  return `[${lines}\n ]`;
}

/** The text of `index.json`: one line a file, in order. */
export function indexText({ version, updated, run: newest, files: listed }: StateIndex): string {
  const sorted = Object.fromEntries(Object.entries(listed).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version, updated, run: newest, files: sorted }, null, 1)}\n`;
}

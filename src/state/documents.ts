import { hash } from "node:crypto";
import { z } from "zod";
import { type ImageRecord, instantSchema, STATE_VERSION } from "../domain/history/record.ts";
import { checked, Malformed } from "../domain/json/checked.ts";
import { JsonFault, parseStrict } from "../domain/json/parse-strict.ts";
import type { ReadOf } from "../domain/report/fields.ts";
import { GateError } from "../system/errors.ts";

/** The file that lists all others with their SHA-256. */
export const INDEX_PATH = "index.json";

/** A file that {@link INDEX_PATH} may list. */
const STATE_PATH = /^(images\/[0-9a-f]{64}\.json|sboms\/[a-z0-9]+-[0-9a-f]{32,128}\.cdx\.json\.gz)$/;

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

/** True if a file belongs to the state, by its path. Everything else in the folder or on the branch is ignored. */
export function isStatePath(path: string): boolean {
  return path === INDEX_PATH || STATE_PATH.test(path);
}

/** True if it is the history of an image name. */
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

/** The contents of `index.json`. */
export type StateIndex = ReadOf<typeof indexSchema>;

/**
 * Reads `index.json` or an image's history, by its schema.
 * @param label the state's name in messages
 * @throws GateError `state-damaged`, `state-newer`
 */
export function readStored<S extends z.ZodType>(bytes: Buffer, schema: S, path: string, label: string): z.output<S> {
  try {
    if (bytes.length > MAX_BYTES) throw new Malformed(`it has more than ${MAX_BYTES} bytes`);
    const value = parseStrict(bytes);
    const version = (value as { readonly version?: unknown } | null)?.version;
    if (typeof version === "number" && version > STATE_VERSION) throw newer(label, path, version);
    return checked(schema, value);
  } catch (cause) {
    if (cause instanceof JsonFault) throw damaged(label, `${path} ${cause.message}`);
    throw cause instanceof Malformed ? damaged(label, `${path} cannot be understood: ${cause.message}`) : cause;
  }
}

export function damaged(label: string, what: string): GateError {
  return new GateError(
    "state-damaged",
    `The history in ${label} is damaged: ${what}`,
    "Nothing was overwritten. Restore an earlier version of it. Or remove it: the next run begins a new history.",
  );
}

function newer(label: string, path: string, version: number): GateError {
  return new GateError(
    "state-newer",
    `A newer Image Gate has written the history in ${label}: the version of ${path} is ${version}`,
    "Nothing was written over. Use the same release of Image Gate everywhere, the newest one.",
  );
}

/** The text of an image's history: one line a finding, so that its differences can be read. */
export function imageText({ findings, ...head }: ImageRecord): string {
  const lines = findings.map((each) => `\n${JSON.stringify(each)}`);
  return `${JSON.stringify(head).slice(0, -1)},"findings":[${lines.join(",")}\n]}\n`;
}

import { misspeltKey, repeatedKey } from "../../domain/json/keys.ts";
import { inconsistent } from "../file/bytes.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The fields of an object as a reader in Go declares them: each with the fields of the object, or of the listed
 * objects, in it.
 */
export interface Fields {
  readonly [name: string]: Fields | null;
}

/**
 * Bytes of the longest document. Registries refuse manifests of more than 4 MiB; configurations have some kilobytes.
 */
export const MAX_DOCUMENT = 8 * 1024 * 1024;
/** Levels of objects and lists. No document of an image has more than ten. */
const MAX_LEVELS = 64;

/**
 * Parses JSON only if all readers read it alike. It must be UTF-8 without a byte order mark, with valid Unicode in
 * every text. No object has a key twice, or one that JavaScript treats specially. Takes linear time.
 * @param what for messages: `its manifest`
 * @param most bytes
 * @throws ImageProblem `image-inconsistent`
 */
export function parseStrictJson(bytes: Buffer, what: string, most = MAX_DOCUMENT): unknown {
  if (bytes.length > most) throw inconsistent(`${what} has more than ${most} bytes`);
  const text = textOf(bytes, what);
  requireLevels(bytes, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inconsistent(`${what} is not JSON`);
  }
  if (repeatedKey(bytes, value) !== undefined) throw inconsistent(`${what} has a key twice`);
  requireTexts(value, what);
  return value;
}

/**
 * Go's readers, which engines and registries have, take `Layers` and `layerſ` for `layers`; others do not. So keys that
 * only fold to a known one are refused, in all objects that the fields describe.
 * @throws ImageProblem `image-inconsistent`
 */
export function requireSpelling(value: unknown, fields: Fields, what: string): void {
  if (Array.isArray(value)) {
    for (const each of value) requireSpelling(each, fields, what);
    return;
  }
  if (!isObject(value)) return;
  const names = Object.keys(fields);
  const meant = misspeltKey(Object.keys(value), names);
  if (meant !== undefined) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
  for (const name of names) {
    const inner = fields[name];
    if (inner != null && Object.hasOwn(value, name)) requireSpelling(value[name], inner, what);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(bytes: Buffer, what: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw inconsistent(`${what} is not UTF-8`);
  }
  if (text.startsWith("\ufeff")) throw inconsistent(`${what} begins with a byte order mark`);
  return text;
}

/** Counts before parsing, so that a hostile document cannot use up the memory. */
function requireLevels(bytes: Buffer, what: string): void {
  let level = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfText(bytes, at + 1);
    else if (byte === 0x7b || byte === 0x5b) level++;
    else if (byte === 0x7d || byte === 0x5d) level--;
    if (level > MAX_LEVELS) throw inconsistent(`${what} has more than ${MAX_LEVELS} levels`);
  }
}

function endOfText(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === 0x22) return at;
    if (bytes[at] === 0x5c) at++;
  }
  return bytes.length;
}

/** Half a surrogate pair is replaced by some readers, so that two keys become one. */
function requireTexts(document: unknown, what: string): void {
  const waiting: unknown[] = [document];
  const isWrong = (text: string) => !text.isWellFormed() || text === "__proto__";
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string" && !value.isWellFormed()) throw inconsistent(`${what} has a text that is no Unicode`);
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value) && Object.keys(value).some(isWrong))
      throw inconsistent(`${what} has a key that readers treat differently`);
    for (const each of Object.values(value)) waiting.push(each);
  }
}

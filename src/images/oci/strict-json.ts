import type { z } from "zod";
import { JsonFault, misspeltKey, readStrict, type StrictJson } from "../../domain/json/parse-strict.ts";
import { inconsistent } from "../fault.ts";

/**
 * Bytes of the longest document. Registries refuse manifests of more than 4 MiB; configurations have some kilobytes.
 */
export const MAX_DOCUMENT = 8 * 1024 * 1024;

/**
 * Parses JSON only if all readers read it alike, see {@link readStrict}. It must have no byte order mark, valid Unicode
 * in every text, and no key that JavaScript treats specially.
 * @param what for messages: `its manifest`
 * @param schema for the spelling of keys. The values are not checked
 * @param most bytes
 * @throws ImageFault `image-inconsistent`
 */
export function parseStrictJson(bytes: Buffer, what: string, schema?: z.ZodType, most = MAX_DOCUMENT): unknown {
  if (bytes.length > most) throw inconsistent(`${what} has more than ${most} bytes`);
  if (bytes[0] === 0xef) throw inconsistent(`${what} begins with a byte order mark`);
  const { value, keys } = parsed(bytes, what);
  if (!isUnicode(value))
    throw inconsistent(`${what} has a text that is not valid Unicode, or a key that readers treat differently`);
  // Go's readers, which engines and registries have, take `Layers` and `layerſ` for `layers`; others do not.
  const field = schema && misspeltKey(keys, schema);
  if (field !== undefined) throw inconsistent(`${what} has a key that some readers take for ${field}`);
  return value;
}

function parsed(bytes: Buffer, what: string): StrictJson {
  try {
    return readStrict(bytes);
  } catch (fault) {
    throw fault instanceof JsonFault ? inconsistent(`${what} ${fault.message}`) : fault;
  }
}

/** Half a surrogate pair is replaced by some readers, so that two keys become one. */
function isUnicode(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isUnicode);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, each]) => key !== "__proto__" && key.isWellFormed() && isUnicode(each));
}

import { misspeltKey, repeatedKey } from "../../domain/json-keys.ts";
import { inconsistent } from "./problem.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON document in which no key stands twice, as readers differ in which of the two they take.
 * @param what for messages: `its manifest.json`
 * @throws ImageProblem
 */
export function parseStrict(bytes: Buffer, what: string): unknown {
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw inconsistent(`${what} is not JSON`);
  }
  // Of the text, as bytes that are no UTF-8 become one character: keys that differ in them alone are the same.
  if (repeatedKey(Buffer.from(text)) !== undefined) throw inconsistent(`${what} has a key twice`);
  return value;
}

/**
 * The value as an object in which the keys that matter have the spelling that is theirs: Go, and so Docker and the scanner, takes
 * `layers` for `Layers`, and others don't.
 * @throws ImageProblem
 */
export function objectWith(value: unknown, keys: readonly string[], what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw inconsistent(`${what} is no object`);
  const meant = misspeltKey(Object.keys(value), keys);
  if (meant !== undefined) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
  return value as JsonObject;
}

/** @throws ImageProblem where it is neither absent nor a list of strings */
export function stringsOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw inconsistent(`${what} is no list of texts`);
}

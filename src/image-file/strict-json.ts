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
  if (hasTwice(text)) throw inconsistent(`${what} has a key twice`);
  return value;
}

/** Of a text that is known to be JSON. */
function hasTwice(text: string): boolean {
  const open: Set<unknown>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "}") open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      if (nextOf(text, end) === ":") {
        const key: unknown = JSON.parse(text.slice(at, end));
        const keys = open.at(-1);
        if (keys?.has(key)) return true;
        keys?.add(key);
      }
      at = end - 1;
    }
  }
  return false;
}

/** Behind the closing quotation mark. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function nextOf(text: string, from: number): string | undefined {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at];
}

/**
 * The value as an object in which the keys that matter have the spelling that is theirs: Go, and so Docker and Trivy, takes
 * `layers` for `Layers`, and others don't.
 * @throws ImageProblem
 */
export function objectWith(value: unknown, keys: readonly string[], what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw inconsistent(`${what} is no object`);
  const folded = new Map(keys.map((key) => [fold(key), key]));
  for (const key of Object.keys(value)) {
    const meant = folded.get(fold(key));
    if (meant !== undefined && meant !== key)
      throw inconsistent(`${what} has a key that some readers take for ${meant}`);
  }
  return value as JsonObject;
}

/** As Go's `bytes.EqualFold`, for which also ſ is an s and the Kelvin sign a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** @throws ImageProblem where it is neither absent nor a list of strings */
export function stringsOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw inconsistent(`${what} is no list of texts`);
}

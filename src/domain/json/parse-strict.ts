import { z } from "zod";
import { oncePer } from "../memoize.ts";

/** Limit of nesting. No genuine document has more than 14 levels, and readers may recurse once for each level. */
export const MOST_LEVELS = 100;

/** The fault of an unreadable document: a clause that follows its name, and quotes nothing from it. */
export class JsonFault extends Error {
  /** `ambiguous`: programs read it differently. `too-large`: Node cannot store it as one string. */
  readonly kind: "unreadable" | "ambiguous" | "too-large";

  constructor(kind: JsonFault["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** JSON that all programs read alike. */
export interface StrictJson<Value = unknown> {
  readonly value: Value;
  readonly keys: Keys;
}

/** The value of {@link readStrict}. */
export function parseStrict(bytes: Uint8Array, schema?: z.ZodType): unknown {
  return readStrict(bytes, schema).value;
}

/**
 * Parses JSON that all programs read alike. No object has a duplicate key, in any spelling: readers differ in which of
 * the two they take. The encoding is UTF-8, with or without a byte order mark. Takes linear time.
 * @param schema no key may merely resemble one of its keys, see {@link misspeltKey}. It does not check the values
 * @throws JsonFault
 */
export function readStrict(bytes: Uint8Array, schema?: z.ZodType): StrictJson {
  const text = textOf(bytes);
  const { fault, keys } = keysIn(text);
  // Checked before parsing: deep nesting takes much more memory than its bytes.
  if (fault === "too deep") throw new JsonFault("unreadable", `is nested deeper than ${MOST_LEVELS} levels`);
  const value = parsed(text);
  if (fault !== undefined)
    throw new JsonFault(
      "ambiguous",
      `has a duplicate key in one object, at line ${text.slice(0, fault).split("\n").length}`,
    );
  const meant = schema && misspeltKey(keys, schema);
  if (meant !== undefined) throw new JsonFault("ambiguous", `has a key that only some programs read as "${meant}"`);
  return { value, keys };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw new JsonFault("unreadable", "is not UTF-8", { cause });
    throw new JsonFault("too-large", "is larger than can be read at once", { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isEmpty = text.trim() === "";
    throw new JsonFault("unreadable", isEmpty ? "is empty" : "is not JSON, or only a part of it", { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The keys at a place of a document. All items of a list share one place, so thousands of rows need only one. */
export class Keys {
  /** The places of the objects' keys; under `undefined`, the place of the lists' items. */
  within: Map<string | undefined, Keys> | undefined;
  /** The number of the open object at this place. 0: it is a list. */
  open = 0;
  /** The last object that had this place's key. */
  owner = 0;
  /** The key as the document last wrote it, with its quotation marks. */
  written = "";
  /** The place of the first key in the last object here, and of the key that followed this place's key. */
  first: Keys | undefined;
  next: Keys | undefined;

  /** @param key absent for the items of a list */
  at(key?: string): Keys {
    this.within ??= new Map();
    let place = this.within.get(key);
    if (place === undefined) {
      place = new Keys();
      this.within.set(key, place);
    }
    return place;
  }
}

/**
 * Finds the keys of a document, and the first duplicate key. The parsed value does not show duplicates.
 * @param text any text; the answer is valid only if it is JSON
 * @returns as fault the offset of the second key
 */
function keysIn(text: string): { readonly fault?: number | "too deep" | undefined; readonly keys: Keys } {
  const root = new Keys();
  /** The places around {@link here}, the outermost first. */
  const around: Keys[] = [];
  let here = root;
  /** The place of the last key. */
  let member = root;
  let objects = 0;
  let expectsKey = false;
  let fault: number | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        if (!expectsKey) {
          at = endOfString(text, at + 1);
          break;
        }
        const place = keyAt(text, at, here, member);
        if (place.owner === here.open) fault ??= at;
        place.owner = here.open;
        member = place;
        expectsKey = false;
        at += place.written.length - 1;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (around.push(here) > MOST_LEVELS) return { fault: "too deep", keys: root };
        here = here.open > 0 ? member : here.at();
        expectsKey = text.charCodeAt(at) === 0x7b;
        here.open = expectsKey ? ++objects : 0;
        member = here;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        member = here;
        here = around.pop() ?? root;
        break;
      case 0x2c: // ,
        expectsKey = here.open > 0;
        break;
      default:
    }
  }
  return { fault, keys: root.at() };
}

/**
 * The place of the key whose opening quotation mark is at `at`. Rows of a list have their keys in the same order, so
 * the key that came here last is compared first.
 * @param before the place of the key before it; `here` itself for an object's first key
 */
function keyAt(text: string, at: number, here: Keys, before: Keys): Keys {
  const expected = before === here ? here.first : before.next;
  if (expected !== undefined && text.startsWith(expected.written, at)) return expected;
  const end = endOfString(text, at + 1);
  const place = here.at(keyOf(text.slice(at + 1, end)));
  place.written = text.slice(at, end + 1);
  if (before === here) here.first = place;
  else before.next = place;
  return place;
}

/** The offset of the closing quotation mark of the string whose content begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let from = at;
    while (from > start && text.charCodeAt(from - 1) === BACKSLASH) from--;
    if ((at - from) % 2 === 0) return at;
  }
}

function keyOf(written: string): string {
  if (!written.includes("\\")) return written;
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}

/**
 * Finds a key that only some programs take for a known one. Go, and with it Docker and some scanners, read `layers` and
 * `layerſ` as `Layers`; other programs do not.
 * @param schema its keys are the known ones, as far as its objects, lists and records describe the document
 * @returns the known key
 */
export function misspeltKey({ within }: Keys, schema: z.ZodType): string | undefined {
  const { item, entry, keys, folded } = shapeOf(schema);
  for (const [key, place] of within ?? []) {
    const own = key === undefined ? item : (entry ?? keys?.get(key));
    const meant = own === undefined ? folded?.get(fold(key ?? "")) : misspeltKey(place, own);
    if (meant !== undefined) return meant;
  }
  return undefined;
}

/** A schema's description of the keys in a value, also by {@link fold}. All fields are absent if it has none. */
const shapeOf = oncePer((schema: z.ZodType) => {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return { item: inner.element as z.ZodType };
  if (inner instanceof z.ZodRecord) return { entry: inner.valueType as z.ZodType };
  if (!(inner instanceof z.ZodObject)) return {};
  const keys = new Map(Object.entries(inner.shape as Record<string, z.ZodType>));
  return { keys, folded: new Map([...keys.keys()].map((key) => [fold(key), key])) };
});

/** The schema of the value itself, without defaults, alternatives and transformations. */
function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodCatch)
    return unwrapped(schema.unwrap() as z.ZodType);
  return schema;
}

/** Like Go's `bytes.EqualFold`: ſ is an s and the Kelvin sign is a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

import { z } from "zod";
import { oncePer } from "../memoize.ts";

/** Lists and objects within each other. No genuine document has more than 14, and readers may follow them by calls. */
export const MOST_LEVELS = 100;

/** Why a document is not read. The message is a clause that follows the document's name, and quotes nothing of it. */
export class JsonFault extends Error {
  /** `ambiguous`: programs differ in what they read in it. `too-large`: Node cannot store it as one string. */
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
 * Parses JSON that all programs read alike. No object has a key twice, in whatever spelling: readers differ in which of
 * the two they take. It is UTF-8, with or without a byte order mark. Takes linear time.
 * @param schema no key only resembles one of its keys, see {@link misspeltKey}. The values are not checked
 * @throws JsonFault
 */
export function readStrict(bytes: Uint8Array, schema?: z.ZodType): StrictJson {
  const text = textOf(bytes);
  const { fault, keys } = keysIn(text);
  // Before anything is parsed: levels take much more memory than the bytes that write them.
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

/** The keys at a place of a document. The items of a list are at one place, so that thousands of rows are one. */
export class Keys {
  /** What objects here have by their keys, and the items of lists without one. */
  within: Map<string | undefined, Keys> | undefined;
  /** The number of the object that is open here. 0: it is a list. */
  open = 0;
  /** The last object that had the key of this place. */
  owner = 0;

  /** @param key absent: of a list's items */
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
 * Finds the keys of a document, and the first one that its object has already. The parsed value does not show it.
 * @param text anything; the answer counts only if it is JSON
 * @returns as fault the offset of the second key
 */
function keysIn(text: string): { readonly fault?: number | "too deep" | undefined; readonly keys: Keys } {
  const root = new Keys();
  /** What is open around {@link here}, from the outermost. */
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
        const end = endOfString(text, at + 1);
        if (expectsKey) {
          member = here.at(keyOf(text.slice(at + 1, end)));
          if (member.owner === here.open) fault ??= at;
          member.owner = here.open;
          expectsKey = false;
        }
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        if (around.push(here) > MOST_LEVELS) return { fault: "too deep", keys: root };
        here = here.open > 0 ? member : here.at();
        expectsKey = text.charCodeAt(at) === 0x7b;
        here.open = expectsKey ? ++objects : 0;
        break;
      case 0x7d: // }
      case 0x5d: // ]
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
 * Finds a key that only some programs take for a known one. Go, and so Docker and scanners, read `layers` and `layerſ`
 * as `Layers`; others do not.
 * @param schema whose keys are known, as far as its objects, lists and records describe the document
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

/** What a schema says of the keys in a value. All are absent if it says nothing. */
interface Shape {
  readonly item?: z.ZodType;
  /** Of a record. */
  readonly entry?: z.ZodType;
  readonly keys?: ReadonlyMap<string, z.ZodType>;
  /** The keys by {@link fold}. */
  readonly folded?: ReadonlyMap<string, string>;
}

const shapeOf = oncePer((schema: z.ZodType): Shape => {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return { item: inner.element as z.ZodType };
  if (inner instanceof z.ZodRecord) return { entry: inner.valueType as z.ZodType };
  if (!(inner instanceof z.ZodObject)) return {};
  const keys = new Map(Object.entries(inner.shape as Record<string, z.ZodType>));
  return { keys, folded: new Map([...keys.keys()].map((key) => [fold(key), key])) };
});

/** The schema of what is there, without what it may be instead or becomes. */
function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodCatch)
    return unwrapped(schema.unwrap() as z.ZodType);
  return schema;
}

/** As Go's `bytes.EqualFold`: ſ is an s and the Kelvin sign is a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const SPACE = 0x20;
const COLON = 0x3a;
/** From here on, bytes are not ASCII. All bytes that are not valid UTF-8 decode to the same character. */
const NON_ASCII = 0x80;

/** For longer strings we search for the closing quote: that is faster, but slow to start. */
const SHORT = 24;
/** Objects with more keys get a set: comparing each key with all others would take quadratic time. */
const MANY_KEYS = 24;

/**
 * Finds a key that occurs twice within one object of a JSON text. Readers differ in which of the two they take, so one
 * reader would judge what another does not see. Different spellings (`"a"`, `"\u0061"`) are the same key.
 * Takes linear time.
 * @param json text that is known to be JSON, in UTF-8
 * @param value the result of JSON.parse, in which an object has each key once
 * @returns the offset of the second key
 */
export function repeatedKey(json: Buffer, value: unknown): number | undefined {
  // Counting takes a third of the time that a search takes.
  return hasSoManyKeys(json, keysIn(value)) ? undefined : searchRepeatedKey(json);
}

/**
 * Whether a JSON text certainly has no key twice in an object.
 * @param json text that is known to be JSON, in UTF-8
 * @param count the keys of its objects after JSON.parse, see {@link keysIn}
 */
export function hasSoManyKeys(json: Buffer, count: number): boolean {
  return mostKeysIn(json) === count;
}

/** Lists and objects within each other that are counted by calls. JSON.parse reads a million of them. */
const SHALLOW = 100;

/** The total number of keys in all objects of a parsed document. */
export function keysIn(document: unknown): number {
  return isObject(document) ? keysOf(document, 0) : 0;
}

/** `Object.values` takes a third of the time that `for … in` and a look at each key take: 25 of 75 ms for 36 MB. */
function keysOf(value: object, depth: number): number {
  if (depth === SHALLOW) return keysOfDeep(value);
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = values === value ? 0 : values.length;
  for (const each of values) if (isObject(each)) count += keysOf(each, depth + 1);
  return count;
}

function keysOfDeep(document: object): number {
  const waiting = [document];
  let count = 0;
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (values !== value) count += values.length;
    for (const each of values) if (isObject(each)) waiting.push(each);
  }
  return count;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * The highest possible number of keys in a JSON text: colons after a quotation mark that may end a string. It is higher
 * than the real number only if a string starts with a colon. Undefined if a key is written with an escape. V8's
 * JSON.parse can then make an object that has the key twice (seen in Node 24), so its keys cannot be counted.
 */
function mostKeysIn(json: Buffer): number | undefined {
  const view = new DataView(json.buffer, json.byteOffset, json.byteLength);
  const whole = json.length - (json.length % 4);
  let count = 0;
  for (let at = 0; at < whole; at += 4) {
    // Four bytes at once: a byte of `word` is zero if it was a colon.
    const word = view.getInt32(at, true) ^ 0x3a3a3a3a;
    if (((word - 0x01010101) & ~word & 0x80808080) === 0) continue;
    for (let colon = at; colon < at + 4; colon++) {
      if (json[colon] !== COLON) continue;
      const keys = keysBefore(json, colon);
      if (keys === ESCAPED) return undefined;
      count += keys;
    }
  }
  for (let at = whole; at < json.length; at++) {
    const keys = json[at] === COLON ? keysBefore(json, at) : 0;
    if (keys === ESCAPED) return undefined;
    count += keys;
  }
  return count;
}

const ESCAPED = -1;

/** 1 if the colon is behind a quotation mark that may end a key, else 0; {@link ESCAPED} if that may have an escape. */
function keysBefore(json: Buffer, colon: number): number {
  let at = colon - 1;
  while ((json[at] as number) <= SPACE) at--;
  if (json[at] !== QUOTE) return 0;
  // A text that is known to be JSON begins with no quotation mark if it has a colon outside of strings.
  for (at--; at > 0; at--) {
    const byte = json[at] as number;
    if (byte === BACKSLASH) return ESCAPED;
    if (byte === QUOTE) return json[at - 1] === BACKSLASH ? ESCAPED : 1;
  }
  return 1;
}

function searchRepeatedKey(json: Buffer): number | undefined {
  const keys = new OpenKeys(json);
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case SPACE:
        while (json[at + 1] === SPACE) at++;
        break;
      case QUOTE: {
        const end = expectsKey ? keys.add(at + 1) : endOfString(json, at + 1);
        if (end === -1) return at;
        at = end;
        expectsKey = false;
        break;
      }
      case OPEN_OBJECT:
        keys.openObject();
        expectsKey = true;
        break;
      case OPEN_LIST:
        keys.openList();
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        keys.close();
        break;
      case COMMA:
        expectsKey = keys.isInObject;
        break;
      default:
    }
  }
  return undefined;
}

/**
 * Finds a key that only some readers take for a known one. Go, and so Docker and the scanner, reads `layers` as
 * `Layers`; other readers don't.
 * @param found the keys of one object
 * @returns the first known key that `found` has in another spelling
 */
export function misspeltKey(found: readonly string[], known: readonly string[]): string | undefined {
  const meant = knownKeyOf(known);
  for (const key of found) {
    const other = meant(key);
    if (other !== undefined && other !== key) return other;
  }
  return undefined;
}

/** A function that returns the known key for which Go takes a key, in whatever case it is written. */
function knownKeyOf(known: readonly string[]): (key: string) => string | undefined {
  const meant = new Map(known.map((key) => [fold(key), key]));
  return (key) => meant.get(fold(key));
}

/** Folds as Go's `bytes.EqualFold` does: ſ is an s and the Kelvin sign is a k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** The offset of the closing quotation mark of the string whose content begins at `start`. */
function endOfString(json: Buffer, start: number): number {
  let at = start;
  for (const short = start + SHORT; at < short; at++) {
    if (json[at] === QUOTE) return at;
    if (json[at] === BACKSLASH) at++;
  }
  for (;;) {
    const end = json.indexOf(QUOTE, at);
    let from = end;
    while (json[from - 1] === BACKSLASH) from--;
    if ((end - from) % 2 === 0) return end;
    at = end + 1;
  }
}

/** The keys of all objects that are open at the current position of the text. */
class OpenKeys {
  readonly #json: Buffer;
  /** For each open object or list: the `#first` of what encloses it, which is -1 for a list. */
  readonly #frames: number[] = [];
  readonly #sets: (Set<string> | undefined)[] = [];
  readonly #hashes: number[] = [];
  readonly #starts: number[] = [];
  #first = -1;
  #count = 0;

  constructor(json: Buffer) {
    this.#json = json;
  }

  get isInObject(): boolean {
    return this.#first !== -1;
  }

  openObject(): void {
    this.#frames.push(this.#first);
    this.#sets.push(undefined);
    this.#first = this.#count;
  }

  openList(): void {
    this.#frames.push(this.#first);
    this.#sets.push(undefined);
    this.#first = -1;
  }

  close(): void {
    if (this.#first !== -1) this.#count = this.#first;
    this.#first = this.#frames.pop() as number;
    this.#sets.pop();
  }

  /**
   * @param start offset after the opening quotation mark
   * @returns the offset of the closing one, or -1 if the object already has the key
   */
  add(start: number): number {
    const json = this.#json;
    let hash = 0;
    let at = start;
    for (let byte = json[at]; byte !== QUOTE; byte = json[++at]) {
      if (byte === BACKSLASH || (byte ?? 0) >= NON_ASCII) return this.#addEscaped(start);
      hash = (Math.imul(hash, 31) + (byte ?? 0)) | 0;
    }
    return this.#has(hash, start, at) ? -1 : at;
  }

  #addEscaped(start: number): number {
    const end = endOfString(this.#json, start);
    let hash = 0;
    for (const byte of Buffer.from(this.#text(start))) hash = (Math.imul(hash, 31) + byte) | 0;
    return this.#has(hash, start, end) ? -1 : end;
  }

  #has(hash: number, start: number, end: number): boolean {
    const set = this.#sets[this.#sets.length - 1];
    if (set !== undefined) {
      const text = this.#text(start, end);
      if (set.has(text)) return true;
      set.add(text);
      return false;
    }
    for (let index = this.#first; index < this.#count; index++)
      if (this.#hashes[index] === hash && this.#text(this.#starts[index] ?? 0) === this.#text(start, end)) return true;
    this.#hashes[this.#count] = hash;
    this.#starts[this.#count++] = start;
    if (this.#count - this.#first > MANY_KEYS)
      this.#sets[this.#sets.length - 1] = new Set(
        this.#starts.slice(this.#first, this.#count).map((each) => this.#text(each)),
      );
    return false;
  }

  #text(start: number, end = endOfString(this.#json, start)): string {
    const written = this.#json.toString("utf8", start, end);
    return written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
  }
}

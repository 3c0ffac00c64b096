const HEADER = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;

/** A column of a row: text, bytes, a number, or nothing. */
type Value = string | Buffer | number | undefined;

/**
 * Packages' headers in RPM's SQLite database: the second column of the table `Packages` (the file's format is described
 * on sqlite.org/fileformat2.html). Nothing of SQLite runs on a stranger's file. Undefined: it is damaged.
 */
export function sqliteHeaders(bytes: Buffer): Buffer[] | undefined {
  try {
    const file = new SqliteFile(bytes);
    const tables = file.rows(1);
    const root = tables.find(([type, name]) => type === "table" && name === "Packages")?.[3];
    if (typeof root !== "number") return undefined;
    return file.rows(root).flatMap(([, blob]) => (Buffer.isBuffer(blob) ? [blob] : []));
  } catch (error) {
    // RangeError: a position outside of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class SqliteFile {
  readonly #bytes: Buffer;
  readonly #pageSize: number;
  /** Bytes of a page that are in use. */
  readonly #usable: number;
  readonly #seen = new Set<number>();
  /** Rows do not overlap, so together they have at most this many bytes. */
  #left: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#left = bytes.length;
    const size = bytes.readUInt16BE(16);
    this.#pageSize = size === 1 ? 65_536 : size;
    this.#usable = this.#pageSize - bytes.readUInt8(20);
    if (this.#pageSize < 512 || this.#usable < 480) throw new RangeError("no page");
  }

  /** A page, which may be read only once, since no page is in two places. */
  #page(number: number): Buffer {
    const start = (number - 1) * this.#pageSize;
    if (number < 1 || start + this.#pageSize > this.#bytes.length || this.#seen.has(number))
      throw new RangeError("no page");
    this.#seen.add(number);
    return this.#bytes.subarray(start, start + this.#pageSize);
  }

  /** Rows of a table whose tree starts at a page. */
  rows(root: number): Value[][] {
    const rows: Value[][] = [];
    const pages = [root];
    for (let number = pages.pop(); number !== undefined; number = pages.pop()) {
      const page = this.#page(number);
      const start = number === 1 ? HEADER : 0;
      const type = page.readUInt8(start);
      const cells = page.readUInt16BE(start + 3);
      if (type !== LEAF && type !== INTERIOR) throw new RangeError("no table");
      const list = start + (type === LEAF ? 8 : 12);
      if (type === INTERIOR) pages.push(page.readUInt32BE(start + 8));
      for (let index = 0; index < cells; index++) {
        const at = page.readUInt16BE(list + 2 * index);
        if (type === INTERIOR) pages.push(page.readUInt32BE(at));
        else rows.push(valuesOf(this.#payload(page, at)));
      }
    }
    return rows;
  }

  /** The record of a cell, whose end may be in other pages. */
  #payload(page: Buffer, cell: number): Buffer {
    const [size, rowAt] = varint(page, cell);
    const [, start] = varint(page, rowAt);
    this.#left -= size + 1;
    if (this.#left < 0) throw new RangeError("too long");
    const most = this.#usable - 35;
    if (size <= most) return page.subarray(start, start + size);
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const rest = least + ((size - least) % (this.#usable - 4));
    const local = rest <= most ? rest : least;
    const parts = [page.subarray(start, start + local)];
    let next = page.readUInt32BE(start + local);
    for (let left = size - local; left > 0; ) {
      const more = this.#page(next);
      parts.push(more.subarray(4, 4 + Math.min(left, this.#usable - 4)));
      left -= this.#usable - 4;
      next = more.readUInt32BE(0);
    }
    return Buffer.concat(parts);
  }
}

/** A number of one to nine bytes, and the position after it. */
function varint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  return [value * 256 + bytes.readUInt8(at + 8), at + 9];
}

function valuesOf(record: Buffer): Value[] {
  const [length, start] = varint(record, 0);
  const values: Value[] = [];
  let at = length;
  for (let next = start; next < length && values.length < 16; ) {
    const [type, after] = varint(record, next);
    const size = sizeOf(type);
    values.push(fieldOf(record, type, { at, size }));
    at += size;
    next = after;
  }
  return values;
}

const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** Number of bytes of a value: numbers have few types; for texts and bytes, the type contains the length. */
function sizeOf(type: number): number {
  return type < 12 ? (SIZES[type] ?? 0) : (type - 12) >> 1;
}

function fieldOf(record: Buffer, type: number, { at, size }: { at: number; size: number }): Value {
  if (at + size > record.length) throw new RangeError("no value");
  if (type >= 12) return type % 2 === 0 ? record.subarray(at, at + size) : record.toString("utf8", at, at + size);
  if (type === 8 || type === 9) return type - 8;
  return size > 0 && size <= 6 ? record.readUIntBE(at, size) : undefined;
}

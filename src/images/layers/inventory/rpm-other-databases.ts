/** A database that has the headers of packages; undefined: it is damaged. */
export type HeaderReader = (bytes: Buffer) => Buffer[] | undefined;

const NDB_PAGE = 4096;
const NDB_BLOCK = 16;
/** `Slot` and `BlbS`, as numbers of four bytes. */
const NDB_SLOT = 0x746f6c53;
const NDB_BLOB = 0x53626c42;
/** `RpmP`. */
export const NDB_MAGIC = 0x506d7052;

/**
 * Packages' headers in SUSE's `Packages.db` (lib/backend/ndb/rpmpkg.c of RPM): pages of slots, each with the position
 * of a blob.
 */
export const ndbHeaders: HeaderReader = (bytes) => {
  if (bytes.length < 32) return undefined;
  const end = bytes.readUInt32LE(12) * NDB_PAGE;
  const headers: Buffer[] = [];
  let left = bytes.length;
  for (let at = 32; at + 16 <= end; at += 16) {
    if (at + 16 > bytes.length || bytes.readUInt32LE(at) !== NDB_SLOT) return undefined;
    const start = bytes.readUInt32LE(at + 8) * NDB_BLOCK;
    if (bytes.readUInt32LE(at + 4) === 0) continue;
    if (start + 16 > bytes.length || bytes.readUInt32LE(start) !== NDB_BLOB) return undefined;
    const length = bytes.readUInt32LE(start + 12);
    left -= length;
    // Blobs do not overlap.
    if (start + 16 + length > bytes.length || left < 0) return undefined;
    headers.push(bytes.subarray(start + 16, start + 16 + length));
  }
  return headers;
};

/** Position and value of the magic number of Berkeley DB's hash tables. */
const BDB_HASH = 0x061561;
const BDB_PAGE_HEADER = 26;
const BDB_HASH_PAGES: ReadonlySet<number> = new Set([2, 13]);
const BDB_IN_PAGE = 1;
const BDB_IN_OTHER_PAGES = 3;

/** The byte order of a Berkeley DB file; undefined for other files. */
function bdbNumbers(bytes: Buffer) {
  if (bytes.length < 512) return undefined;
  const isLittle = bytes.readUInt32LE(12) === BDB_HASH;
  if (!isLittle && bytes.readUInt32BE(12) !== BDB_HASH) return undefined;
  return {
    four: (from: Buffer, at: number) => (isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at)),
    two: (from: Buffer, at: number) => (isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at)),
  };
}

type BdbNumbers = NonNullable<ReturnType<typeof bdbNumbers>>;

export function isBerkeley(bytes: Buffer): boolean {
  return bdbNumbers(bytes) !== undefined;
}

/**
 * Packages' headers in the old `Packages`, a hash table of Berkeley DB (dbinc/db_page.h): values of all pages of the
 * table.
 */
export const berkeleyHeaders: HeaderReader = (bytes) => {
  const numbers = bdbNumbers(bytes);
  const pageSize = numbers?.four(bytes, 20) ?? 0;
  if (numbers === undefined || pageSize < 512 || pageSize > 65_536) return undefined;
  const pages = numbers.four(bytes, 32) + 1;
  if (pages * pageSize > bytes.length) return undefined;
  const headers: Buffer[] = [];
  let left = bytes.length;
  const file = { bytes, pageSize, numbers, seen: new Set<number>() };
  for (let at = pageSize; at < pages * pageSize; at += pageSize) {
    const page = bytes.subarray(at, at + pageSize);
    if (!BDB_HASH_PAGES.has(page.readUInt8(25))) continue;
    const values = valuesIn(file, page);
    for (const value of values ?? []) left -= value.length + 1;
    // Values do not overlap.
    if (values === undefined || left < 0) return undefined;
    for (const value of values) headers.push(value);
  }
  return headers;
};

interface BdbFile {
  readonly bytes: Buffer;
  readonly pageSize: number;
  readonly numbers: BdbNumbers;
  readonly seen: Set<number>;
}

/** Keys and values alternate, from the end of the page backwards. */
function valuesIn(file: BdbFile, page: Buffer): Buffer[] | undefined {
  const { two, four } = file.numbers;
  const count = two(page, 20);
  const values: Buffer[] = [];
  if (BDB_PAGE_HEADER + 2 * count > page.length) return undefined;
  for (let index = 1; index < count; index += 2) {
    const at = two(page, BDB_PAGE_HEADER + 2 * index);
    const end = two(page, BDB_PAGE_HEADER + 2 * (index - 1));
    if (at < BDB_PAGE_HEADER || at >= end || end > page.length) return undefined;
    const type = page.readUInt8(at);
    if (type === BDB_IN_PAGE) values.push(page.subarray(at + 1, end));
    else if (type === BDB_IN_OTHER_PAGES) {
      if (at + 12 > page.length) return undefined;
      const value = chain(file, four(page, at + 4), four(page, at + 8));
      if (value === undefined) return undefined;
      values.push(value);
    }
  }
  return values;
}

/** A value in pages that name the next one. */
function chain({ bytes, pageSize, numbers, seen }: BdbFile, first: number, length: number): Buffer | undefined {
  const parts: Buffer[] = [];
  let left = length;
  for (let number = first; left > 0; ) {
    const start = number * pageSize;
    if (number === 0 || start + pageSize > bytes.length || seen.has(number)) return undefined;
    seen.add(number);
    const page = bytes.subarray(start, start + pageSize);
    const part = page.subarray(BDB_PAGE_HEADER, BDB_PAGE_HEADER + Math.min(left, pageSize - BDB_PAGE_HEADER));
    parts.push(part);
    left -= part.length;
    number = numbers.four(page, 16);
  }
  return Buffer.concat(parts);
}

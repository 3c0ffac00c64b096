import { closeSync, openSync, readSync } from "node:fs";

// bbolt's file format (page.go, bucket.go): pages have a header of 16 bytes (id u64, flags u16, count u16, overflow u32),
// followed by elements of 16 bytes. A bucket's value is its root page (u64) and a sequence (u64). If the root page is 0, the
// bucket's only page follows.
const HEADER = 16;
const ELEMENT = 16;
const BUCKET_HEADER = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const IS_BUCKET = 0x01;
/** With more than this, it is not a Trivy database: what we list of a real one is on some hundred pages. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_LEVELS = 32;

/** A bucket of a bbolt file. Reads only the pages that are needed, however large the file is. */
export interface BoltBucket {
  keys(): string[];
  /** The value of each key that is accepted. */
  values(accept: (key: string) => boolean): Buffer[];
  value(key: string): Buffer | undefined;
  bucket(name: string): BoltBucket | undefined;
}

/** What `read` makes of the file's root bucket. Undefined: the file cannot be read. */
export function readBolt<T>(path: string, read: (root: BoltBucket) => T): T | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { root, page } = pagesOf(file);
    return read(bucketAt(page(root), page));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

type PageReader = (id: number) => Buffer;

function pagesOf(file: number): { root: number; page: PageReader } {
  const first = readAt(file, 0, 80);
  const size = first.readUInt32LE(HEADER + 8);
  const metas = [first, readAt(file, size, 80)].filter((meta) => meta.readUInt32LE(HEADER) === 0xed0cdaed);
  const transaction = (meta: Buffer) => meta.readBigUInt64LE(HEADER + 48);
  const [latest] = metas.sort((a, b) => Number(transaction(b) - transaction(a)));
  if (latest === undefined) throw new TypeError("no database");
  return {
    root: Number(latest.readBigUInt64LE(HEADER + 16)),
    page(id) {
      const bytes = size * (1 + readAt(file, id * size, HEADER).readUInt32LE(12));
      if (bytes > MOST_BYTES) throw new TypeError("no page of Trivy's");
      return readAt(file, id * size, bytes);
    },
  };
}

function readAt(file: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (readSync(file, buffer, 0, bytes, position) !== bytes) throw new TypeError("cut off");
  return buffer;
}

function bucketAt(root: Buffer, page: PageReader): BoltBucket {
  function* leaves(): Generator<Buffer> {
    const waiting = [root];
    for (let read = 0; waiting.length > 0; read += 1) {
      if (read === MOST_PAGES) throw new TypeError("no bucket of Trivy's");
      const each = waiting.pop() as Buffer;
      if (isLeaf(each)) yield each;
      else for (let index = 0; index < countOf(each); index += 1) waiting.push(page(childAt(each, index)));
    }
  }
  function find(key: string): { leaf: Buffer; index: number } | undefined {
    const wanted = Buffer.from(key);
    let at = root;
    for (let level = 0; level < MOST_LEVELS; level += 1) {
      if (isLeaf(at)) {
        const index = lastUpTo(at, wanted);
        return index >= 0 && keyAt(at, index).equals(wanted) ? { leaf: at, index } : undefined;
      }
      at = page(childAt(at, Math.max(0, lastUpTo(at, wanted))));
    }
    throw new TypeError("no bucket of Trivy's");
  }
  return {
    keys: () => [...leaves()].flatMap((leaf) => indexesOf(leaf).map((index) => keyAt(leaf, index).toString())),
    values: (accept) =>
      [...leaves()].flatMap((leaf) =>
        indexesOf(leaf)
          .filter((index) => accept(keyAt(leaf, index).toString()))
          .map((index) => valueAt(leaf, index)),
      ),
    value(key) {
      const found = find(key);
      return found && valueAt(found.leaf, found.index);
    },
    bucket(name) {
      const found = find(name);
      if (found === undefined || (found.leaf.readUInt32LE(elementAt(found.index)) & IS_BUCKET) === 0) return undefined;
      const value = valueAt(found.leaf, found.index);
      const id = Number(value.readBigUInt64LE(0));
      return bucketAt(id === 0 ? value.subarray(BUCKET_HEADER) : page(id), page);
    },
  };
}

function isLeaf(page: Buffer): boolean {
  const flags = page.readUInt16LE(8);
  if ((flags & (BRANCH | LEAF)) === 0) throw new TypeError("no page of a bucket");
  return (flags & LEAF) !== 0;
}

const countOf = (page: Buffer): number => page.readUInt16LE(10);
const indexesOf = (page: Buffer): number[] => [...Array(countOf(page)).keys()];
const elementAt = (index: number): number => HEADER + index * ELEMENT;

/** Keys are sorted. Index of the last one that is not greater; -1 if all are. */
function lastUpTo(page: Buffer, wanted: Buffer): number {
  let [low, high] = [0, countOf(page)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(keyAt(page, middle), wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The page of a branch's element. Before it come position u32 and size u32 of the key. */
function childAt(page: Buffer, index: number): number {
  return Number(page.readBigUInt64LE(elementAt(index) + 8));
}

/** A leaf's element: flags u32, position u32 relative to the element, sizes of key and value u32. A branch's has no flags. */
function keyAt(page: Buffer, index: number): Buffer {
  const at = elementAt(index);
  const fields = isLeaf(page) ? at + 4 : at;
  const start = at + page.readUInt32LE(fields);
  return page.subarray(start, start + page.readUInt32LE(fields + 4));
}

function valueAt(leaf: Buffer, index: number): Buffer {
  const at = elementAt(index);
  const start = at + leaf.readUInt32LE(at + 4) + leaf.readUInt32LE(at + 8);
  return leaf.subarray(start, start + leaf.readUInt32LE(at + 12));
}

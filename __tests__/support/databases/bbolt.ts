/** A bucket of a bbolt file: keys to values or to further buckets. */
export type Bucket = ReadonlyMap<string, Bucket | Buffer | string>;

// The format of bbolt (go.etcd.io/bbolt), file version 2: two meta pages, an empty freelist page, then the leaf and
// branch pages of B+ trees.
const PAGE = 4096;
/** Page header: id u64, flags u16, count u16, overflow u32. */
const HEADER = 16;
/** Size of a leaf's and of a branch's element. */
const ELEMENT = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x04;
const FREELIST = 0x10;
/** bbolt's own limit for a bucket that is stored within its parent. */
const MAX_INLINE = PAGE / 4;

interface LeafItem {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly isBucket: boolean;
}

interface BranchItem {
  readonly key: Buffer;
  readonly page: number;
}

type Item = LeafItem | BranchItem;

function fnv1a64(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

function writeHeader(page: Buffer, id: number, flags: number, count: number, overflow: number): void {
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(flags, 8);
  page.writeUInt16LE(count, 10);
  page.writeUInt32LE(overflow, 12);
}

const sizeOfItem = (item: Item): number => ELEMENT + item.key.length + ("value" in item ? item.value.length : 0);

const sizeOfPage = (items: readonly Item[]): number => items.reduce((sum, item) => sum + sizeOfItem(item), HEADER);

function layoutPage(id: number, items: readonly Item[], size: number, overflow: number): Buffer {
  const page = Buffer.alloc(size);
  const isBranch = items[0] !== undefined && "page" in items[0];
  writeHeader(page, id, isBranch ? BRANCH : LEAF, items.length, overflow);
  let data = HEADER + items.length * ELEMENT;
  items.forEach((item, index) => {
    const at = HEADER + index * ELEMENT;
    if ("page" in item) {
      page.writeUInt32LE(data - at, at);
      page.writeUInt32LE(item.key.length, at + 4);
      page.writeBigUInt64LE(BigInt(item.page), at + 8);
      data += item.key.copy(page, data);
    } else {
      page.writeUInt32LE(item.isBucket ? 1 : 0, at);
      page.writeUInt32LE(data - at, at + 4);
      page.writeUInt32LE(item.key.length, at + 8);
      page.writeUInt32LE(item.value.length, at + 12);
      data += item.key.copy(page, data);
      data += item.value.copy(page, data);
    }
  });
  return page;
}

/** Divides items into pages. A page holds at least two, so each level of branches has fewer pages. */
function pagesOf(items: readonly Item[]): Item[][] {
  const pages: Item[][] = [];
  let current: Item[] = [];
  let size = HEADER;
  for (const item of items) {
    if (size + sizeOfItem(item) > PAGE && current.length >= 2) {
      pages.push(current);
      current = [];
      size = HEADER;
    }
    current.push(item);
    size += sizeOfItem(item);
  }
  if (current.length > 0 || pages.length === 0) pages.push(current);
  return pages;
}

function metaPage(transaction: number, rootPage: number, nextPage: number): Buffer {
  const page = Buffer.alloc(PAGE);
  writeHeader(page, transaction, META, 0, 0);
  const meta = page.subarray(HEADER);
  meta.writeUInt32LE(0xed0cdaed, 0);
  meta.writeUInt32LE(2, 4);
  meta.writeUInt32LE(PAGE, 8);
  meta.writeUInt32LE(0, 12);
  meta.writeBigUInt64LE(BigInt(rootPage), 16);
  meta.writeBigUInt64LE(0n, 24);
  meta.writeBigUInt64LE(2n, 32);
  meta.writeBigUInt64LE(BigInt(nextPage), 40);
  meta.writeBigUInt64LE(BigInt(transaction), 48);
  meta.writeBigUInt64LE(fnv1a64(meta.subarray(0, 56)), 56);
  return page;
}

/** The bytes of a complete bbolt file with this root bucket, written once, without free pages. */
export function bbolt(root: Bucket): Buffer {
  const pages: Buffer[] = [];
  let next = 3;

  function writeTree(items: readonly Item[]): number {
    const level = pagesOf(items).map((some): BranchItem => {
      const id = next;
      const count = Math.ceil(sizeOfPage(some) / PAGE);
      pages.push(layoutPage(id, some, count * PAGE, count - 1));
      next += count;
      return { key: some[0]?.key ?? Buffer.alloc(0), page: id };
    });
    const [only] = level;
    return level.length === 1 && only ? only.page : writeTree(level);
  }

  function leafItems(bucket: Bucket): LeafItem[] {
    return [...bucket]
      .map(([key, value]) => ({ key: Buffer.from(key), raw: value }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
      .map(({ key, raw }) => {
        if (typeof raw === "string") return { key, value: Buffer.from(raw), isBucket: false };
        if (Buffer.isBuffer(raw)) return { key, value: raw, isBucket: false };
        return { key, value: bucketValue(raw), isBucket: true };
      });
  }

  /** Root page u64 and sequence u64. A small bucket has root page 0, and its page follows at once. */
  function bucketValue(bucket: Bucket): Buffer {
    const items = leafItems(bucket);
    const head = Buffer.alloc(16);
    const size = sizeOfPage(items);
    if (size <= MAX_INLINE && !items.some((item) => item.isBucket))
      return Buffer.concat([head, layoutPage(0, items, size, 0)]);
    head.writeBigUInt64LE(BigInt(writeTree(items)), 0);
    return head;
  }

  const rootPage = writeTree(leafItems(root));
  const freelist = Buffer.alloc(PAGE);
  writeHeader(freelist, 2, FREELIST, 0, 0);
  return Buffer.concat([metaPage(0, rootPage, next), metaPage(1, rootPage, next), freelist, ...pages]);
}

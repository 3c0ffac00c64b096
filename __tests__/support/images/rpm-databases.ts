import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A tag of a package: its number, and a text, texts or numbers. */
export type RpmTag = readonly [tag: number, value: string | readonly string[] | readonly number[]];

/** A package as RPM keeps it: numbers of tags and bytes, the tags (number, type, offset, count), and their values. */
export function rpmHeader(tags: readonly RpmTag[]): Buffer {
  const numbers: number[] = [];
  const values: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of tags) {
    const list = typeof value === "string" ? [value] : value;
    const isText = typeof list[0] === "string";
    const padding = isText ? 0 : (4 - (offset % 4)) % 4;
    const bytes = isText ? Buffer.from(list.map((text) => `${text}\0`).join("")) : int32(list as readonly number[]);
    numbers.push(tag, typeof value === "string" ? 6 : isText ? 8 : 4, offset + padding, list.length);
    values.push(Buffer.alloc(padding), bytes);
    offset += padding + bytes.length;
  }
  return Buffer.concat([int32([tags.length, offset, ...numbers]), ...values]);
}

function int32(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * at);
  return bytes;
}

/** In RHEL 9's form, made by SQLite. */
export function sqliteDatabase(headers: readonly Buffer[], pageSize = 4096): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "rpm-"));
  try {
    const file = join(folder, "rpmdb.sqlite");
    const database = new DatabaseSync(file);
    database.exec(
      `PRAGMA synchronous = OFF; PRAGMA page_size = ${pageSize}; CREATE TABLE Name (key TEXT, hnum INTEGER)`,
    );
    database.exec("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
    const insert = database.prepare("INSERT INTO Packages (blob) VALUES (?)");
    database.exec("BEGIN");
    for (const header of headers) insert.run(header);
    database.exec("COMMIT");
    database.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In SUSE's form: a page of slots, and blobs in blocks of 16 bytes. */
export function ndbDatabase(headers: readonly Buffer[]): Buffer {
  const page = Buffer.alloc(4096);
  page.write("RpmP", 0);
  page.writeUInt32LE(1, 12);
  for (let at = 32; at < page.length; at += 16) page.write("Slot", at);
  const blobs: Buffer[] = [];
  let block = page.length / 16;
  for (const [index, header] of headers.entries()) {
    page.writeUInt32LE(index + 1, 36 + 16 * index);
    page.writeUInt32LE(block, 40 + 16 * index);
    const blob = Buffer.alloc(16 * Math.ceil((16 + header.length + 12) / 16));
    blob.write("BlbS", 0);
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blobs.push(blob);
    block += blob.length / 16;
  }
  return Buffer.concat([page, ...blobs]);
}

const PAGE = 4096;

/** In RHEL 7's form, a hash table of Berkeley DB: a page of keys and values, with separate pages for long values. */
export function berkeleyDatabase(headers: readonly Buffer[], isBig = false): Buffer {
  const four = (page: Buffer, value: number, at: number) =>
    isBig ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at);
  const two = (page: Buffer, value: number, at: number) =>
    isBig ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at);
  const first = Buffer.alloc(PAGE);
  four(first, 0x061561, 12);
  four(first, PAGE, 20);
  const table = Buffer.alloc(PAGE);
  table[25] = 13;
  const pages = [first, table];
  let end = PAGE;
  let count = 0;
  const put = (item: Buffer) => {
    end -= item.length;
    item.copy(table, end);
    two(table, end, 26 + 2 * count++);
  };
  // The counter among the packages.
  put(Buffer.from([1, 0, 0, 0, 0]));
  put(Buffer.from([1, 9, 0, 0, 0]));
  for (const [index, header] of headers.entries()) {
    put(Buffer.from([1, index + 1, 0, 0, 0]));
    if (header.length < 200) put(Buffer.concat([Buffer.from([1]), header]));
    else {
      const item = Buffer.alloc(12, 0);
      item[0] = 3;
      four(item, pages.length, 4);
      four(item, header.length, 8);
      put(item);
      for (let at = 0; at < header.length; at += PAGE - 26) {
        const page = Buffer.alloc(PAGE);
        page[25] = 7;
        header.copy(page, 26, at);
        four(page, at + PAGE - 26 < header.length ? pages.length + 1 : 0, 16);
        pages.push(page);
      }
    }
  }
  two(table, count, 20);
  four(first, pages.length - 1, 32);
  return Buffer.concat(pages);
}

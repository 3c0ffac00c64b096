/**
 * One member of a tar: a path that ends in "/" is a folder, `link` makes a symbolic link, `type` anything else. In a
 * short path, U+DCE9 stands for the byte 0xE9, which is not UTF-8.
 */
export interface TarEntry {
  readonly path: string;
  readonly data?: Buffer | string;
  readonly mode?: number;
  readonly link?: string;
  /** The header's typeflag: `1` a hard link to `link`, `3` a device, `6` a pipe, `x` an extended header. */
  readonly type?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly type: string;
  readonly link?: string;
  readonly prefix?: string;
}

function header({ name, mode, uid, gid, size, type, link = "", prefix = "" }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
  bytesOf(name).copy(block, 0, 0, 100);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write("        ", 148);
  block.write(type, 156);
  Buffer.from(link).copy(block, 157, 0, 100);
  block.write("ustar\x0000", 257);
  Buffer.from(prefix).copy(block, 345, 0, 155);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function bytesOf(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name);
  return Buffer.concat(Array.from(name, (each) => Buffer.from(each, each.isWellFormed() ? "utf8" : "latin1")));
}

/** Divides a long path at its last slash that leaves a beginning of permitted length, as git does. */
function divided(path: string): Pick<Header, "name" | "prefix"> {
  const at = path.lastIndexOf("/", 155);
  return { prefix: path.slice(0, at), name: path.slice(at + 1) };
}

/**
 * A tar with no times and no owners: the same entries give the same bytes. Long names the GNU way, or in two
 * parts as git writes them.
 */
export function tar(entries: readonly TarEntry[], longNames: "gnu" | "ustar" = "gnu"): Buffer {
  const parts: Buffer[] = [];
  const add = (meta: Omit<Header, "size">, data: Buffer) => {
    parts.push(header({ ...meta, size: data.length }), data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK));
  };
  const addLong = (type: string, text = "") => {
    if (Buffer.byteLength(text) <= 100) return;
    add({ name: "././@LongLink", mode: 0, uid: 0, gid: 0, type }, Buffer.from(`${text}\0`));
  };
  for (const entry of entries) {
    const data = Buffer.isBuffer(entry.data) ? entry.data : Buffer.from(entry.data ?? "");
    const type = entry.type ?? (entry.link !== undefined ? "2" : entry.path.endsWith("/") ? "5" : "0");
    const isLong = Buffer.byteLength(entry.path) > 100;
    if (longNames === "gnu") addLong("L", entry.path);
    addLong("K", entry.link);
    const { path, uid = 0, gid = 0, link, mode = type === "5" ? 0o755 : 0o644 } = entry;
    const named = isLong && longNames === "ustar" ? divided(path) : { name: path };
    add({ ...named, mode, uid, gid, type, link }, data);
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

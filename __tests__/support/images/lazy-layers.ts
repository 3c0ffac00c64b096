import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type TarEntry, tar } from "./tar.ts";

// Layers with a table of contents, as estargz.Build of stargz-snapshotter and Podman's compressor write them.

/** A row of a table; the names are the same in both formats. */
export interface TableRow {
  name?: string;
  type: string;
  size?: number;
  linkName?: string;
  digest?: string;
  offset?: number;
  chunkOffset?: number;
  chunkSize?: number;
  chunkDigest?: string;
  xattrs?: Record<string, string>;
}

export interface LazyLayer {
  readonly blob: Buffer;
  readonly tar: Buffer;
  /** The annotations of the layer's descriptor. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly mediaType: string;
}

export interface LazyOptions {
  readonly form: "estargz" | "zstd:chunked";
  /** Changes the table before it is written, as a dishonest author does, or replaces its text. */
  readonly change?: ((rows: TableRow[]) => void) | undefined;
  readonly written?: ((json: string) => string) | undefined;
  /** Size of the parts in which large files are stored. */
  readonly chunk?: number | undefined;
}

const BLOCK = 512;
const TYPES: Readonly<Record<string, string>> = {
  "0": "reg",
  "1": "hardlink",
  "2": "symlink",
  "3": "char",
  "5": "dir",
};

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** The tar is stored in pieces, each packed alone, so that an engine can fetch a file without the rest. */
export function lazyLayer(entries: readonly TarEntry[], options: LazyOptions): LazyLayer {
  const { form, change, written = (json) => json, chunk = 4 << 20 } = options;
  const isStargz = form === "estargz";
  const pack = isStargz ? (bytes: Buffer) => gzipSync(bytes) : (bytes: Buffer) => zstdCompressSync(bytes);
  const packed: Buffer[] = [];
  const plain: Buffer[] = [];
  let offset = 0;
  const add = (bytes: Buffer): number => {
    const at = offset;
    const part = pack(bytes);
    packed.push(part);
    plain.push(bytes);
    offset += part.length;
    return at;
  };
  const rows = entries.flatMap((entry) => rowsOf(entry, { add, chunk }));
  change?.(rows);
  const json = Buffer.from(written(JSON.stringify({ version: 1, entries: rows })));
  if (isStargz) {
    const table = tar([{ path: "stargz.index.json", data: json }]);
    const blob = Buffer.concat([...packed, gzipSync(table), stargzFooter(offset)]);
    return {
      blob,
      tar: Buffer.concat([...plain, table]),
      annotations: { "containerd.io/snapshot/stargz/toc.digest": sha256(json) },
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    };
  }
  add(Buffer.alloc(2 * BLOCK));
  const table = zstdCompressSync(json);
  const footer = chunkedFooter([offset + 8, table.length, json.length, 1, 0, 0, 0]);
  return {
    blob: Buffer.concat([...packed, skippable(table), skippable(footer)]),
    tar: Buffer.concat(plain),
    annotations: {
      "io.github.containers.zstd-chunked.manifest-checksum": sha256(table),
      "io.github.containers.zstd-chunked.manifest-position": `${offset + 8}:${table.length}:${json.length}:1`,
    },
    mediaType: "application/vnd.oci.image.layer.v1.tar+zstd",
  };
}

interface Storing {
  readonly add: (bytes: Buffer) => number;
  readonly chunk: number;
}

function rowsOf(entry: TarEntry, { add, chunk }: Storing): TableRow[] {
  const bytes = tar([entry]).subarray(0, -2 * BLOCK);
  const data = Buffer.from(entry.data ?? "");
  const start = bytes.length - Math.ceil(data.length / BLOCK) * BLOCK;
  const type = entry.type ?? (entry.link !== undefined ? "2" : entry.path.endsWith("/") ? "5" : "0");
  const row: TableRow = { name: entry.path, type: TYPES[type] ?? "fifo", size: data.length };
  if (entry.link !== undefined) row.linkName = entry.link;
  add(bytes.subarray(0, start));
  if (data.length === 0) return [row];
  row.digest = sha256(data);
  const rows: TableRow[] = [];
  for (let at = 0; at < data.length; at += chunk) {
    const part = data.subarray(at, at + chunk);
    const own = { offset: add(part), chunkOffset: at, chunkSize: part.length, chunkDigest: sha256(part) };
    rows.push(at === 0 ? { ...row, ...own } : { name: entry.path, type: "chunk", ...own });
  }
  if (bytes.length > start + data.length) add(bytes.subarray(start + data.length));
  return rows;
}

/** A gzip member without content whose extra field has the offset. */
export function stargzFooter(offset: number, magic = "STARGZ"): Buffer {
  return gzipNote(Buffer.from(`SG\x16\0${offset.toString(16).padStart(16, "0")}${magic}`, "latin1"));
}

/** An empty gzip member with this extra field. */
export function gzipNote(extra: Buffer): Buffer {
  const head = Buffer.from("1f8b08040000000000ff0000", "hex");
  head.writeUInt16LE(extra.length, 10);
  return Buffer.concat([head, extra, Buffer.from("010000ffff0000000000000000", "hex")]);
}

function chunkedFooter(numbers: readonly number[]): Buffer {
  const footer = Buffer.alloc(8 * numbers.length + 8);
  for (const [at, each] of numbers.entries()) footer.writeBigUInt64LE(BigInt(each), 8 * at);
  footer.write("GNUlInUx", 8 * numbers.length);
  return footer;
}

/** A frame that zstd's readers skip. */
export function skippable(bytes: Buffer): Buffer {
  const head = Buffer.from("502a4d1800000000", "hex");
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

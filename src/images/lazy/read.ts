import { z } from "zod";
import type { Member } from "../../system/tar/tar-pass.ts";
import { ImageFault, otherFiles, tooLarge } from "../fault.ts";
import { boundedPath } from "../file/names.ts";
import { parseStrictJson } from "../oci/strict-json.ts";
import { MAX_TABLE } from "./find.ts";

/** A table's entry for one file. */
export interface TableEntry {
  readonly kind: Member["kind"];
  /** Bytes of a regular file. */
  readonly size: number;
  /** As written. */
  readonly link: string;
  /** `sha256:…` of a regular file's content. Empty: its {@link pieces} say it. */
  readonly digest: string;
  /** The pieces of the content, one after the other, without gaps. Empty: there is no content. */
  readonly pieces: readonly Piece[];
}

export interface Piece {
  readonly size: number;
  /** Empty: only for one piece, whose digest is the whole content's. */
  readonly digest: string;
}

const KINDS = {
  reg: "file",
  dir: "folder",
  symlink: "symlink",
  hardlink: "hard-link",
  char: "device",
  block: "device",
  fifo: "pipe",
} as const satisfies Record<string, Member["kind"]>;

const text = z.string().nullish();
const count = z.int().nonnegative().nullish();
/** An engine also checks digests of other algorithms, but no builder writes them. */
const digest = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64})?$/)
  .nullish();
const entry = z.object({
  name: text,
  type: z.enum([...(Object.keys(KINDS) as (keyof typeof KINDS)[]), "chunk"]),
  size: count,
  linkName: text,
  digest,
  chunkOffset: count,
  chunkSize: count,
  chunkDigest: digest,
  xattrs: z.record(z.string(), z.string()).nullish(),
});
const table = z.object({ entries: z.array(entry) });

type Row = z.infer<typeof entry>;

/** Attributes that make overlayfs show other files than the layer has. */
const OVERLAY = /^(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\./;

/**
 * Reads a table of eStargz or zstd:chunked, which have the same form (`TOCEntry` in stargz-snapshotter, `FileMetadata`
 * in containers/storage), by clean path. It is refused unless all readers of the format agree on it.
 * @throws ImageFault `lazy-table-differs`; `image-too-large`
 */
export function readTable(json: Buffer, most: number): Map<string, TableEntry> {
  requireFew(json, most);
  const rows = rowsIn(json);
  const entries = new Map<string, TableEntry>();
  for (let at = 0; at < rows.length; ) {
    const row = rows[at] as Row;
    if (row.type === "chunk") throw unreadable("a part of a file follows no file");
    let end = at + 1;
    while (rows[end]?.type === "chunk") end++;
    const path = boundedPath(row.name ?? "");
    const read = entryOf(row.type, rows.slice(at, end));
    const isAgain = entries.has(path) && (read.kind !== "folder" || entries.get(path)?.kind !== "folder");
    if (isAgain || (path === "" && read.kind !== "folder")) throw unreadable("it has a name twice, or another root");
    entries.set(path, read);
    at = end;
  }
  return entries;
}

/** Counts before parsing: an object takes much more memory than the few bytes that write it. */
function requireFew(json: Buffer, most: number): void {
  let count = 0;
  for (let at = json.indexOf("{"); at !== -1; at = json.indexOf("{", at + 1)) count++;
  // An entry may have attributes, and the table itself is an object as well.
  if (count > 2 * most + 1) throw tooLarge(`a layer's table of contents has more than ${most} files and folders`);
}

function rowsIn(json: Buffer): Row[] {
  const what = "a layer's table of contents";
  try {
    const result = table.safeParse(parseStrictJson(json, what, table, MAX_TABLE));
    if (result.success) return result.data.entries;
  } catch (error) {
    throw error instanceof ImageFault ? otherFiles(error.message) : error;
  }
  throw unreadable("it has a wrong value");
}

function entryOf(type: keyof typeof KINDS, rows: readonly Row[]): TableEntry {
  const [first] = rows as [Row];
  if (rows.some(({ xattrs }) => Object.keys(xattrs ?? {}).some((name) => OVERLAY.test(name))))
    throw unreadable("it tells overlayfs what to show");
  const kind = KINDS[type];
  if (kind !== "file" && rows.length > 1) throw unreadable("a part of a file follows no file");
  const size = kind === "file" ? (first.size ?? 0) : 0;
  const pieces = size === 0 && rows.length === 1 ? [] : piecesOf(rows, size);
  return { kind, size, link: first.linkName ?? "", digest: first.digest ?? "", pieces };
}

/** Pieces with gaps or overlaps are read in different ways. */
function piecesOf(rows: readonly Row[], size: number): Piece[] {
  let at = 0;
  const pieces = rows.map(({ chunkOffset, chunkSize, chunkDigest }) => {
    if ((chunkOffset ?? 0) !== at) throw unreadable("parts of a file do not follow each other");
    const length = chunkSize || size - at;
    at += length;
    return { size: length, digest: chunkDigest ?? "" };
  });
  if (at !== size) throw unreadable("parts of a file are not the whole");
  const isHeld = pieces.length === 1 ? pieces[0]?.digest || rows[0]?.digest : pieces.every((each) => each.digest);
  if (!isHeld) throw unreadable("a file has no digest");
  return pieces;
}

function unreadable(why: string): ImageFault {
  return otherFiles(`a layer's table of contents cannot be read in one way: ${why}`);
}

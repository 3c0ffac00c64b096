import { createHash, type Hash } from "node:crypto";
import { closeSync, constants, fstatSync, linkSync, openSync } from "node:fs";
import { readAllAt } from "../../system/store/hashing.ts";
import { type TarLimits, TarPass, type Visitor } from "../../system/tar/tar-pass.ts";
import { countUsedBuffers } from "../../system/used-buffers.ts";
import { asImageFault, damaged, type FaultCode, ImageFault, tooLarge } from "../fault.ts";
import type { TableComparison } from "../lazy/compare.ts";
import { MAX_TABLE, tablesIn } from "../lazy/find.ts";
import { NO_CLAIMS, type TableClaims } from "../oci/layer-kinds.ts";
import { Collector } from "./collector.ts";
import type { LayerContent } from "./content.ts";
import type { FileBytes } from "./inventory/file-bytes.ts";
import { appendLinkedFiles } from "./output/linked-files.ts";
import { readBack, SparseFile } from "./output/sparse-file.ts";
import { compressionOf, MAGIC, unpacking } from "./unpack.ts";

/** A layer that is to be read. */
export interface LayerWork {
  /** A regular file that has the layer's blob. */
  readonly file: string;
  /** The start of the blob; 0. */
  readonly offset?: number | undefined;
  /** Bytes of the blob; all up to the end of the file. */
  readonly length?: number | undefined;
  /** A file that does not exist: it gets the unpacked tar. The same as {@link file}: it has that already. */
  readonly output: string;
  /** A path at which nothing exists: the second name of a file that has the unpacked tar, and nothing else. */
  readonly kept?: string | undefined;
  /** Tables of contents in the blob, as the layer's descriptor claims them. */
  readonly tables?: TableClaims | undefined;
  readonly limits?: Partial<LayerLimits> | undefined;
}

/** A layer that is not checked yet: the caller compares the digests with the ones that the image names. */
export interface ReadLayer {
  /** `sha256:…` of the blob as it is stored. */
  readonly digest: string;
  /** Bytes of the blob. */
  readonly size: number;
  /** `sha256:…` of the unpacked tar. */
  readonly diffId: string;
  /** Bytes of the unpacked tar. */
  readonly unpackedSize: number;
  /** Bytes of the output, which has copies of linked files after the tar's members. */
  readonly outputSize: number;
  readonly content: LayerContent;
  /** It has a table of contents, which was checked against the tar. */
  readonly hasTable: boolean;
}

export interface LayerLimits extends TarLimits {
  /** Bytes of the unpacked tar. */
  readonly unpackedBytes: number;
  /** Characters of all lists of packages and of the files that they own. */
  readonly listedCharacters: number;
}

/** Honest layers have at most a tenth of each. */
export const LAYER_LIMITS: LayerLimits = {
  unpackedBytes: 128 * 2 ** 30,
  members: 2_000_000,
  nameBytes: 64 << 20,
  listedCharacters: 64 << 20,
};

const PIECE = 1 << 19;

/**
 * Reads one layer once: digests, unpacked size, and the changes of its members. It reads files synchronously.
 * @throws ImageFault; the system's error if a file cannot be read or written
 */
export async function readLayer(work: LayerWork): Promise<ReadLayer> {
  const blob = openBlob(work);
  try {
    const { contentEnd, ...read } = await readInto(work, blob);
    const { file, output, kept } = work;
    if (kept !== undefined) linkSync(output, kept);
    const isShared = output === file || kept !== undefined;
    const appended = appendLinkedFiles(output, read.content.files, { end: contentEnd, isShared });
    return { ...read, outputSize: appended ?? read.unpackedSize };
  } finally {
    closeSync(blob.descriptor);
  }
}

async function readInto(work: LayerWork, blob: Blob): Promise<ReadBlob> {
  const output = work.output === work.file ? undefined : new SparseFile(work.output);
  try {
    const read = await readBlob(blob, output, { ...LAYER_LIMITS, ...work.limits });
    output?.finish();
    return read;
  } catch (error) {
    output?.discard();
    throw asImageFault(error, "in a layer");
  }
}

interface Blob {
  readonly descriptor: number;
  readonly start: number;
  readonly size: number;
  readonly tables: TableClaims;
}

/** Opens neither links nor pipes. */
function openBlob({ file, offset = 0, length, tables = NO_CLAIMS }: LayerWork): Blob {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw damaged("a layer is not a regular file");
    const size = length ?? stat.size - offset;
    if (offset < 0 || size < 0 || offset + size > stat.size) throw damaged("a layer is cut off");
    return { descriptor, start: offset, size, tables };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A piece reuses the buffer of the one before: memory outside of the heap makes the collector go through the heap. */
function* piecesOf({ descriptor, start, size }: Blob): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, size));
  for (let at = 0; at < size; ) {
    const piece = buffer.subarray(0, Math.min(PIECE, size - at));
    if (!readAllAt(descriptor, piece, start + at)) throw damaged("a layer is cut off");
    at += piece.length;
    yield piece;
  }
}

type ReadBlob = Omit<ReadLayer, "outputSize"> & { readonly contentEnd: number };

async function readBlob(blob: Blob, output: SparseFile | undefined, limits: LayerLimits): Promise<ReadBlob> {
  const tables = await comparisonsOf(blob, limits);
  const readWritten = (at: number, length: number) => output?.read(at, length) ?? readBack(blob.descriptor, at, length);
  const tar = new UnpackedTar({ output, readBack: readWritten }, limits, tables);
  const head = Buffer.alloc(Math.min(MAGIC, blob.size));
  if (!readAllAt(blob.descriptor, head, blob.start)) throw damaged("a layer is cut off");
  const compression = compressionOf(head);
  if (compression === "none") {
    for (const piece of piecesOf(blob)) tar.take(piece);
    const { diffId, ...rest } = tar.finish();
    return { digest: diffId, size: blob.size, diffId, ...rest };
  }
  const hash = createHash("sha256");
  const unpacked = unpacking(compression, (part) => {
    tar.take(part);
    countUsedBuffers(part.length);
  });
  try {
    for (const piece of piecesOf(blob)) {
      const taken = unpacked.take(piece);
      hash.update(piece);
      await taken;
    }
    await unpacked.end();
  } finally {
    unpacked.close();
  }
  return { digest: digestOf(hash), size: blob.size, ...tar.finish() };
}

/** Comparisons with the blob's tables of contents. */
async function comparisonsOf(
  { descriptor, start, size, tables }: Blob,
  limits: LayerLimits,
): Promise<readonly TableComparison[]> {
  const read = (at: number, length: number) => {
    const bytes = Buffer.allocUnsafeSlow(length);
    if (!readAllAt(descriptor, bytes, start + at)) throw damaged("a layer is cut off");
    return bytes;
  };
  const most = Math.min(MAX_TABLE, limits.unpackedBytes);
  const found = tablesIn({ size, read, most }, tables);
  if (found.length === 0) return [];
  // Most layers have no table, and then their thread loads no schemas.
  const { TableComparison } = await import("../lazy/compare.ts");
  return found.map((json) => new TableComparison(json, limits.members));
}

/** The file with the unpacked tar. Without an output, it is there already. */
interface Written {
  readonly output: SparseFile | undefined;
  readonly readBack: FileBytes["read"];
}

/** The unpacked tar: hashed, read, and written. */
class UnpackedTar {
  readonly #hash = createHash("sha256");
  readonly #collector: Collector;
  readonly #tables: readonly TableComparison[];
  readonly #pass: TarPass;
  readonly #output: SparseFile | undefined;
  readonly #most: number;
  #size = 0;

  constructor({ output, readBack }: Written, limits: LayerLimits, tables: readonly TableComparison[]) {
    this.#output = output;
    this.#most = limits.unpackedBytes;
    this.#collector = new Collector(limits.listedCharacters, readBack);
    this.#tables = tables;
    const visitor = tables.length === 0 ? this.#collector : visitorsOf([this.#collector, ...tables]);
    this.#pass = new TarPass(visitor, limits);
  }

  take(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#most) throw tooLarge(`a layer has more than ${this.#most} bytes when it is unpacked`);
    this.#hash.update(piece);
    this.#output?.write(piece);
    this.#pass.write(piece);
  }

  finish(): Omit<ReadBlob, "digest" | "size"> {
    this.#pass.finish();
    for (const each of this.#tables) each.finish();
    return {
      contentEnd: this.#pass.contentEnd,
      diffId: digestOf(this.#hash),
      unpackedSize: this.#size,
      content: this.#collector.result(),
      hasTable: this.#tables.length > 0,
    };
  }
}

function digestOf(hash: Hash): string {
  return `sha256:${hash.digest("hex")}`;
}

/** Each visitor sees all members. */
function visitorsOf(visitors: readonly Visitor[]): Visitor {
  return {
    member(member) {
      for (const each of visitors) each.member(member);
    },
    content(piece) {
      for (const each of visitors) each.content?.(piece);
    },
    end() {
      for (const each of visitors) each.end?.();
    },
  };
}

/** A thread's answer: errors lose their class when they are sent. */
export type LayerAnswer =
  | { readonly layer: ReadLayer }
  | { readonly problem: { readonly code: FaultCode; readonly what: string } }
  | { readonly failure: { readonly code: string | undefined; readonly message: string } };

/** Reads a layer in a thread. Never throws. */
export async function answerWork(work: LayerWork): Promise<LayerAnswer> {
  try {
    return { layer: await readLayer(work) };
  } catch (error) {
    if (error instanceof ImageFault) return { problem: { code: error.code, what: error.message } };
    const { code, message } = error as NodeJS.ErrnoException;
    return { failure: { code, message: message ?? String(error) } };
  }
}

/** @throws the error that the thread had */
export function layerOf(answer: LayerAnswer): ReadLayer {
  if ("layer" in answer) return answer.layer;
  if ("problem" in answer) throw new ImageFault(answer.problem.code, answer.problem.what);
  const { code, message } = answer.failure;
  throw Object.assign(new Error(message), { code });
}

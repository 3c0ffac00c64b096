import { closeSync, constants, copyFileSync, ftruncateSync, openSync, renameSync } from "node:fs";
import { readAllAt, writeAllAt } from "../../../system/store/hashing.ts";
import { BLOCK, padding } from "../../../system/tar/header.ts";
import type { LayerFile } from "../content.ts";
import { namedBy } from "../inventory/inspect.ts";

/** Bytes of all copies of a layer. Later files stay links, and so are gaps if the scanner does not list them. */
const MOST_BYTES = 512 << 20;
const PIECE = 1 << 20;
const MAX_NAME = 100;

/**
 * Appends copies to an unpacked layer, after its last member. A hard link to a file of another name is copied if its
 * name or content has packages. Engines have one file under both names. Scanners skip links, and so miss the files that
 * uv and pnpm link from their stores. The layer was hashed before.
 * @param file the unpacked layer
 * @param place `end`: the end of the last member; `isShared`: the file has other names, whose content must not change
 * @returns the size of the layer with its copies; undefined if it needs none
 */
export function appendLinkedFiles(
  file: string,
  files: readonly LayerFile[],
  { end, isShared }: { readonly end: number; readonly isShared: boolean },
): number | undefined {
  const linked = files.filter(isCopied);
  if (linked.length === 0) return undefined;
  if (isShared) becomeOwn(file);
  const descriptor = openSync(file, "r+");
  let at = end;
  let left = MOST_BYTES;
  try {
    for (const { path, size, offset = 0 } of linked) {
      if (size > left) continue;
      left -= size;
      const header = headerOf(path, size);
      writeAllAt(descriptor, header, at);
      copy(descriptor, { from: offset, to: at + header.length, size });
      at += header.length + size + padding(size);
    }
    const whole = at + 2 * BLOCK;
    // Zeros between and after the members come from the file system.
    ftruncateSync(descriptor, whole);
    return whole;
  } finally {
    closeSync(descriptor);
  }
}

/** Puts a copy in the place of a shared file. */
function becomeOwn(file: string): void {
  const copied = `${file}.own`;
  copyFileSync(file, copied, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  renameSync(copied, file);
}

/** A name that is not valid text cannot be written again. */
function isCopied({ path, linkTo, offset, found, isMark }: LayerFile): boolean {
  if (linkTo === undefined || offset === undefined || !path.isWellFormed()) return false;
  return isMark === true || namedBy(path) !== undefined || found.some(({ kind }) => kind === "go" || kind === "rust");
}

function copy(descriptor: number, { from, to, size }: { from: number; to: number; size: number }): void {
  const piece = Buffer.allocUnsafe(Math.min(PIECE, size));
  for (let done = 0; done < size; done += piece.length) {
    const bytes = piece.subarray(0, size - done);
    if (!readAllAt(descriptor, bytes, from + done)) throw new Error("an unpacked layer is shorter than it was");
    writeAllAt(descriptor, bytes, to + done);
  }
}

/**
 * A header of POSIX's ustar. A name that does not fit into it, or is not ASCII, is in an extended header before it
 * (pax).
 */
function headerOf(path: string, size: number): Buffer {
  const isPlain = path.length <= MAX_NAME && /^[\x20-\x7e]*$/.test(path);
  if (isPlain) return block(path, size, "0");
  const record = recordOf("path", path);
  const padded = Buffer.concat([record, Buffer.alloc(padding(record.length))]);
  return Buffer.concat([block("pax", record.length, "x"), padded, block("linked", size, "0")]);
}

/** `<length> <keyword>=<value>\n`: the length counts itself. */
function recordOf(keyword: string, value: string): Buffer {
  const rest = Buffer.from(` ${keyword}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function block(name: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, "latin1");
  // Programs count only if they are executable.
  header.write("0000755\0", 100, "latin1");
  header.write("0000000\0", 108, "latin1");
  header.write("0000000\0", 116, "latin1");
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write("00000000000\0", 136, "latin1");
  header.write("        ", 148, "latin1");
  header.write(type, 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

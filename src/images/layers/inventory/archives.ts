import type { Found } from "../content.ts";
import { type FileBytes, partOf } from "./file-bytes.ts";

// ZIP, by PKWARE's APPNOTE.TXT 6.3.10: the directory with all names is at the end, so that no content has to be read.

/** Maximum number of bytes at the end of an archive that are read. A directory of 100,000 names has about 10 MB. */
export const LONGEST_TAIL = 16 << 20;
/** Smallest archive: the record at its end. */
const END = 22;
const MOST_COMMENT = 0xffff;
const ENTRY = 46;
/** Number of inner archives that are named, each as its own gap. */
const MOST_INNER = 20;
const LONGEST_NAME = 400;

const isSignature = (bytes: Buffer, at: number, second: number) => bytes.readUInt32BE(at) === 0x504b0000 + second;

/** True if a file begins as an archive does. */
export function isArchive(head: Buffer): boolean {
  return head.length >= 4 && isSignature(head, 0, 0x0304);
}

/**
 * True if an archive is a jar, whatever its name. Also finds the archives in it that scanners pass over. Scanners look
 * at names alone (`.jar`, `.war` and `.ear`, in lower case).
 */
export function inspectArchive(file: FileBytes, { isNamed, isWheel = false }: ArchiveNaming): Found[] {
  const { names, isCut } = namesIn(file);
  return [...javaIn(names, isCut, isNamed), ...(isWheel ? [] : pythonIn(names))];
}

/** Facts about an archive that are known before it is read. */
interface ArchiveNaming {
  /** It has the name of a jar. */
  readonly isNamed: boolean;
  /** It has the name of a wheel or an egg: a package that is not installed, or that the scanner reads. */
  readonly isWheel?: boolean | undefined;
}

/** An application of Python's that runs from one file: pex, shiv, zipapp. Scanners do not look into it. */
function pythonIn(names: readonly string[]): Found[] {
  const described = names.filter((name) => /\.(?:dist|egg)-info\/(?:METADATA|PKG-INFO)$/.test(name));
  const [first] = described;
  if (first === undefined) return [];
  const unread = `it is one of ${described.length} in an archive that scanners do not look into`;
  return [{ kind: "python", within: shortened(first), unread }];
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function javaIn(names: readonly string[], isCut: boolean, isNamed: boolean): Found[] {
  const inner = names.filter((name) => /\.(?:jar|war|ear|par)$/i.test(name));
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const isJar =
    has(/\.class$|(?:^|\/)pom\.properties$/) || (inner.length > 0 && (isCut || has(/^META-INF\/MANIFEST\.MF$/i)));
  if (!isJar && !isNamed) return [];
  const unknown = inner.filter((name) => !/\.(?:jar|war|ear)$/.test(name));
  const found: Found[] = unknown.slice(0, MOST_INNER).map((name) => ({
    kind: "jar",
    within: shortened(name),
    unread:
      unknown.length > MOST_INNER
        ? `it is one of ${unknown.length} whose names scanners do not look at`
        : "scanners do not look at its name",
  }));
  return isNamed ? found : [{ kind: "jar", isRenamed: true }, ...found];
}

/** Bytes at the end of a file in which the record of an archive's end must be. */
export const END_WINDOW = END + MOST_COMMENT;
/** A size that is elsewhere, in an archive of ZIP64. */
const LARGER = 0xffffffff;
const END_START = Buffer.from("PK\x05\x06", "latin1");

/**
 * A Java archive behind something else: a script that starts it, a program, any bytes. Java finds it by its directory.
 * An archive whose directory is longer than the window counts as one, since its names are not known.
 * @param end the last bytes of a file, {@link END_WINDOW} or all of them
 * @param size bytes of the file
 */
export function inspectAppended(end: Buffer, size: number, isWheel: boolean): Found[] {
  // Searching forwards is several times as fast, and hardly any file has one.
  if (end.indexOf(END_START) === -1) return [];
  const at = endOf(end);
  if (at === -1) return [];
  const directory = end.readUInt32LE(at + 12);
  if (directory === LARGER)
    return at >= 20 && isSignature(end, at - 20, 0x0607) ? [{ kind: "jar", isRenamed: true }] : [];
  const start = at - directory;
  if (directory < ENTRY || directory > size - (end.length - at)) return [];
  if (start < 0) return [{ kind: "jar", isRenamed: true }];
  return isSignature(end, start, 0x0102) ? inspectArchive(inMemory(end), { isNamed: false, isWheel }) : [];
}

function inMemory(bytes: Buffer): FileBytes {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** The names in the archive's directory. If it is longer than {@link LONGEST_TAIL}, only the last ones. */
function namesIn(file: FileBytes): { names: string[]; isCut: boolean } {
  const { size } = file;
  for (const most of [END_WINDOW, LONGEST_TAIL]) {
    const tail = partOf(file, { offset: Math.max(0, size - most), length: most });
    const end = endOf(tail);
    const start = end === -1 ? -1 : end - tail.readUInt32LE(end + 12);
    if (start === end && end !== -1) return { names: [], isCut: false };
    const isThere = start >= 0 && isSignature(tail, start, 0x0102);
    if (isThere) return { names: [...chained(tail, start, end)], isCut: false };
    // A larger archive (ZIP64) has another record there. Java's reader finds the directory even if the end is damaged.
    if (most === LONGEST_TAIL || tail.length === size) return { names: [...anywhere(tail)], isCut: tail.length < size };
  }
  return { names: [], isCut: false };
}

function* chained(tail: Buffer, start: number, end: number): Generator<string> {
  for (let at = start; at + ENTRY <= end && isSignature(tail, at, 0x0102); ) {
    yield nameAt(tail, at);
    at += ENTRY + [28, 30, 32].reduce((sum, field) => sum + tail.readUInt16LE(at + field), 0);
  }
}

function* anywhere(tail: Buffer): Generator<string> {
  for (
    let at = tail.indexOf(ENTRY_START);
    at !== -1 && at + ENTRY <= tail.length;
    at = tail.indexOf(ENTRY_START, at + 4)
  )
    yield nameAt(tail, at);
}

const ENTRY_START = Buffer.from("PK\x01\x02", "latin1");

function nameAt(tail: Buffer, at: number): string {
  return tail.toString("utf8", at + ENTRY, at + ENTRY + tail.readUInt16LE(at + 28));
}

/** The position of the end record, as Go's reader finds it: the last one whose comment has room. */
function endOf(tail: Buffer): number {
  const last = tail.length - END;
  for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at--)
    if (tail[at] === 0x50 && isSignature(tail, at, 0x0506))
      return at + END + tail.readUInt16LE(at + 20) <= tail.length ? at : -1;
  return -1;
}

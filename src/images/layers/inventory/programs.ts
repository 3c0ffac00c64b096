import type { Found } from "../content.ts";
import { type FileBytes, partOf, type Range } from "./file-bytes.ts";
import { readDotnetDeps } from "./package-files.ts";

/** The marker that Go's linker puts before the build information (debug/buildinfo). */
const GO_MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
/** The section into which cargo-auditable puts the list of crates. */
const RUST_SECTION = ".dep-v0";
const MOST_SECTIONS = 20_000;
const LONGEST_NAMES = 1 << 20;

interface Section extends Range {
  readonly name: string;
}

/** True if this is the start of a program or library: ELF, PE or Mach-O. */
export function isProgram(head: Buffer): boolean {
  if (head.length < 4) return false;
  if (head[0] === 0x4d && head[1] === 0x5a) return true;
  return PROGRAM_MAGICS.has(head.readUInt32BE(0));
}

const ELF = 0x7f454c46;
const MACH_O: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const PROGRAM_MAGICS: ReadonlySet<number> = new Set([ELF, ...MACH_O]);

/** Most bytes of a program that are searched. */
const LONGEST_DATA = 192 << 20;

/**
 * Programs that say what they were built from. Only a scanner can identify their packages.
 * @param head its first bytes, with the headers
 */
export function inspectProgram(file: FileBytes, head: Buffer): Found[] {
  if (head.length < 64) return [];
  const magic = head.readUInt32BE(0);
  const { sections, data } =
    magic === ELF ? elfParts(file, head) : MACH_O.has(magic) ? wholeFile(file) : peParts(file, head);
  if (isPacked(head, sections)) return [{ kind: "packed-program", unread: "it is packed by UPX" }];
  const rust: Found[] = sections.some(({ name }) => name === RUST_SECTION) ? [{ kind: "rust" }] : [];
  if (data.reduce((sum, { length }) => sum + Math.max(0, Math.min(length, file.size)), 0) > LONGEST_DATA)
    return [{ kind: "go", unread: "it is too large" }, ...rust];
  const parts = data.map((range) => partOf(file, range));
  return [...(parts.some((part) => part.includes(GO_MAGIC)) ? [GO] : []), ...rust, ...bundleIn(parts, file)];
}

const GO: Found = { kind: "go" };
const EMPTY = Buffer.alloc(0);

/** UPX puts its mark behind the headers (upx/src/p_lx_elf.cpp), and in Windows' programs into names of sections. */
function isPacked(head: Buffer, sections: readonly Section[]): boolean {
  return head.subarray(0, UPX_HEAD).includes("UPX!") || sections.some(({ name }) => name === "UPX0");
}

const UPX_HEAD = 1024;

interface Parts {
  readonly sections: readonly Section[];
  /** The places that Go's build information can be in. */
  readonly data: readonly Range[];
}

/** Segments of an ELF file that are written to at run time: Go's linker puts its build information into one. */
function writableSegments(file: FileBytes, head: Buffer): Range[] {
  const elf = elfReader(head);
  const found: Range[] = [];
  const entry = elf.half(head, 42, 54);
  const count = Math.min(elf.half(head, 44, 56), 1000);
  const table = partOf(file, { offset: elf.word(head, 28, 32), length: entry * count });
  for (let start = 0; entry >= 32 && start + entry <= table.length; start += entry) {
    const header = table.subarray(start, start + entry);
    if (header.length < (elf.is64 ? 56 : 32) || elf.full(header, 0, 0) !== 1) continue;
    const flags = elf.full(header, 24, 4);
    if ((flags & 3) === 2) found.push({ offset: elf.word(header, 4, 8), length: elf.word(header, 16, 32) });
  }
  return found;
}

function elfParts(file: FileBytes, head: Buffer): Parts {
  const sections = elfSections(file, head);
  const named = sections.filter(({ name }) => name === ".go.buildinfo");
  return { sections, data: [...named, ...writableSegments(file, head)] };
}

function elfSections(file: FileBytes, head: Buffer): Section[] {
  const elf = elfReader(head);
  const entry = elf.half(head, 46, 58);
  const count = Math.min(elf.half(head, 48, 60), MOST_SECTIONS);
  const table = partOf(file, { offset: elf.word(head, 32, 40), length: entry * count });
  if (entry < (elf.is64 ? 64 : 40)) return [];
  const rangeAt = (index: number): Range | undefined => {
    const header = table.subarray(index * entry, (index + 1) * entry);
    return header.length < entry ? undefined : { offset: elf.word(header, 16, 24), length: elf.word(header, 20, 32) };
  };
  const strings = rangeAt(elf.half(head, 50, 62));
  const names = strings ? partOf(file, { ...strings, length: Math.min(strings.length, LONGEST_NAMES) }) : EMPTY;
  const sections: Section[] = [];
  for (let index = 0; index < count; index++) {
    const range = rangeAt(index);
    if (range === undefined) break;
    const start = elf.full(table, index * entry, index * entry);
    const end = names.indexOf(0, start);
    sections.push({
      ...range,
      name: names.toString("latin1", Math.min(start, names.length), end === -1 ? undefined : Math.min(end, start + 64)),
    });
  }
  return sections;
}

/** Reads numbers of an ELF file at their positions in its form with 32 and with 64 bits. */
function elfReader(head: Buffer) {
  const is64 = head[4] === 2;
  const isLittle = head[5] !== 2;
  const full = (bytes: Buffer, at32: number, at64: number) => {
    const at = is64 ? at64 : at32;
    return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  };
  return {
    is64,
    full,
    half: (bytes: Buffer, at32: number, at64: number) =>
      isLittle ? bytes.readUInt16LE(is64 ? at64 : at32) : bytes.readUInt16BE(is64 ? at64 : at32),
    word: (bytes: Buffer, at32: number, at64: number) => {
      if (!is64) return full(bytes, at32, at64);
      return Number(isLittle ? bytes.readBigUInt64LE(at64) : bytes.readBigUInt64BE(at64));
    },
  };
}

/** Sections of a Windows program (the PE format). A writable data section may have Go's build information. */
function peParts(file: FileBytes, head: Buffer): Parts {
  const start = head.readUInt32LE(60);
  const header = partOf(file, { offset: start, length: 24 });
  if (header.length < 24 || header.readUInt32LE(0) !== 0x4550) return { sections: [], data: [] };
  const at = start + 24 + header.readUInt16LE(20);
  const table = partOf(file, { offset: at, length: header.readUInt16LE(6) * 40 });
  const sections: Section[] = [];
  const data: Range[] = [];
  for (let at = 0; at + 40 <= table.length; at += 40) {
    const range = { length: table.readUInt32LE(at + 16), offset: table.readUInt32LE(at + 20) };
    sections.push({ ...range, name: table.toString("latin1", at, at + 8).replace(/\0.*$/s, "") });
    if ((table.readUInt32LE(at + 36) & 0x80000000) !== 0) data.push(range);
  }
  return { sections, data };
}

/** Images have hardly any program of macOS, so it is searched as a whole. */
function wholeFile(file: FileBytes): Parts {
  const all = { offset: 0, length: file.size };
  const isRust = partOf(file, { ...all, length: LONGEST_DATA }).includes(`${RUST_SECTION}\0`);
  return { sections: isRust ? [{ ...all, name: RUST_SECTION }] : [], data: [all] };
}

/**
 * SHA-256 of the line `.net core bundle`: every program that starts a .NET application has it, behind eight bytes for
 * the place of its files (dotnet/runtime, src/native/corehost/bundle/header.cpp and apphost/bundle_marker.cpp).
 */
const BUNDLE = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex");
const PLACE = 8;
/** Longest list of an application's libraries. */
const LONGEST_DEPS = 32 << 20;
const UNREAD = "its libraries are in one file with the program, and scanners do not look there";

/** A .NET application in one file with its libraries. Empty: the program starts separate libraries. */
function bundleIn(parts: readonly Buffer[], file: FileBytes): Found[] {
  for (const part of parts) {
    const at = part.indexOf(BUNDLE);
    const header = at < PLACE ? 0 : Number(part.readBigUInt64LE(at - PLACE));
    if (header === 0) continue;
    const found = librariesAt(file, header);
    return found?.packages?.length === 0 ? [] : [{ kind: "dotnet", ...found, within: "deps.json", unread: UNREAD }];
  }
  return [];
}

/** The list of libraries, which is stored as it is. Undefined: an old form, or not there. */
function librariesAt(file: FileBytes, at: number): Found | undefined {
  const header = partOf(file, { offset: at, length: 13 });
  if (header.length < 13 || header.readUInt32LE(0) < 2) return undefined;
  // The bundle's id is a text with its length before it.
  const locations = partOf(file, { offset: at + 13 + header.readUInt8(12), length: 16 });
  if (locations.length < 16) return undefined;
  const [offset, length] = [Number(locations.readBigInt64LE(0)), Number(locations.readBigInt64LE(8))];
  if (length > LONGEST_DEPS) return undefined;
  const deps = readDotnetDeps(partOf(file, { offset, length }));
  return deps.unread === undefined ? deps : undefined;
}

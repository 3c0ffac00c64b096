import type { Found } from "../content.ts";
import { inspectBundle } from "./dotnet-bundle.ts";
import type { Range, ReadAt } from "./ranges.ts";

/** What Go's linker puts before the build information (debug/buildinfo). */
const GO_MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
/** The section into which cargo-auditable puts the list of crates. */
const RUST_SECTION = ".dep-v0";
const MOST_SECTIONS = 20_000;

interface Section extends Range {
  readonly name: string;
}

/** Is it the start of a program or library: ELF, PE or Mach-O? */
export function isProgram(head: Buffer): boolean {
  if (head.length < 4) return false;
  if (head[0] === 0x4d && head[1] === 0x5a) return true;
  return PROGRAM_MAGICS.has(head.readUInt32BE(0));
}

const ELF = 0x7f454c46;
const MACH_O: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const PROGRAM_MAGICS: ReadonlySet<number> = new Set([ELF, ...MACH_O]);

/** Programs that say what they were built from. Only a scanner can identify their packages. */
export function inspectProgram(readAt: ReadAt, size: number): Found[] {
  const head = readAt(0, 64);
  if (head.length < 64) return [];
  const magic = head.readUInt32BE(0);
  const { sections, data } =
    magic === ELF ? elfParts(readAt, head) : MACH_O.has(magic) ? wholeFile(readAt, size) : peParts(readAt, head);
  if (isPacked(readAt, sections)) return [{ kind: "packed-program", unread: "it is packed by UPX" }];
  const isGo = data.some((range) => contains(readAt, range, GO_MAGIC));
  const isRust = sections.some(({ name }) => name === RUST_SECTION);
  return [
    ...(isGo ? [{ kind: "go" } as const] : []),
    ...(isRust ? [{ kind: "rust" } as const] : []),
    ...inspectBundle(readAt, data),
  ];
}

/** UPX puts its mark behind the headers (upx/src/p_lx_elf.cpp), and in Windows' programs into names of sections. */
function isPacked(readAt: ReadAt, sections: readonly Section[]): boolean {
  return readAt(0, UPX_HEAD).includes("UPX!") || sections.some(({ name }) => name === "UPX0");
}

const UPX_HEAD = 1024;

interface Parts {
  readonly sections: readonly Section[];
  /** Where Go's build information can be. */
  readonly data: readonly Range[];
}

/** Segments of an ELF file that are written to at run time: Go's linker puts its build information into one. */
export function writableSegments(readAt: ReadAt, head: Buffer): Range[] {
  const elf = elfReader(head);
  const found: Range[] = [];
  const at = elf.word(head, 28, 32);
  const entry = elf.half(head, 42, 54);
  const count = Math.min(elf.half(head, 44, 56), 1000);
  const table = readAt(at, entry * count);
  for (let start = 0; entry >= 32 && start + entry <= table.length; start += entry) {
    const header = table.subarray(start, start + entry);
    if (header.length < (elf.is64 ? 56 : 32) || elf.full(header, 0, 0) !== 1) continue;
    const flags = elf.full(header, 24, 4);
    if ((flags & 3) === 2) found.push({ offset: elf.word(header, 4, 8), length: elf.word(header, 16, 32) });
  }
  return found;
}

function elfParts(readAt: ReadAt, head: Buffer): Parts {
  const sections = elfSections(readAt, head);
  const named = sections.filter(({ name }) => name === ".go.buildinfo");
  return { sections, data: [...named, ...writableSegments(readAt, head)] };
}

function elfSections(readAt: ReadAt, head: Buffer): Section[] {
  const elf = elfReader(head);
  const entry = elf.half(head, 46, 58);
  const count = Math.min(elf.half(head, 48, 60), MOST_SECTIONS);
  const table = readAt(elf.word(head, 32, 40), entry * count);
  if (entry < (elf.is64 ? 64 : 40)) return [];
  const rangeAt = (index: number): Range | undefined => {
    const header = table.subarray(index * entry, (index + 1) * entry);
    return header.length < entry ? undefined : { offset: elf.word(header, 16, 24), length: elf.word(header, 20, 32) };
  };
  const strings = rangeAt(elf.half(head, 50, 62));
  const names = strings ? readAt(strings.offset, Math.min(strings.length, 1 << 20)) : Buffer.alloc(0);
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

/** Sections of a Windows program (the PE format), of which data that is written to may have Go's build information. */
function peParts(readAt: ReadAt, head: Buffer): Parts {
  const start = head.readUInt32LE(60);
  const header = readAt(start, 24);
  if (header.length < 24 || header.readUInt32LE(0) !== 0x4550) return { sections: [], data: [] };
  const table = readAt(start + 24 + header.readUInt16LE(20), header.readUInt16LE(6) * 40);
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
function wholeFile(readAt: ReadAt, size: number): Parts {
  const all = { offset: 0, length: size };
  const isRust = contains(readAt, all, Buffer.from(`${RUST_SECTION}\0`));
  return { sections: isRust ? [{ ...all, name: RUST_SECTION }] : [], data: [all] };
}

const WINDOW = 1 << 20;

function contains(readAt: ReadAt, { offset, length }: Range, needle: Buffer): boolean {
  for (let at = 0; at < length; at += WINDOW) {
    const piece = readAt(offset + at, Math.min(WINDOW + needle.length, length - at));
    if (piece.length === 0) return false;
    if (piece.includes(needle)) return true;
  }
  return false;
}

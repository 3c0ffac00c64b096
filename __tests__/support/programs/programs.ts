/** Parts of an invented program: names of sections with their content. `data` is the writable segment. */
export interface ProgramParts {
  readonly sections?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** A 64-bit ELF file with a header, one segment, and a table of sections at its end. It cannot run. */
export function elf({ sections = {}, data = "" }: ProgramParts): Buffer {
  const head = Buffer.alloc(64 + 56);
  const dataBytes = Buffer.from(data, "latin1");
  const names = ["", ...Object.keys(sections), ".shstrtab"];
  const strings = Buffer.from(names.map((name) => `${name}\0`).join(""));
  const contents = ["", ...Object.values(sections)].map((text) => Buffer.from(text, "latin1"));
  const parts = [...contents, strings];
  const table = Buffer.alloc(64 * parts.length);
  let at = head.length + dataBytes.length;
  let nameAt = 0;
  for (const [index, part] of parts.entries()) {
    table.writeUInt32LE(nameAt, 64 * index);
    table.writeBigUInt64LE(BigInt(at), 64 * index + 24);
    table.writeBigUInt64LE(BigInt(part.length), 64 * index + 32);
    nameAt += (names[index] ?? "").length + 1;
    at += part.length;
  }
  head.write("\x7fELF", 0, "latin1");
  head.set([2, 1], 4);
  head.writeBigUInt64LE(64n, 32);
  head.writeBigUInt64LE(BigInt(at), 40);
  for (const [value, position] of [
    [56, 54],
    [1, 56],
    [64, 58],
    [parts.length, 60],
    [parts.length - 1, 62],
  ] as const)
    head.writeUInt16LE(value, position);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(6, 68);
  head.writeBigUInt64LE(BigInt(head.length), 72);
  head.writeBigUInt64LE(BigInt(dataBytes.length), 96);
  return Buffer.concat([head, dataBytes, ...parts, table]);
}

/** A Windows program with sections. The data is in a writable one. */
export function windowsProgram({ sections = {}, data = "" }: ProgramParts): Buffer {
  const all = Object.entries({ ...sections, ".data": data });
  const head = Buffer.alloc(64 + 24 + 40 * all.length);
  head.write("MZ");
  head.writeUInt32LE(64, 60);
  head.write("PE", 64);
  head.writeUInt16LE(all.length, 70);
  let at = head.length;
  for (const [index, [name, text]] of all.entries()) {
    const entry = 88 + 40 * index;
    head.write(name, entry);
    head.writeUInt32LE(text.length, entry + 16);
    head.writeUInt32LE(at, entry + 20);
    head.writeUInt32LE(name === ".data" ? 0xc0000000 : 0x40000000, entry + 36);
    at += text.length;
  }
  return Buffer.concat([head, ...all.map(([, text]) => Buffer.from(text, "latin1"))]);
}

/** The mark that Go's linker puts before a program's build information. */
export const GO_BUILD_INFO = "\xff Go buildinf:";

import { type Bytes, damaged, exactly, inconsistent, quoted } from "./bytes.ts";

const BLOCK = 512;
/** Longest extended header that Go reads. */
const MAX_EXTENDED = 1 << 20;

export interface TarMember {
  /** As written in the archive. */
  readonly name: string;
  /** Devices and pipes are `other`. */
  readonly kind: "file" | "folder" | "link" | "hard-link" | "other";
  /** The target of a link. */
  readonly link: string;
  /** Bytes of a file's content. */
  readonly size: number;
  /** The next bytes of the content; none at its end. The next member's start skips the rest. */
  some(): Promise<Buffer>;
}

/** What extended headers before a member change in its header. */
interface Override {
  name?: string;
  link?: string;
  size?: number;
}

/**
 * A tar's members in their order. It refuses everything that readers of tars interpret differently: names that are given twice,
 * sparse files, content of members that can have none, and anything behind the end.
 * @throws ImageProblem
 */
export async function* tarMembers(source: Bytes): AsyncGenerator<TarMember> {
  let override: Override = {};
  for (;;) {
    const block = await exactly(source, BLOCK);
    if (block.length === 0) return;
    if (block.length < BLOCK) throw damaged("it is no tar, or cut off");
    if (isZero(block)) return await requireEnd(source);
    const header = readHeader(block);
    if ("xgLK".includes(header.type)) {
      merge(override, await readExtended(source, header));
      continue;
    }
    const { name = header.name, link = header.link, size = header.size } = override;
    override = {};
    const kind = kindOf(header.type, name, size);
    let left = size;
    yield {
      name,
      kind,
      link,
      size,
      async some() {
        if (left === 0) return Buffer.alloc(0);
        const part = await source.some(left);
        if (part.length === 0) throw damaged(`it is cut off within ${quoted(name)}`);
        left -= part.length;
        return part;
      },
    };
    await source.skip(left + padding(size));
  }
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

const ZERO = Buffer.alloc(BLOCK);

function isZero(block: Buffer): boolean {
  return block.equals(ZERO.subarray(0, block.length));
}

/** Tars end with zeros. With some options, readers go on behind them. */
async function requireEnd(source: Bytes): Promise<void> {
  for (;;) {
    const block = await exactly(source, BLOCK);
    if (block.length === 0) return;
    if (!isZero(block)) throw inconsistent("something lies behind its end");
  }
}

const KINDS: Readonly<Record<string, TarMember["kind"]>> = {
  "0": "file",
  "1": "hard-link",
  "2": "link",
  "3": "other",
  "4": "other",
  "5": "folder",
  "6": "other",
};

function kindOf(type: string, name: string, size: number): TarMember["kind"] {
  const kind = KINDS[type];
  if (kind === undefined) throw inconsistent(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
  if (size === 0) return kind === "file" && name.endsWith("/") ? "folder" : kind;
  if (kind !== "file" || name.endsWith("/"))
    throw inconsistent(`${quoted(name)} has a content that is none of a file's`);
  return kind;
}

function merge(override: Override, more: Override): void {
  for (const key of ["name", "link", "size"] as const) {
    if (more[key] === undefined) continue;
    if (override[key] !== undefined) throw inconsistent(`a member's ${key} is given twice`);
    Object.assign(override, { [key]: more[key] });
  }
}

async function readExtended(source: Bytes, { type, size }: TarHeader): Promise<Override> {
  if (size > MAX_EXTENDED) throw damaged("an extended header is too long");
  const body = await exactly(source, size);
  if (body.length < size) throw damaged("it is cut off");
  await source.skip(padding(size));
  if (type === "x" || type === "g") return readRecords(body, type);
  const end = body.indexOf(0);
  const text = body.toString("utf8", 0, end === -1 ? body.length : end);
  return type === "L" ? { name: text } : { link: text };
}

/** Reads records `<length> <keyword>=<value>\n` (POSIX.1-2017, pax). */
function readRecords(body: Buffer, type: string): Override {
  const override: Override = {};
  for (let at = 0; at < body.length; ) {
    const [start = "", digits = ""] = /^(\d{1,7}) /.exec(body.toString("latin1", at, at + 8)) ?? [];
    const end = at + Number(digits);
    const equals = body.indexOf("=", at + start.length);
    const isRecord = start !== "" && equals !== -1 && equals < end && end <= body.length && body[end - 1] === 0x0a;
    if (!isRecord) throw damaged("an extended header is damaged");
    const keyword = body.toString("utf8", at + start.length, equals);
    const change = changeOf(keyword, body.toString("utf8", equals + 1, end - 1));
    if (type === "g" && Object.keys(change).length > 0) throw inconsistent("one name or size is given to all members");
    merge(override, change);
    at = end;
  }
  return override;
}

function changeOf(keyword: string, value: string): Override {
  if (/^(?:GNU\.sparse\..*|SCHILY\.realsize|hdrcharset)$/.test(keyword))
    throw inconsistent(`a member is stored in an unusual way (${keyword})`);
  const isName = keyword === "path" || keyword === "linkpath";
  if (isName && (value === "" || value.includes("\0"))) throw inconsistent("a member's name can be read in two ways");
  if (keyword === "path") return { name: value };
  if (keyword === "linkpath") return { link: value };
  if (keyword !== "size") return {};
  if (!/^\d{1,15}$/.test(value)) throw damaged("a member's size is impossible");
  return { size: Number(value) };
}

/** The block of 512 bytes that begins a member, without the changes of extended headers. */
interface TarHeader {
  readonly name: string;
  /** The typeflag; NUL becomes `0`. */
  readonly type: string;
  readonly size: number;
  readonly link: string;
}

/**
 * Reads a member's header like POSIX's ustar, GNU tar and Go's archive/tar, which the scanner, Docker and Podman use. It refuses
 * what these read differently.
 * @throws ImageProblem
 */
function readHeader(block: Buffer): TarHeader {
  const text = (at: number, length: number) => {
    const field = block.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.toString("utf8", 0, end === -1 ? length : end);
  };
  if (!isSum(block)) throw damaged("it is no tar, or a member's header is damaged");
  const type = String.fromCharCode(block[156] || 0x30);
  const prefix = prefixOf(block, text);
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type, size: number(block.subarray(124, 136)), link: text(157, 100) };
}

/** Whether the checksum is right: the sum of all bytes, with its own field as spaces. Old writers used signed bytes. */
function isSum(block: Buffer): boolean {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < 512; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] as number;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = number(block.subarray(148, 156));
  return sum === unsigned || sum === signed;
}

function prefixOf(block: Buffer, text: (at: number, length: number) => string): string {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar\x0000") {
    const prefix = text(345, 155);
    // star writes times behind 131 bytes of prefix. Go reads them as times, others as a part of the name.
    const isStar = block.toString("latin1", 508, 512) === "tar\0";
    if (isStar && Buffer.byteLength(prefix) > 130) throw inconsistent("a member's name can be read in two ways");
    return prefix;
  }
  // GNU's own format has times here. If they are no numbers, Go reads them as a part of the name.
  if (magic === "ustar  \0" && ![345, 357].every((at) => isNumber(block.subarray(at, at + 12))))
    throw inconsistent("a member's name can be read in two ways");
  return "";
}

function isNumber(field: Buffer): boolean {
  return ((field[0] ?? 0) & 0x80) !== 0 || /^[ \0]*[0-7]*[ \0]*$/.test(field.toString("latin1"));
}

/** Reads octal digits, or GNU's base 256 if the first bit is set. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = field.toString("latin1").replace(/^[ \0]+|[ \0].*$/gs, "");
    if (!/^[0-7]*$/.test(digits)) throw damaged("it is no tar, or a member's header is damaged");
    return digits === "" ? 0 : Number.parseInt(digits, 8);
  }
  let value = BigInt((field[0] ?? 0) & 0x7f);
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("a member's size is impossible");
  return Number(value);
}

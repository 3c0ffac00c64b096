/** The bytes are not tar, or only a part of one. The message is the end of a sentence: `is damaged`, `is cut off`. */
export class DamagedTar extends Error {
  override readonly name = "DamagedTar";
}

/** A member of a tar, according to its header. None of it can be trusted. */
export interface TarMember {
  readonly name: string;
  /** The header's typeflag: `0` a plain file, `5` a folder, `1` and `2` links, … */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** A record before it changes its name, size or way of storing, so the header is not reliable. */
  readonly isRenamed: boolean;
  /**
   * The name, also if it is longer than a header's and stands in a record. Undefined if records change anything else.
   */
  readonly path: string | undefined;
  /** Its bytes, which can be read once. Bytes that are not read are skipped. */
  content(): AsyncGenerator<Buffer>;
}

const BLOCK = 512;
/** A plain file's extended header has only times and owners, and is far shorter. */
const MAX_EXTENDED = 64 * 1024;
/** Zeros behind the last member, which fill a record. A record has 10 KiB unless another size was chosen. */
const MAX_PADDING = 8 << 20;
/** Records that change the next member's name, its size, or how it is stored. */
const MEANINGFUL = /^(?:path|linkpath|size|hdrcharset|GNU\.sparse\..*|SCHILY\.realsize)$/;

/**
 * The members of a tar, one after the other; nothing is written. The bytes are read to their end, so that the
 * decompression also finds damage behind the last member.
 *
 * The format is POSIX.1-2017's `pax` and `ustar`; GNU tar and libarchive write it for short names and sizes below 8
 * GiB.
 * @throws DamagedTar; also what the source of the bytes throws
 */
export async function* readTar(bytes: AsyncIterable<Buffer>): AsyncGenerator<TarMember> {
  const source = new Source(bytes);
  let renamesAll = false;
  let renames: Change[] = [];
  for (;;) {
    const header = await source.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, type, size } = readHeader(header);
    if (type === "x" || type === "g") {
      const changes = await changesOf(source, size);
      if (type === "x") renames.push(...changes);
      else renamesAll ||= changes.length > 0;
      continue;
    }
    // GNU's records for long names come before the member that they are about.
    const isRecord = type === "L" || type === "K";
    let left = size;
    async function* content(): AsyncGenerator<Buffer> {
      while (left > 0) {
        const part = await source.some(left);
        left -= part.length;
        yield part;
      }
    }
    const isRenamed = renames.length > 0 || renamesAll || isRecord;
    yield {
      name,
      type,
      size,
      isRenamed,
      path: isRenamed ? pathIn(renamesAll || isRecord ? [] : renames) : name,
      content,
    };
    await source.skip(left + padding(size));
    renames = isRecord ? [{ keyword: "" }] : [];
  }
  await source.toEnd();
}

/** Reads bytes on demand. */
class Source {
  readonly #pieces: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#pieces = bytes[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one and at most `max`. */
  async some(max: number): Promise<Buffer> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) throw new DamagedTar("is cut off");
      this.#piece = next.value;
    }
    const part = this.#piece.subarray(0, max);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.some(left)).length;
  }

  async toEnd(): Promise<void> {
    for (let left = MAX_PADDING - this.#piece.length; ; ) {
      const next = await this.#pieces.next();
      if (next.done) return;
      left -= next.value.length;
      if (left < 0) throw new DamagedTar("has more behind its end");
    }
  }
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

function readHeader(header: Buffer): { name: string; type: string; size: number } {
  const text = (at: number, length: number) => header.toString("latin1", at, at + length).replace(/\0.*$/s, "");
  const octal = (at: number, length: number) => {
    const digits = text(at, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw new DamagedTar("is damaged");
    return Number.parseInt(digits, 8);
  };
  // The sum of all bytes, in which the checksum field counts as spaces.
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== octal(148, 8)) throw new DamagedTar("is damaged");
  const type = String.fromCharCode(header[156] ?? 0);
  const prefix = text(257, 5) === "ustar" && header[262] === 0 ? text(345, 155) : "";
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type: type === "\0" ? "0" : type, size: octal(124, 12) };
}

/** What a record before a member changes. */
interface Change {
  /** `path`, `size`, …; empty if it was not read. */
  readonly keyword: string;
  readonly value?: string;
}

/** The name that changes give, if they give nothing else. */
function pathIn(changes: readonly Change[]): string | undefined {
  const [change] = changes;
  return changes.length === 1 && change?.keyword === "path" ? change.value : undefined;
}

async function changesOf(source: Source, size: number): Promise<Change[]> {
  if (size > MAX_EXTENDED) {
    await source.skip(size + padding(size));
    return [{ keyword: "" }];
  }
  const body = await source.exactly(size);
  await source.skip(padding(size));
  return [...meaningful(body)];
}

/** The records `<length> <keyword>=<value>\n` that matter. */
function* meaningful(body: Buffer): Generator<Change> {
  for (let at = 0; at < body.length; ) {
    const [, digits = "", keyword = ""] = /^(\d{1,6}) ([^=\n]+)=/.exec(body.toString("latin1", at, at + 300)) ?? [];
    const length = Number(digits);
    const begin = digits.length + keyword.length + 2;
    const isWhole = keyword !== "" && length > begin && body[at + length - 1] === 0x0a;
    if (!isWhole) throw new DamagedTar("is damaged");
    if (MEANINGFUL.test(keyword)) yield { keyword, value: body.toString("utf8", at + begin, at + length - 1) };
    at += length;
  }
}

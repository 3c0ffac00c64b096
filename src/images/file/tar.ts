import { type Bytes, damaged, exactly, ImageProblem, inconsistent, quoted } from "./bytes.ts";
import { BLOCK, isZero, padding, readHeader, type TarHeader } from "./tar-header.ts";

/** Longest extended header that Go reads. */
const MAX_EXTENDED = 1 << 20;
/** Characters of all names and targets of links. An archive of 5,000 layers has a tenth of it. */
const MAX_NAMES = 16 << 20;

export interface TarMember {
  /** As written in the archive. */
  readonly name: string;
  /** Devices and pipes are `other`. */
  readonly kind: "file" | "folder" | "link" | "hard-link" | "other";
  /** The target of a link. */
  readonly link: string;
  /** Bytes of a file's content. */
  readonly size: number;
  /** Where the content begins, counted from the first byte of the tar. */
  readonly offset: number;
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
 * A tar's members in their order. It refuses everything that readers of tars interpret differently: names that are
 * given twice, sparse files, content of members that can have none, and anything behind the end.
 * @throws ImageProblem
 */
export async function* tarMembers(source: Bytes): AsyncGenerator<TarMember> {
  let override: Override = {};
  let position = 0;
  let names = 0;
  for (;;) {
    const block = await exactly(source, BLOCK);
    if (block.length === 0) return;
    if (block.length < BLOCK) throw damaged("it is no tar, or cut off");
    if (isZero(block)) return await requireEnd(source);
    const header = readHeader(block, utf8);
    position += BLOCK;
    if ("xgLK".includes(header.type)) {
      merge(override, await readExtended(source, header));
      position += header.size + padding(header.size);
      continue;
    }
    const { name = header.name, link = header.link, size = header.size } = override;
    override = {};
    const kind = kindOf(header.type, name, size);
    names += name.length + link.length;
    if (names > MAX_NAMES)
      throw new ImageProblem("image-too-large", `its names have more than ${MAX_NAMES} characters in sum`);
    let left = size;
    yield {
      name,
      kind,
      link,
      size,
      offset: position,
      async some() {
        if (left === 0) return Buffer.alloc(0);
        const part = await source.some(left);
        if (part.length === 0) throw damaged(`it is cut off within ${quoted(name)}`);
        left -= part.length;
        return part;
      },
    };
    await source.skip(left + padding(size));
    position += size + padding(size);
  }
}

/** Tars end with zeros. With some options, readers go on behind them. */
async function requireEnd(source: Bytes): Promise<void> {
  for (;;) {
    const block = await exactly(source, BLOCK);
    if (block.length === 0) return;
    if (!isZero(block)) throw inconsistent("something lies behind its end");
  }
}

const utf8 = (bytes: Buffer) => bytes.toString("utf8");

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

import { damaged, inconsistent, quoted } from "../file/bytes.ts";
import { BLOCK, isZero, padding, readHeader } from "../file/tar-header.ts";
import { decodeName, tooLarge } from "./names.ts";

/** Longest extended header that Go reads. */
const MAX_EXTENDED = 1 << 20;
/** Blocks that may continue the map of a sparse file; 21 fragments in each. */
const MAX_SPARSE_BLOCKS = 1 << 16;

export interface Member {
  readonly kind: "file" | "folder" | "symlink" | "hard-link" | "other";
  /** As written. */
  readonly name: string;
  readonly link: string;
  /** Bytes of the content as they are stored. */
  readonly size: number;
  /** Holes are left out of what is stored. */
  readonly isSparse: boolean;
  /** Where the content of a file that is not sparse begins in the tar. */
  readonly offset: number;
}

export interface Visitor {
  member(member: Member): void;
  /** The next bytes of a file's content. They stay valid until its end. */
  content(piece: Buffer): void;
  /** The content of the member is complete; also without any. */
  end(): void;
}

/** Bounds that a tar is held to. */
export interface TarLimits {
  readonly members: number;
  /** Bytes of all names and targets of links. */
  readonly nameBytes: number;
}

/** What extended headers change in the next member's header. */
interface Extension {
  pax?: ReadonlyMap<string, string>;
  name?: string;
  link?: string;
}

const KINDS: Readonly<Record<string, Member["kind"]>> = {
  "0": "file",
  "1": "hard-link",
  "2": "symlink",
  "3": "other",
  "4": "other",
  "5": "folder",
  "6": "other",
  S: "file",
};

/**
 * Reads a layer's tar from pieces that come one after the other, the way Go's archive/tar does, which is what container
 * engines and the scanner read with. What that one refuses is refused; so is what others read differently.
 */
export class TarPass {
  readonly #visitor: Visitor;
  readonly #limits: TarLimits;
  #state: "header" | "extended" | "sparse" | "content" | "padding" | "end" = "header";
  /** Bytes of a block or extended header that is not complete. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #left = 0;
  #padding = 0;
  #extendedType = "";
  #extension: Extension = {};
  #sparseBlocks = 0;
  #zeroBlocks = 0;
  #members = 0;
  #nameBytes = 0;
  /** Bytes of the pieces before, and of the tar up to the end of the block that is being read. */
  #before = 0;
  #position = 0;
  #contentEnd: number | undefined;

  constructor(visitor: Visitor, limits: TarLimits) {
    this.#visitor = visitor;
    this.#limits = limits;
  }

  /** @throws ImageProblem */
  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) at = this.#step(chunk, at);
    this.#before += chunk.length;
  }

  /** Where the last member ends, with its padding: where the end of the tar begins. */
  get contentEnd(): number {
    return this.#contentEnd ?? this.#before;
  }

  /** Nothing follows. @throws ImageProblem if the tar is cut off */
  finish(): void {
    const isWhole = this.#heldBytes === 0 && (this.#state === "header" || this.#state === "end");
    if (!isWhole || this.#extension.pax || this.#extension.name || this.#extension.link)
      throw damaged("a layer is no tar, or cut off");
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case "end":
        if (!isZero(chunk.subarray(at))) throw inconsistent("something lies behind the end of a layer's tar");
        return chunk.length;
      case "padding":
        return this.#skip(chunk, at);
      case "content":
        return this.#pass(chunk, at);
      default:
        return this.#gather(chunk, at);
    }
  }

  #skip(chunk: Buffer, at: number): number {
    const count = Math.min(this.#left, chunk.length - at);
    this.#left -= count;
    if (this.#left === 0) this.#state = "header";
    return at + count;
  }

  #pass(chunk: Buffer, at: number): number {
    const count = Math.min(this.#left, chunk.length - at);
    this.#visitor.content(chunk.subarray(at, at + count));
    this.#left -= count;
    if (this.#left === 0) this.#endContent();
    return at + count;
  }

  #endContent(): void {
    this.#visitor.end();
    this.#left = this.#padding;
    this.#state = this.#left === 0 ? "header" : "padding";
  }

  /** Takes the bytes of a block or of an extended header, across pieces. */
  #gather(chunk: Buffer, at: number): number {
    const wanted = this.#state === "extended" ? this.#left : BLOCK;
    const count = Math.min(wanted - this.#heldBytes, chunk.length - at);
    const piece = chunk.subarray(at, at + count);
    if (this.#heldBytes + count < wanted) {
      // Its buffer gets the next piece.
      this.#held.push(Buffer.from(piece));
      this.#heldBytes += count;
      return at + count;
    }
    this.#position = this.#before + at + count;
    const whole = this.#heldBytes === 0 ? piece : Buffer.concat([...this.#held, piece]);
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#state === "extended") this.#extend(whole);
    else if (this.#state === "sparse") this.#readSparse(whole);
    else this.#readBlock(whole);
    return at + count;
  }

  #readBlock(block: Buffer): void {
    if (block[0] === 0 && isZero(block)) {
      this.#zeroBlocks++;
      this.#contentEnd ??= this.#position - BLOCK;
      if (this.#zeroBlocks === 2) this.#state = "end";
      return;
    }
    if (this.#zeroBlocks > 0) throw inconsistent("something lies behind the end of a layer's tar");
    const header = readHeader(block, decodeName);
    if ("xgLK".includes(header.type)) {
      if (header.size > MAX_EXTENDED) throw damaged("an extended header is too long");
      this.#extendedType = header.type;
      this.#left = header.size;
      this.#state = "extended";
      if (header.size === 0) this.#extend(Buffer.alloc(0));
      return;
    }
    this.#begin(header, block);
  }

  #begin(header: ReturnType<typeof readHeader>, block: Buffer): void {
    const { pax, name = pax?.get("path") || header.name, link = pax?.get("linkpath") || header.link } = this.#extension;
    const isPaxSparse = pax !== undefined && [...pax.keys()].some((key) => key.startsWith("GNU.sparse."));
    this.#extension = {};
    const realName = isPaxSparse ? sparseName(pax, name) : name;
    const stored = sizeOf(pax?.get("size")) ?? header.size;
    const kind = kindOf(header.type, realName, stored);
    const size = kind === "file" ? stored : 0;
    this.#count(realName, link);
    const isSparse = isPaxSparse || header.type === "S";
    this.#visitor.member({ kind, name: realName, link, size, isSparse, offset: this.#position });
    this.#left = size;
    this.#padding = padding(size);
    if (header.type === "S" && block[482]) {
      this.#sparseBlocks = 0;
      this.#state = "sparse";
    } else this.#toContent();
  }

  #toContent(): void {
    this.#state = "content";
    if (this.#left === 0) this.#endContent();
  }

  /** A block that continues the map of a sparse file; the last one says that none follows. */
  #readSparse(block: Buffer): void {
    if (++this.#sparseBlocks > MAX_SPARSE_BLOCKS) throw damaged("a sparse file has too many fragments");
    if (!block[504]) this.#toContent();
  }

  #count(name: string, link: string): void {
    this.#members++;
    this.#nameBytes += name.length + link.length;
    if (this.#members > this.#limits.members)
      throw tooLarge(`a layer has more than ${this.#limits.members} files and folders`);
    if (this.#nameBytes > this.#limits.nameBytes)
      throw tooLarge(`the names in a layer have more than ${this.#limits.nameBytes} characters in sum`);
  }

  #extend(body: Buffer): void {
    const type = this.#extendedType;
    this.#left = padding(body.length);
    this.#state = this.#left === 0 ? "header" : "padding";
    if (type === "x") this.#extension.pax = readRecords(body);
    else if (type === "g") refuseForAll(readRecords(body));
    else {
      const end = body.indexOf(0);
      const text = decodeName(end === -1 ? body : body.subarray(0, end));
      if (text !== "") this.#extension[type === "L" ? "name" : "link"] = text;
    }
  }
}

function kindOf(type: string, name: string, size: number): Member["kind"] {
  const kind = KINDS[type];
  // Docker, containerd and Podman all refuse to unpack it.
  if (kind === undefined) throw inconsistent(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
  if (kind !== "file" || !name.endsWith("/")) return kind;
  if (size > 0) throw inconsistent(`${quoted(name)} has a content that is none of a file's`);
  return "folder";
}

function sizeOf(value: string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  if (!/^\d{1,15}$/.test(value)) throw damaged("a member's size is impossible");
  return Number(value);
}

/** Go takes the name of a sparse file only if it knows the form. */
function sparseName(pax: ReadonlyMap<string, string>, name: string): string {
  const real = pax.get("GNU.sparse.name");
  if (!real || real === name) return name;
  const form = `${pax.get("GNU.sparse.major") ?? ""}.${pax.get("GNU.sparse.minor") ?? ""}`;
  const isKnown = ["0.0", "0.1", "1.0"].includes(form) || (form === "." && pax.has("GNU.sparse.map"));
  if (!isKnown) throw inconsistent("a member's name can be read in two ways");
  return real;
}

/** What a header for all further members says is ignored by engines, and not by other readers. */
function refuseForAll(records: ReadonlyMap<string, string>): void {
  const isHarmless = ["path", "linkpath", "size"].every((key) => !records.get(key));
  if (!isHarmless || [...records.keys()].some((key) => key.startsWith("GNU.sparse.")))
    throw inconsistent("one name or size is given to all members");
}

/** Reads records `<length> <keyword>=<value>\n` (POSIX.1-2017, pax). The last of a keyword counts. */
function readRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const [start = "", digits = ""] =
      /^(\d{1,7}) /.exec(body.toString("latin1", at, Math.min(at + 8, body.length))) ?? [];
    const end = at + Number(digits);
    const equals = body.indexOf("=", at + start.length);
    const isRecord = start !== "" && equals > at + start.length && equals < end && end <= body.length;
    if (!isRecord || body[end - 1] !== 0x0a) throw damaged("an extended header is damaged");
    const keyword = body.toString("latin1", at + start.length, equals);
    if (isOfInterest(keyword)) {
      const value = decodeName(body.subarray(equals + 1, end - 1));
      if (value.includes("\0")) throw inconsistent("a member's name can be read in two ways");
      records.set(keyword, value);
    }
    at = end;
  }
  return records;
}

function isOfInterest(keyword: string): boolean {
  return keyword === "path" || keyword === "linkpath" || keyword === "size" || keyword.startsWith("GNU.sparse.");
}

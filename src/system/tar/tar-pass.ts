import { BLOCK, isZero, padding, readHeader, type TarHeader } from "./header.ts";
import { decodeName } from "./names.ts";
import { ambiguousTar, damagedTar, quoted, TarProblem } from "./problem.ts";
import { readRecords, refuseForAll, sizeOf, sparseName } from "./records.ts";

/** Longest extended header that Go reads. */
const MAX_EXTENDED = 1 << 20;
/** Largest size that a header's octal digits can say, and one. */
const MOST_OCTAL = 8 ** 11;
/** Bytes that are looked at together behind the end. */
const END_PIECE = 1 << 20;
/** Blocks that may continue the map of a sparse file; 21 fragments in each. */
const MAX_SPARSE_BLOCKS = 1 << 16;

export interface Member {
  readonly kind: "file" | "folder" | "symlink" | "hard-link" | "device" | "pipe";
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
  /** The next bytes of a file's content. Only the last ones stay valid until its end. */
  content(piece: Buffer): void;
  /** The content of the member is complete; also without any. */
  end(): void;
}

/** Bounds that a tar is held to. */
export interface TarLimits {
  readonly members: number;
  /** Characters of all names and targets of links. */
  readonly nameBytes: number;
}

/** How a tar is read. */
export interface TarRules extends TarLimits {
  /**
   * `layer`: all that container engines unpack, as they do. `archive`: also refused is what only some readers
   * understand, or what is said twice: sparse files, two names of one member, a folder's content.
   */
  readonly form: "layer" | "archive";
  /** Zeros after the last member are what tells that it is whole. Absent: they may be missing, as engines allow. */
  readonly hasEnd?: boolean | undefined;
  /** Most bytes of zeros behind the last member. Absent: any number. */
  readonly endBytes?: number | undefined;
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
  "3": "device",
  "4": "device",
  "5": "folder",
  "6": "pipe",
  S: "file",
};

/**
 * Reads a tar from pieces that come one after the other, the way Go's archive/tar does, which is what container engines
 * and scanners read with. What that one refuses is refused; so is what others read differently.
 */
export class TarPass {
  readonly #visitor: Visitor;
  readonly #rules: TarRules;
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
  #endBytes = 0;
  #members = 0;
  #nameBytes = 0;
  /** Bytes of the pieces before, and of the tar up to the end of the block that is being read. */
  #before = 0;
  #position = 0;
  #contentEnd: number | undefined;

  constructor(visitor: Visitor, rules: TarRules) {
    this.#visitor = visitor;
    this.#rules = rules;
  }

  /** @throws TarProblem */
  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) at = this.#step(chunk, at);
    this.#before += chunk.length;
  }

  /** Where the last member ends, with its padding: where the end of the tar begins. */
  get contentEnd(): number {
    return this.#contentEnd ?? this.#before;
  }

  /** How many bytes are of use next: a member's start, or what is left of its content, is never exceeded by them. */
  get wanted(): number {
    if (this.#state === "end") return END_PIECE;
    return this.#state === "header" || this.#state === "sparse"
      ? BLOCK - this.#heldBytes
      : this.#left - this.#heldBytes;
  }

  /** How many bytes can be passed over: what is left of a content, or the zeros behind it. */
  get skippable(): number {
    return this.#state === "content" || this.#state === "padding" ? this.#left : 0;
  }

  /** Passes over bytes that are not read; at most {@link skippable}. */
  skip(count: number): void {
    this.#before += count;
    this.#left -= count;
    if (this.#left > 0) return;
    if (this.#state === "content") this.#endContent();
    else this.#state = "header";
  }

  /** Nothing follows. @throws TarProblem if the tar is cut off */
  finish(): void {
    const isWhole = this.#heldBytes === 0 && (this.#state === "header" || this.#state === "end");
    const isEnded = this.#rules.hasEnd !== true || this.#zeroBlocks > 0;
    if (!isWhole || !isEnded || this.#extension.pax || this.#extension.name || this.#extension.link)
      throw damagedTar("it is not a tar, or cut off");
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case "end":
        return this.#passEnd(chunk, at);
      case "padding":
        return this.#skip(chunk, at);
      case "content":
        return this.#pass(chunk, at);
      default:
        return this.#gather(chunk, at);
    }
  }

  #passEnd(chunk: Buffer, at: number): number {
    if (!isZero(chunk.subarray(at))) throw behindEnd();
    this.#endBytes += chunk.length - at;
    const { endBytes = Number.POSITIVE_INFINITY } = this.#rules;
    if (this.#endBytes > endBytes) throw new TarProblem("oversized", `more than ${endBytes} zeros are behind its end`);
    return chunk.length;
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
    if (this.#zeroBlocks > 0) throw behindEnd();
    const header = readHeader(block, decodeName);
    if ("xgLK".includes(header.type)) {
      if (header.size > MAX_EXTENDED) throw damagedTar("an extended header is too long");
      this.#extendedType = header.type;
      this.#left = header.size;
      this.#state = "extended";
      if (header.size === 0) this.#extend(Buffer.alloc(0));
      return;
    }
    this.#begin(header, block);
  }

  #begin(header: TarHeader, block: Buffer): void {
    const { pax, name = pax?.get("path") || header.name, link = pax?.get("linkpath") || header.link } = this.#extension;
    const isPaxSparse = pax !== undefined && [...pax.keys()].some((key) => key.startsWith("GNU.sparse."));
    this.#extension = {};
    const realName = isPaxSparse ? sparseName(pax, name) : name;
    const stored = sizeOf(pax?.get("size")) ?? header.size;
    if (this.#rules.form === "archive" && stored !== header.size && stored < MOST_OCTAL)
      throw ambiguousTar("a member's size is given twice");
    const isSparse = isPaxSparse || header.type === "S";
    const kind = kindOf(header.type, realName, stored);
    if (this.#rules.form === "archive") {
      if (isSparse) throw ambiguousTar(`${quoted(realName)} is stored as a sparse file`);
      if (kind !== "file" && stored > 0) throw hasContent(realName);
    }
    const size = kind === "file" ? stored : 0;
    this.#count(realName, link);
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
    if (++this.#sparseBlocks > MAX_SPARSE_BLOCKS) throw damagedTar("a sparse file has too many fragments");
    if (!block[504]) this.#toContent();
  }

  #count(name: string, link: string): void {
    this.#members++;
    this.#nameBytes += name.length + link.length;
    const { members, nameBytes } = this.#rules;
    if (this.#members > members) throw new TarProblem("oversized", `it has more than ${members} files and folders`);
    if (this.#nameBytes > nameBytes)
      throw new TarProblem("oversized", `its names have more than ${nameBytes} characters in sum`);
  }

  #extend(body: Buffer): void {
    const type = this.#extendedType;
    this.#left = padding(body.length);
    this.#state = this.#left === 0 ? "header" : "padding";
    const isStrict = this.#rules.form === "archive";
    if (type === "g") {
      refuseForAll(readRecords(body, isStrict));
      return;
    }
    const end = body.indexOf(0);
    const text = type === "x" ? "" : decodeName(end === -1 ? body : body.subarray(0, end));
    const key = type === "x" ? "pax" : type === "L" ? "name" : "link";
    // Of the extended headers of one member, only GNU's two have different things in them.
    const before = Object.keys(this.#extension);
    if (isStrict && before.some((each) => [each, key].includes("pax") || each === key))
      throw ambiguousTar("a member has two extended headers");
    if (type === "x") this.#extension.pax = readRecords(body, isStrict);
    else if (text !== "") this.#extension[key as "name" | "link"] = text;
  }
}

function behindEnd(): TarProblem {
  return ambiguousTar("something lies behind its end");
}

function hasContent(name: string): TarProblem {
  return ambiguousTar(`${quoted(name)} has content but is not a regular file`);
}

function kindOf(type: string, name: string, size: number): Member["kind"] {
  const kind = KINDS[type];
  // Docker, containerd and Podman all refuse to unpack it.
  if (kind === undefined) throw ambiguousTar(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
  if (kind !== "file" || !name.endsWith("/")) return kind;
  if (size > 0) throw hasContent(name);
  return "folder";
}

import { BLOCK, isZero, padding, readHeader, type TarHeader } from "./header.ts";
import { decodeName } from "./names.ts";
import { ambiguousTar, damagedTar, quoted, TarProblem } from "./problem.ts";
import { readRecords, sizeOf } from "./records.ts";

/** Longest extended header that Go reads. */
const MAX_EXTENDED = 1 << 20;
/** Largest size that a header's octal digits can hold, and one. */
const MOST_OCTAL = 8 ** 11;
/** Maximum number of zeros after the end. No program writes as many. */
const MAX_END = 8 << 20;
/** Maximum number of bytes that are requested together. */
const PIECE = 1 << 20;

export interface Member {
  readonly kind: "file" | "folder" | "symlink" | "hard-link" | "device" | "pipe";
  /** As written. */
  readonly name: string;
  readonly link: string;
  /** Bytes of the content as they are stored. */
  readonly size: number;
  /** The offset in the tar at which a file's content begins. */
  readonly offset: number;
}

export interface Visitor {
  member(member: Member): void;
  /** The next bytes of a file's content. Only the last ones stay valid until its end. */
  content?(piece: Buffer): void;
  /** The content of the member is complete; also without any. */
  end?(): void;
}

/** Bounds of a tar. */
export interface TarLimits {
  readonly members: number;
  /** Characters of all names and targets of links. */
  readonly nameBytes: number;
}

/** How a tar is read. */
export interface TarRules extends TarLimits {
  /** Zeros after the last member must show that the tar is whole. Absent: they may be missing, as engines allow. */
  readonly hasEnd?: boolean | undefined;
}

/** The changes that extended headers make to the next member's header. */
interface Extension {
  readonly pax?: ReadonlyMap<string, string>;
  readonly name?: string;
  readonly link?: string;
}

/** The bytes that come next. */
interface Step {
  /** `whole`: taken together; `content`: handed on as they come; `padding`: passed over; `end`: they must be zeros. */
  readonly kind: "whole" | "content" | "padding" | "end";
  readonly bytes: number;
  /** The tar may end before them. */
  readonly mayEnd?: boolean;
}

const NOTHING = Buffer.alloc(0);
const UNCHANGED: Extension = {};

const KINDS: Readonly<Record<string, Member["kind"]>> = {
  "0": "file",
  "1": "hard-link",
  "2": "symlink",
  "3": "device",
  "4": "device",
  "5": "folder",
  "6": "pipe",
};

/**
 * Reads a tar from pieces that come one after the other, the way Go's archive/tar does, which container engines and
 * scanners use. It refuses whatever that library refuses, and whatever other readers understand otherwise: sparse
 * files, two names of one member, a folder's content. No writer of layers makes any of it.
 */
export class TarPass {
  readonly #visitor: Visitor;
  readonly #rules: TarRules;
  readonly #steps: Generator<Step, never, Buffer>;
  #step: Step = { kind: "whole", bytes: 0 };
  /** Bytes of the step that have not arrived yet. */
  #left = 0;
  /** Bytes of a block or extended header that is not complete. */
  #held: Buffer[] = [];
  /** Bytes of the tar that have arrived. */
  #position = 0;
  #contentEnd: number | undefined;
  #members = 0;
  #nameBytes = 0;

  constructor(visitor: Visitor, rules: TarRules) {
    this.#visitor = visitor;
    this.#rules = rules;
    this.#steps = this.#read();
    this.#next(NOTHING);
  }

  /** @throws TarProblem */
  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const count = Math.min(this.#left, chunk.length - at);
      if (this.#step.kind === "padding") this.skip(count);
      else this.#take(chunk.subarray(at, at + count));
      at += count;
    }
  }

  /** The offset after the last member with its padding, at which the end of the tar begins. */
  get contentEnd(): number {
    return this.#contentEnd ?? this.#position;
  }

  /** Number of bytes that are useful next. They never exceed a member's start or the rest of its content. */
  get wanted(): number {
    return Math.min(this.#left, PIECE);
  }

  /** Number of bytes that can be skipped: the rest of a content, or the zeros after it. */
  get skippable(): number {
    return this.#step.kind === "content" || this.#step.kind === "padding" ? this.#left : 0;
  }

  /** Skips bytes that are not read; at most {@link skippable}. */
  skip(count: number): void {
    this.#position += count;
    this.#left -= count;
    if (this.#left === 0) this.#next(NOTHING);
  }

  /** The tar is complete. @throws TarProblem if it is cut off */
  finish(): void {
    if (!this.#step.mayEnd || this.#left < this.#step.bytes) throw cutOff();
  }

  #take(piece: Buffer): void {
    const { kind } = this.#step;
    this.#position += piece.length;
    this.#left -= piece.length;
    if (kind === "end") this.#passEnd(piece);
    if (kind === "content") this.#visitor.content?.(piece);
    if (this.#left > 0) {
      // Its buffer gets the next piece.
      if (kind === "whole") this.#held.push(Buffer.from(piece));
      return;
    }
    const whole = this.#held.length === 0 ? piece : Buffer.concat([...this.#held, piece]);
    this.#held = [];
    this.#next(whole);
  }

  #passEnd(piece: Buffer): void {
    if (!isZero(piece)) throw behindEnd();
    if (this.#position - this.contentEnd - 2 * BLOCK > MAX_END)
      throw new TarProblem("oversized", `more than ${MAX_END} zeros are behind its end`);
  }

  /** Goes on to the next step that has bytes. */
  #next(whole: Buffer): void {
    for (let taken = whole; ; taken = NOTHING) {
      this.#step = this.#steps.next(taken).value;
      this.#left = this.#step.bytes;
      if (this.#left > 0) return;
    }
  }

  /** Reads a whole tar in its order. Yields the step that it needs next, and gets the bytes of a `whole` step. */
  *#read(): Generator<Step, never, Buffer> {
    let extension = UNCHANGED;
    for (;;) {
      const mayEnd = extension === UNCHANGED && this.#rules.hasEnd !== true;
      const block = yield { kind: "whole", bytes: BLOCK, mayEnd };
      if (block[0] === 0 && isZero(block)) {
        if (extension !== UNCHANGED) throw cutOff();
        yield* this.#readEnd();
      }
      const header = readHeader(block);
      if ("xgLK".includes(header.type)) {
        if (header.size > MAX_EXTENDED) throw damagedTar("an extended header is too long");
        const body = yield { kind: "whole", bytes: header.size };
        extension = extended(extension, header.type, body);
        yield { kind: "padding", bytes: padding(header.size) };
      } else {
        const member = memberOf(header, extension, this.#position);
        extension = UNCHANGED;
        this.#count(member);
        this.#visitor.member(member);
        yield { kind: "content", bytes: member.size };
        this.#visitor.end?.();
        yield { kind: "padding", bytes: padding(member.size) };
      }
    }
  }

  /** The first of its two blocks has been read. */
  *#readEnd(): Generator<Step, never, Buffer> {
    this.#contentEnd = this.#position - BLOCK;
    const second = yield { kind: "whole", bytes: BLOCK, mayEnd: true };
    if (!isZero(second)) throw behindEnd();
    for (;;) yield { kind: "end", bytes: Number.POSITIVE_INFINITY, mayEnd: true };
  }

  #count({ name, link }: Pick<Member, "name" | "link">): void {
    this.#members++;
    this.#nameBytes += name.length + link.length;
    const { members, nameBytes } = this.#rules;
    if (this.#members > members) throw new TarProblem("oversized", `it has more than ${members} files and folders`);
    if (this.#nameBytes > nameBytes)
      throw new TarProblem("oversized", `its names have more than ${nameBytes} characters in sum`);
  }
}

function memberOf(header: TarHeader, extension: Extension, offset: number): Member {
  const { pax, name = pax?.get("path") ?? header.name, link = pax?.get("linkpath") ?? header.link } = extension;
  const size = sizeOf(pax?.get("size")) ?? header.size;
  if (size !== header.size && size < MOST_OCTAL) throw ambiguousTar("a member's size is given twice");
  const kind = kindOf(header.type, name);
  if (kind !== "file" && size > 0) throw ambiguousTar(`${quoted(name)} has content but is not a regular file`);
  return { kind, name, link, size, offset };
}

const GNU_NAMES: Readonly<Record<string, "name" | "link">> = { L: "name", K: "link" };

/** The extension with one more extended header. */
function extended(before: Extension, type: string, body: Buffer): Extension {
  if (type === "g") {
    // Engines ignore such a header, and other readers do not.
    if (readRecords(body).size > 0) throw ambiguousTar("one name or size is given to all members");
    return before;
  }
  const key = GNU_NAMES[type] ?? "pax";
  // Of the extended headers of one member, only GNU's two carry different facts.
  if (Object.keys(before).some((each) => [each, key].includes("pax") || each === key))
    throw ambiguousTar("a member has two extended headers");
  if (key === "pax") return { pax: readRecords(body) };
  const end = body.indexOf(0);
  const text = decodeName(end === -1 ? body : body.subarray(0, end));
  return text === "" ? before : { ...before, [key]: text };
}

function cutOff(): TarProblem {
  return damagedTar("it is not a tar, or cut off");
}

function behindEnd(): TarProblem {
  return ambiguousTar("something is behind its end");
}

function kindOf(type: string, name: string): Member["kind"] {
  const kind = KINDS[type];
  // Docker, containerd and Podman all refuse to unpack it.
  if (kind === undefined) throw ambiguousTar(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
  return kind === "file" && name.endsWith("/") ? "folder" : kind;
}

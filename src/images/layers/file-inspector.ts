import { countUsedBuffers } from "../../system/used-buffers.ts";
import type { Found } from "./content.ts";
import { END_WINDOW, inspectAppended, inspectArchive, isArchive, LONGEST_TAIL } from "./inventory/archives.ts";
import {
  type Inspected,
  inspectNamed,
  inspectUnnamed,
  longestOf,
  mayBeNamedElsewhere,
  type Named,
  namedBy,
} from "./inventory/inspect.ts";
import { inspectPieces, inspectProgram, isProgram, type Range, writableSegments } from "./inventory/programs.ts";

/** Longest program that is kept as a whole until its sections are read. */
const LONGEST_PROGRAM = 192 << 20;
/** First bytes that identify the kind of a file, and have the headers of a program. */
const HEAD = 4096;

/** Inspects one file's content as it passes, and keeps only the useful parts. */
export class FileInspector {
  readonly #named: Named | undefined;
  readonly #size: number;
  readonly #isWheel: boolean;
  #seen = 0;
  /** Of a large program, only those parts are kept in which the build information can be. */
  #mode: "head" | "all" | "program" | "large-program" | "archive" | "nothing" = "head";
  #head: Buffer = EMPTY;
  /** The bytes from here on are kept. Every file keeps its last bytes, since they may be an archive's directory. */
  #start = 0;
  #kept: Buffer = EMPTY;
  #ranges: readonly Range[] = [];
  readonly #pieces: Buffer[] = [];
  #pieceBytes = 0;

  constructor(path: string, size: number) {
    this.#named = namedBy(path);
    this.#size = size;
    this.#isWheel = /\.(?:whl|egg)$/i.test(path);
  }

  /** @param piece may change after this call, except the last one, which must stay until {@link end} */
  take(piece: Buffer): void {
    const at = this.#seen;
    this.#seen += piece.length;
    if (this.#mode !== "head") this.#keep(at, piece);
    else {
      const start = at === 0 ? piece : Buffer.concat([this.#head, piece]);
      const isEnough = start.length >= HEAD || this.#seen === this.#size;
      if (isEnough) {
        this.#decide(start);
        this.#keep(0, start);
      } else this.#head = Buffer.from(start);
    }
  }

  #keep(at: number, piece: Buffer): void {
    if (this.#mode === "large-program") this.#keepPart(at, piece);
    if (piece.length === this.#size) this.#kept = piece;
    else if (at + piece.length > this.#start) {
      if (this.#kept.length === 0) {
        this.#kept = Buffer.allocUnsafeSlow(this.#size - this.#start);
        countUsedBuffers(this.#kept.length);
      }
      piece.copy(this.#kept, Math.max(0, at - this.#start), Math.max(0, this.#start - at));
    }
  }

  #keepPart(at: number, piece: Buffer): void {
    if (!this.#ranges.some(({ offset, length }) => at < offset + length && offset < at + piece.length)) return;
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes <= LONGEST_PROGRAM) this.#pieces.push(Buffer.from(piece));
  }

  /** The file's packages; undefined: nothing of interest. */
  end(): Inspected | undefined {
    if (this.#mode === "head") this.#decide(EMPTY);
    const bytes = this.#mode === "all" ? this.#kept : undefined;
    const others = this.#others();
    if (this.#named === undefined) {
      if (others.length > 0) return { found: others };
      const unnamed = bytes?.length ? inspectUnnamed(bytes) : undefined;
      return unnamed && (unnamed.found.length > 0 || unnamed.owned?.length) ? unnamed : undefined;
    }
    const unread = this.#size > longestOf(this.#named) ? "it is too large" : undefined;
    const inspected = inspectNamed(this.#named, bytes, unread);
    const found = [...inspected.found, ...others];
    // A link with another name can lead to content that does not fit this name.
    const isOther = inspected.found.every(({ packages = [] }) => packages.length === 0);
    const unnamed = bytes && isOther && mayBeNamedElsewhere(bytes, bytes.length) ? inspectUnnamed(bytes) : undefined;
    if (unnamed === undefined) return { ...inspected, found };
    const added = unnamed.found.filter(({ kind }) => found.every((one) => one.kind !== kind));
    const owned = [...(inspected.owned ?? []), ...(unnamed.owned ?? [])];
    return { ...inspected, found: [...found, ...added], owned };
  }

  #decide(head: Buffer): void {
    const isReadable = this.#size > 0;
    const isLarge = this.#size > LONGEST_PROGRAM;
    if (isReadable && isProgram(head)) this.#mode = isLarge ? "large-program" : "program";
    else if (isReadable && (isArchive(head) || this.#isJar)) this.#mode = "archive";
    else {
      const isOfUse = this.#named
        ? this.#size <= longestOf(this.#named)
        : isReadable && mayBeNamedElsewhere(head, this.#size);
      this.#mode = isOfUse ? "all" : "nothing";
    }
    if (this.#mode === "large-program") this.#ranges = writableSegments(head);
    if (this.#mode === "archive") this.#start = Math.max(0, this.#size - LONGEST_TAIL);
    else if (this.#mode.startsWith("large") || this.#mode === "nothing")
      this.#start = Math.max(0, this.#size - END_WINDOW);
  }

  #others(): Found[] {
    if (this.#mode === "archive")
      return inspectArchive(this.#kept, { isWhole: this.#start === 0, isNamed: this.#isJar, isWheel: this.#isWheel });
    const appended = inspectAppended(this.#kept.subarray(-END_WINDOW), this.#size, this.#isWheel);
    if (this.#mode === "program") return [...inspectProgram(this.#kept), ...appended];
    if (this.#mode !== "large-program") return appended;
    if (this.#pieceBytes > LONGEST_PROGRAM) return [{ kind: "go", unread: "it is too large" }, ...appended];
    return [...inspectPieces(Buffer.concat(this.#pieces)), ...appended];
  }

  get #isJar(): boolean {
    return this.#named?.kinds.includes("jar") === true;
  }
}

const EMPTY = Buffer.alloc(0);

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
import { inspectProgram, isProgram, writableSegments } from "./inventory/programs.ts";
import type { Range } from "./inventory/ranges.ts";
import { KeptBytes, TailBytes } from "./kept-bytes.ts";

/** Longest program that is kept as a whole until its sections are looked at. */
const LONGEST_PROGRAM = 192 << 20;
/** First bytes that identify the kind of a file. */
const HEAD = 512;

/** Looks at one file's content while it passes, and keeps only what is of use. */
export class FileInspector {
  readonly #named: Named | undefined;
  readonly #size: number;
  readonly #isSparse: boolean;
  readonly #isWheel: boolean;
  #seen = 0;
  #mode: "head" | "all" | "program" | "archive" | "nothing" = "head";
  readonly #kept = new KeptBytes();
  #tail: TailBytes | undefined;
  /** Copies of what comes before the last piece, within {@link END_WINDOW} of the end. */
  #beforeEnd: Buffer[] | undefined;
  #appended: readonly Found[] = NOTHING;
  #ranges: readonly Range[] = [];
  #isProgramCut = false;
  /** A sparse file may be an archive or a program. */
  #isUnclear = false;
  #lastBytes: Buffer = Buffer.alloc(0);
  #unread: string | undefined;

  constructor(path: string, size: number, isSparse: boolean) {
    this.#named = namedBy(path);
    this.#size = size;
    this.#isSparse = isSparse;
    this.#isWheel = /\.(?:whl|egg)$/i.test(path);
    if (isSparse) this.#unread = SPARSE.unread;
    else if (this.#named && size > longestOf(this.#named)) this.#unread = "it is too large";
  }

  take(piece: Buffer): void {
    const at = this.#seen;
    this.#seen += piece.length;
    if (this.#isSparse) this.#lookInSparse(piece);
    else if (this.#seen > this.#size - END_WINDOW) this.#lookAtEnd(piece);
    if (this.#mode === "nothing") return;
    if (this.#mode === "program" && !this.#isWanted(at, piece.length)) return;
    const isFirst = at === 0 && (piece.length >= HEAD || piece.length === this.#size);
    if (isFirst) this.#decide(piece);
    if (this.#isOfNoUse) return;
    if (this.#tail) {
      this.#tail.add(piece);
      return;
    }
    this.#kept.add(at, piece);
    if (this.#mode === "head" && (this.#seen >= HEAD || this.#seen === this.#size))
      this.#decide(this.#kept.readAt(0, HEAD));
  }

  /** The last bytes may be an archive's directory, whatever came before. */
  #lookAtEnd(piece: Buffer): void {
    if (this.#seen < this.#size) {
      this.#beforeEnd ??= [];
      this.#beforeEnd.push(Buffer.from(piece.subarray(-END_WINDOW)));
      return;
    }
    const end = this.#beforeEnd === undefined ? piece : Buffer.concat([...this.#beforeEnd, piece]);
    this.#appended = inspectAppended(end.subarray(-END_WINDOW), this.#size, this.#isWheel);
  }

  /** What is stored of it follows each other without its holes, so that bytes other than zero stay together. */
  #lookInSparse(piece: Buffer): void {
    if (this.#isUnclear || this.#isJar) return;
    const bytes = Buffer.concat([this.#lastBytes, piece]);
    this.#isUnclear = UNCLEAR.some((each) => bytes.includes(each));
    this.#lastBytes = Buffer.from(bytes.subarray(1 - LONGEST_UNCLEAR));
  }

  get #isOfNoUse(): boolean {
    return this.#mode === "nothing";
  }

  get keepsBytes(): boolean {
    return this.#kept.length > 0 && this.#mode !== "nothing";
  }

  /** What the file is; undefined: nothing of interest. */
  end(): Inspected | undefined {
    if (this.#mode === "head") this.#decide(this.#kept.readAt(0, HEAD));
    const bytes = this.#mode === "all" ? this.#kept.whole() : undefined;
    const seen = this.#tail === undefined ? [...this.#programs(), ...this.#appended] : this.#archives();
    const others = this.#isUnclear ? [SPARSE] : seen;
    if (this.#named) {
      const inspected = inspectNamed(this.#named, bytes, this.#unread);
      const found = [...inspected.found, ...others];
      // A link of another name can lead to a content that does not fit this one.
      const isOther = inspected.found.every(({ packages = [] }) => packages.length === 0);
      const unnamed = bytes && isOther && mayBeNamedElsewhere(bytes, bytes.length) ? inspectUnnamed(bytes) : undefined;
      if (unnamed === undefined) return { ...inspected, found };
      const added = unnamed.found.filter(({ kind }) => found.every((one) => one.kind !== kind));
      return {
        ...inspected,
        found: [...found, ...added],
        owned: [...(inspected.owned ?? []), ...(unnamed.owned ?? [])],
      };
    }
    if (others.length > 0) return { found: others };
    const unnamed = bytes ? inspectUnnamed(bytes) : undefined;
    return unnamed && (unnamed.found.length > 0 || unnamed.owned?.length) ? unnamed : undefined;
  }

  #decide(head: Buffer): void {
    const isReadable = !this.#isSparse && this.#size > 0;
    if (isReadable && isProgram(head)) {
      this.#followProgram(head);
      return;
    }
    if (isReadable && (isArchive(head) || this.#isJar)) {
      this.#mode = "archive";
      this.#tail = new TailBytes(LONGEST_TAIL);
      if (this.#kept.length > 0) this.#tail.add(this.#kept.whole());
      return;
    }
    const longest = this.#named ? longestOf(this.#named) : 0;
    const isOfUse = this.#named ? this.#size <= longest : isReadable && mayBeNamedElsewhere(head, this.#size);
    this.#mode = isOfUse && !this.#isSparse ? "all" : "nothing";
  }

  /** Of large programs only the parts are kept where the build information can be. */
  #followProgram(head: Buffer): void {
    this.#mode = "program";
    if (this.#size <= LONGEST_PROGRAM) return;
    const readAt = (offset: number, length: number) => head.subarray(offset, offset + length);
    if (head.readUInt32BE(0) === 0x7f454c46) this.#ranges = writableSegments(readAt, head);
  }

  #isWanted(at: number, length: number): boolean {
    if (this.#size <= LONGEST_PROGRAM) return true;
    const isInside = this.#ranges.some((range) => at < range.offset + range.length && range.offset < at + length);
    if (isInside && this.#kept.length > LONGEST_PROGRAM) this.#isProgramCut = true;
    return isInside && !this.#isProgramCut;
  }

  #archives(): Found[] {
    if (this.#tail === undefined) return [];
    return inspectArchive(this.#tail.whole(), {
      isWhole: this.#tail.isWhole,
      isNamed: this.#isJar,
      isWheel: this.#isWheel,
    });
  }

  get #isJar(): boolean {
    return this.#named?.kinds.includes("jar") === true;
  }

  #programs(): Found[] {
    if (this.#mode !== "program") return [];
    if (this.#isProgramCut) return [{ kind: "go", unread: "it is too large" }];
    return inspectProgram(this.#kept.readAt, this.#size);
  }
}

/** No scanner finds an archive under another name, and a program's parts are not put together here. */
const SPARSE: Found = { kind: "packed-program", unread: "it is stored as a sparse file" };
/** The end of a ZIP's directory, the start of a program, and what UPX leaves in one. */
const UNCLEAR = ["PK\x05\x06", "\x7fELF", "UPX!"].map((text) => Buffer.from(text, "latin1"));
const LONGEST_UNCLEAR = 4;

/** Most files have nothing. */
const NOTHING: readonly Found[] = [];

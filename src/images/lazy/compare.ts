import { createHash, type Hash } from "node:crypto";
import { quoted } from "../../system/tar/problem.ts";
import type { Member, Visitor } from "../../system/tar/tar-pass.ts";
import { otherFiles } from "../fault.ts";
import { boundedPath, folderOf } from "../file/names.ts";
import { readTable, type TableEntry } from "./read.ts";

/** The table itself, which eStargz keeps in the tar. */
const TABLE_NAME = "stargz.index.json";

/**
 * Compares a layer's table of contents with its tar: names, kinds, links, sizes and contents. Owners, permissions and
 * times are not compared, since no scanner judges them.
 */
export class TableComparison implements Visitor {
  readonly #entries: Map<string, TableEntry>;
  readonly #seen = new Set<string>();
  readonly #folders = new Set<string>([""]);
  #content: FileComparison | undefined;

  /**
   * @param json the table
   * @param most files and folders in it
   * @throws ImageFault `lazy-table-differs` if it cannot be read, `image-too-large`
   */
  constructor(json: Buffer, most: number) {
    this.#entries = readTable(json, most);
  }

  member(member: Member): void {
    const { kind, name, size, link } = member;
    this.#content = undefined;
    const path = boundedPath(name);
    const entry = this.#entries.get(path);
    if (entry === undefined && ((path === TABLE_NAME && kind === "file") || path === "")) return;
    if (entry === undefined) throw otherFiles(`a layer's table of contents does not have ${quoted(path)}`);
    this.#requireFolders(path);
    if (this.#seen.has(path) && kind !== "folder") throw otherFiles(`a layer with a table has ${quoted(path)} twice`);
    this.#seen.add(path);
    if (kind !== entry.kind) throw differs(path, "kind");
    if (!isSameLink(kind, link, entry.link)) throw differs(path, "target");
    if (kind === "hard-link") this.#requireTarget(link);
    if (kind !== "file") return;
    if (size !== entry.size) throw differs(path, "size");
    this.#content = new FileComparison(path, entry);
  }

  content(piece: Buffer): void {
    this.#content?.take(piece);
  }

  end(): void {
    this.#content?.end();
    this.#content = undefined;
  }

  /** All members have passed. */
  finish(): void {
    for (const path of this.#entries.keys())
      if (path !== "" && !this.#seen.has(path))
        throw otherFiles(`only a layer's table of contents has ${quoted(path)}, its tar does not`);
  }

  /** By a table, a hard link to a folder shows the folder again, and one to a later entry shows that entry. */
  #requireTarget(link: string): void {
    const target = boundedPath(link);
    if (!this.#seen.has(target) || this.#entries.get(target)?.kind === "folder")
      throw otherFiles(`a layer with a table has a hard link to ${quoted(target)}, which is not a file before it`);
  }

  /** An unpacked file below a link is at the link's target; by the table it is nowhere. */
  #requireFolders(path: string): void {
    for (let folder = folderOf(path); !this.#folders.has(folder); folder = folderOf(folder)) {
      const { kind = "folder" } = this.#entries.get(folder) ?? {};
      if (kind !== "folder") throw otherFiles(`a layer with a table has something below ${quoted(folder)}`);
      this.#folders.add(folder);
    }
  }
}

function isSameLink(kind: Member["kind"], own: string, listed: string): boolean {
  if (kind === "symlink") return own === listed;
  return kind !== "hard-link" || boundedPath(own) === boundedPath(listed);
}

/** Hashes a file's content as a whole, and in the pieces that an engine fetches. */
class FileComparison {
  readonly #path: string;
  readonly #entry: TableEntry;
  readonly #whole: Hash | undefined;
  #piece: Hash | undefined;
  #index = 0;
  #left = 0;

  constructor(path: string, entry: TableEntry) {
    this.#path = path;
    this.#entry = entry;
    const [first] = entry.pieces;
    // A single piece has the whole content's digest.
    const isOnce = entry.pieces.length === 1 && first?.digest === entry.digest;
    if (entry.digest !== "" && !isOnce) this.#whole = createHash("sha256");
    this.#begin();
  }

  take(bytes: Buffer): void {
    this.#whole?.update(bytes);
    for (let at = 0; at < bytes.length && this.#index < this.#entry.pieces.length; ) {
      const part = bytes.subarray(at, at + this.#left);
      this.#piece?.update(part);
      at += part.length;
      this.#left -= part.length;
      if (this.#left > 0) continue;
      this.#requireDigest(this.#piece, this.#entry.pieces[this.#index]?.digest);
      this.#index++;
      this.#begin();
    }
  }

  end(): void {
    this.#requireDigest(this.#whole, this.#entry.digest);
  }

  #begin(): void {
    const { size = 0, digest = "" } = this.#entry.pieces[this.#index] ?? {};
    this.#left = size;
    this.#piece = digest === "" ? undefined : createHash("sha256");
  }

  #requireDigest(hash: Hash | undefined, digest: string | undefined): void {
    if (hash !== undefined && `sha256:${hash.digest("hex")}` !== digest) throw differs(this.#path, "content");
  }
}

function differs(path: string, what: string) {
  return otherFiles(`a layer's table of contents has another ${what} of ${quoted(path)} than its tar`);
}

import { createHash } from "node:crypto";
import { fstatSync, readSync } from "node:fs";
import { bytesOfFile } from "../../system/tar/bytes.ts";
import { type TarMember, tarMembers } from "../../system/tar/members.ts";
import { quoted } from "../../system/tar/problem.ts";
import type { TarRules } from "../../system/tar/tar-pass.ts";
import { asImageProblem, damaged, inconsistent } from "./bytes.ts";

/** A plain file in a tar of images. */
export interface SavedFile {
  /** Where its content begins in the tar. */
  readonly offset: number;
  readonly size: number;
  /** Its content, if it may be a JSON document. Its digest is then {@link digest}. */
  readonly text?: Buffer | undefined;
  readonly digest?: string | undefined;
}

type Entry = SavedFile | { readonly kind: TarMember["kind"]; readonly link: string };

/** No `docker save` tar has as many. One of 5,000 layers has a tenth of the characters. */
export const SAVED_TAR: TarRules = { form: "archive", members: 200_000, nameBytes: 16 << 20 };
/** Configurations have a few kilobytes. */
const MAX_TEXT = 8 * 1024 * 1024;
const MAX_TEXTS = 128 * 1024 * 1024;
/** Longest chain of links that lead to links. */
const MAX_LINKS = 8;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;

/** The members of a tar, by their {@link plainName}. */
export class SavedFiles {
  readonly #entries = new Map<string, Entry>();
  /** The names as written in the archive, by which other readers find them. */
  readonly #spelt = new Set<string>();
  readonly #contentOf: (file: SavedFile) => string;

  /** @param contentOf the digest of a file's content */
  constructor(contentOf: (file: SavedFile) => string) {
    this.#contentOf = contentOf;
  }

  /** @throws ImageProblem if a name has two contents */
  add(member: TarMember, entry: Entry): void {
    const name = plainName(member.name);
    if (name === "") return;
    this.#spelt.add(member.name);
    const other = this.#entries.get(name);
    if (other !== undefined && !isSame(other, entry, this.#contentOf))
      throw inconsistent(`${quoted(name)} is in it more than once`);
    this.#entries.set(name, entry);
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  /**
   * Follows links. Older Docker writes them for a layer that an image has twice: `../<id>/layer.tar`.
   * @param what for messages: `layer`
   * @throws ImageProblem
   */
  fileAt(name: string, what: string): SavedFile & { readonly blob?: string | undefined } {
    let at = name;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const entry = this.#entries.get(plainName(at));
      if (entry === undefined || !this.#spelt.has(at)) throw damaged(`it has no ${what} ${quoted(at)}`);
      if (!("kind" in entry)) return { ...entry, blob: blobDigest(plainName(at)) };
      at = linkedName(at, entry, what);
    }
    throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
  }

  /** @throws ImageProblem if it is not JSON document */
  textOf(name: string, what: string): Buffer {
    const entry = this.#entries.get(plainName(name));
    if (entry !== undefined && "kind" in entry) throw inconsistent(`its ${what} is no plain file`);
    const { text, size } = this.fileAt(name, what);
    if (text === undefined) throw inconsistent(`its ${what} is no JSON, or has more than ${MAX_TEXT} bytes (${size})`);
    return text;
  }

  /**
   * Refuses members below a link, since readers would write them to the link's target.
   * @throws ImageProblem
   */
  requireFolders(): void {
    for (const name of this.#entries.keys()) {
      for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
        const parent = this.#entries.get(name.slice(0, slash));
        if (parent !== undefined && !("kind" in parent && parent.kind === "folder"))
          throw inconsistent(`${quoted(name)} lies below what is no folder`);
      }
    }
  }
}

/**
 * Reads the members of a tar: contents only of what may be a JSON document.
 * @param descriptor of a regular file that is an uncompressed tar
 * @throws ImageProblem
 */
export async function savedFiles(descriptor: number): Promise<SavedFiles> {
  const files = new SavedFiles((file) => file.digest ?? contentDigest(descriptor, file));
  try {
    await addMembers(files, descriptor);
  } catch (error) {
    throw asImageProblem(error);
  }
  files.requireFolders();
  return files;
}

async function addMembers(files: SavedFiles, descriptor: number): Promise<void> {
  let room = MAX_TEXTS;
  const { size: end } = fstatSync(descriptor);
  for await (const member of tarMembers(bytesOfFile(descriptor), SAVED_TAR)) {
    const { kind, link, size, offset } = member;
    if (offset + size > end) throw damaged(`it is cut off within ${quoted(member.name)}`);
    if (kind !== "file") {
      files.add(member, { kind, link });
      continue;
    }
    const text = size <= MAX_TEXT && size <= room ? textAt(descriptor, offset, size) : undefined;
    room -= text?.length ?? 0;
    files.add(member, { offset, size, text, digest: text && digestOf(plainName(member.name), text) });
  }
}

function digestOf(name: string, text: Buffer): string {
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const called = blobDigest(name);
  if (called !== undefined && called !== digest) throw inconsistent(`its blob ${called} is ${digest}`);
  return digest;
}

/** The digest that a blob's name claims. */
function blobDigest(name: string): string | undefined {
  const [, hex] = BLOB.exec(name) ?? [];
  return hex && `sha256:${hex}`;
}

function contentDigest(descriptor: number, { offset, size }: SavedFile): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(1 << 20);
  for (let done = 0; done < size; ) {
    const count = readSync(descriptor, piece, 0, Math.min(piece.length, size - done), offset + done);
    if (count === 0) throw damaged("it is cut off");
    hash.update(piece.subarray(0, count));
    done += count;
  }
  return `sha256:${hash.digest("hex")}`;
}

/** A content that begins like a JSON document. */
function textAt(descriptor: number, offset: number, size: number): Buffer | undefined {
  const start = Buffer.alloc(Math.min(64, size));
  readSync(descriptor, start, 0, start.length, offset);
  if (!/^\s*[[{]/.test(start.toString("latin1"))) return undefined;
  const text = Buffer.alloc(size);
  for (let done = 0; done < size; ) {
    const count = readSync(descriptor, text, done, size - done, offset + done);
    if (count === 0) throw damaged("it is cut off");
    done += count;
  }
  return text;
}

/** The name without `./`, doubled and trailing slashes. */
function plainName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
  return parts.join("/");
}

/** Two equal entries are not ambiguous. */
function isSame(one: Entry, other: Entry, contentOf: (file: SavedFile) => string): boolean {
  if ("kind" in one || "kind" in other)
    return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
  return one.size === other.size && contentOf(one) === contentOf(other);
}

/**
 * The target of a link, if all readers agree on it. A hard link's name starts at the top, but the scanner takes it as
 * relative.
 */
function linkedName(at: string, { kind, link }: { kind: TarMember["kind"]; link: string }, what: string): string {
  const folder = at.split("/").slice(0, -1);
  const isHard = kind === "hard-link";
  if ((kind !== "symlink" && !isHard) || link.startsWith("/") || link === "" || (isHard && folder.length > 0))
    throw inconsistent(`its ${what} ${quoted(at)} is no plain file`);
  for (const part of link.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && folder.pop() === undefined)
      throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
    if (part !== "..") folder.push(part);
  }
  return folder.join("/");
}

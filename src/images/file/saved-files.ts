import { fstatSync } from "node:fs";
import { hashOf, readAllAt } from "../../system/store/hashing.ts";
import { membersIn } from "../../system/tar/members.ts";
import { quoted } from "../../system/tar/problem.ts";
import type { Member, TarRules } from "../../system/tar/tar-pass.ts";
import { asImageFault, damaged, inconsistent } from "../fault.ts";
import { MAX_DOCUMENT } from "../oci/strict-json.ts";

/** The position of a plain file's content in a tar. */
export interface SavedFile {
  readonly offset: number;
  readonly size: number;
}

type Entry = SavedFile | { readonly kind: Member["kind"]; readonly link: string };

/** No `docker save` tar has this many. A tar with 5,000 layers has a tenth of the characters. */
const SAVED_TAR: TarRules = { members: 200_000, nameBytes: 16 << 20 };
/** Longest chain of links that lead to links. */
const MAX_LINKS = 8;

/** The members of a tar of images, by their {@link plainName}. */
export class SavedFiles {
  readonly #descriptor: number;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(descriptor: number, entries: ReadonlyMap<string, Entry>) {
    this.#descriptor = descriptor;
    this.#entries = entries;
  }

  /**
   * A plain file. Undefined: there is no member of this name.
   * @throws ImageFault
   */
  get(name: string, what: string): SavedFile | undefined {
    const entry = this.#entries.get(plainName(name));
    if (entry !== undefined && "kind" in entry) throw inconsistent(`its ${what} is not a plain file`);
    return entry;
  }

  /**
   * Follows links. Older Docker writes them for a layer that an image has twice: `../<id>/layer.tar`.
   * @throws ImageFault
   */
  linked(name: string, what: string): SavedFile {
    let at = name;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const entry = this.#entries.get(plainName(at));
      if (entry === undefined) throw damaged(`it has no ${what} ${quoted(at)}`);
      if (!("kind" in entry)) return entry;
      at = linkedName(at, entry, what);
    }
    throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
  }

  /**
   * The bytes of a document.
   * @throws ImageFault
   */
  read({ offset, size }: SavedFile, what: string): Buffer {
    if (size > MAX_DOCUMENT) throw inconsistent(`its ${what} has more than ${MAX_DOCUMENT} bytes (${size})`);
    const bytes = Buffer.alloc(size);
    if (!readAllAt(this.#descriptor, bytes, offset)) throw damaged("it is cut off");
    return bytes;
  }
}

/**
 * Reads the members of a tar, without their contents.
 * @param descriptor of a regular file that is an uncompressed tar
 * @throws ImageFault; likewise if a name has two contents, or something is below a member that is not a folder
 */
export function savedFiles(descriptor: number): SavedFiles {
  const entries = new Map<string, Entry>();
  const { size: end } = fstatSync(descriptor);
  try {
    for (const member of membersIn(descriptor, SAVED_TAR)) {
      const { kind, link, size, offset } = member;
      if (offset + size > end) throw damaged(`it is cut off within ${quoted(member.name)}`);
      const name = plainName(member.name);
      if (name === "") continue;
      const entry = kind === "file" ? { offset, size } : { kind, link };
      const other = entries.get(name);
      if (other !== undefined && !isSame(other, entry, descriptor))
        throw inconsistent(`${quoted(name)} is in it more than once`);
      entries.set(name, entry);
    }
  } catch (error) {
    throw asImageFault(error);
  }
  requireFolders(entries);
  return new SavedFiles(descriptor, entries);
}

/** Refuses members below a link, since readers would write them to the link's target. */
function requireFolders(entries: ReadonlyMap<string, Entry>): void {
  for (const name of entries.keys()) {
    for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
      const parent = entries.get(name.slice(0, slash));
      if (parent !== undefined && !("kind" in parent && parent.kind === "folder"))
        throw inconsistent(`${quoted(name)} is below something that is not a folder`);
    }
  }
}

/** The name without `./`, doubled and trailing slashes. */
function plainName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
  return parts.join("/");
}

/** Two equal entries are not ambiguous. */
function isSame(one: Entry, other: Entry, descriptor: number): boolean {
  if ("kind" in one || "kind" in other)
    return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
  const digestOf = ({ offset, size }: SavedFile) => hashOf(descriptor, { from: offset, to: offset + size });
  return one.size === other.size && digestOf(one) === digestOf(other);
}

/**
 * The target of a link, if all readers agree on it. A hard link's name starts at the top, but the scanner takes it as
 * relative.
 */
function linkedName(at: string, { kind, link }: { kind: Member["kind"]; link: string }, what: string): string {
  const folder = plainName(at).split("/").slice(0, -1);
  const isHard = kind === "hard-link";
  if ((kind !== "symlink" && !isHard) || link.startsWith("/") || link === "" || (isHard && folder.length > 0))
    throw inconsistent(`its ${what} ${quoted(at)} is not a plain file`);
  for (const part of link.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && folder.pop() === undefined)
      throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
    if (part !== "..") folder.push(part);
  }
  return folder.join("/");
}

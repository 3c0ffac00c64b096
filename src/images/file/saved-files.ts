import { inconsistent, quoted } from "./bytes.ts";
import type { Digests } from "./content.ts";
import type { TarMember } from "./tar.ts";

/** A file of the tar; `text` is set only if it may be a JSON document. */
export interface SavedFile extends Digests {
  readonly size: number;
  readonly text?: Buffer | undefined;
}

type Entry = SavedFile | { readonly kind: TarMember["kind"]; readonly link: string };

/** No `docker save` tar has as many. */
const MAX_MEMBERS = 200_000;
/** The members of a tar, by their {@link plainName}. */
export class SavedFiles {
  readonly #entries = new Map<string, Entry>();
  /** The names as written in the archive, by which the scanner finds them. */
  readonly #spelt = new Set<string>();

  add(member: TarMember, entry: Entry): void {
    const name = plainName(member.name);
    if (name === "") return;
    this.#spelt.add(member.name);
    const other = this.#entries.get(name);
    if (other !== undefined && !isSame(other, entry)) throw inconsistent(`${quoted(name)} is in it more than once`);
    this.#entries.set(name, entry);
    if (this.#entries.size > MAX_MEMBERS) throw inconsistent(`it has more than ${MAX_MEMBERS} members`);
  }

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  isSpelt(name: string): boolean {
    return this.#spelt.has(name);
  }

  all(): IterableIterator<[string, Entry]> {
    return this.#entries.entries();
  }
}

/** The name without `./`, doubled and trailing slashes. */
export function plainName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
  return parts.join("/");
}

/** Two equal entries are not ambiguous. */
function isSame(one: Entry, other: Entry): boolean {
  if ("digest" in one && "digest" in other) return one.digest === other.digest;
  return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
}

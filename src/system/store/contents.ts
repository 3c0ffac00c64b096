import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "../given-files.ts";

/** What something in the store is. */
export type StoredKind = "database" | "java-database" | "exploit-data" | "layers" | "scanner" | "reports" | "leftover";

export interface StoredEntry {
  /** Its name in the store. */
  readonly name: string;
  /** Absent: it is not ours, or of a newer version. */
  readonly kind?: StoredKind | undefined;
  /** Of all files in it. */
  readonly bytes: number;
  /** The newest file in it. */
  readonly modifiedAt: Date;
}

/** By whole names: `db` is a link, and `db-x1Y2z3` the folder that it leads to. */
const KINDS: readonly (readonly [RegExp, StoredKind])[] = [
  [/^db(?:-\w{6}(?:\.link)?)?$/, "database"],
  [/^java-db(?:-\w{6}(?:\.link)?)?$/, "java-database"],
  [/^(?:kev|epss)\.[0-9a-f]{16}(?:-\w{6}(?:\.link)?)?$/, "exploit-data"],
  [/^layers$/, "layers"],
  [/^reports$/, "reports"],
  [/^fresh-\w{6}$/, "leftover"],
];

/** Our locks: they stay, since another process may wait for one. */
const LOCKS = "locks";

/**
 * What is in the store, but for its locks.
 * @param scanner the name of the folder of its programs
 */
export function storedEntries(store: string, scanner: string): StoredEntry[] {
  return readdirSync(store, { withFileTypes: true })
    .filter(({ name }) => name !== LOCKS)
    .map((entry) => ({ name: entry.name, kind: kindOf(entry.name, scanner), ...sizeOf(join(store, entry.name)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(name: string, scanner: string): StoredKind | undefined {
  if (name === scanner) return "scanner";
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Follows no link, and takes no recursion. What vanishes meanwhile has no size. */
function sizeOf(top: string): Pick<StoredEntry, "bytes" | "modifiedAt"> {
  let [bytes, newest] = [0, 0];
  const waiting = [top];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    if (status.isFile()) bytes += status.size;
    if (!status.isDirectory() || newest === 0) newest = Math.max(newest, status.mtimeMs);
    if (status.isDirectory()) waiting.push(...entriesOf(path).map(({ name }) => join(path, name)));
  }
  return { bytes, modifiedAt: new Date(newest) };
}

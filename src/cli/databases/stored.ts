import { lstatSync } from "node:fs";
import { join } from "node:path";
import { SCANNER } from "../../scanners/list.ts";
import { entriesOf } from "../../system/given-files.ts";

/** Whole names: `db` is a link, and `db-x1Y2z3` the folder that it leads to. */
const OURS = /^(?:(?:(?:java-)?db|(?:kev|epss)\.[0-9a-f]{16})(?:-\w{6}(?:\.link)?)?|layers|reports|fresh-\w{6})$/;

/** Paths of what Image Gate keeps in the store, and other names in it. Locks stay: another process may wait for one. */
export function storedIn(store: string): { readonly ours: readonly string[]; readonly left: readonly string[] } {
  const isOurs = (name: string) => OURS.test(name) || name === SCANNER.name.toLowerCase();
  const names = entriesOf(store).flatMap(({ name }) => (name === "locks" ? [] : [name]));
  const ours = names.filter(isOurs).map((name) => join(store, name));
  return { ours, left: names.filter((name) => !isOurs(name)).sort() };
}

/** Bytes of all files below these paths. Follows no link. A file that vanishes meanwhile has no size. */
export function bytesOf(paths: readonly string[]): number {
  return paths.reduce((sum, path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status?.isDirectory()) return sum + (status?.isFile() ? status.size : 0);
    return sum + bytesOf(entriesOf(path).map(({ name }) => join(path, name)));
  }, 0);
}

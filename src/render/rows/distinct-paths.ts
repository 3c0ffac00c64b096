import { pathEnd, shorten } from "../shared/safe-text.ts";

/** Least room for a text that tells paths apart, and the room if less is not enough, in UTF-16 units. */
const LEAST = 24;
const WHOLE = 4_096;

/**
 * Texts for paths whose ends look alike in the room that there is. A text has the folders in which the path differs,
 * such as `app/…` and `app/node_modules/a/…`. Paths that differ already are not in the map.
 * @param most room for a path, in UTF-16 units. 0: none is shown, so that all look alike
 */
export function distinctPaths(paths: Iterable<string>, most: number): ReadonlyMap<string, string> {
  const alike = Map.groupBy(new Set(paths), (path) => (most === 0 ? "" : pathEnd(path, most)));
  const told = new Map<string, string>();
  for (const group of alike.values()) if (group.length > 1) tellApart(group, Math.max(most, LEAST), told);
  return told;
}

function tellApart(paths: readonly string[], most: number, told: Map<string, string>): void {
  const split = paths.map((path) => path.split("/"));
  const [first = []] = split;
  const shortest = split.reduce((least, { length }) => Math.min(least, length), first.length);
  const common = (limit: number, at: (folders: readonly string[], index: number) => string | undefined) => {
    let count = 0;
    while (count < limit && split.every((folders) => at(folders, count) === at(first, count))) count += 1;
    return count;
  };
  // Each keeps one part at least.
  const after = common(shortest - 1, (folders, index) => folders.at(-1 - index));
  const before = common(shortest - after - 1, (folders, index) => folders[index]);
  const texts = split.map((folders) => {
    const rest = folders.slice(before, folders.length - after).join("/");
    return `${before > 0 ? "…/" : ""}${rest}${after > 0 ? "/…" : ""}`;
  });
  const short = texts.map((text) => shorten(text, most, "middle"));
  const isTold = new Set(short).size === texts.length;
  for (const [index, path] of paths.entries())
    told.set(path, isTold ? (short[index] as string) : shorten(texts[index] as string, WHOLE, "middle"));
}

/** How rows are told apart. */
interface Looks<T> {
  /** What a reader sees of a row without its path, or with the end of it. */
  readonly look: (row: T) => string;
  readonly pathOf: (row: T) => string | undefined;
  /** As in {@link distinctPaths}; 0 by default. */
  readonly most?: number;
}

/** Texts for the paths of those rows that would look alike without them. A row without a path gets none. */
export function pathsOfAlike<T>(rows: readonly T[], { look, pathOf, most = 0 }: Looks<T>): ReadonlyMap<T, string> {
  const texts = new Map<T, string>();
  for (const alike of Map.groupBy(rows, look).values()) {
    if (alike.length === 1) continue;
    const paths = distinctPaths(
      alike.flatMap((row) => pathOf(row) ?? []),
      most,
    );
    for (const row of alike) {
      const text = paths.get(pathOf(row) ?? "");
      if (text !== undefined) texts.set(row, text);
    }
  }
  return texts;
}

import type { InventoryEntry } from "../../domain/coverage/inventory.ts";
import { folderOf } from "../file/names.ts";
import type { LayerContent } from "./content.ts";

/**
 * Tells why a scanner may not see an entry's file, although an engine shows it. Undefined: it sees it. A later layer
 * removes it in a way that not all engines follow, or the scanner knows the file by a name that another file has, or
 * that is removed.
 */
export function contestedBy(contents: readonly LayerContent[]): (entry: InventoryEntry) => InventoryEntry["contested"] {
  const undone = lastLayers(contents, ({ undone: own }) => own);
  const moved = new Set(contents.flatMap(({ files }) => files.flatMap(({ storedAs }) => storedAs ?? [])));
  if (undone.size === 0 && moved.size === 0) return () => undefined;
  const removed = lastLayers(contents, removals);
  const names = countedNames(contents);
  return ({ path, archive = path, storedAs, layer }) => {
    const removal = isRemoved(archive, layer, undone) ? "removal" : undefined;
    if (storedAs === undefined) return moved.has(archive) ? "name" : removal;
    const name = storedAs.slice(0, storedAs.length - (path.length - archive.length));
    return isRemoved(name, layer, removed) || (names.get(name) ?? 0) > 1 ? "name" : removal;
  };
}

function* removals({ whiteouts, opaque, undone }: LayerContent): Generator<string> {
  yield* whiteouts;
  for (const folder of opaque) yield `${folder}/`;
  yield* undone;
}

/** The last layer, from 1, that has a path. */
function lastLayers(
  contents: readonly LayerContent[],
  pathsOf: (content: LayerContent) => Iterable<string>,
): Map<string, number> {
  const layers = new Map<string, number>();
  for (const [index, content] of contents.entries()) for (const path of pathsOf(content)) layers.set(path, index + 1);
  return layers;
}

/** In how many layers a name is that of a file, or how often it is in one. */
function countedNames(contents: readonly LayerContent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { files } of contents)
    for (const { path, storedAs = path } of files) counts.set(storedAs, (counts.get(storedAs) ?? 0) + 1);
  return counts;
}

/** Whether a layer after this one removes the path, or all that is in a folder above it, which ends in a slash. */
function isRemoved(path: string, layer: number, removed: ReadonlyMap<string, number>): boolean {
  const isLater = (each: string) => (removed.get(each) ?? 0) > layer;
  if (isLater(path) || isLater("/")) return true;
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder))
    if (isLater(folder) || isLater(`${folder}/`)) return true;
  return false;
}

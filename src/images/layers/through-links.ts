import { baseOf, folderOf, join } from "../file/names.ts";
import type { LayerContent, ResolvedFile } from "./content.ts";
import { PathWalker } from "./path-walker.ts";

/** A file, and where the links lead to that it is within. */
export interface FileThroughLinks {
  readonly path: string;
  readonly file: ResolvedFile;
}

/** Files of layers in folders that are links in the layers below, as the last layer leaves them. */
export function filesThroughLinks(contents: readonly LayerContent[]): FileThroughLinks[] {
  const through = new ThroughLinks();
  for (const [index, content] of contents.entries()) through.add(content, index + 1);
  return through.left();
}

class ThroughLinks {
  /** Links of the layers so far. One that is gone counts as well: to miss a file is worse. */
  readonly #links = new Map<string, string>();
  readonly #walker = new PathWalker((path) => this.#links.get(path));
  readonly #files = new Map<string, ResolvedFile>();
  /** What is removed through links, and by which layer. */
  readonly #removed = new Map<string, number>();

  add({ files, symlinks, whiteouts, opaque }: LayerContent, layer: number): void {
    if (this.#links.size > 0) {
      for (const path of whiteouts) if (this.#isWithin(path)) this.#removed.set(this.#realPath(path), layer);
      for (const folder of opaque)
        if (this.#isWithin(join(folder, "."))) this.#removed.set(folderOf(this.#realPath(join(folder, "."))), layer);
      for (const file of files)
        if (this.#isWithin(file.path)) this.#files.set(this.#realPath(file.path), { ...file, layer });
    }
    for (const { path, target } of symlinks) this.#links.set(path, target);
  }

  left(): FileThroughLinks[] {
    const all = [...this.#files].map(([path, file]) => ({ path, file }));
    return all.filter(({ path, file }) => this.#isLeft(path, file.layer));
  }

  #isWithin(path: string): boolean {
    return foldersOf(path).some((folder) => this.#links.has(folder));
  }

  #realPath(path: string): string {
    const folder = folderOf(path);
    return join(this.#walker.walk(folder) ?? folder, baseOf(path));
  }

  #isLeft(path: string, layer: number): boolean {
    return [path, ...foldersOf(path)].every((each) => (this.#removed.get(each) ?? 0) <= layer);
  }
}

/** All folders above a path but the root. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) folders.push(folder);
  return folders;
}

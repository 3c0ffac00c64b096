import { baseOf, folderOf, join } from "../file/names.ts";
import type { LayerContent } from "./content.ts";
import { PathWalker, pathsIn } from "./overlay.ts";

/** Links of the layers so far, to tell what is behind one: overlayfs has it there, others where the link leads. */
export class Links {
  /** All that ever were there: some engines follow a link even if a layer has a folder in its place. */
  readonly #all = new Map<string, string>();
  /** Those in whose place no layer has put anything. */
  readonly #left = new Set<string>();
  readonly #walker = new PathWalker((path) => this.#all.get(path));
  /** Files of one folder mostly follow each other. */
  #folder = "";
  #answer: Behind | undefined;

  /** The next layer's. */
  add({ symlinks, folders, whiteouts }: LayerContent): void {
    for (const path of whiteouts) this.#left.delete(path);
    if (this.#left.size > 0) for (const path of pathsIn(folders)) this.#left.delete(path);
    for (const { path, target } of symlinks) {
      // Engines that follow links have a link behind another one where that leads.
      const isLeft = this.#isBelow(folderOf(path), this.#all) && this.#isBelow(folderOf(path), this.#left);
      const moved = join(this.realPath(folderOf(path)), baseOf(path));
      for (const at of new Set([path, moved])) {
        this.#all.set(at, target);
        if (at === path || isLeft) this.#left.add(at);
      }
    }
    this.#folder = "";
    this.#answer = undefined;
  }

  /** The path for engines that follow all links; the root if they lead in circles. */
  realPath(path: string): string {
    return this.#walker.walk(path) ?? "";
  }

  /** Undefined: no folder above the path is a link. */
  behind(path: string): Behind | undefined {
    const folder = folderOf(path);
    if (folder !== this.#folder) {
      this.#folder = folder;
      const isBehind = this.#isBelow(folder, this.#all);
      this.#answer = !isBehind ? undefined : this.#isBelow(folder, this.#left) ? "link" : "replaced-link";
    }
    return this.#answer;
  }

  #isBelow(folder: string, links: { has(path: string): boolean }): boolean {
    for (let at = folder; at !== ""; at = folderOf(at)) if (links.has(at)) return true;
    return false;
  }
}

/** `replaced-link`: a layer has put a folder in the link's place. */
export type Behind = "link" | "replaced-link";

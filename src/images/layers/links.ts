import { baseOf, folderOf, join } from "../file/names.ts";
import type { LayerContent } from "./content.ts";
import { PathWalker, pathsIn } from "./overlay.ts";

/** The links of the layers so far. For a path behind one, overlayfs and other engines can have different files. */
export class Links {
  /** All links that ever existed: some engines follow a link even if a layer has a folder in its place. */
  readonly #all = new Map<string, string>();
  /** Links that no layer has replaced. */
  readonly #left = new Set<string>();
  readonly #walker = new PathWalker((path) => this.#all.get(path));
  /** Files of one folder mostly follow each other. */
  #folder = "";
  #answer: Behind | undefined;

  /** Adds the next layer's links. */
  add({ symlinks, folders, whiteouts }: LayerContent): void {
    for (const path of whiteouts) this.#left.delete(path);
    if (this.#left.size > 0) for (const path of pathsIn(folders)) this.#left.delete(path);
    for (const { path, target } of symlinks) {
      // Engines that follow links put a link behind another link at that one's target.
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

import { tooLarge } from "../fault.ts";
import { baseOf, folderOf } from "../file/names.ts";
import type { LayerContent } from "./content.ts";
import { pathsIn } from "./overlay.ts";

/** How often links of one layer are gone through. In honest images none is behind another one. */
const MOST_ROUNDS = 8;

/** Links of the layers so far, to tell what is behind one: overlayfs has it there, others where the link leads. */
export class Links {
  /** All that ever were there: some engines follow a link even if a layer has a folder in its place. */
  readonly #all = new Set<string>();
  /** Those in whose place no layer has put anything. */
  readonly #left = new Set<string>();
  /** Links behind links are rare. */
  #hasMoved = false;
  /** Files of one folder mostly follow each other. */
  #folder = "";
  #answer: Behind | undefined;

  /** The next layer's. */
  add({ symlinks, folders, whiteouts }: LayerContent): void {
    for (const path of whiteouts) this.#left.delete(path);
    if (this.#left.size > 0) for (const path of pathsIn(folders)) this.#left.delete(path);
    for (const { path } of symlinks) {
      this.#all.add(path);
      this.#left.add(path);
    }
    for (let rounds = 0, before = -1; before < this.#all.size + this.#left.size; rounds++) {
      if (rounds > MOST_ROUNDS) throw tooLarge("its links are behind each other, over and over");
      before = this.#all.size + this.#left.size;
      this.#forget();
      for (const { path } of symlinks) this.#addMoved(path);
    }
    this.#forget();
  }

  /** A link behind a link can be in any folder. */
  #addMoved(path: string): void {
    const behind = this.behind(path);
    if (behind === undefined) return;
    this.#hasMoved = true;
    this.#all.add(anywhere(path));
    if (behind === "link") this.#left.add(anywhere(path));
  }

  #forget(): void {
    this.#folder = "";
    this.#answer = undefined;
  }

  /** Undefined: no folder above the path is a link. */
  behind(path: string): Behind | undefined {
    const folder = folderOf(path);
    if (folder !== this.#folder) {
      this.#folder = folder;
      this.#answer = this.#isBelow(folder, this.#left)
        ? "link"
        : this.#isBelow(folder, this.#all)
          ? "replaced-link"
          : undefined;
    }
    return this.#answer;
  }

  #isBelow(folder: string, links: ReadonlySet<string>): boolean {
    for (let at = folder; at !== ""; at = folderOf(at))
      if (links.has(at) || (this.#hasMoved && links.has(anywhere(at)))) return true;
    return false;
  }
}

/** No clean path begins with a slash. */
function anywhere(path: string): string {
  return `/${baseOf(path)}`;
}

/** `replaced-link`: a layer has put a folder in the link's place. */
export type Behind = "link" | "replaced-link";

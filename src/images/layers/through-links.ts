import { baseOf, folderOf, join } from "../file/names.ts";
import type { LayerContent, LayerLink, ResolvedFile } from "./content.ts";
import { pathsIn } from "./overlay.ts";
import { PathWalker } from "./path-walker.ts";

/** A file, and where the links lead to that it is within. */
export interface FileThroughLinks {
  readonly path: string;
  readonly file: ResolvedFile;
  /** The path is where the file is without overlayfs: what overlayfs has there does not count. */
  readonly isExact: boolean;
}

/** A link within a linked folder: where it is without overlayfs, and where it leads; of a hard link: as written. */
export interface LinkThroughLinks {
  readonly path: string;
  readonly target: string;
  readonly layer: number;
}

/** What layers put into folders that are links in the layers below, as the last layer leaves it. */
export interface ThroughLinks {
  readonly files: readonly FileThroughLinks[];
  readonly links: readonly LinkThroughLinks[];
  /** Those whose target is in a layer below. */
  readonly hardLinks: readonly LinkThroughLinks[];
}

/**
 * Finds what layers put into folders that are links in the layers below. Engines differ in when a link gives way, so
 * two answers count: as if no link ever did, and as engines do that unpack all layers into one folder.
 */
export function throughLinks(contents: readonly LayerContent[]): ThroughLinks {
  const lasting = new LastingLinks();
  for (const [index, content] of contents.entries()) lasting.add(content, index + 1);
  const files = lasting.left();
  if (!lasting.isUsed) return { files, links: [], hardLinks: [] };
  const exact = new OneFolder();
  for (const [index, content] of contents.entries()) exact.add(content, index + 1);
  return { files: [...files, ...exact.files()], links: exact.movedLinks(), hardLinks: exact.hardLinks() };
}

class LastingLinks {
  /** Links of the layers so far. One that is gone counts as well: to miss a file is worse. */
  readonly #links = new Map<string, string>();
  readonly #walker = new PathWalker((path) => this.#links.get(path));
  readonly #files = new Map<string, ResolvedFile>();
  /** What is removed through links, and by which layer. */
  readonly #removed = new Map<string, number>();
  /** Something is within a link. */
  isUsed = false;

  add({ files, symlinks, hardLinks, whiteouts, opaque }: LayerContent, layer: number): void {
    if (this.#links.size > 0) {
      for (const path of whiteouts) if (this.#isWithin(path)) this.#removed.set(this.#realPath(path), layer);
      for (const folder of opaque)
        if (this.#isWithin(join(folder, "."))) this.#removed.set(folderOf(this.#realPath(join(folder, "."))), layer);
      for (const file of files)
        if (this.#isWithin(file.path)) this.#files.set(this.#realPath(file.path), { ...file, layer });
      const isWithin = ({ path }: LayerLink) => this.#isWithin(path);
      this.isUsed ||= this.#files.size > 0 || symlinks.some(isWithin) || hardLinks.some(isWithin);
    }
    for (const { path, target } of symlinks) this.#links.set(path, target);
  }

  left(): FileThroughLinks[] {
    const all = [...this.#files].map(([path, file]) => ({ path, file, isExact: false }));
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

/** Links as they are if all layers are unpacked into one folder, one after the other (vfs, btrfs). */
class OneFolder {
  readonly #links = new Map<string, { readonly target: string; readonly layer: number }>();
  readonly #walker = new PathWalker((path) => this.#linkAt(path));
  readonly #files = new Map<string, ResolvedFile>();
  readonly #moved = new Map<string, number>();
  readonly #hardLinks = new Map<string, LinkThroughLinks>();
  /** What is known, and folders above it. */
  readonly #relevant = new Set<string>([""]);
  /** Last layer that has removed or replaced what was at a path, and below it; with a slash: only below it. */
  readonly #gone = new Map<string, number>();

  add(content: LayerContent, layer: number): void {
    const real = this.#placing();
    const at = (path: string) => join(real(folderOf(path)), baseOf(path));
    for (const path of content.whiteouts) this.#gone.set(at(path), layer);
    for (const folder of content.opaque) this.#gone.set(`${real(folder)}/`, layer);
    for (const path of pathsIn(content.folders)) {
      const own = at(path);
      if (this.#linkAt(own) !== undefined) this.#gone.set(own, layer);
    }
    const links = content.symlinks.map((link) => ({ ...link, own: at(link.path) }));
    const hardLinks = content.hardLinks.map((link) => ({ ...link, own: at(link.path) }));
    const files = content.files.map((file) => ({ file, own: at(file.path) }));
    const replace = (own: string) => {
      if (this.#relevant.has(own)) this.#gone.set(own, layer);
    };
    for (const path of pathsIn(content.others)) replace(at(path));
    for (const { own } of [...links, ...hardLinks, ...files]) replace(own);
    for (const { path, target, own } of links) {
      this.#links.set(own, { target, layer });
      this.#note(own);
      if (own !== path) this.#moved.set(own, layer);
    }
    for (const { path, target, own } of hardLinks) {
      if (own === path) continue;
      this.#hardLinks.set(own, { path: own, target, layer });
      this.#note(own);
    }
    for (const { file, own } of files) {
      if (own === file.path) continue;
      this.#files.set(own, { ...file, layer });
      this.#note(own);
    }
  }

  files(): FileThroughLinks[] {
    const all = [...this.#files].map(([path, file]) => ({ path, file, isExact: true }));
    return all.filter(({ path, file }) => this.#isLeft(path, file.layer));
  }

  hardLinks(): LinkThroughLinks[] {
    return [...this.#hardLinks.values()].filter(({ path, layer }) => this.#isLeft(path, layer));
  }

  movedLinks(): LinkThroughLinks[] {
    return [...this.#moved].flatMap(([path, layer]) => {
      const target = this.#isLeft(path, layer) ? this.#walker.walk(path) : undefined;
      return target === undefined || target === path ? [] : [{ path, target, layer }];
    });
  }

  /** Where folders of a layer's members are. Members of one folder mostly follow each other. */
  #placing(): (folder: string) => string {
    let last = "";
    let real = "";
    return (folder) => {
      if (folder !== last) {
        last = folder;
        real = foldersOf(`${folder}/`).some((each) => this.#links.has(each))
          ? (this.#walker.walk(folder) ?? folder)
          : folder;
      }
      return real;
    };
  }

  #linkAt(path: string): string | undefined {
    const link = this.#links.get(path);
    return link !== undefined && this.#isLeft(path, link.layer) ? link.target : undefined;
  }

  #note(path: string): void {
    for (let at = path; !this.#relevant.has(at); at = folderOf(at)) this.#relevant.add(at);
  }

  #isLeft(path: string, layer: number): boolean {
    if (this.#gone.size === 0) return true;
    const isGone = (each: string) => (this.#gone.get(each) ?? 0) > layer;
    return !isGone(path) && !foldersOf(path).some((folder) => isGone(folder) || isGone(`${folder}/`));
  }
}

/** All folders above a path but the root. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) folders.push(folder);
  return folders;
}

import { tooLarge } from "../fault.ts";
import { folderOf, join } from "../file/names.ts";
import type { LayerContent, LayerLink } from "./content.ts";

/**
 * The file system of all layers, one over the other, as overlayfs makes it. It knows only the paths of files and links
 * that matter, and of the folders above them.
 */
export class Overlay {
  readonly #relevant: ReadonlySet<string>;
  /** The last layer, from 1, that has something other than a folder at a path. */
  readonly #nonFolders = new Map<string, number>();
  readonly #folders = new Map<string, number>();
  readonly #whiteouts = new Map<string, number>();
  readonly #opaque = new Map<string, number>();
  readonly #disputed = new Map<string, number>();
  readonly #buried = new Map<string, number>();
  readonly #links = new Map<string, string>();
  readonly #walker = new PathWalker((path) => this.#links.get(path));

  constructor(contents: readonly LayerContent[]) {
    this.#relevant = relevantPaths(contents);
    for (const [index, content] of contents.entries()) this.#add(content, index + 1);
    for (const [index, { symlinks }] of contents.entries()) this.#keepLinks(symlinks, index + 1);
  }

  #add(content: LayerContent, layer: number): void {
    const folders = new Set<string>([""]);
    const addAbove = (path: string) => {
      for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) {
        folders.add(folder);
        if (this.#relevant.has(folder)) this.#folders.set(folder, layer);
      }
    };
    for (const path of pathsIn(content.folders)) {
      if (this.#relevant.has(path)) this.#folders.set(path, layer);
      addAbove(path);
    }
    const add = (path: string) => {
      if (this.#relevant.has(path)) this.#nonFolders.set(path, layer);
      addAbove(path);
    };
    for (const { folder, paths } of byFolder(content.plain)) {
      addAbove(`${folder}/`);
      // Most folders contain nothing of interest. Looking up each of their files would take longer than all the rest.
      if (this.#relevant.has(folder)) for (const path of pathsIn(paths)) add(path);
    }
    for (const path of content.pipes) add(path);
    for (const list of [content.files, content.symlinks, content.hardLinks]) for (const { path } of list) add(path);
    for (const path of content.whiteouts) {
      this.#whiteouts.set(path, layer);
      addAbove(path);
    }
    for (const path of content.disputed) this.#disputed.set(path, layer);
    for (const path of content.opaque) {
      this.#opaque.set(path, layer);
      addAbove(`${path}/`);
    }
  }

  #keepLinks(symlinks: readonly LayerLink[], layer: number): void {
    for (const { path, target } of symlinks) if (this.has(path, layer)) this.#links.set(path, target);
  }

  /** True if the file system's entry at a path is the one from this layer, and not a folder. */
  has(path: string, layer: number): boolean {
    const replaced = Math.max(
      this.#nonFolders.get(path) ?? 0,
      this.#folders.get(path) ?? 0,
      this.#whiteouts.get(path) ?? 0,
    );
    return replaced <= layer && this.#buriedIn(folderOf(path)) <= layer;
  }

  /** True if a later layer removes the path in a way that not every program follows. */
  isDisputed(path: string, layer: number): boolean {
    if (this.#disputed.size === 0) return false;
    const isLater = (at: string) => (this.#disputed.get(at) ?? 0) > layer;
    for (let at = path; at !== ""; at = folderOf(at)) if (isLater(at)) return true;
    return isLater("");
  }

  /** The last layer that hides the folder's content from the layers below. */
  #buriedIn(folder: string): number {
    const known = this.#buried.get(folder);
    if (known !== undefined) return known;
    const own = Math.max(
      this.#nonFolders.get(folder) ?? 0,
      this.#whiteouts.get(folder) ?? 0,
      this.#opaque.get(folder) ?? 0,
    );
    const buried = folder === "" ? own : Math.max(own, this.#buriedIn(folderOf(folder)));
    this.#buried.set(folder, buried);
    return buried;
  }

  /** Symbolic links of the file system, with their targets. */
  get links(): ReadonlyMap<string, string> {
    return this.#links;
  }

  /** The path without links, or nothing if they lead in circles. There may be no file at that path. */
  realPath(path: string): string | undefined {
    return this.#walker.walk(path);
  }
}

/** Paths that can be in an inventory, and all folders above them. */
function relevantPaths(contents: readonly LayerContent[]): Set<string> {
  const relevant = new Set<string>([""]);
  const add = (path: string) => {
    for (; !relevant.has(path); path = folderOf(path)) relevant.add(path);
  };
  for (const { files, symlinks, hardLinks } of contents)
    for (const list of [files, symlinks, hardLinks]) for (const { path } of list) add(path);
  return relevant;
}

/** Consecutive paths of a text that are in one folder. */
interface FolderPaths {
  readonly folder: string;
  /** Each ends in a NUL. */
  readonly paths: string;
}

/** Paths of a text in which each ends in a NUL. Paths of one folder mostly follow each other. */
export function* byFolder(text: string): Generator<FolderPaths> {
  let [start, folder] = [0, ""];
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf("\0", at);
    const length = Math.max(0, text.slice(at, end).lastIndexOf("/"));
    if (length === folder.length && text.startsWith(folder, at)) continue;
    if (at > start) yield { folder, paths: text.slice(start, at) };
    [start, folder] = [at, text.slice(at, at + length)];
  }
  if (text.length > start) yield { folder, paths: text.slice(start) };
}

/** Paths of a text in which each ends in a NUL. */
export function* pathsIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\0", at);
    yield text.slice(at, end);
    at = end + 1;
  }
}

/** Links that Linux follows for one path. */
const MOST_LINKS = 40;
/** Number of names that are followed for all paths together. Honest images need a thousandth. */
const MOST_STEPS = 20_000_000;

/** Follows symbolic links, as Linux does within a root folder (path_resolution(7)). */
export class PathWalker {
  readonly #linkAt: (path: string) => string | undefined;
  #steps = 0;

  constructor(linkAt: (path: string) => string | undefined) {
    this.#linkAt = linkAt;
  }

  /**
   * The path without links; nothing if they lead in circles.
   * @throws ImageFault `image-too-large`
   */
  walk(path: string): string | undefined {
    let links = MOST_LINKS;
    let real = "";
    const names = path.split("/").reverse();
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (++this.#steps > MOST_STEPS) throw tooLarge(`its links lead over more than ${MOST_STEPS} folders`);
      if (name === "" || name === ".") continue;
      if (name === "..") {
        real = folderOf(real);
        continue;
      }
      const next = join(real, name);
      const target = this.#linkAt(next);
      if (target === undefined) {
        real = next;
        continue;
      }
      if (--links < 0) return undefined;
      if (target.startsWith("/")) real = "";
      names.push(...target.split("/").reverse());
    }
    return real;
  }
}

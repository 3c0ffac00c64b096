import { quoted } from "../../system/tar/problem.ts";
import type { Member } from "../../system/tar/tar-pass.ts";
import { inconsistent } from "../fault.ts";
import { boundedPath, folderOf, join } from "../file/names.ts";
import type { Inspected } from "./inventory/inspect.ts";
import { PathWalker } from "./path-walker.ts";

/** How often a layer may put something else in the place of a folder that was used. Honest layers never do. */
const MOST_REPLACED_FOLDERS = 1000;

/** What the layer has at one path. */
export interface TreeNode {
  readonly kind: Member["kind"];
  readonly seq: number;
  /** Nothing under this path that came before is left. */
  readonly emptiedAt: number;
  readonly size: number;
  /** Of a link: as written; of a hard link: a clean path. */
  readonly target: string;
  /** Number of the member that brought the content, and its path. */
  readonly content: number;
  readonly contentPath: string;
  /** Where the content begins in the tar. Absent: it is not stored in one piece. */
  readonly offset?: number | undefined;
  /** The member's own name, if it has another path. */
  readonly storedAs?: string | undefined;
  inspected?: Inspected | undefined;
}

/**
 * The file system that one layer makes when an engine unpacks it into an empty folder: the last member of a name wins.
 */
export class LayerTree {
  readonly #nodes = new Map<string, TreeNode>();
  readonly #walker = new PathWalker((path) => this.#linkAt(path));
  /** Folders of members so far, and where they are. */
  readonly #folders = new Map<string, string>([["", ""]]);
  readonly #walked = new Set<string>();
  #replacedFolders = 0;

  /** The path at which a member of this name ends up. Folders that are links are followed, as the system's calls do. */
  place(name: string): string {
    const path = boundedPath(name);
    const folder = folderOf(path);
    const real = this.#folders.get(folder) ?? this.#realFolder(folder);
    return real === folder ? path : join(real, path.slice(folder.length + 1));
  }

  #realFolder(folder: string): string {
    const real = this.#walker.walk(folder);
    const kind = real === undefined ? "folder" : (this.get(real)?.kind ?? "folder");
    if (kind !== "folder") throw inconsistent(`${quoted(folder)} is no folder, but something is within it`);
    if (real === undefined) throw inconsistent(`the links in ${quoted(folder)} lead to no end`);
    this.#folders.set(folder, boundedPath(real));
    return real;
  }

  #linkAt(path: string): string | undefined {
    this.#walked.add(path);
    const node = this.#nodes.get(path);
    return node?.kind === "symlink" ? node.target : undefined;
  }

  /** What is at a path now. */
  get(path: string): TreeNode | undefined {
    const node = this.#nodes.get(path);
    return node && this.#isLeft(path, node) ? node : undefined;
  }

  set(path: string, node: Omit<TreeNode, "emptiedAt">): TreeNode {
    const before = this.#nodes.get(path);
    // Names of folders may lead elsewhere from now on.
    if (this.#walked.has(path) && (before?.kind === "symlink" || node.kind !== "folder")) this.#forgetFolders();
    const { kind, seq, size, target, content, contentPath, offset, storedAs, inspected } = node;
    const emptiedAt = kind === "folder" ? (before?.emptiedAt ?? -1) : seq;
    // Of a layer with many files these are most of the memory: all of one shape, and not spread.
    const added = { kind, seq, emptiedAt, size, target, content, contentPath, offset, storedAs, inspected };
    this.#nodes.set(path, added);
    return added;
  }

  #forgetFolders(): void {
    this.#folders.clear();
    this.#folders.set("", "");
    this.#walked.clear();
    if (++this.#replacedFolders > MOST_REPLACED_FOLDERS)
      throw inconsistent("a layer puts files and folders in the place of each other too often");
  }

  /** Nothing above it was put in the place of its folder after it. */
  #isLeft(path: string, { seq }: TreeNode): boolean {
    return !this.isEmptied(folderOf(path), seq);
  }

  /**
   * Whether something else was put in the place of the folder, or of one above it, after the member of this number.
   * Then engines that keep a marker in the folder (overlayfs) lose what that member has removed from layers below.
   */
  isEmptied(folder: string, seq: number): boolean {
    for (let at = folder; at !== ""; at = folderOf(at)) if ((this.#nodes.get(at)?.emptiedAt ?? -1) > seq) return true;
    return false;
  }

  /**
   * Whether the path, or a folder above it, was given to something else after the member of this number. With
   * overlayfs, a removal is a device there: what comes later takes its place, and a folder shows what lies below.
   */
  isReplaced(path: string, seq: number): boolean {
    return (this.#nodes.get(path)?.seq ?? -1) > seq || this.isEmptied(folderOf(path), seq);
  }

  /** All that is left at the end. */
  *left(): Generator<[string, TreeNode]> {
    const emptied = new Map<string, number>([["", -1]]);
    const emptiedAt = (folder: string): number => {
      const known = emptied.get(folder);
      if (known !== undefined) return known;
      const at = Math.max(this.#nodes.get(folder)?.emptiedAt ?? -1, emptiedAt(folderOf(folder)));
      emptied.set(folder, at);
      return at;
    };
    for (const [path, node] of this.#nodes) if (emptiedAt(folderOf(path)) < node.seq) yield [path, node];
  }
}

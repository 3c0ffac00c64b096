import { quoted } from "../../system/tar/problem.ts";
import type { Member } from "../../system/tar/tar-pass.ts";
import { inconsistent } from "../fault.ts";
import { folderOf } from "../file/names.ts";
import type { Inspected } from "./inventory/inspect.ts";

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
  readonly isDisputed?: boolean | undefined;
  inspected?: Inspected | undefined;
}

/**
 * What one layer has by the names of its members, when an engine unpacks it into an empty folder: the last member of a
 * name wins. What is below a link of the layer is elsewhere for an engine, and stays under its name here.
 */
export class LayerTree {
  readonly #nodes = new Map<string, TreeNode>();
  /** Folders of members so far that are folders, as are all above them. */
  readonly #plain = new Set<string>([""]);
  /** Links behind which are members so far. */
  readonly #used = new Set<string>();

  /** Whether a folder above the path is a link of the layer now. @throws ImageFault if it is something else */
  isBehindLink(path: string): boolean {
    const folder = folderOf(path);
    if (this.#plain.has(folder)) return false;
    let emptied = -1;
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const at = path.slice(0, end);
      const node = this.#nodes.get(at);
      const isThere = node !== undefined && node.seq > emptied;
      if (isThere && node.kind === "symlink") {
        this.#used.add(at);
        return true;
      }
      if (isThere && node.kind !== "folder")
        throw inconsistent(`${quoted(at)} is no folder, but something is within it`);
      if (isThere) emptied = Math.max(emptied, node.emptiedAt);
      this.#plain.add(at);
    }
    return false;
  }

  /** What is at a path now. */
  get(path: string): TreeNode | undefined {
    const node = this.#nodes.get(path);
    return node && this.#isLeft(path, node) ? node : undefined;
  }

  set(path: string, node: Omit<TreeNode, "emptiedAt">): TreeNode {
    const before = this.#nodes.get(path);
    const { kind, seq, size, target, content, contentPath, offset, isDisputed, inspected } = node;
    const isSame = before?.kind === "symlink" && kind === "symlink" && before.target === target;
    if (isSame && this.#isLeft(path, before)) return before;
    const isAboveUsed = this.#used.size > 0 && kind !== "folder" && this.#plain.has(path);
    if (this.#used.has(path) || isAboveUsed)
      throw inconsistent(`the layer has files behind a link, and then ${quoted(path)} becomes something else`);
    if (kind !== "folder" && this.#plain.has(path)) this.#plain.clear();
    const emptiedAt = kind === "folder" ? (before?.emptiedAt ?? -1) : seq;
    // Of a layer with many files these are most of the memory: all of one shape, and not spread.
    const added = { kind, seq, emptiedAt, size, target, content, contentPath, offset, isDisputed, inspected };
    this.#nodes.set(path, added);
    return added;
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

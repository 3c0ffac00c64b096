import { quoted } from "../../system/tar/problem.ts";
import type { Member } from "../../system/tar/tar-pass.ts";
import { inconsistent } from "../fault.ts";
import { folderOf } from "../file/names.ts";
import type { Inspected } from "./inventory/inspect.ts";

/** What the layer has at one path. */
export interface TreeNode {
  readonly kind: Member["kind"];
  readonly seq: number;
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
 * name wins. What is below a link of the layer is elsewhere for an engine, and stays under its name here. No honest
 * layer has a folder and something else under one name, but for a folder in the place of a link.
 */
export class LayerTree {
  readonly #nodes = new Map<string, TreeNode>();
  /** Folders of members so far, and all above them. */
  readonly #folders = new Set<string>([""]);
  /** Links behind which are members so far. */
  readonly #used = new Set<string>();

  /** Whether a folder above the path is a link of the layer now. @throws ImageFault if it is something else */
  isBehindLink(path: string): boolean {
    if (this.#folders.has(folderOf(path))) return false;
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const at = path.slice(0, end);
      const { kind = "folder" } = this.#nodes.get(at) ?? {};
      if (kind === "symlink") {
        this.#used.add(at);
        return true;
      }
      if (kind !== "folder") throw inconsistent(`${quoted(at)} is not a folder, but something is within it`);
      this.#folders.add(at);
    }
    return false;
  }

  /** What is at a path now. */
  get(path: string): TreeNode | undefined {
    return this.#nodes.get(path);
  }

  /** Where a link leads. */
  linkAt(path: string): string | undefined {
    const { kind, target } = this.#nodes.get(path) ?? {};
    return kind === "symlink" ? target : undefined;
  }

  set(path: string, node: TreeNode): TreeNode {
    const { kind, seq, size, target, content, contentPath, offset, isDisputed, inspected } = node;
    const before = this.#nodes.get(path);
    if (before?.kind === "symlink" && kind === "symlink" && before.target === target) return before;
    if (this.#used.has(path))
      throw inconsistent(`the layer has files behind a link, and then ${quoted(path)} becomes something else`);
    const isFolder = kind === "folder";
    const wasFolder = before?.kind === "folder" || this.#folders.has(path);
    const wasFile = before !== undefined && before.kind !== "folder" && before.kind !== "symlink";
    if (isFolder ? wasFile : wasFolder)
      throw inconsistent(`${quoted(path)} is a folder in it, and something else as well`);
    // Of a layer with many files these are most of the memory: all of one shape, and not spread.
    const added = { kind, seq, size, target, content, contentPath, offset, isDisputed, inspected };
    this.#nodes.set(path, added);
    return added;
  }

  /** All members, by path. */
  entries(): Iterable<[string, TreeNode]> {
    return this.#nodes;
  }
}

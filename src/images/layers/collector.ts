import { quoted } from "../../system/tar/problem.ts";
import type { Member, Visitor } from "../../system/tar/tar-pass.ts";
import { inconsistent, tooLarge } from "../fault.ts";
import { baseOf, boundedPath, folderOf, join } from "../file/names.ts";
import type { LayerContent, LayerFile, LayerLink } from "./content.ts";
import { inspectFile } from "./file-inspector.ts";
import type { FileBytes } from "./inventory/file-bytes.ts";
import { type Inspected, inspectNamed, namedBy } from "./inventory/inspect.ts";
import { PathWalker } from "./overlay.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** AUFS's own files. They remove nothing, and engines differ in what they unpack of them. */
const AUFS = /(?:^|\/)\.wh\.\.wh\.(?!\.opq$)/;

type ReadBack = FileBytes["read"];

/** Collects the changes of a layer's members. */
export class Collector implements Visitor {
  readonly #tree = new LayerTree();
  /** Paths that are removed from layers below, each with the number of the last member that removes it. */
  readonly #whiteouts = new Map<string, number>();
  readonly #opaque = new Map<string, number>();
  /** Paths that only scanners take for removed. */
  readonly #disputed: string[] = [];
  readonly #behindLinks = new Set<string>();
  readonly #walker = new PathWalker((path) => this.#tree.linkAt(path));
  readonly #mostKept: number;
  #seq = 0;
  #kept = 0;
  #node: TreeNode | undefined;
  /** The content of the file, if it came in one piece. */
  #whole: Buffer | undefined;
  readonly #readBack: ReadBack;

  /**
   * @param mostKept most characters of all packages that are found in files
   * @param readBack reads a part of the tar that has passed
   */
  constructor(mostKept: number, readBack: ReadBack) {
    this.#mostKept = mostKept;
    this.#readBack = readBack;
  }

  member(member: Member): void {
    this.#node = undefined;
    this.#whole = undefined;
    this.#seq++;
    const path = boundedPath(member.name);
    if (path === "") {
      if (member.kind === "folder") return;
      throw inconsistent(`${quoted(member.name)} is put in the place of the root`);
    }
    if (path.includes(".wh..wh.") && AUFS.test(path))
      throw inconsistent(`${quoted(path)} is a name that only AUFS used`);
    const isBehindLink = this.#tree.isBehindLink(path);
    if (this.#isRemoval(path, isBehindLink)) return;
    const { kind, size, offset, link: target } = member;
    // A scanner knows one file of a name. If links are involved, an engine can have put the first one elsewhere.
    if (this.#behindLinks.has(path)) throw inconsistent(`${quoted(path)} is twice behind a link`);
    if (isBehindLink && kind !== "folder") this.#behindLinks.add(path);
    if (kind === "hard-link") {
      this.#link(path, target);
      return;
    }
    const seq = this.#seq;
    const node = { kind, size, target, seq, content: seq, contentPath: path, offset };
    this.#node = this.#tree.set(path, node);
    if (isBehindLink && kind === "symlink") this.#putWhereItIs(path, node);
  }

  /** A link behind a link of its layer is put at that link's target, so that others lead through it. */
  #putWhereItIs(path: string, node: TreeNode): void {
    const folder = this.#walker.walk(folderOf(path));
    if (folder === undefined) throw inconsistent(`${quoted(path)} is behind links that lead in circles`);
    const real = join(folder, baseOf(path));
    if (!this.#tree.isBehindLink(real)) this.#tree.set(real, node);
  }

  content(piece: Buffer): void {
    if (piece.length === this.#node?.size) this.#whole = piece;
  }

  end(): void {
    const node = this.#node;
    if (node?.kind !== "file") return;
    const { contentPath, size, offset: start = 0 } = node;
    const whole = this.#whole;
    const read: ReadBack = whole
      ? (at, length) => whole.subarray(at, at + length)
      : (at, length) => this.#readBack(start + at, length);
    const inspected = inspectFile(contentPath, { size, read });
    if (inspected === undefined) return;
    this.#kept += weightOf(inspected);
    if (this.#kept > this.#mostKept)
      throw tooLarge(`a layer's lists of packages have more than ${this.#mostKept} characters`);
    node.inspected = inspected;
  }

  /** Records the member's removal from layers below. Behind a link, only scanners take it for removed. */
  #isRemoval(path: string, isBehindLink: boolean): boolean {
    const base = baseOf(path);
    if (!base.startsWith(WHITEOUT)) return false;
    const folder = folderOf(path);
    const name = base.slice(WHITEOUT.length);
    if (name === "" || name === "." || name === "..") throw inconsistent(`${quoted(path)} removes no file`);
    const isOpaque = base === OPAQUE;
    if (isBehindLink) this.#disputed.push(isOpaque ? folder : join(folder, name));
    else if (isOpaque) this.#opaque.set(folder, this.#seq);
    else this.#whiteouts.set(join(folder, name), this.#seq);
    return true;
  }

  #link(path: string, link: string): void {
    const target = boundedPath(link);
    const node = this.#tree.get(target);
    const { inspected, ...found } = node ?? UNKNOWN;
    const isDisputed = this.#tree.isBehindLink(target) || found.isDisputed;
    const isThere = node !== undefined && node.kind !== "folder" && path !== target;
    if (isDisputed && !isThere) throw inconsistent(`the hard link to ${quoted(link)} leads through a link`);
    const added = this.#tree.set(
      path,
      isThere ? { ...found, seq: this.#seq, isDisputed } : { ...UNKNOWN, seq: this.#seq, target },
    );
    added.inspected = inspected;
  }

  /** The content, when all members have passed. */
  result(): LayerContent {
    const parts: Parts = { files: [], symlinks: [], hardLinks: [], plain: [], pipes: [], devices: [], folders: [] };
    for (const [path, node] of this.#tree.entries()) this.#sort(path, node, parts);
    const { plain, devices, folders, ...rest } = parts;
    // A later member of the same layer replaces the removal. overlayfs does not check whether the root is opaque.
    const isUndone = ([path, seq]: [string, number]) => (this.#tree.get(path)?.seq ?? -1) > seq;
    const isRoot = ([folder]: [string, number]) => folder === "";
    const [whiteouts, opaque] = [[...this.#whiteouts], [...this.#opaque]];
    const undone = [...whiteouts.filter(isUndone), ...opaque.filter(isRoot)];
    return {
      ...rest,
      plain: joined(plain),
      folders: joined(folders),
      whiteouts: whiteouts.filter((each) => !isUndone(each)).map(([path]) => path),
      opaque: opaque.filter((each) => !isRoot(each)).map(([folder]) => folder),
      disputed: [...this.#disputed, ...undone.map(([path]) => path), ...devices],
    };
  }

  #sort(path: string, node: TreeNode, parts: Parts): void {
    if (node.kind === "folder") parts.folders.push(path);
    else if (node.kind === "symlink") parts.symlinks.push({ path, target: node.target });
    else if (node.kind === "pipe") parts.pipes.push(path);
    // Engines without a superuser's rights leave devices out: entries below them stay.
    else if (node.kind === "device") {
      parts.devices.push(path);
      parts.folders.push(folderOf(path));
    } else {
      // The target of a hard link may come later, though no engine could unpack that.
      const content = node.kind === "file" ? node : this.#tree.get(node.target);
      if (content?.kind !== "file") parts.hardLinks.push({ path, target: node.target });
      else {
        const file = fileOf(path, content);
        if (file === undefined) parts.plain.push(path);
        else parts.files.push(file);
      }
    }
  }
}

/** The layer's remaining paths, by their kind. */
interface Parts {
  readonly files: LayerFile[];
  readonly symlinks: LayerLink[];
  readonly hardLinks: LayerLink[];
  readonly plain: string[];
  readonly pipes: string[];
  readonly devices: string[];
  readonly folders: string[];
}

/** A hard link whose target has not been seen yet. */
const UNKNOWN: TreeNode = {
  kind: "hard-link",
  seq: 0,
  size: 0,
  target: "",
  content: 0,
  contentPath: "",
};

function fileOf(path: string, node: TreeNode): LayerFile | undefined {
  const { size, content, contentPath, inspected, offset, isDisputed } = node;
  const linkTo = contentPath === path ? undefined : contentPath;
  const named = linkTo === undefined ? undefined : namedBy(path);
  if (inspected === undefined && named === undefined) return undefined;
  const { found = [], owned, isMark } = inspected ?? {};
  // A mark under another name counts, since its content was not inspected as a mark.
  const isLinkedMark = named?.vendor !== undefined && inspectNamed(named, undefined).isMark;
  const link = linkTo === undefined ? undefined : { linkTo, offset, isDisputed };
  return { path, size, content, ...link, found, owned, isMark: isMark || isLinkedMark || undefined };
}

/** Number of characters kept from a file's content. */
function weightOf({ found, owned = [] }: Inspected): number {
  let sum = 0;
  for (const { within = "" } of found) sum += within.length;
  for (const { packages = [] } of found)
    for (const { name, version, source, maintainer } of packages)
      sum += 32 + name.length + version.length + (source?.length ?? 0) + (maintainer?.length ?? 0);
  for (const { owner, files } of owned) sum += 32 + owner.length + files.length;
  return sum;
}

/** Paths have no NUL. */
function joined(paths: readonly string[]): string {
  return paths.length === 0 ? "" : `${paths.join("\0")}\0`;
}

/** The layer's entry at one path. */
interface TreeNode {
  readonly kind: Member["kind"];
  readonly seq: number;
  readonly size: number;
  /** Of a link: as written; of a hard link: a clean path. */
  readonly target: string;
  /** Number of the member that brought the content, and its path. */
  readonly content: number;
  readonly contentPath: string;
  /** The start of the content in the tar. Absent: it is not stored in one piece. */
  readonly offset?: number | undefined;
  readonly isDisputed?: boolean | undefined;
  inspected?: Inspected | undefined;
}

/**
 * The content of one layer by the names of its members, as an engine unpacks it into an empty folder: the last member
 * with a name wins. For an engine, members below one of the layer's links are elsewhere; here they keep their names. In
 * an honest layer, only a folder in place of a link shares its name with something else.
 */
class LayerTree {
  readonly #nodes = new Map<string, TreeNode>();
  /** Folders of members so far, and all above them. */
  readonly #folders = new Set<string>([""]);
  /** Links that have members behind them so far. */
  readonly #used = new Set<string>();

  /** True if a folder above the path is a link of the layer now. @throws ImageFault if it is something else */
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

  /** The entry at a path now. */
  get(path: string): TreeNode | undefined {
    return this.#nodes.get(path);
  }

  /** The target of a link. */
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
    // In a layer with many files, these objects take most of the memory: all have one shape, and none is spread.
    const added = { kind, seq, size, target, content, contentPath, offset, isDisputed, inspected };
    this.#nodes.set(path, added);
    return added;
  }

  /** All members, by path. */
  entries(): Iterable<[string, TreeNode]> {
    return this.#nodes;
  }
}

import type { Inventory, InventoryEntry, InventoryKind, SystemMark } from "../../domain/coverage/inventory.ts";
import { join } from "../file/names.ts";
import type { Found, LayerContent, LayerFile, ResolvedFile } from "./content.ts";
import { contestedBy } from "./contested.ts";
import {
  isTellingFolder,
  kindsOf,
  otherManagerOf,
  PACKAGE_STORES,
  storePackageOf,
  vendorOf,
  vendorOfPackage,
} from "./inventory/kinds.ts";
import { Overlay, pathsIn } from "./overlay.ts";
import { ownersOf } from "./owners.ts";
import { throughLinks } from "./through-links.ts";

/** Most entries of an inventory. Honest images have at most a tenth. */
const MOST_ENTRIES = 200_000;

/**
 * What the file system of these layers, from the lowest, has for an inventory. Whiteouts remove from lower layers only;
 * a later file replaces an earlier one; a file reached by a link counts if no scanner finds its content under its own
 * name.
 * @throws ImageProblem `image-too-large`
 */
export function resolveLayers(contents: readonly LayerContent[]): Inventory {
  return new Resolver(contents).inventory();
}

/** Paths that are compared for folders that are links, in sum. */
const MOST_COMPARED = 50_000_000;

class Resolver {
  readonly #contents: readonly LayerContent[];
  readonly #overlay: Overlay;
  readonly #files = new Map<string, ResolvedFile>();
  readonly #entries = new Map<string, InventoryEntry>();
  #plain: ReadonlySet<string> | undefined;
  #targets: ReadonlyMap<string, readonly ResolvedFile[]> | undefined;
  #jars: ReadonlySet<string> | undefined;
  #aliases = 0;
  #compared = 0;
  #more = 0;

  constructor(contents: readonly LayerContent[]) {
    this.#contents = contents;
    this.#overlay = new Overlay(contents);
  }

  inventory(): Inventory {
    this.#collectFiles();
    for (const file of this.#files.values()) this.#addFile(file);
    this.#contents.forEach(({ symlinks }, index) => {
      for (const { path } of symlinks) if (this.#overlay.has(path, index + 1)) this.#addLink(path, index + 1);
    });
    this.#contents.forEach((content, index) => {
      for (const [store, manager] of PACKAGE_STORES) this.#addStored(content, index + 1, store, manager);
    });
    this.#addThroughLinks();
    const owners = ownersOf(this.#files, this.#entries, this.#overlay);
    const contestedAs = contestedBy(this.#contents);
    const entries = [...this.#entries.values()].map((entry) => {
      const owner = owners.get(entry.archive ?? entry.path);
      const contested = contestedAs(entry);
      return { ...entry, ...(owner !== undefined && { owner }), ...(contested !== undefined && { contested }) };
    });
    entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.kind < b.kind ? -1 : 1));
    const marks = [...marksIn(this.#contents), ...packageMarks(entries)];
    const named = marks.map((mark) => ({ ...mark, path: mark.path.toWellFormed() }));
    return { entries: asScannersWrite(entries), marks: named, more: this.#more };
  }

  #collectFiles(): void {
    this.#contents.forEach(({ files, hardLinks }, index) => {
      const layer = index + 1;
      for (const file of files) if (this.#overlay.has(file.path, layer)) this.#files.set(file.path, { ...file, layer });
      for (const { path, target } of hardLinks) {
        if (!this.#overlay.has(path, layer)) continue;
        const file = this.#fileBelow(target, layer);
        if (file || kindsOf(path).length > 0) this.#files.set(path, { ...(file ?? GONE), path, layer, linkTo: target });
      }
    });
  }

  /** The file of interest that a hard link finds in the layers below its own. */
  #fileBelow(path: string, layer: number): LayerFile | undefined {
    this.#targets ??= targetsOf(this.#contents);
    const below = this.#targets.get(path)?.findLast((file) => file.layer < layer);
    return below && { ...below, content: -below.content };
  }

  #addFile(file: ResolvedFile): void {
    for (const entry of entriesOf(file)) {
      const isCounted = entry.isRenamed ? this.#isJarElsewhere(file) : this.#isCountedThere(file, entry);
      if (!isCounted) this.#add(entry);
    }
  }

  /** Whether the content has the name of a jar as well, by a hard link, which a scanner is given as a copy. */
  #isJarElsewhere({ layer, content }: ResolvedFile): boolean {
    this.#jars ??= new Set(
      [...this.#files.values()]
        .filter(({ path, linkTo }) => linkTo !== undefined && kindsOf(path).includes("jar"))
        .map((file) => `${file.layer} ${file.content}`),
    );
    return this.#jars.has(`${layer} ${content}`);
  }

  /** Whether a hard link's content is also under the name that it was stored with, where a scanner finds it. */
  #isCountedThere({ path, linkTo, content, layer }: ResolvedFile, { kind, path: at }: InventoryEntry): boolean {
    const there = linkTo === undefined ? undefined : this.#files.get(linkTo);
    const isSame =
      there !== undefined && there.layer === layer && there.content === content && there.linkTo === undefined;
    const same = `${linkTo}${at.slice(path.length)}`;
    return isSame && entriesOf(there).some((one) => one.kind === kind && one.path === same && !one.isRenamed);
  }

  /** The packages of a store that have a file left. */
  #addStored({ others, files, symlinks }: LayerContent, layer: number, store: string, manager: string): void {
    const kept = [...files, ...symlinks].map(({ path }) => path).filter((path) => path.startsWith(store));
    if (kept.length === 0 && !others.includes(store)) return;
    for (const paths of [kept, pathsIn(others)])
      for (const path of paths) {
        const stored = path.startsWith(store) ? storePackageOf(path) : undefined;
        if (stored === undefined || !this.#overlay.has(path, layer)) continue;
        const packages = [{ name: stored.name, version: "" }];
        this.#add({ kind: "other-manager", path: stored.folder, layer, manager, packages });
      }
  }

  #addLink(path: string, layer: number): void {
    if (!isTellingFolder(path) && kindsOf(path).length === 0) return;
    const target = this.#overlay.realPath(path);
    if (target !== undefined && target !== path) this.#addLinkTo(path, target, layer);
  }

  #addLinkTo(path: string, target: string, layer: number): void {
    const isFolder = isTellingFolder(path);
    const kinds = kindsOf(path);
    if (kinds.length > 0) this.#addAlias(path, target, layer);
    if (!isFolder) return;
    const start = target === "" ? "" : `${target}/`;
    for (const file of this.#pathsUnder(start)) {
      if (++this.#aliases > MOST_ENTRIES) {
        this.#more++;
        return;
      }
      const real = this.#overlay.realPath(file);
      if (real !== undefined) this.#addAlias(join(path, file.slice(start.length)), real, layer);
    }
  }

  /** Paths of files and links in a folder, in all depths. */
  *#pathsUnder(start: string): Generator<string> {
    this.#plain ??= plainFiles(this.#contents);
    for (const paths of [this.#files.keys(), this.#overlay.links.keys(), this.#plain])
      for (const path of paths) {
        if (++this.#compared > MOST_COMPARED) {
          this.#more++;
          return;
        }
        if (path.startsWith(start)) yield path;
      }
  }

  /**
   * Files of a layer in a folder that is a link in the layers below. Engines with overlayfs put a folder there, others
   * (vfs, btrfs, containerd's native one) follow the link.
   */
  #addThroughLinks(): void {
    const { files, links, hardLinks } = throughLinks(this.#contents);
    for (const { path, file, isExact } of files) {
      if (!isExact && !this.#overlay.has(path, file.layer)) continue;
      const own = this.#overlay.has(file.path, file.layer) ? entriesOf(file).map(({ kind }) => kind) : [];
      for (const entry of entriesOf({ ...file, path, linkTo: file.path }))
        if (!own.includes(entry.kind)) this.#add(entry);
    }
    for (const { path, target, layer } of links) this.#addLinkTo(path, target, layer);
    for (const { path, target, layer } of hardLinks) {
      const file = this.#fileBelow(target, layer) ?? GONE;
      for (const entry of entriesOf({ ...file, path, layer, linkTo: target })) this.#add(entry);
    }
  }

  /** A file that has a telling path through a link alone. */
  #addAlias(path: string, target: string, layer: number): void {
    const file = this.#files.get(target);
    const own = file === undefined ? [] : entriesOf(file).map(({ kind }) => kind);
    if (file === undefined && !this.#isPlainFile(target)) return;
    const alias: ResolvedFile = { ...(file ?? UNKNOWN), path, layer, linkTo: target };
    for (const entry of entriesOf(alias)) if (!own.includes(entry.kind)) this.#add(entry);
  }

  /** Whether a file of no interest is there. */
  #isPlainFile(path: string): boolean {
    this.#plain ??= plainFiles(this.#contents);
    return this.#plain.has(path);
  }

  #add(entry: InventoryEntry): void {
    const key = `${entry.kind} ${entry.path}`;
    if (this.#entries.size < MOST_ENTRIES) this.#entries.set(key, entry);
    else if (!this.#entries.has(key)) this.#more++;
  }
}

/**
 * Entries with paths as scanners write them: U+FFFD for each byte that is not UTF-8. If two of them then have the same
 * path, a scanner's list cannot say which it has read.
 */
function asScannersWrite(entries: readonly InventoryEntry[]): readonly InventoryEntry[] {
  if (entries.every(({ path, linkTo = "" }) => path.isWellFormed() && linkTo.isWellFormed())) return entries;
  const names = new Map<string, string>();
  const shared = new Set<string>();
  for (const { path } of entries) {
    const name = path.toWellFormed();
    if ((names.get(name) ?? path) !== path) shared.add(name);
    names.set(name, path);
  }
  return entries.map(({ path, linkTo, archive, storedAs, ...rest }) => ({
    ...rest,
    path: path.toWellFormed(),
    ...(linkTo !== undefined && { linkTo: linkTo.toWellFormed() }),
    ...(archive !== undefined && { archive: archive.toWellFormed() }),
    ...(storedAs !== undefined && { storedAs: storedAs.toWellFormed() }),
    ...(shared.has(path.toWellFormed()) && { contested: "name" as const }),
  }));
}

/** A file whose content was of no interest under its own name. */
const UNKNOWN: LayerFile = { path: "", size: 0, content: 0, found: [] };
const GONE: LayerFile = { ...UNKNOWN, content: -1 };

/** Files to which hard links of later layers lead, by their paths, from the lowest layer. */
function targetsOf(contents: readonly LayerContent[]): Map<string, ResolvedFile[]> {
  const targets = new Map<string, ResolvedFile[]>();
  for (const { hardLinks } of contents) for (const { target } of hardLinks) targets.set(target, []);
  for (const [index, { files }] of contents.entries())
    for (const file of files) targets.get(file.path)?.push({ ...file, layer: index + 1 });
  return targets;
}

/** Paths that are a file in some layer. One that is gone counts as well: to miss a link's content is worse. */
function plainFiles(contents: readonly LayerContent[]): Set<string> {
  const plain = new Set<string>();
  for (const { others, plainFiles: count } of contents) {
    let left = count;
    for (const path of pathsIn(others)) {
      if (left-- === 0) break;
      plain.add(path);
    }
  }
  return plain;
}

/** What any name shows. */
const BY_CONTENT: ReadonlySet<InventoryKind> = new Set(["go", "rust", "packed-program"]);
/** What the name alone shows. */
const BY_NAME: ReadonlySet<InventoryKind> = new Set(["jar", "lock-file", "sbom", "other-manager"]);
/** Files that list packages of a system: they count although they list none. */
const LISTS: ReadonlySet<InventoryKind> = new Set(["dpkg", "apk", "rpm"]);

function entriesOf({ path, layer, linkTo, found, size, storedAs }: ResolvedFile): InventoryEntry[] {
  const kinds = kindsOf(path);
  const manager = kinds.includes("other-manager") && size > 0 ? otherManagerOf(path) : undefined;
  const named = kinds.map((kind) => withoutName(found, kind) ?? missing(kind, path));
  const isJar = kinds.includes("jar");
  const seen = found.filter(
    ({ kind, isRenamed, within }) => BY_CONTENT.has(kind) || (isRenamed && !isJar) || within !== undefined,
  );
  return [...named, ...seen]
    .filter(({ kind, packages }) => packages?.length !== 0 || LISTS.has(kind))
    .filter(({ kind }) => kind !== "other-manager" || manager !== undefined)
    .map(({ within, ...one }) => ({
      ...one,
      path: within === undefined ? path : `${path}/${within}`,
      ...(within !== undefined && { archive: path }),
      layer,
      ...(one.kind === "other-manager" && { manager }),
      ...(storedAs !== undefined && { storedAs: within === undefined ? storedAs : `${storedAs}/${within}` }),
      ...(linkTo !== undefined && { linkTo: within === undefined ? linkTo : `${linkTo}/${within}` }),
    }));
}

/** What a file has of a kind that its own name says. */
function withoutName(found: readonly Found[], kind: InventoryKind): Found | undefined {
  return found.find((one) => one.kind === kind && one.within === undefined && one.isRenamed === undefined);
}

function missing(kind: InventoryKind, path: string): Found {
  const isTold = BY_NAME.has(kind) || path.endsWith(".egg");
  return isTold ? { kind } : { kind, unread: "it is a link to a file whose content does not look like it" };
}

/**
 * Lists of a system with a package by whose name or version a scanner takes another vendor's advisories, for it or for
 * all.
 */
function packageMarks(entries: readonly InventoryEntry[]): SystemMark[] {
  return entries.flatMap(({ kind, path, layer, packages = [] }) => {
    const vendors = new Set(packages.map((one) => vendorOfPackage(kind, one)).filter((vendor) => vendor !== undefined));
    return [...vendors].map((vendor) => ({ path, layer, vendor }));
  });
}

/**
 * Marks of all layers, also of those that a later one removes: what a scanner has learnt about the system from one
 * layer, it does not forget with the next.
 */
function marksIn(contents: readonly LayerContent[]): SystemMark[] {
  const marks = new Map<string, SystemMark>();
  contents.forEach(({ files, symlinks }, index) => {
    const linked = symlinks.filter(({ path }) => vendorOf(path) !== undefined);
    for (const { path } of [...files.filter(({ isMark }) => isMark), ...linked]) {
      const vendor = vendorOf(path);
      if (vendor !== undefined && !marks.has(path)) marks.set(path, { path, vendor, layer: index + 1 });
    }
  });
  return [...marks.values()];
}

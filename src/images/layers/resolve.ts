import type { Inventory, InventoryEntry, InventoryKind, SystemMark } from "../../domain/coverage/inventory.ts";
import { baseOf, join } from "../file/names.ts";
import type { Found, LayerContent, LayerFile, ResolvedFile } from "./content.ts";
import { BY_NAME, LISTS } from "./inventory/inspect.ts";
import {
  couldTell,
  isTellingFolder,
  kindsOf,
  otherManagerOf,
  PACKAGE_STORES,
  storePackageOf,
  vendorOf,
  vendorOfPackage,
} from "./inventory/kinds.ts";
import { type Behind, Links } from "./links.ts";
import { byFolder, Overlay, pathsIn } from "./overlay.ts";
import { ownersOf } from "./owners.ts";

/** Maximum number of entries of an inventory. Honest images have at most a tenth. */
const MOST_ENTRIES = 200_000;

/**
 * Lists the packages in the file system of these layers, from the lowest. Whiteouts remove from lower layers only; a
 * later file replaces an earlier one. A file behind a link counts if no scanner finds its content under its own name.
 * @throws ImageFault `image-too-large`
 */
export function resolveLayers(contents: readonly LayerContent[]): Inventory {
  return new Resolver(contents).inventory();
}

/** Number of paths that are compared for folders that are links, in total. */
const MOST_COMPARED = 50_000_000;

class Resolver {
  readonly #contents: readonly LayerContent[];
  readonly #overlay: Overlay;
  readonly #files = new Map<string, ResolvedFile>();
  readonly #entries = new Map<string, InventoryEntry>();
  #plain: ReadonlySet<string> | undefined;
  #targets: ReadonlyMap<string, readonly ResolvedFile[]> | undefined;
  #jars: ReadonlySet<string> | undefined;
  /** File names, without folders, of files whose paths lead through links. */
  readonly #behind = new Set<string>();
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
    this.#addBehindLinks();
    this.#contents.forEach(({ symlinks }, index) => {
      for (const { path } of symlinks) if (this.#overlay.has(path, index + 1)) this.#addLink(path, index + 1);
    });
    this.#contents.forEach((content, index) => {
      for (const [store, manager] of PACKAGE_STORES) this.#addStored(content, index + 1, store, manager);
    });
    const owners = ownersOf(this.#files, this.#entries, this.#overlay);
    const entries = [...this.#entries.values()].map((entry) => {
      const at = entry.archive ?? entry.path;
      const owner = owners.get(at);
      const isDisputed = this.#overlay.isDisputed(at, entry.layer);
      return { ...entry, ...(owner !== undefined && { owner }), ...(isDisputed && { isDisputed }) };
    });
    const orderOf = ({ path, kind, isDisputed }: InventoryEntry) => `${path}\0${kind}${isDisputed ?? ""}`;
    entries.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const marks = [...marksIn(this.#contents), ...packageMarks(entries)];
    const named = marks.map((mark) => ({ ...mark, path: mark.path.toWellFormed() }));
    return { entries: asScannersWrite(entries), marks: named, more: this.#more };
  }

  #collectFiles(): void {
    for (const [index, content] of this.#contents.entries())
      for (const file of this.#filesOf(content, index + 1))
        if (this.#overlay.has(file.path, file.layer)) this.#files.set(file.path, file);
  }

  /** A layer's files of interest, including those in the layers below that its hard links find. */
  *#filesOf({ files, hardLinks }: LayerContent, layer: number): Generator<ResolvedFile> {
    for (const file of files) yield { ...file, layer };
    for (const { path, target } of hardLinks) {
      const file = this.#fileBelow(target, layer);
      if (file || kindsOf(path).length > 0) yield { ...(file ?? GONE), path, layer, linkTo: target };
    }
  }

  /** The file of interest that a hard link finds in the layers below its own layer. */
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

  /** True if a hard link gives the content the name of a jar as well. A scanner gets such a link as a copy. */
  #isJarElsewhere({ layer, content }: ResolvedFile): boolean {
    this.#jars ??= new Set(
      [...this.#files.values()]
        .filter(({ path, linkTo }) => linkTo !== undefined && kindsOf(path).includes("jar"))
        .map((file) => `${file.layer} ${file.content}`),
    );
    return this.#jars.has(`${layer} ${content}`);
  }

  /** True if a hard link's content also exists under its original name, where a scanner finds it. */
  #isCountedThere({ path, linkTo, content, layer }: ResolvedFile, { kind, path: at }: InventoryEntry): boolean {
    const there = linkTo === undefined ? undefined : this.#files.get(linkTo);
    const isSame =
      there !== undefined && there.layer === layer && there.content === content && there.linkTo === undefined;
    const same = `${linkTo}${at.slice(path.length)}`;
    return isSame && entriesOf(there).some((one) => one.kind === kind && one.path === same && !one.isRenamed);
  }

  /** The packages of a store that still have a file. */
  #addStored({ plain, files, symlinks, hardLinks }: LayerContent, layer: number, store: string, manager: string): void {
    const kept = [...files, ...symlinks, ...hardLinks].map(({ path }) => path).filter((path) => path.startsWith(store));
    if (kept.length === 0 && !plain.includes(store)) return;
    for (const paths of [kept, pathsIn(plain)])
      for (const path of paths) {
        const stored = path.startsWith(store) ? storePackageOf(path) : undefined;
        if (stored === undefined || !this.#overlay.has(path, layer)) continue;
        const packages = [{ name: stored.name, version: "" }];
        this.#add({ kind: "other-manager", path: stored.folder, layer, manager, packages });
      }
  }

  #addLink(path: string, layer: number): void {
    const isNamed = kindsOf(path).length > 0;
    const isFolder = isTellingFolder(path);
    const target = isNamed || isFolder ? this.#overlay.realPath(path) : undefined;
    if (target === undefined || target === path) return;
    if (isNamed) this.#addAlias(path, target, layer);
    if (!isFolder) return;
    for (const file of this.#pathsUnder(target, path)) {
      if (++this.#aliases > MOST_ENTRIES) {
        this.#more++;
        return;
      }
      const real = this.#overlay.realPath(file);
      if (real !== undefined) this.#addAlias(join(path, file.slice(target.length).replace(/^\//, "")), real, layer);
    }
  }

  /** Paths of files and links in a folder, in all depths; of other files if they have a telling name in `alias`. */
  *#pathsUnder(folder: string, alias: string): Generator<string> {
    const start = folder === "" ? "" : `${folder}/`;
    const plain = this.#contents.map((content) => pathsIn(content.plain));
    for (const paths of [this.#files.keys(), this.#overlay.links.keys(), ...plain])
      for (const path of paths) {
        if (++this.#compared > MOST_COMPARED) {
          this.#more++;
          return;
        }
        if (!path.startsWith(start)) continue;
        const isKnown = this.#files.has(path) || this.#overlay.links.has(path);
        if (isKnown || kindsOf(join(alias, path.slice(start.length))).length > 0) yield path;
      }
  }

  /**
   * Files that a layer has behind its own link, or of a layer below. A scanner knows them by their names. Engines
   * have them there, or at the link's target. They are disputed if they could count there alone, or if their names are
   * gone and the files might still exist.
   */
  #addBehindLinks(): void {
    const links = new Links();
    for (const [index, content] of this.#contents.entries()) {
      const layer = index + 1;
      links.add(content);
      const behind = [...byFolder(content.plain)].filter(({ folder }) => links.behind(`${folder}/`) !== undefined);
      for (const { paths } of behind) this.#disputeTelling(pathsIn(paths), layer, (path) => links.realPath(path));
      for (const file of this.#filesOf(content, layer)) this.#addBehind(file, links.behind(file.path));
      for (const { path, target } of content.hardLinks)
        if (links.behind(target) !== undefined) this.#dispute(path, layer, "packed-program");
      for (const { path, target } of content.symlinks) {
        // Links within one folder lead to the same wherever the folder is.
        const [kind = "python"] = kindsOf(path);
        const isTelling = kindsOf(path).length > 0 || isTellingFolder(path);
        if (isTelling && target.includes("/") && links.behind(path) !== undefined) this.#dispute(path, layer, kind);
      }
    }
  }

  /** Disputes files that were not inspected, since their own names tell nothing, but whose final names do. */
  #disputeTelling(paths: Iterable<string>, layer: number, realOf: (path: string) => string): void {
    for (const path of paths) {
      const [kind] = kindsOf(realOf(path));
      if (kind !== undefined) this.#dispute(path, layer, kind);
    }
  }

  #addBehind(file: ResolvedFile, behind: Behind | undefined): void {
    if (behind === undefined) return;
    this.#behind.add(baseOf(file.path));
    const isGone = behind === "link" && !this.#overlay.has(file.path, file.layer);
    const own = entriesOf(file);
    const elsewhere = file.found.filter(({ kind }) => couldTell(baseOf(file.path), kind));
    const others = elsewhere.filter(({ kind }) => own.every((entry) => entry.kind !== kind));
    const { path, layer } = file;
    for (const entry of [...(isGone ? own : []), ...others.map((one) => ({ ...one, path, layer }))])
      this.#add({ ...entry, isDisputed: true });
  }

  #dispute(path: string, layer: number, kind: InventoryKind): void {
    this.#add({ kind, path, layer, isDisputed: true });
  }

  /** A file that has a telling path only through a link. */
  #addAlias(path: string, target: string, layer: number): void {
    const file = this.#files.get(target);
    const own = file === undefined ? [] : entriesOf(file).map(({ kind }) => kind);
    const alias: ResolvedFile = { ...(file ?? UNKNOWN), path, layer, linkTo: target };
    const entries = entriesOf(alias).filter(({ kind }) => !own.includes(kind));
    if (entries.length === 0) return;
    const isThere = file !== undefined || this.#isPlainFile(target);
    // For some engines, a file behind a link replaces the target.
    if (isThere || this.#behind.has(baseOf(target)))
      for (const entry of entries) this.#add(isThere ? entry : { ...entry, isDisputed: true });
  }

  /** True if a file of no interest is there. A removed one counts as well: missing a link's content would be worse. */
  #isPlainFile(path: string): boolean {
    this.#plain ??= new Set(this.#contents.flatMap(({ plain }) => [...pathsIn(plain)]));
    return this.#plain.has(path);
  }

  #add(entry: InventoryEntry): void {
    const key = `${entry.kind} ${entry.path} ${entry.isDisputed ?? ""}`;
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
  return entries.map(({ path, linkTo, archive, ...rest }) => ({
    ...rest,
    path: path.toWellFormed(),
    ...(linkTo !== undefined && { linkTo: linkTo.toWellFormed() }),
    ...(archive !== undefined && { archive: archive.toWellFormed() }),
    ...(shared.has(path.toWellFormed()) && { isDisputed: true }),
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

/** Kinds that are recognised by content, whatever the name. */
const BY_CONTENT: ReadonlySet<InventoryKind> = new Set(["go", "rust", "packed-program"]);

function entriesOf({ path, layer, linkTo, found, size, isDisputed }: ResolvedFile): InventoryEntry[] {
  const kinds = kindsOf(path);
  const manager = kinds.includes("other-manager") && size > 0 ? otherManagerOf(path) : undefined;
  const named = kinds.map((kind) => withoutName(found, kind) ?? missing(kind, path));
  const isJar = kinds.includes("jar");
  const seen = found.filter(
    ({ kind, isRenamed, within }) => BY_CONTENT.has(kind) || (isRenamed && !isJar) || within !== undefined,
  );
  return (
    [...named, ...seen]
      // A system's list counts although it lists none.
      .filter(({ kind, packages }) => packages?.length !== 0 || LISTS.has(kind))
      .filter(({ kind }) => kind !== "other-manager" || manager !== undefined)
      .map(({ within, ...one }) => ({
        ...one,
        path: within === undefined ? path : `${path}/${within}`,
        ...(within !== undefined && { archive: path }),
        layer,
        ...(one.kind === "other-manager" && { manager }),
        ...(isDisputed && { isDisputed }),
        ...(linkTo !== undefined && { linkTo: within === undefined ? linkTo : `${linkTo}/${within}` }),
      }))
  );
}

/** The content of a file for the kind that its own name gives. */
function withoutName(found: readonly Found[], kind: InventoryKind): Found | undefined {
  return found.find((one) => one.kind === kind && one.within === undefined && one.isRenamed === undefined);
}

function missing(kind: InventoryKind, path: string): Found {
  const isNameEnough = BY_NAME.has(kind) || path.endsWith(".egg");
  return isNameEnough ? { kind } : { kind, unread: "it is a link to a file whose content does not look like it" };
}

/**
 * Lists of a system with a package whose name or version makes a scanner use another vendor's advisories, for it or for
 * all.
 */
function packageMarks(entries: readonly InventoryEntry[]): SystemMark[] {
  return entries.flatMap(({ kind, path, layer, packages = [] }) => {
    const vendors = new Set(packages.map((one) => vendorOfPackage(kind, one)).filter((vendor) => vendor !== undefined));
    return [...vendors].map((vendor) => ({ path, layer, vendor }));
  });
}

/**
 * Marks of all layers, including those that a later layer removes. A scanner keeps what one layer tells it about the
 * system.
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

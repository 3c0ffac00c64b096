import { addTo } from "../collections.ts";
import type { UnreadFile } from "../coverage.ts";
import { pythonName } from "../purl.ts";
import type { InstalledPackage } from "../target.ts";
import type { InventoryEntry, InventoryKind, InventoryPackage } from "./inventory.ts";

/** A package in a scanner's list, with the fields that the accounting needs. */
export interface SeenPackage extends Pick<InstalledPackage, "name" | "version" | "system"> {
  /** The list that it comes from (`dpkg`, `apk`, `rpm`, …), if the scanner reports it. */
  readonly manager?: string | undefined;
  /** Path of the package's own file, or of the list or program that contains it, without a leading slash. */
  readonly path?: string | undefined;
  readonly source?: { readonly name: string } | undefined;
  /** It is from another vendor than the system's. The scanner still reads the files that such a package owns. */
  readonly thirdParty?: boolean | undefined;
  /** Files that it installed, according to the package manager's list. A scanner skips packages in these files. */
  readonly installedFiles?: readonly string[] | undefined;
}

/** An index of a scanner's list. */
export type SeenIndex = ReturnType<typeof seenIndex>;

/** Epoch 0 is the same as no epoch. RPM writes `(none)` for it. */
export function systemKey(name: string, version: string): string {
  return `${name}\0${version.trim().replace(/^(?:0|\(none\)):/, "")}`;
}

/**
 * Builds the index. The lists of owned files are only read if a file is missing: they can have a million entries.
 * @param entries the only ones that will be looked up
 */
export function seenIndex(
  packages: readonly SeenPackage[],
  unread: readonly UnreadFile[],
  entries: readonly InventoryEntry[],
) {
  const byPath = new Map<string, SeenPackage[]>();
  const system = new Map<string, SeenPackage[]>();
  for (const each of packages) {
    if (each.system === true) addTo(system, systemKey(each.name, each.version), each);
    else if (each.path !== undefined) addTo(byPath, each.path, each);
  }
  let owners: Map<string, string> | undefined;
  let vendors: Set<string> | undefined;
  let folders: Set<string> | undefined;
  let names: Set<string> | undefined;
  return {
    /** True if an application's package of this name and version is listed, at any path. */
    hasPackage(name: string, version: string): boolean {
      names ??= new Set(packages.filter((each) => each.system !== true).map((each) => `${each.name}\0${each.version}`));
      return names.has(`${name}\0${version}`);
    },
    /** Packages of applications whose file has this path. Inside an archive, the path starts with the archive's. */
    at: (path: string): readonly SeenPackage[] => byPath.get(path) ?? [],
    /** Packages of the system, by {@link systemKey}. */
    system: system as ReadonlyMap<string, readonly SeenPackage[]>,
    /** Files that the scanner could not read, by path. */
    unread: new Map(unread.flatMap((file) => (file.path === undefined ? [] : [[file.path, file] as const]))),
    /**
     * The system's package that installed a file, according to the image's lists or the scanner's. Packages of other
     * vendors do not count: a scanner reads their files.
     */
    ownerOf({ path, owner }: Pick<InventoryEntry, "path" | "owner">): string | undefined {
      vendors ??= otherVendors(packages);
      if (owner !== undefined && !vendors.has(owner)) return owner;
      owners ??= ownersIn(packages, new Set(entries.map((each) => each.path)));
      return owners.get(path);
    },
    /** True if a package of an application is below this folder (`""`: anywhere). */
    hasBelow(folder: string): boolean {
      folders ??= foldersOf(byPath.keys());
      return folders.has(folder);
    },
  };
}

/** Names of packages that belong only to another vendor and not to the system. */
function otherVendors(packages: readonly SeenPackage[]): Set<string> {
  const names = new Set(packages.flatMap(({ name, thirdParty }) => (thirdParty === true ? [name] : [])));
  for (const { name, system, thirdParty } of packages) if (system === true && thirdParty !== true) names.delete(name);
  return names;
}

function ownersIn(packages: readonly SeenPackage[], wanted: ReadonlySet<string>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { name, installedFiles = [] } of packages)
    for (const file of installedFiles) {
      const path = file.startsWith("/") ? file.replace(/^\/+/, "") : file;
      if (wanted.has(path)) owners.set(path, name);
    }
  return owners;
}

/** All folders above the paths. A path has as many folders as slashes, so their depth is limited. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    let folder = folderOf(path);
    for (let level = 0; level < MOST_LEVELS && !folders.has(folder); level += 1) {
      folders.add(folder);
      folder = folderOf(folder);
    }
  }
  return folders;
}

/** The folder of a path; empty for the root. */
export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** Deeper folders are ignored: a lock file there counts as one without its packages. */
const MOST_LEVELS = 64;

/** True if the scanner lists an entry's packages, under the entry's own path or under the path that it links to. */
export function isListed(entry: InventoryEntry, index: SeenIndex): boolean {
  const { path, linkTo } = entry;
  return isListedAt(path, entry, index) || (linkTo !== undefined && isListedAt(linkTo, entry, index));
}

function isListedAt(path: string, { kind, packages }: InventoryEntry, index: SeenIndex): boolean {
  const seen = index.at(path);
  if (kind === "jar") return seen.length > 0 || index.hasBelow(path);
  if (packages === undefined || SOME_SUFFICE.has(kind)) return seen.length > 0;
  const known = new Set(seen.map((each) => packageKey(kind, each)));
  return packages.length > 0 && packages.every((each) => known.has(packageKey(kind, each)));
}

/** A scanner lists only the runtime packages in these files, not projects and compile-time packages. */
const SOME_SUFFICE: ReadonlySet<InventoryKind> = new Set(["dotnet", "julia"]);

/** Equal for all spellings of a name and version. */
function packageKey(kind: InventoryKind, { name, version }: Pick<InventoryPackage, "name" | "version">): string {
  if (kind === "python") return `${pythonName(name.trim())}\0${version.trim()}`;
  if (kind === "php") return `${name.toLowerCase()}\0${version.replace(/^v/, "")}`;
  return `${name}\0${version}`;
}

import type { InventoryKind } from "../../../domain/coverage/inventory.ts";
import type { Found, OwnedFiles } from "../content.ts";
import { dpkgOwnerOf, kindsOf, vendorOf } from "./kinds.ts";
import {
  hasExtendedSupport,
  readBottlerocket,
  readComposer,
  readConda,
  readDotnetDeps,
  readGemspec,
  readJulia,
  readPackageJson,
  readPomProperties,
  readPython,
} from "./package-files.ts";
import { readRpmDatabase } from "./rpm-database.ts";
import { readApkInstalled, readDpkgStatus, readRpmManifest } from "./text-lists.ts";

/** Longest file that is read for its packages. The largest lists of honest images have about 20 MB. */
const LONGEST_LIST = 256 << 20;
/** Longest file of one package. */
const LONGEST_PACKAGE = 4 << 20;
/** Longest file that is inspected although its name says nothing: it can be linked to a telling name. */
const LONGEST_UNNAMED = 64 << 10;
/**
 * The same for a list. Lists of honest images have at most 4 MB; a larger one that a link names is a gap. An index of a
 * repository looks like such a list, and has 60 MB (`var/lib/apt/lists/…_Packages`).
 */
const LONGEST_UNNAMED_LIST = 16 << 20;

/** The packages and marks in a file's content. */
export interface Inspected {
  readonly found: readonly Found[];
  readonly owned?: readonly OwnedFiles[];
  readonly isMark?: boolean;
}

/** The kind of a file, judged only by its path. */
export interface Named {
  readonly path: string;
  readonly kinds: readonly InventoryKind[];
  readonly owner: string | undefined;
  readonly vendor: string | undefined;
}

export function namedBy(path: string): Named | undefined {
  const kinds = kindsOf(path);
  const owner = dpkgOwnerOf(path);
  const vendor = vendorOf(path);
  return kinds.length === 0 && owner === undefined && vendor === undefined ? undefined : { path, kinds, owner, vendor };
}

/** Kinds for which the file's name is enough. */
export const BY_NAME: ReadonlySet<InventoryKind> = new Set(["jar", "lock-file", "sbom", "other-manager"]);
/** Lists of a system's packages. */
export const LISTS: ReadonlySet<InventoryKind> = new Set(["dpkg", "apk", "rpm"]);

/** Maximum number of bytes of the file that are needed; 0: none of its content. */
export function longestOf({ path, kinds, owner, vendor }: Named): number {
  if (owner !== undefined || kinds.some((kind) => LISTS.has(kind))) return LONGEST_LIST;
  if (isByName(path, kinds) && vendor !== "ubuntu-pro") return 0;
  return kinds.includes("php") || kinds.includes("dotnet") ? 8 * LONGEST_PACKAGE : LONGEST_PACKAGE;
}

function isByName(path: string, kinds: readonly InventoryKind[]): boolean {
  return kinds.every((kind) => BY_NAME.has(kind)) || path.endsWith(".egg");
}

/** A file with a telling name. Without bytes, its content was not wanted, or `unread` says why it is missing. */
export function inspectNamed(named: Named, bytes: Buffer | undefined, unread?: string): Inspected {
  const { path, kinds, owner, vendor } = named;
  if (isByName(path, kinds) && owner === undefined)
    return { found: kinds.map((kind) => ({ kind })), isMark: vendor !== undefined && isMark(vendor, bytes) };
  if (bytes === undefined) return { found: kinds.map((kind) => ({ kind, unread: unread ?? "it was not read" })) };
  if (owner !== undefined) return { found: [], owned: [{ owner, files: dpkgFiles(path, bytes) }] };
  const lists = kinds.map((kind) => read(kind, path, bytes));
  return { found: lists.map(({ found }) => found), owned: lists.flatMap(({ owned }) => owned ?? []) };
}

function isMark(vendor: string, bytes: Buffer | undefined): boolean {
  return vendor !== "ubuntu-pro" || bytes === undefined || hasExtendedSupport(bytes);
}

/** `md5sums` have a digest and two spaces before each path. */
function dpkgFiles(path: string, bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return path.endsWith(".md5sums") ? text.replace(/^[^ \n]{0,200} {2}/gm, "") : text;
}

/** Readers of files that have packages of one kind. The others need more than the kind, or only the name. */
const READERS: Readonly<Partial<Record<InventoryKind, (bytes: Buffer) => Found>>> = {
  dpkg: readDpkgStatus,
  python: readPython,
  node: readPackageJson,
  ruby: readGemspec,
  php: readComposer,
  dotnet: readDotnetDeps,
  conda: readConda,
  maven: readPomProperties,
  julia: readJulia,
};

function read(kind: InventoryKind, path: string, bytes: Buffer): { found: Found; owned?: readonly OwnedFiles[] } {
  if (kind === "apk") return readApkInstalled(bytes);
  if (kind !== "rpm") return { found: READERS[kind]?.(bytes) ?? { kind } };
  if (path.endsWith(".json")) return { found: readBottlerocket(bytes) };
  if (path.endsWith("-wal")) return { found: { kind, packages: bytes.length > WAL_HEADER ? [IN_LOG] : [] } };
  return path.endsWith("container-manifest-2") ? { found: readRpmManifest(bytes) } : readRpmDatabase(bytes);
}

/** Length of the header of SQLite's write-ahead log (sqlite.org/fileformat2.html, 4.1). */
const WAL_HEADER = 32;
/** Packages that only the log has are not in any scanner's list. RPM writes them into the database when it ends. */
const IN_LOG = { name: "(changes that only this log has)", version: "" };

/** True if a file with any name may have the content of a file with a telling name, judged by its first bytes. */
export function mayBeNamedElsewhere(head: Buffer, size: number): boolean {
  if (size < 8) return false;
  const isShort = size <= LONGEST_UNNAMED;
  switch (head[0]) {
    case 0x7b: // {
    case 0x5b: // [
      return isShort;
    case 0x4d: // M
      return isShort && startsWith(head, "Metadata-Version:");
    case 0x23: // #
    case 0x47: // G
      return isShort && (head.includes("# stub: ") || head.includes("Gem::Specification"));
    case 0x50: // P
      return size <= LONGEST_UNNAMED_LIST && (startsWith(head, "Package: ") || startsWith(head, "P:"));
    case 0x43: // C
      return size <= LONGEST_UNNAMED_LIST && startsWith(head, "C:Q1");
    case 0x53: // S
      return size <= LONGEST_LIST && startsWith(head, "SQLite format 3");
    default:
      return isShort && startsWithJson(head);
  }
}

function startsWith(head: Buffer, text: string): boolean {
  return head.toString("latin1", 0, text.length) === text;
}

/** Also with spaces or a byte order mark before. */
function startsWithJson(head: Buffer): boolean {
  const [first = 0] = head;
  return (first <= 0x20 || first === 0xef) && /^(?:\xef\xbb\xbf)?\s*[{[]/.test(head.toString("latin1", 0, 512));
}

/** The content of a file whose name does not give its kind. */
export function inspectUnnamed(bytes: Buffer): Inspected {
  if (startsWith(bytes, "Package: ")) return { found: [readDpkgStatus(bytes)] };
  if (startsWith(bytes, "C:Q1") || startsWith(bytes, "P:")) return one(readApkInstalled(bytes));
  if (startsWith(bytes, "SQLite format 3")) return one(readRpmDatabase(bytes));
  if (startsWith(bytes, "Metadata-Version:")) return known(readPython(bytes));
  return bytes[0] === 0x23 || bytes[0] === 0x47 ? known(readGemspec(bytes)) : { found: inspectJson(bytes) };
}

function one({ found, owned }: { found: Found; owned: readonly OwnedFiles[] }): Inspected {
  return found.unread === undefined ? { found: [found], owned } : { found: [] };
}

const known = (found: Found): Inspected => ({ found: found.unread === undefined ? [found] : [] });

/** Maximum number of JSON files are not of such a kind, which shows without parsing them. */
function inspectJson(bytes: Buffer): Found[] {
  const found: Found[] = [];
  const has = (...words: string[]) => words.every((word) => bytes.includes(word));
  if (has('"name"', '"version"')) {
    const node = readPackageJson(bytes);
    if (node.packages?.length) found.push(node, { ...node, kind: "conda" });
    else if (has('"packages"') || bytes[0] === 0x5b) found.push(...known(readComposer(bytes)).found);
  }
  if (has('"libraries"', '"targets"')) found.push(...known(readDotnetDeps(bytes)).found);
  return found;
}

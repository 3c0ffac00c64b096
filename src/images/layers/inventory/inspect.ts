import type { InventoryKind } from "../../../domain/coverage/inventory.ts";
import type { Found, OwnedFiles } from "../content.ts";
import { dpkgOwnerOf, kindsOf, vendorOf } from "./kinds.ts";
import { LONGEST_LIST, LONGEST_PACKAGE, LONGEST_UNNAMED } from "./limits.ts";
import {
  hasExtendedSupport,
  readBottlerocket,
  readComposer,
  readConda,
  readDotnetDeps,
  readGemspec,
  readPackageJson,
  readPython,
} from "./package-files.ts";
import { readRpmDatabase } from "./rpm-database.ts";
import { readApkInstalled, readDpkgStatus, readRpmManifest } from "./text-lists.ts";

/** What a file's content says. */
export interface Inspected {
  readonly found: readonly Found[];
  readonly owned?: readonly OwnedFiles[];
  readonly isMark?: boolean;
}

/** What a path alone says about a file. */
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

/** Kinds of which a file's name says all that can be said here. */
const BY_NAME: ReadonlySet<InventoryKind> = new Set(["jar", "lock-file", "sbom", "julia"]);
const LISTS: ReadonlySet<InventoryKind> = new Set(["dpkg", "apk", "rpm"]);

/** Most bytes of the file that are of use; 0: its content says nothing. */
export function longestOf({ path, kinds, owner, vendor }: Named): number {
  if (owner !== undefined || kinds.some((kind) => LISTS.has(kind))) return LONGEST_LIST;
  if (isByName(path, kinds) && vendor !== "ubuntu-pro") return 0;
  return kinds.includes("php") || kinds.includes("dotnet") ? 8 * LONGEST_PACKAGE : LONGEST_PACKAGE;
}

function isByName(path: string, kinds: readonly InventoryKind[]): boolean {
  return kinds.every((kind) => BY_NAME.has(kind)) || path.endsWith(".egg");
}

/** A file of a telling name. Without bytes its content was not wanted, or `unread` says why it is missing. */
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

function read(kind: InventoryKind, path: string, bytes: Buffer): { found: Found; owned?: readonly OwnedFiles[] } {
  switch (kind) {
    case "dpkg":
      return { found: readDpkgStatus(bytes) };
    case "apk":
      return readApkInstalled(bytes);
    case "rpm":
      if (path.endsWith(".json")) return { found: readBottlerocket(bytes) };
      return path.endsWith("container-manifest-2") ? { found: readRpmManifest(bytes) } : readRpmDatabase(bytes);
    case "python":
      return { found: readPython(bytes) };
    case "node":
      return { found: readPackageJson(bytes) };
    case "ruby":
      return { found: readGemspec(bytes) };
    case "php":
      return { found: readComposer(bytes) };
    case "dotnet":
      return { found: readDotnetDeps(bytes) };
    case "conda":
      return { found: readConda(bytes) };
    default:
      return { found: { kind } };
  }
}

/** Whether a file whose name says nothing may have the content of one whose name does, judged by its first bytes. */
export function mayBeNamedElsewhere(head: Buffer, size: number): boolean {
  if (size < 8) return false;
  const first = head.toString("latin1", 0, 16);
  if (
    size <= LONGEST_UNNAMED &&
    (/^(?:\xef\xbb\xbf)?\s*[{[]/.test(first) || PACKAGE_START.test(head.toString("latin1", 0, 512)))
  )
    return true;
  return size <= LONGEST_LIST && (/^(?:Package: |C:Q1|P:)/.test(first) || first.startsWith("SQLite format 3"));
}

const PACKAGE_START = /Metadata-Version: ?\d|Gem::Specification|^# stub: /;

/** What a file's content is, if its name does not say it. */
export function inspectUnnamed(bytes: Buffer): Inspected {
  const first = bytes.toString("latin1", 0, 512);
  if (/^(?:\xef\xbb\xbf)?\s*[{[]/.test(first)) return { found: inspectJson(bytes) };
  if (first.startsWith("Package: ")) return { found: [readDpkgStatus(bytes)] };
  if (/^(?:C:Q1|P:)/.test(first)) return one(readApkInstalled(bytes));
  if (first.startsWith("SQLite format 3")) return one(readRpmDatabase(bytes));
  if (/Gem::Specification|^# stub: /.test(first)) return known(readGemspec(bytes));
  return known(readPython(bytes));
}

function one({ found, owned }: { found: Found; owned: readonly OwnedFiles[] }): Inspected {
  return found.unread === undefined ? { found: [found], owned } : { found: [] };
}

const known = (found: Found): Inspected => ({ found: found.unread === undefined ? [found] : [] });

/** Most JSON files are none of these, which is seen without reading them as JSON. */
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

import type { InventoryPackage } from "../../../domain/coverage/inventory.ts";
import type { OwnedFiles } from "../content.ts";
import { berkeleyHeaders, type HeaderReader, isBerkeley, NDB_MAGIC, ndbHeaders } from "./rpm-other-databases.ts";
import { sqliteHeaders } from "./rpm-sqlite.ts";
import { MOST_PACKAGES, MOST_PATHS, type SystemList, sourceName, tooMany, withEpoch } from "./text-lists.ts";

/** Keys with which packages are signed are in the database, too. They are not packages. */
const KEY = "gpg-pubkey";

/** RPM's database, in each of its three forms. */
export function readRpmDatabase(bytes: Buffer): SystemList {
  const headers = readerOf(bytes)?.(bytes);
  if (headers === undefined) return unread("it is damaged, or a database of an unknown form");
  if (headers.length > MOST_PACKAGES) return { found: tooMany("rpm"), owned: [] };
  const packages: InventoryPackage[] = [];
  const owned: OwnedFiles[] = [];
  let paths = 0;
  for (const header of headers) {
    const read = readRpmHeader(header);
    // Berkeley DB keeps a counter of four bytes among the packages.
    if (read === undefined && header.length > 4) return unread("a package in it cannot be read");
    if (read === undefined || read.installed.name === KEY) continue;
    packages.push(read.installed);
    paths += read.owned.files.length;
    if (paths > MOST_PATHS) return unread("the names of its packages' files are too long");
    owned.push(read.owned);
  }
  return { found: { kind: "rpm", packages }, owned };
}

function unread(why: string): SystemList {
  return { found: { kind: "rpm", unread: why }, owned: [] };
}

function readerOf(bytes: Buffer): HeaderReader | undefined {
  if (bytes.toString("latin1", 0, 15) === "SQLite format 3") return sqliteHeaders;
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === NDB_MAGIC) return ndbHeaders;
  return isBerkeley(bytes) ? berkeleyHeaders : undefined;
}

const STRINGS: ReadonlySet<number> = new Set([6, 8, 9]);
const INT32 = 4;
const MOST_TAGS = 10_000;
const MOST_FILES = 500_000;

/** Tags of a package (rpmtag.h). */
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  source: 1044,
  folderOfFile: 1116,
  fileNames: 1117,
  folders: 1118,
  oldFileNames: 1027,
};

interface Tag {
  readonly type: number;
  readonly at: number;
  readonly count: number;
}

/** A package of RPM's database: numbers of tags and of bytes, the tags, and their values. Undefined: other bytes. */
function readRpmHeader(blob: Buffer): { installed: InventoryPackage; owned: OwnedFiles } | undefined {
  if (blob.length < 16) return undefined;
  const tags = tagsIn(blob);
  const [name, version, release] = [TAG.name, TAG.version, TAG.release].map(
    (tag) => strings(blob, tags.get(tag), 1)[0],
  );
  if (!name || version === undefined) return undefined;
  const full = withEpoch(numbers(blob, tags.get(TAG.epoch), 1)[0], release ? `${version}-${release}` : version);
  const source = sourceName(strings(blob, tags.get(TAG.source), 1)[0] ?? "");
  const maintainer = strings(blob, tags.get(TAG.vendor), 1)[0];
  const installed = { name, version: full, ...(source && { source }), ...(maintainer && { maintainer }) };
  const files = filesIn(blob, tags);
  return files && { installed, owned: { owner: name, files: files.join("\n") } };
}

function tagsIn(blob: Buffer): Map<number, Tag> {
  const count = Math.min(blob.readUInt32BE(0), MOST_TAGS);
  const start = 8 + 16 * blob.readUInt32BE(0);
  const tags = new Map<number, Tag>();
  for (let index = 0; index < count; index++) {
    const at = 8 + 16 * index;
    if (at + 16 > blob.length) break;
    const tag = {
      type: blob.readUInt32BE(at + 4),
      at: start + blob.readInt32BE(at + 8),
      count: blob.readUInt32BE(at + 12),
    };
    if (tag.at >= start && tag.at < blob.length) tags.set(blob.readUInt32BE(at), tag);
  }
  return tags;
}

/** Undefined: the paths are too long. Many files can be in one folder with a long name. */
function filesIn(blob: Buffer, tags: ReadonlyMap<number, Tag>): string[] | undefined {
  const names = strings(blob, tags.get(TAG.fileNames), MOST_FILES);
  if (names.length === 0) return strings(blob, tags.get(TAG.oldFileNames), MOST_FILES);
  const folders = strings(blob, tags.get(TAG.folders), MOST_FILES);
  const indices = numbers(blob, tags.get(TAG.folderOfFile), MOST_FILES);
  let left = MOST_PATHS;
  const files: string[] = [];
  for (const [index, name] of names.entries()) {
    const folder = folders[indices[index] ?? -1] ?? "";
    left -= folder.length + name.length + 1;
    if (left < 0) return undefined;
    files.push(`${folder}${name}`);
  }
  return files;
}

function strings(blob: Buffer, tag: Tag | undefined, most: number): string[] {
  const found: string[] = [];
  if (tag === undefined || !STRINGS.has(tag.type)) return found;
  let { at } = tag;
  while (found.length < Math.min(tag.count, most) && at < blob.length) {
    const end = blob.indexOf(0, at);
    if (end === -1) break;
    found.push(blob.toString("utf8", at, end));
    at = end + 1;
  }
  return found;
}

function numbers(blob: Buffer, tag: Tag | undefined, most: number): number[] {
  const found: number[] = [];
  if (tag === undefined || tag.type !== INT32) return found;
  for (let { at } = tag; found.length < Math.min(tag.count, most) && at + 4 <= blob.length; at += 4)
    found.push(blob.readUInt32BE(at));
  return found;
}

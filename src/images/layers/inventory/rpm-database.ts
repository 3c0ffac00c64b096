import type { InventoryPackage } from "../../../domain/coverage/inventory.ts";
import type { OwnedFiles } from "../content.ts";
import { readRpmHeader } from "./rpm-header.ts";
import { berkeleyHeaders, type HeaderReader, isBerkeley, NDB_MAGIC, ndbHeaders } from "./rpm-other-databases.ts";
import { sqliteHeaders } from "./rpm-sqlite.ts";
import { MOST_PACKAGES, MOST_PATHS, type SystemList, tooMany } from "./text-lists.ts";

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

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { osRelease } from "./packages.ts";
import type { TarEntry } from "./tar.ts";

/** A package of Red Hat's; its source package has its name. */
export type RpmPackage = readonly [name: string, version: string, release: string];

/** Number of a header's tag to its text; a header lists them in this order. */
function tagsOf([name, version, release]: RpmPackage): readonly (readonly [tag: number, text: string])[] {
  return [
    [1000, name],
    [1001, version],
    [1002, release],
    [1011, "Red Hat, Inc."],
    [1014, "MIT"],
    [1022, "x86_64"],
    [1044, `${name}-${version}-${release}.src.rpm`],
  ];
}

/** RPM's type of a text that ends with a zero byte. */
const STRING = 6;

/** A header as RPM keeps it: numbers of tags and bytes, the tags (number, type, offset, count), and their texts. */
function header(each: RpmPackage): Buffer {
  const tags = tagsOf(each);
  const numbers: number[] = [];
  let offset = 0;
  for (const [tag, text] of tags) {
    numbers.push(tag, STRING, offset, 1);
    offset += Buffer.byteLength(text) + 1;
  }
  const bytes = Buffer.alloc(4 * (2 + numbers.length));
  [tags.length, offset, ...numbers].forEach((value, at) => {
    bytes.writeUInt32BE(value, 4 * at);
  });
  return Buffer.concat([bytes, Buffer.from(tags.map(([, text]) => `${text}\0`).join(""))]);
}

/** The files of a RHEL 9.3 base image. */
export const redHatBase = (packages: readonly RpmPackage[]): TarEntry[] => [
  osRelease("rhel", "9.3", "Red Hat Enterprise Linux 9.3 (Plow)"),
  { path: "etc/redhat-release", data: "Red Hat Enterprise Linux release 9.3 (Plow)\n" },
  rpmDatabase(packages),
];

/** The sources of a layer's packages, as the builder of a Red Hat image writes them. */
export const contentManifest = (...repositories: readonly string[]): TarEntry => ({
  path: "root/buildinfo/content_manifests/app-container-1.0-1.json",
  data: JSON.stringify({ content_sets: repositories }),
});

/** RPM's list of packages, as RHEL 9 keeps it. */
function rpmDatabase(packages: readonly RpmPackage[]): TarEntry {
  const folder = mkdtempSync(join(tmpdir(), "rpm-"));
  try {
    const file = join(folder, "rpmdb.sqlite");
    const database = new DatabaseSync(file);
    database.exec(
      "PRAGMA synchronous = OFF; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
    );
    const insert = database.prepare("INSERT INTO Packages (blob) VALUES (?)");
    for (const each of packages) insert.run(header(each));
    database.close();
    return { path: "var/lib/rpm/rpmdb.sqlite", data: readFileSync(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

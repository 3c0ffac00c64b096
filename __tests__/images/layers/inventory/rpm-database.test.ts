import { describe, expect, test } from "vitest";
import { readRpmDatabase } from "../../../../src/images/layers/inventory/rpm-database.ts";
import {
  berkeleyDatabase,
  ndbDatabase,
  type RpmTag,
  rpmHeader,
  sqliteDatabase,
} from "../../../support/images/rpm-databases.ts";

const base = (name: string): RpmTag[] => [
  [1000, name],
  [1001, "1.2"],
  [1002, "3.el9"],
];
const FILES = Array.from({ length: 2000 }, (_, index) => `file-${index}`);
const headers = [
  rpmHeader([...base("small"), [1011, "Red Hat, Inc."], [1044, "small-source-1.2-3.el9.src.rpm"]]),
  rpmHeader([
    ...base("with-epoch"),
    [1003, [2]],
    [1116, [1, 0]],
    [1117, ["one", "two"]],
    [1118, ["/usr/bin/", "/usr/lib/"]],
  ]),
  rpmHeader([...base("large"), [1116, FILES.map(() => 0)], [1117, FILES], [1118, ["/opt/"]]]),
  rpmHeader(base("gpg-pubkey")),
];
const forms: [string, Buffer][] = [
  ["SQLite's", sqliteDatabase(headers)],
  ["SQLite's, with small pages", sqliteDatabase(headers, 512)],
  ["NDB's", ndbDatabase(headers)],
  ["Berkeley DB's", berkeleyDatabase(headers)],
  ["Berkeley DB's of a machine with the other byte order", berkeleyDatabase(headers, true)],
];

describe.each(forms)("a database in %s form", (_, bytes) => {
  test("has its packages and their files", () => {
    const { found, owned } = readRpmDatabase(bytes);
    expect(found).toEqual({
      kind: "rpm",
      packages: [
        { name: "small", version: "1.2-3.el9", source: "small-source", maintainer: "Red Hat, Inc." },
        { name: "with-epoch", version: "2:1.2-3.el9" },
        { name: "large", version: "1.2-3.el9" },
      ],
    });
    expect(owned.map(({ owner, files }) => [owner, files.split("\n").slice(0, 2)])).toEqual([
      ["small", [""]],
      ["with-epoch", ["/usr/lib/one", "/usr/bin/two"]],
      ["large", ["/opt/file-0", "/opt/file-1"]],
    ]);
    expect(owned[2]?.files.split("\n")).toHaveLength(2000);
  });

  test("that is cut off is not known, never empty", () => {
    for (const length of [100, 600, 4096, bytes.length - 5000]) {
      const { found } = readRpmDatabase(bytes.subarray(0, length));
      expect([length, found.packages, typeof found.unread]).toEqual([length, undefined, "string"]);
    }
  });
});

test("thousands of packages fill several levels of pages", () => {
  const many = Array.from({ length: 3000 }, (_, index) => rpmHeader(base(`p${index}`)));
  expect(readRpmDatabase(sqliteDatabase(many, 512)).found.packages).toHaveLength(3000);
});

test("a database without packages is an empty list, another file none", () => {
  expect(readRpmDatabase(sqliteDatabase([])).found).toEqual({ kind: "rpm", packages: [] });
  expect(readRpmDatabase(Buffer.from("text")).found.unread).toMatch(/unknown form/);
});

test("a folder of a megabyte with a hundred files is not written out a hundred times", () => {
  const files = Array.from({ length: 100 }, () => "x");
  const header = rpmHeader([...base("a"), [1116, files.map(() => 0)], [1117, files], [1118, ["f".repeat(1 << 20)]]]);
  expect(readRpmDatabase(sqliteDatabase([header])).found.unread).toMatch(/cannot be read/);
});

describe("a damaged database is not known, and read in a bounded time:", () => {
  const unread = (bytes: Buffer) => readRpmDatabase(bytes).found.unread;
  const changed = (bytes: Buffer, change: (bytes: Buffer) => unknown) => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy;
  };
  const many = sqliteDatabase(
    Array.from({ length: 300 }, (_, index) => rpmHeader(base(`p${index}`))),
    512,
  );
  /** Numbers of the pages that refer to others. */
  const interior = Array.from({ length: many.length / 512 }, (_, index) => index + 1).filter(
    (number) => number > 1 && many.readUInt8((number - 1) * 512) === 5,
  );

  test("SQLite's pages that lead to themselves", () => {
    expect(interior.length).toBeGreaterThan(0);
    for (const number of interior)
      expect(unread(changed(many, (bytes) => bytes.writeUInt32BE(number, (number - 1) * 512 + 8)))).toMatch(/damaged/);
  });

  test("SQLite's pages that are not there", () => {
    for (const page of [0, many.length / 512 + 1, 2 ** 32 - 1])
      for (const number of interior)
        expect(unread(changed(many, (bytes) => bytes.writeUInt32BE(page, (number - 1) * 512 + 8)))).toMatch(/damaged/);
  });

  const berkeley = berkeleyDatabase(headers);

  test.each([0, 1, 256, 65_537, 2 ** 32 - 1])("Berkeley DB's pages of %i bytes", (size) => {
    expect(unread(changed(berkeley, (bytes) => bytes.writeUInt32LE(size, 20)))).toMatch(/damaged/);
  });

  test("Berkeley DB's values in pages that lead to themselves, or are nowhere", () => {
    // Page 2 is the first of a long value.
    for (const page of [2, 0, 1_000_000])
      expect(unread(changed(berkeley, (bytes) => bytes.writeUInt32LE(page, 2 * 4096 + 16)))).toMatch(/damaged/);
  });

  test.each([0, 25, 4097, 65_535])("a value of Berkeley DB's that begins at %i", (at) => {
    expect(unread(changed(berkeley, (bytes) => bytes.writeUInt16LE(at, 4096 + 26 + 2)))).toMatch(/damaged/);
  });
});

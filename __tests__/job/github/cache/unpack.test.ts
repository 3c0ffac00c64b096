import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { UnusableEntry, unpack } from "../../../../src/job/github/cache/unpack.ts";
import { type TarEntry, tar } from "../../../support/images/tar.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";

const bed = temporaryFolder("unpack");
afterAll(() => bed.remove());

let count = 0;
/** The folder of the files, and a file alongside it that must not be touched. */
let folder: string;
let outside: string;
beforeEach(() => {
  const place = join(bed.path, String(++count));
  folder = join(place, "folder");
  outside = join(place, "outside");
  mkdirSync(folder, { recursive: true });
  writeFileSync(outside, "untouched", { mode: 0o644 });
});

const MAX = 1 << 20;
const FILES = ["one", "two"];

/** The archive of these members, unpacked for the files `one` and `two`. */
async function unpackMembers(members: readonly TarEntry[], pack = zstdCompressSync): Promise<void> {
  return unpackBytes(pack(tar(members)));
}

async function unpackBytes(bytes: Buffer, maxBytes = MAX): Promise<void> {
  const archive = join(folder, "..", "archive");
  writeFileSync(archive, bytes);
  await unpack(archive, { folder, files: FILES, maxBytes });
}

const ONE: TarEntry = { path: "one", data: "first" };
const TWO: TarEntry = { path: "two", data: "second" };

describe("an entry of ours", () => {
  test.each([
    ["zstd", zstdCompressSync],
    ["gzip", gzipSync],
  ])("compressed by %s comes out as it was", async (_, pack) => {
    await unpackMembers([TWO, ONE], pack);
    expect(FILES.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["first", "second"]);
    expect(readdirSync(folder).sort()).toEqual(FILES);
  });

  test.each([
    ["GNU tar's own", ["--format=gnu"]],
    ["POSIX's, with times and owners in extended headers", ["--posix"]],
    ["the older one", ["--format=ustar"]],
  ])("is read in the format that is %s", async (_, format) => {
    const source = join(bed.path, `source-${count}`);
    mkdirSync(source);
    const large = randomBytes(3_000_001);
    writeFileSync(join(source, "one"), large);
    writeFileSync(join(source, "two"), "");
    const archive = join(source, "archive");
    execFileSync("tar", [...format, "-czf", archive, "-C", source, "one", "two"]);
    await unpack(archive, { folder, files: FILES, maxBytes: 4_000_000 });
    expect(readFileSync(join(folder, "one")).equals(large)).toBe(true);
    expect(readFileSync(join(folder, "two"), "utf8")).toBe("");
  });

  test("gives no file a right that it had, least of all setuid", async () => {
    await unpackMembers([{ ...ONE, mode: 0o6777 }, TWO]);
    expect(lstatSync(join(folder, "one")).mode & 0o7777).toBe(0o600);
  });
});

const extended = (record: string): TarEntry => ({
  path: "header",
  type: "x",
  data: `${record.length + 3} ${record}\n`,
});

describe("an entry of a stranger's", () => {
  const hostile: [string, () => TarEntry[]][] = [
    ["an absolute path", () => [{ path: outside, data: "changed" }, ONE, TWO]],
    ["a path that leads out", () => [{ path: "../outside", data: "changed" }, ONE, TWO]],
    ["a wanted file by a path", () => [{ path: "./one", data: "x" }, TWO]],
    ["a folder", () => [{ path: "one/" }, TWO]],
    ["a file in a folder of a wanted name", () => [{ path: "one/x", data: "x" }, ONE, TWO]],
    ["a symbolic link", () => [{ path: "one", link: outside }, TWO]],
    ["a symbolic link and then a file of that name", () => [{ path: "one", link: outside }, ONE, TWO]],
    ["a hard link to a file outside", () => [{ path: "one", type: "1", link: outside }, ONE, TWO]],
    ["a hard link to a wanted file", () => [ONE, { path: "two", type: "1", link: "one" }]],
    ["a device", () => [{ path: "one", type: "3" }, TWO]],
    ["a pipe", () => [{ path: "one", type: "6" }, TWO]],
    ["a file twice", () => [ONE, { ...ONE, data: "again" }, TWO]],
    ["a file too many", () => [ONE, TWO, { path: "three", data: "x" }]],
    ["a thousand files", () => Array.from({ length: 1000 }, (_, at) => ({ path: `file-${at}`, data: "x" }))],
    ["a name behind a very long one", () => [{ path: "x".repeat(200), data: "x" }, ONE, TWO]],
    ["another name in an extended header", () => [extended("path=../outside"), ONE, TWO]],
    ["another size in an extended header", () => [extended("size=1"), ONE, TWO]],
    ["another link in an extended header", () => [extended("linkpath=../outside"), ONE, TWO]],
    ["a sparse file in an extended header", () => [extended("GNU.sparse.major=1"), ONE, TWO]],
    ["an extended header that is none", () => [{ path: "x", type: "x", data: "path=../outside" }, ONE, TWO]],
    ["an extended header without an end", () => [{ path: "x", type: "g", data: Buffer.alloc(70_000) }, ONE, TWO]],
    ["one file of the two", () => [ONE]],
    ["nothing", () => []],
  ];

  test("is refused with a reason", async () => {
    const members = [{ path: "one", link: outside }, TWO];
    await expect(unpackMembers(members)).rejects.toThrow("it holds something other than plain files");
  });

  // Proves: comes-out-repository-s
  test.each(hostile)("is refused if it holds %s, and nothing outside changes", async (_, members) => {
    await expect(unpackMembers(members())).rejects.toThrow(UnusableEntry);
    expect(readFileSync(outside, "utf8")).toBe("untouched");
    expect(readdirSync(join(folder, "..")).sort()).toEqual(["archive", "folder", "outside"]);
    expect(lstatSync(outside).nlink).toBe(1);
    for (const name of readdirSync(folder)) expect(lstatSync(join(folder, name)).isFile()).toBe(true);
  });

  test("is refused if it is larger than allowed, before that is written", async () => {
    const bomb = zstdCompressSync(tar([ONE, { path: "two", data: Buffer.alloc(MAX + 1) }]));
    expect(bomb.length).toBeLessThan(10_000);
    await expect(unpackBytes(bomb)).rejects.toThrow(`more than ${MAX} bytes`);
    expect(readdirSync(folder)).toEqual(["one"]);
  });

  test("overwrites nothing that is there already", async () => {
    writeFileSync(join(folder, "one"), "mine");
    await expect(unpackMembers([ONE, TWO])).rejects.toThrow("EEXIST");
    expect(readFileSync(join(folder, "one"), "utf8")).toBe("mine");
  });
});

describe("a damaged entry", () => {
  const whole = tar([{ path: "one", data: randomBytes(100_000) }, TWO]);
  const flipped = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
    return copy;
  };
  const packed = { zstd: zstdCompressSync(whole), gzip: gzipSync(whole) };

  const damaged: [string, Buffer][] = [
    ["cut off, zstd", packed.zstd.subarray(0, 50_000)],
    ["cut off, gzip", packed.gzip.subarray(0, 50_000)],
    ["cut off within the tar", gzipSync(whole.subarray(0, 5000))],
    ["changed in its gzip header", flipped(packed.gzip, 2)],
    ["changed in its zstd header", flipped(packed.zstd, 4)],
    ["neither zstd nor gzip", randomBytes(1000).fill(7, 0, 4)],
    ["empty", Buffer.alloc(0)],
    ["a tar whose header has another sum", gzipSync(flipped(whole, 0))],
  ];

  test.each(damaged)("is refused: %s", async (_, bytes) => {
    await expect(unpackBytes(bytes)).rejects.toThrow(UnusableEntry);
  });
});

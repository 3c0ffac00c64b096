import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { type LayerLimits, readLayer } from "../../../src/images/layers/read-layer.ts";
import { entriesOf, packageJson, type ShortEntry } from "../../support/images/layers.ts";
import { digestOf } from "../../support/images/oci.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";
import { zip } from "../../support/images/zip.ts";
import { elf, GO_BUILD_INFO } from "../../support/programs/programs.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("layers");
afterAll(() => folder.remove());

let count = 0;
const fresh = () => join(folder.path, `file-${++count}`);

function stored(bytes: Buffer): string {
  const file = fresh();
  writeFileSync(file, bytes);
  return file;
}

const read = (bytes: Buffer, limits?: Partial<LayerLimits>) =>
  readLayer({ file: stored(bytes), output: fresh(), limits });
const entries: readonly TarEntry[] = [
  { path: "app/", data: "" },
  { path: "app/node_modules/left-pad/package.json", data: packageJson("left-pad") },
  { path: "app/readme", data: "x".repeat(5000) },
];
const whole = tar(entries);
const layer = (members: readonly ShortEntry[]) => tar(entriesOf(members));
const skippable = Buffer.from("502a4d180400000061626364", "hex");

describe("digests", () => {
  const forms: [string, Buffer][] = [
    ["a tar", whole],
    ["gzip", gzipSync(whole)],
    ["gzip of two members", Buffer.concat([gzipSync(whole.subarray(0, 700)), gzipSync(whole.subarray(700))])],
    ["zstd", zstdCompressSync(whole)],
    [
      "zstd of two frames",
      Buffer.concat([zstdCompressSync(whole.subarray(0, 700)), zstdCompressSync(whole.subarray(700))]),
    ],
    ["zstd between skippable frames", Buffer.concat([skippable, zstdCompressSync(whole), skippable])],
    ["zstd of a thousand frames", Buffer.concat(pieces(whole, 9).map((piece) => zstdCompressSync(piece)))],
  ];
  test.each(forms)("of %s match the stored bytes and the tar", async (_, bytes) => {
    const layer = await read(bytes);
    expect(layer).toMatchObject({
      digest: digestOf(bytes),
      size: bytes.length,
      diffId: digestOf(whole),
      unpackedSize: whole.length,
    });
    expect(layer.content.files.map(({ path, found }) => [path, found[0]?.packages?.[0]?.version])).toEqual([
      ["app/node_modules/left-pad/package.json", "1.0.0"],
    ]);
  });

  test("of a part of a file match the part", async () => {
    const file = stored(Buffer.concat([Buffer.alloc(700, 1), gzipSync(whole), Buffer.alloc(9, 2)]));
    const length = gzipSync(whole).length;
    expect(await readLayer({ file, output: fresh(), offset: 700, length })).toMatchObject({
      size: length,
      diffId: digestOf(whole),
    });
    await expect(readLayer({ file, output: fresh(), offset: 700, length: length + 10 })).rejects.toMatchObject({
      code: "image-damaged",
    });
  });
});

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe("what is refused", () => {
  const junk = Buffer.from("junk");
  const behind = (bytes: Buffer, more: Buffer) => Buffer.concat([bytes, more]);
  const [gz, zst] = [gzipSync(whole), zstdCompressSync(whole)];
  const header = Buffer.concat([whole.subarray(0, 3), junk, whole.subarray(7)]);
  const refused: Readonly<Record<string, readonly [string, Buffer, RegExp][]>> = {
    "compression-unknown": [
      ["an unknown compression", Buffer.from("BZh91AY&SY and more"), /neither a tar/],
      ["text", Buffer.alloc(2000, "text"), /neither a tar/],
    ],
    "image-damaged": [
      ["gzip that is cut off", gz.subarray(0, -5), /compression is damaged/],
      ["zstd that is cut off", zst.subarray(0, -5), /compression is damaged/],
      ["other bytes behind gzip", behind(gz, junk), /compression is damaged/],
      ["a tar that is cut off", whole.subarray(0, 2000), /cut off/],
      ["a header with a wrong sum", header, /header/],
    ],
    "image-inconsistent": [
      ["zeros behind gzip", behind(gz, Buffer.alloc(9)), /behind (?:its|the) end/],
      ["other bytes behind zstd", behind(zst, junk), /behind (?:its|the) end/],
      ["a second tar behind the first", behind(whole, whole), /behind (?:its|the) end/],
      ["an unknown type of member", layer([{ path: "a", type: "Z" }]), /type/],
      ["a name for all members", layer([{ path: "h", type: "g", data: "10 path=a\n" }]), /all members/],
      ["a file within a file", layer(["a", "a/b"]), /not a folder/],
      ["a file in the place of the root", layer(["."]), /root/],
      ["a removal of the folder itself", layer(["a/.wh."]), /removes no file/],
      ["a removal of the folder above", layer(["a/.wh..."]), /removes no file/],
      ["two files of a name behind links that lead elsewhere", layer(["l -> a", "l/x", "l/x"]), /twice behind a link/],
      ["a link that becomes another, a file behind it", layer(["l -> a", "l/x", "l -> b"]), /becomes something else/],
      [
        "a folder that becomes a file, with a link in it and a file behind that",
        layer(["d/l -> a", "d/l/x", "d"]),
        /something else as well/,
      ],
      ["a folder of a file that becomes a link", layer(["a/b", "a -> c"]), /something else as well/],
      ["a file that becomes a folder", layer(["a", "a/"]), /something else as well/],
      [
        "a folder in the place of a link with a removal behind it",
        layer(["a -> b", "a/.wh.x.jar", "a/"]),
        /becomes something else/,
      ],
      ["a hard link to what only links lead to", layer(["opt/x", "l -> opt", "y => l/x"]), /leads through a link/],
      ["a name of AUFS", layer([".wh..wh.plnk/1"]), /only AUFS used/],
    ],
    "image-too-large": [
      ["a name of 200 folders", layer([`${"a/".repeat(200)}b`]), /128 folders/],
      ["a name of 5,000 characters", layer([{ path: "a".repeat(5000) }]), /4096 characters/],
    ],
  };
  // Proves: layer-read-container-engines
  describe.each(Object.entries(refused))("as %s:", (code, rows) => {
    test.each(rows)("%s", async (_, bytes, what) => {
      await expect(read(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(what) });
    });
  });

  test("a link, a pipe and a folder in the place of the file", async () => {
    const link = fresh();
    symlinkSync(stored(whole), link);
    await expect(readLayer({ file: link, output: fresh() })).rejects.toMatchObject({ code: "ELOOP" });
    await expect(readLayer({ file: folder.path, output: fresh() })).rejects.toMatchObject({ code: "image-damaged" });
  });
});

describe("bounds", () => {
  const bounds: [string, Partial<LayerLimits>, RegExp][] = [
    ["unpacked bytes", { unpackedBytes: 5000 }, /5000 bytes when it is unpacked/],
    ["members", { members: 2 }, /more than 2 files and folders/],
    ["names", { nameBytes: 40 }, /more than 40 characters in sum/],
    ["lists", { listedCharacters: 40 }, /more than 40 characters/],
  ];
  // Proves: layer-takes-bounded-memory
  test.each(bounds)("of %s are named by the error", async (_, limits, what) => {
    await expect(read(gzipSync(whole), limits)).rejects.toMatchObject({
      code: "image-too-large",
      message: expect.stringMatching(what),
    });
  });

  // Proves: layer-takes-bounded-memory
  test("names of 1.2 GB in a small blob end the reading", async () => {
    const member = tar([{ path: `${"n".repeat(250)}/`.repeat(16) }]).subarray(0, -1024);
    const part = gzipSync(Buffer.concat(Array.from({ length: 1000 }, () => member)));
    const bomb = Buffer.concat(Array.from({ length: 300 }, () => part));
    expect(bomb.length).toBeLessThan(16 << 20);
    await expect(read(bomb)).rejects.toMatchObject({
      code: "image-too-large",
      message: expect.stringMatching(/names/),
    });
  });
});

describe("a file that comes in several pieces", () => {
  const go = elf({ data: `${"x".repeat(600_000)}${GO_BUILD_INFO}` });
  const jar = Buffer.concat([Buffer.from("#!/bin/sh\n"), zip({ "a.bin": Buffer.alloc(700_000, "x"), "A.class": "x" })]);
  const list = Buffer.from("Package: curl\nStatus: install ok installed\nVersion: 1\n\n".repeat(20_000));
  const members = (before: number) =>
    tar([
      { path: "before", data: Buffer.alloc(before, "x") },
      { path: "bin/go", data: go },
      { path: "app/service", data: jar },
      { path: "var/lib/dpkg/status", data: list },
      { path: "app/package.json", data: packageJson("a", "1") },
      { path: "zeros", data: Buffer.concat([Buffer.from("{"), Buffer.alloc(1 << 20)]) },
    ]);
  const expected = [
    ["bin/go", "go", undefined],
    ["app/service", "jar", undefined],
    ["var/lib/dpkg/status", "dpkg", 20_000],
    ["app/package.json", "node", 1],
  ];

  // A header, a padded content, and the next header: the next content begins at the start or end of a piece.
  test.each([0, (1 << 19) - 1536, (1 << 19) - 1024 - 4, 1 << 19])("behind %i bytes is inspected", async (before) => {
    const bytes = members(before);
    for (const packed of [bytes, gzipSync(bytes), zstdCompressSync(bytes)]) {
      const { files } = (await read(packed)).content;
      expect(files.map(({ path, found: [one] }) => [path, one?.kind, one?.packages?.length])).toEqual(expected);
    }
    const file = stored(bytes);
    expect((await readLayer({ file, output: file })).content).toEqual((await read(bytes)).content);
  });
});

describe("the unpacked tar", () => {
  // Proves: layer-takes-bounded-memory
  test("is written as it is, with holes in the place of long zeros", async () => {
    const sparse = tar([{ path: "zeros", data: Buffer.alloc(8 << 20) }, ...entries]);
    const output = fresh();
    await readLayer({ file: stored(gzipSync(sparse)), output });
    expect(readFileSync(output).equals(sparse)).toBe(true);
    expect(statSync(output).blocks * 512).toBeLessThan(1 << 20);
  });

  test("is not left behind when the layer is damaged, and replaces no file", async () => {
    const output = fresh();
    await expect(readLayer({ file: stored(gzipSync(whole).subarray(0, -5)), output })).rejects.toThrow();
    expect(() => statSync(output)).toThrow(/ENOENT/);
    const kept = stored(Buffer.from("kept"));
    await expect(readLayer({ file: stored(whole), output: kept })).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(kept, "utf8")).toBe("kept");
  });
});

import { describe, expect, it } from "vitest";
import { DamagedTar, readTar } from "../../../src/system/store/tar.ts";
import { type TarEntry, tar } from "../../support/tar.ts";

/** In pieces of so many bytes, as a stream may come. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function members(bytes: Buffer, size = 1000) {
  const all: { name: string; type: string; isRenamed: boolean; text: string }[] = [];
  for await (const { name, type, isRenamed, content } of readTar(pieces(bytes, size))) {
    let text = "";
    for await (const part of content()) text += part.toString("utf8");
    all.push({ name, type, isRenamed, text });
  }
  return all;
}

const ENTRIES: readonly TarEntry[] = [
  { path: "one", data: "first" },
  { path: "folder/" },
  { path: "link", link: "/etc/passwd" },
  { path: "empty", data: "" },
  { path: "two", data: "x".repeat(1025) },
];

describe("a tar", () => {
  it.each([1, 511, 512, 4096])("is read member by member, in pieces of %i bytes", async (size) => {
    expect(await members(tar(ENTRIES), size)).toEqual([
      { name: "one", type: "0", isRenamed: false, text: "first" },
      { name: "folder/", type: "5", isRenamed: false, text: "" },
      { name: "link", type: "2", isRenamed: false, text: "" },
      { name: "empty", type: "0", isRenamed: false, text: "" },
      { name: "two", type: "0", isRenamed: false, text: "x".repeat(1025) },
    ]);
  });

  it("passes over what is not read", async () => {
    const names: string[] = [];
    for await (const { name, content } of readTar(pieces(tar(ENTRIES), 700))) {
      names.push(name);
      if (name === "two") for await (const _ of content()) break;
    }
    expect(names).toEqual(ENTRIES.map(({ path }) => path));
  });

  it.each<[string, TarEntry]>([
    ["GNU's long name", { path: "././@LongLink", data: "other\0", type: "L" }],
    ["a path", { path: "x", data: "14 path=other\n", type: "x" }],
    ["a size", { path: "x", data: "10 size=9\n", type: "x" }],
    ["something for all that follow", { path: "x", data: "14 path=other\n", type: "g" }],
    ["more than any plain file needs", { path: "x", data: Buffer.alloc(70_000, "a"), type: "x" }],
  ])("says that a header does not tell the truth after %s", async (_, before) => {
    const all = await members(tar([before, { path: "named", data: "a" }]));
    expect(all.find(({ name }) => name === "named")?.isRenamed).toBe(true);
  });

  it.each<[string, readonly TarEntry[], string | undefined]>([
    ["no record", [], "named"],
    ["a path", [{ path: "x", data: "14 path=other\n", type: "x" }], "other"],
    ["a path in another alphabet", [{ path: "x", data: "12 path=漏\n", type: "x" }], "漏"],
    ["a path and a size", [{ path: "x", data: "14 path=other\n10 size=9\n", type: "x" }], undefined],
    ["two paths", [{ path: "x", data: "14 path=other\n13 path=more\n", type: "x" }], undefined],
    ["a path for all", [{ path: "x", data: "14 path=other\n", type: "g" }], undefined],
    [
      "a path for all and one of its own",
      [
        { path: "x", data: "14 path=other\n", type: "g" },
        { path: "x", data: "13 path=more\n", type: "x" },
      ],
      undefined,
    ],
    ["GNU's long name", [{ path: "././@LongLink", data: "other\0", type: "L" }], undefined],
  ])("knows the path after %s, if it is the only thing that is changed", async (_, before, wanted) => {
    const paths: (string | undefined)[] = [];
    const bytes = tar([...before, { path: "named", data: "a" }, { path: "last", data: "b" }]);
    for await (const { name, path } of readTar(pieces(bytes, 1000))) if (name === "named") paths.push(path);
    expect(paths).toEqual([wanted]);
  });

  it.each(["13 path=more", "99 path=more\n", "14 path=more\n", "3 path=more\n"])(
    "is damaged by a record of another length than it says: %j",
    async (data) => {
      await expect(
        members(
          tar([
            { path: "x", data, type: "x" },
            { path: "named", data: "a" },
          ]),
        ),
      ).rejects.toThrow(DamagedTar);
    },
  );

  it("believes a header after times and owners", async () => {
    const all = await members(
      tar([
        { path: "x", data: "13 mtime=1.5\n", type: "x" },
        { path: "named", data: "a" },
      ]),
    );
    expect(all).toEqual([{ name: "named", type: "0", isRenamed: false, text: "a" }]);
  });

  it("is damaged if it is cut off, changed, or goes on behind its end", async () => {
    const whole = tar(ENTRIES);
    for (const end of [0, 100, 512, 600, 1500])
      await expect(members(whole.subarray(0, end))).rejects.toThrow(DamagedTar);
    const changed = Buffer.from(whole);
    changed.write("X", 0);
    await expect(members(changed)).rejects.toThrow(DamagedTar);
    await expect(members(Buffer.concat([whole, Buffer.alloc(9 << 20)]), 1 << 20)).rejects.toThrow(
      "more behind its end",
    );
  });
});

import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bytesOfFile, bytesOfStream } from "../../../src/system/tar/bytes.ts";
import { contentOf, piecesOf, plainMembers, tarMembers } from "../../../src/system/tar/members.ts";
import { TarProblem } from "../../../src/system/tar/problem.ts";
import type { TarRules } from "../../../src/system/tar/tar-pass.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type TarEntry, tar } from "../../support/tar.ts";

const folder = temporaryFolder("members");
afterAll(() => folder.remove());

const SAVED: TarRules = { form: "archive", members: 1000, nameBytes: 1 << 20 };

/** In pieces of so many bytes, as a stream may come. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function members(bytes: Buffer, size = 1000, rules = SAVED) {
  const all: { name: string; kind: string; text: string }[] = [];
  for await (const member of tarMembers(bytesOfStream(pieces(bytes, size)), rules))
    all.push({ name: member.name, kind: member.kind, text: String(await contentOf(member)) });
  return all;
}

const ENTRIES: readonly TarEntry[] = [
  { path: "one", data: "first" },
  { path: "folder/" },
  { path: "link", link: "/etc/passwd" },
  { path: "empty", data: "" },
  { path: "n".repeat(150), data: "x".repeat(1025) },
  { path: "x", type: "x", data: "14 path=other\n" },
  { path: "named", data: "a" },
];
const SEEN = [
  { name: "one", kind: "file", text: "first" },
  { name: "folder/", kind: "folder", text: "" },
  { name: "link", kind: "symlink", text: "" },
  { name: "empty", kind: "file", text: "" },
  { name: "n".repeat(150), kind: "file", text: "x".repeat(1025) },
  { name: "other", kind: "file", text: "a" },
];

describe("the members of a tar", () => {
  it.each([1, 511, 512, 4096])("are read one by one, in pieces of %i bytes", async (size) => {
    expect(await members(tar(ENTRIES), size)).toEqual(SEEN);
  });

  it("begin at their offsets, and what is not read of a file is passed over", async () => {
    const bytes = tar(ENTRIES);
    const path = join(folder.path, "a.tar");
    writeFileSync(path, bytes);
    const descriptor = openSync(path, "r");
    const found: [string, string][] = [];
    for await (const { name, offset, size } of tarMembers(bytesOfFile(descriptor), SAVED))
      found.push([name, bytes.toString("utf8", offset, offset + size)]);
    closeSync(descriptor);
    expect(found).toEqual(SEEN.map(({ name, text }) => [name, text]));
  });

  it("are passed over from the middle of their content", async () => {
    const names: string[] = [];
    for await (const member of tarMembers(bytesOfStream(pieces(tar(ENTRIES), 700)), SAVED)) {
      names.push(member.name);
      if (member.size > 1000) for await (const _ of piecesOf(member)) break;
    }
    expect(names).toEqual(SEEN.map(({ name }) => name));
  });

  it("are bounded in their number and their names", async () => {
    const many = tar(Array.from({ length: 20 }, (_, at) => ({ path: `${at}${"n".repeat(90)}` })));
    await expect(members(many, 1000, { ...SAVED, members: 19 })).rejects.toMatchObject({ fault: "oversized" });
    await expect(members(many, 1000, { ...SAVED, nameBytes: 500 })).rejects.toThrow("500 characters in sum");
    expect(await members(many, 1000, { ...SAVED, members: 20 })).toHaveLength(20);
  });

  it("are cut off with the file that has them", async () => {
    const whole = tar(ENTRIES);
    const end = whole.length - 1024;
    for (let length = 1; length < end; length += 97) {
      const path = join(folder.path, "cut.tar");
      writeFileSync(path, whole.subarray(0, length));
      const descriptor = openSync(path, "r");
      const read = async () => {
        let count = 0;
        for await (const _ of tarMembers(bytesOfFile(descriptor), SAVED)) count++;
        return count;
      };
      const isAtBorder = length % 512 === 0;
      if (!isAtBorder) await expect(read(), `${length}`).rejects.toBeInstanceOf(TarProblem);
      closeSync(descriptor);
    }
  });
});

const record = (data: string, type = "x"): TarEntry => ({ path: "x", type, data });

describe("an archive is refused if its readers differ", () => {
  // Proves: tar-one-image
  it.each<[string, readonly TarEntry[], RegExp]>([
    ["two names", [record("14 path=other\n13 path=more\n")], /path is given twice/],
    [
      "a name and GNU's long name",
      [record("14 path=other\n"), { path: "L", type: "L", data: "b\0" }],
      /two extended headers/,
    ],
    [
      "the other way around",
      [{ path: "L", type: "L", data: "b\0" }, record("14 path=other\n")],
      /two extended headers/,
    ],
    ["two headers with a size", [record("10 size=1\n"), record("10 size=1\n")], /two extended headers/],
    ["another size than the header's", [record("10 size=2\n")], /size is given twice/],
    ["an empty name", [record("8 path=\n")], /two ways/],
    ["a name for all", [record("14 path=other\n", "g")], /all members/],
    ["another alphabet", [record("21 hdrcharset=BINARY\n")], /unusual way \(hdrcharset\)/],
    ["a sparse file", [record("22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n")], /sparse file/],
  ])("in %s", async (_, before, message) => {
    const bytes = tar([...before, { path: "named", data: "a" }]);
    const thrown = await members(bytes).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ fault: "inconsistent", message: expect.stringMatching(message) });
  });

  it("in a folder's content, a sparse file of GNU's, or what lies behind the end", async () => {
    const sparse = tar([{ path: "s", type: "S", data: "a" }]);
    await expect(members(sparse)).rejects.toThrow("sparse file");
    const link = tar([{ path: "l", type: "2", link: "x", data: "content" }]);
    await expect(members(link)).rejects.toThrow("has content but is not a regular file");
    await expect(members(Buffer.concat([tar(ENTRIES), tar(ENTRIES)]))).rejects.toThrow("something lies behind its end");
  });

  it("and is read with what none of them cares about", async () => {
    const times = [record("13 mtime=1.5\n"), { path: "named", data: "a" }];
    expect(await members(tar(times))).toEqual([{ name: "named", kind: "file", text: "a" }]);
    expect(await members(tar([record("15 comment=git\n", "g"), ...times]))).toHaveLength(1);
  });
});

describe("an archive of ours", () => {
  const whole = tar(ENTRIES);
  const read = async (bytes: Buffer) => {
    let count = 0;
    for await (const _ of plainMembers(bytesOfStream(pieces(bytes, 1 << 20)))) count++;
    return count;
  };

  it("must have its end", async () => {
    expect(await read(whole)).toBe(SEEN.length);
    for (let length = 0; length <= whole.length - 1024; length += 512)
      await expect(read(whole.subarray(0, length)), `${length}`).rejects.toMatchObject({ fault: "damaged" });
  });

  it("has a bounded number of zeros behind it", async () => {
    expect(await read(Buffer.concat([whole, Buffer.alloc(7 << 20)]))).toBe(SEEN.length);
    const problem = await read(Buffer.concat([whole, Buffer.alloc(9 << 20)])).catch((error: unknown) => error);
    expect(problem).toMatchObject({ fault: "oversized", clause: expect.stringContaining("has more than is read") });
  });

  it("that was changed is damaged", async () => {
    const changed = Buffer.from(whole);
    changed.write("X", 0);
    await expect(read(changed)).rejects.toMatchObject({ fault: "damaged" });
  });
});

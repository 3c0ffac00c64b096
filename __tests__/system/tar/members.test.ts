import { closeSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { membersIn, writeMembers } from "../../../src/system/tar/members.ts";
import { TarProblem } from "../../../src/system/tar/problem.ts";
import { type Member, TarPass, type TarRules } from "../../../src/system/tar/tar-pass.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("members");
afterAll(() => folder.remove());

const SAVED: TarRules = { members: 1000, nameBytes: 1 << 20 };

/** In pieces of this size, as in a stream. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Shown {
  readonly name: string;
  readonly kind: string;
  text: string;
}

/** Archives with these members, each written into its own files. */
let written = 0;

async function files(bytes: Buffer, size = 1000) {
  const all: { name: string; kind: string; path: string }[] = [];
  await writeMembers(pieces(bytes, size), ({ name, kind }) => {
    all.push({ name, kind, path: join(folder.path, `${written++}`) });
    return all.at(-1)?.path;
  });
  return all.map(({ path, ...shown }) => ({ ...shown, text: readFileSync(path, "utf8") }));
}

/** The members of an archive that is given at once. */
function members(bytes: Buffer, rules = SAVED) {
  const all: Shown[] = [];
  const visitor = {
    member: ({ name, kind }: Member) => void all.push({ name, kind, text: "" }),
    content(piece: Buffer) {
      const last = all.at(-1);
      if (last) last.text += String(piece);
    },
    end() {},
  };
  const pass = new TarPass(visitor, rules);
  pass.write(bytes);
  pass.finish();
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
  it.each([1, 511, 512, 4096])("are written one by one, from pieces of %i bytes", async (size) => {
    expect(await files(tar(ENTRIES), size)).toEqual(SEEN);
  });

  it("are written only to new files of this user, and the unwanted ones not at all", async () => {
    const path = join(folder.path, "new");
    const only = ({ name }: Member) => (name === "one" ? path : undefined);
    await writeMembers(pieces(tar(ENTRIES), 100), only);
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["first", 0o600]);
    await expect(writeMembers(pieces(tar(ENTRIES), 100), only)).rejects.toMatchObject({ code: "EEXIST" });
    const refusal = new Error("not wanted");
    const refuse = () => {
      throw refusal;
    };
    await expect(writeMembers(pieces(tar(ENTRIES), 100), refuse)).rejects.toBe(refusal);
  });

  it("begin at their offsets, and their contents are passed over", () => {
    const bytes = tar(ENTRIES);
    const path = join(folder.path, "a.tar");
    writeFileSync(path, bytes);
    const descriptor = openSync(path, "r");
    const found: [string, string][] = [];
    for (const { name, offset, size } of membersIn(descriptor, SAVED))
      found.push([name, bytes.toString("utf8", offset, offset + size)]);
    closeSync(descriptor);
    expect(found).toEqual(SEEN.map(({ name, text }) => [name, text]));
  });

  it("are bounded in their number and their names", () => {
    const many = tar(Array.from({ length: 20 }, (_, at) => ({ path: `${at}${"n".repeat(90)}` })));
    expect(() => members(many, { ...SAVED, members: 19 })).toThrow(expect.objectContaining({ fault: "oversized" }));
    expect(() => members(many, { ...SAVED, nameBytes: 500 })).toThrow("500 characters in sum");
    expect(members(many, { ...SAVED, members: 20 })).toHaveLength(20);
  });

  it("are cut off with the file that has them", () => {
    const whole = tar(ENTRIES);
    const end = whole.length - 1024;
    for (let length = 1; length < end; length += 97) {
      const path = join(folder.path, "cut.tar");
      writeFileSync(path, whole.subarray(0, length));
      const descriptor = openSync(path, "r");
      const isAtBorder = length % 512 === 0;
      if (!isAtBorder) expect(() => [...membersIn(descriptor, SAVED)], `${length}`).toThrow(TarProblem);
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
    ["another alphabet", [record("26 hdrcharset=ISO-IR 1008\n")], /unusual way \("hdrcharset"\)/],
  ])("in %s", (_, before, message) => {
    const bytes = tar([...before, { path: "named", data: "a" }]);
    const refusal = { fault: "inconsistent", message: expect.stringMatching(message) };
    expect(() => members(bytes)).toThrow(expect.objectContaining(refusal));
  });

  it("in a link's content, or what is behind the end", () => {
    const link = tar([{ path: "l", type: "2", link: "x", data: "content" }]);
    expect(() => members(link)).toThrow("has content but is not a regular file");
    expect(() => members(Buffer.concat([tar(ENTRIES), tar(ENTRIES)]))).toThrow("something is behind its end");
  });

  it("and is read with what none of them cares about", () => {
    const times = [record("13 mtime=1.5\n"), { path: "named", data: "a" }];
    expect(members(tar(times))).toEqual([{ name: "named", kind: "file", text: "a" }]);
    expect(members(tar([record("15 comment=git\n", "g"), ...times]))).toHaveLength(1);
    // bsdtar stores a name with non-ASCII letters in this way if LC_ALL is C.
    const named = record("21 hdrcharset=BINARY\n17 path=Főtanú\n");
    expect(members(tar([named, { path: "F\u0151", data: "a" }]))).toEqual([
      { name: "Főtanú", kind: "file", text: "a" },
    ]);
  });
});

describe("an archive of ours", () => {
  const whole = tar(ENTRIES);
  const read = async (bytes: Buffer) => (await files(bytes, 1 << 20)).length;

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

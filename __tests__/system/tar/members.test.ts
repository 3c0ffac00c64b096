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

interface Seen extends Member {
  readonly content: string;
}

/** The members and contents, given in pieces of `size` bytes. */
function seenIn(bytes: Buffer, size = bytes.length, rules = SAVED): Seen[] {
  const seen: Seen[] = [];
  let member: Member | undefined;
  let content = "";
  const visitor = {
    member(each: Member) {
      member = each;
      content = "";
    },
    content(piece: Buffer) {
      content += piece.toString("latin1");
    },
    end() {
      if (member) seen.push({ ...member, content });
    },
  };
  const pass = new TarPass(visitor, rules);
  for (let at = 0; at < bytes.length; at += size) pass.write(bytes.subarray(at, at + size));
  pass.finish();
  return seen;
}

/** Records of an extended header. */
function pax(records: Readonly<Record<string, string>>, type = "x"): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const length = Buffer.byteLength(rest);
    const digits = String(length + String(length).length).length;
    return `${length + digits}${rest}`;
  });
  return { path: "pax", type, data: lines.join("") };
}

/** Names, kinds and contents. */
const members = (bytes: Buffer, rules = SAVED) =>
  seenIn(bytes, bytes.length, rules).map(({ name, kind, content }) => ({
    name,
    kind,
    text: Buffer.from(content, "latin1").toString(),
  }));

let written = 0;

/** The members, each written into its own file. */
async function files(bytes: Buffer, size = 1000) {
  const all: { name: string; kind: string; path: string }[] = [];
  await writeMembers(pieces(bytes, size), ({ name, kind }) => {
    all.push({ name, kind, path: join(folder.path, `${written++}`) });
    return all.at(-1)?.path;
  });
  return all.map(({ path, ...shown }) => ({ ...shown, text: readFileSync(path, "utf8") }));
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
    ["a name and GNU's long name", [record("14 path=other\n"), record("b\0", "L")], /two extended headers/],
    ["the other way around", [record("b\0", "L"), record("14 path=other\n")], /two extended headers/],
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

const names = (entries: readonly TarEntry[]) =>
  seenIn(tar(entries)).map(({ name, link }) => (link ? `${name} -> ${link}` : name));

it("members are the same in pieces of any size", () => {
  const bytes = tar([
    { path: "a", data: "x".repeat(700) },
    { path: "b/", data: "" },
    pax({ path: "ä".repeat(300), comment: "none" }),
    { path: "c", data: "y" },
    { path: "n".repeat(200), link: "target" },
  ]);
  const whole = seenIn(bytes);
  expect(whole.map(({ kind, name, content }) => `${kind} ${name.slice(0, 2)} ${content.length}`)).toEqual([
    "file a 700",
    "folder b/ 0",
    "file ää 1",
    "symlink nn 0",
  ]);
  for (const size of [1, 7, 511, 512, 513, 1024]) expect(seenIn(bytes, size)).toEqual(whole);
});

describe("names", () => {
  it("come from extended headers, for the next member alone", () => {
    expect(names([pax({ path: "long", linkpath: "far" }), { path: "a", link: "x" }, { path: "b" }])).toEqual([
      "long -> far",
      "b",
    ]);
  });

  // Proves: layer-read-container-engines
  it("have a prefix in ustar of whatever version, as for Go's archive/tar", () => {
    const path = `${"folder/".repeat(20)}file`;
    const bytes = tar([{ path }], "ustar");
    bytes.write("01", 263);
    expect(seenIn(withSum(bytes)).map(({ name }) => name)).toEqual([path]);
  });

  it("have a prefix in ustar, and none in GNU's own format", () => {
    const name = `${"d".repeat(100)}/${"e".repeat(60)}`;
    expect(seenIn(tar([{ path: name }], "ustar"))[0]?.name).toBe(name);
  });
});

describe("sizes", () => {
  it("can be given by an extended header", () => {
    const [header, rest] = [tar([{ path: "a", data: "12345" }]).subarray(0, 512), Buffer.alloc(512, "z")];
    const bytes = Buffer.concat([tar([pax({ size: "5" })]).subarray(0, 1024), header, rest, Buffer.alloc(1024)]);
    expect(seenIn(bytes)).toMatchObject([{ name: "a", content: "zzzzz" }]);
  });

  it("can be written in base 256", () => {
    const bytes = tar([{ path: "a", data: "12345" }]);
    bytes.fill(0, 124, 136);
    bytes[124] = 0x80;
    bytes[135] = 5;
    expect(seenIn(withSum(bytes))).toMatchObject([{ size: 5, content: "12345" }]);
    bytes[125] = 0x7f;
    expect(() => seenIn(withSum(bytes))).toThrow(/size is impossible/);
  });

  it.each([
    ["1 ", undefined],
    ["00000001 777", /damaged/],
    ["1 \0 7", /damaged/],
    ["00000001\x00777", undefined],
    [" \0 00000001 ", undefined],
  ])("in octal digits end as Go reads them: %j", (field, error) => {
    const bytes = tar([{ path: "a", data: "z" }]);
    bytes.write(field.padEnd(12, field.endsWith(" ") ? " " : "\0"), 124, "latin1");
    const seen = () => seenIn(withSum(bytes));
    if (error === undefined) expect(seen()).toMatchObject([{ size: 1, content: "z" }]);
    else expect(seen).toThrow(error);
  });

  // Proves: layer-read-container-engines
  it("belong to files alone", () => {
    for (const type of ["1", "2", "5"]) {
      const header = withSize(tar([{ path: "a", type, link: "b" }]).subarray(0, 512), "777");
      expect(() => seenIn(Buffer.concat([header, tar([{ path: "b" }])])), type).toThrow(/not a regular file/);
    }
  });
});

function withSize(header: Buffer, octal: string): Buffer {
  header.write(octal.padStart(11, "0"), 124);
  return withSum(header);
}

function withSum(bytes: Buffer): Buffer {
  bytes.write("        ", 148);
  let sum = 0;
  for (const byte of bytes.subarray(0, 512)) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

// Proves: layer-read-container-engines
// Proves: name-hides-no-java
it("sparse files are refused in each of their forms", () => {
  expect(() => names([{ path: "s", type: "S", data: "stored" }])).toThrow(/unusual way \(type "S"\)/);
  const records = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "real" };
  expect(() => names([pax(records), { path: "GNUSparseFile.0/real", data: "x" }])).toThrow(/unusual way \("GNU.sparse/);
  expect(() => names([pax({ "GNU.sparse.map": "0,1" }, "g"), { path: "a" }])).toThrow(/unusual way/);
});

// Proves: layer-read-container-engines
it("an extended header for all members may say nothing of names and sizes", () => {
  expect(names([pax({ comment: "by git" }, "g"), { path: "a" }])).toEqual(["a"]);
  for (const key of ["path", "linkpath", "size"])
    expect(() => names([pax({ [key]: "1" }, "g"), { path: "a" }])).toThrow(/all members/);
});

// Proves: layer-read-container-engines
it("attributes by which overlayfs shows other files are refused", () => {
  const withAttribute = (key: string, value = "") => names([pax({ [key]: value }), { path: "a/" }]);
  for (const key of [
    "SCHILY.xattr.trusted.overlay.redirect",
    "SCHILY.xattr.trusted.overlay.metacopy",
    "SCHILY.xattr.user.overlay.opaque",
    "LIBARCHIVE.xattr.trusted.overlay.opaque",
    "SCHILY.xattr.user.fuseoverlayfs.opaque",
    "SCHILY.xattr.trusted.overlay.overlay.whiteout",
  ])
    expect(() => withAttribute(key, "n"), key).toThrow(/tells overlayfs/);
  for (const key of ["SCHILY.xattr.security.capability", "SCHILY.xattr.trusted.overlay.origin"])
    expect(withAttribute(key)).toEqual(["a/"]);
  expect(withAttribute("SCHILY.xattr.trusted.overlay.opaque", "y")).toEqual(["a/"]);
});

it("records of an extended header must be whole", () => {
  for (const data of ["9 path=a", "99 path=a\n", "x path=a\n", "10 path a\n", "4 =\n"])
    expect(() => seenIn(tar([{ path: "x", type: "x", data }, { path: "a" }])), data).toThrow(
      /extended header is damaged/,
    );
  expect(() => names([pax({ path: "a\0b" }), { path: "a" }])).toThrow(/two ways/);
});

it("an extended header must have a member", () => {
  expect(() => seenIn(tar([{ path: "a" }, pax({ path: "b" })]))).toThrow(/cut off/);
});

import { describe, expect, test } from "vitest";
import { type Member, TarPass } from "../../../src/system/tar/tar-pass.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";

interface Seen extends Member {
  readonly content: string;
}

/** The members and contents, given in pieces of `size` bytes. */
function seenIn(bytes: Buffer, size = bytes.length): Seen[] {
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
  const pass = new TarPass(visitor, { members: 1000, nameBytes: 1 << 20 });
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

const names = (entries: readonly TarEntry[]) =>
  seenIn(tar(entries)).map(({ name, link }) => (link ? `${name} -> ${link}` : name));

test("members are the same in pieces of any size", () => {
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
  test("come from extended headers, for the next member alone", () => {
    expect(names([pax({ path: "long", linkpath: "far" }), { path: "a", link: "x" }, { path: "b" }])).toEqual([
      "long -> far",
      "b",
    ]);
  });

  // Proves: layer-read-container-engines
  test("have a prefix in ustar of whatever version, as for Go's archive/tar", () => {
    const path = `${"folder/".repeat(20)}file`;
    const bytes = tar([{ path }], "ustar");
    bytes.write("01", 263);
    expect(seenIn(withSum(bytes)).map(({ name }) => name)).toEqual([path]);
  });

  test("have a prefix in ustar, and none in GNU's own format", () => {
    const name = `${"d".repeat(100)}/${"e".repeat(60)}`;
    expect(seenIn(tar([{ path: name }], "ustar"))[0]?.name).toBe(name);
  });
});

describe("sizes", () => {
  test("can be given by an extended header", () => {
    const [header, rest] = [tar([{ path: "a", data: "12345" }]).subarray(0, 512), Buffer.alloc(512, "z")];
    const bytes = Buffer.concat([tar([pax({ size: "5" })]).subarray(0, 1024), header, rest, Buffer.alloc(1024)]);
    expect(seenIn(bytes)).toMatchObject([{ name: "a", content: "zzzzz" }]);
  });

  test("can be written in base 256", () => {
    const bytes = tar([{ path: "a", data: "12345" }]);
    bytes.fill(0, 124, 136);
    bytes[124] = 0x80;
    bytes[135] = 5;
    expect(seenIn(withSum(bytes))).toMatchObject([{ size: 5, content: "12345" }]);
    bytes[125] = 0x7f;
    expect(() => seenIn(withSum(bytes))).toThrow(/size is impossible/);
  });

  test.each([
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
  test("belong to files alone", () => {
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
test("sparse files are refused in each of their forms", () => {
  expect(() => names([{ path: "s", type: "S", data: "stored" }])).toThrow(/unusual way \(type "S"\)/);
  const records = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "real" };
  expect(() => names([pax(records), { path: "GNUSparseFile.0/real", data: "x" }])).toThrow(/unusual way \("GNU.sparse/);
  expect(() => names([pax({ "GNU.sparse.map": "0,1" }, "g"), { path: "a" }])).toThrow(/unusual way/);
});

// Proves: layer-read-container-engines
test("an extended header for all members may say nothing of names and sizes", () => {
  expect(names([pax({ comment: "by git" }, "g"), { path: "a" }])).toEqual(["a"]);
  for (const key of ["path", "linkpath", "size"])
    expect(() => names([pax({ [key]: "1" }, "g"), { path: "a" }])).toThrow(/all members/);
});

// Proves: layer-read-container-engines
test("attributes by which overlayfs shows other files are refused", () => {
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

test("records of an extended header must be whole", () => {
  for (const data of ["9 path=a", "99 path=a\n", "x path=a\n", "10 path a\n", "4 =\n"])
    expect(() => seenIn(tar([{ path: "x", type: "x", data }, { path: "a" }])), data).toThrow(
      /extended header is damaged/,
    );
  expect(() => names([pax({ path: "a\0b" }), { path: "a" }])).toThrow(/two ways/);
});

test("an extended header must have a member", () => {
  expect(() => seenIn(tar([{ path: "a" }, pax({ path: "b" })]))).toThrow(/cut off/);
});

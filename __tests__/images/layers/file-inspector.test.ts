import { describe, expect, test } from "vitest";
import { inspectFile } from "../../../src/images/layers/file-inspector.ts";
import { fileOf, gemspec, inventoryOf, metadata, packageJson } from "../../support/images/layers.ts";
import { zip } from "../../support/images/zip.ts";
import { elf, GO_BUILD_INFO, windowsProgram } from "../../support/programs/programs.ts";

const inspect = (path: string, bytes: Buffer) => inspectFile(path, fileOf(bytes));
const kinds = (path: string, bytes: Buffer) => inspect(path, bytes)?.found.map(({ kind }) => kind);

describe("programs", () => {
  const filling = "x".repeat(3 << 20);
  const programs: [string, Buffer, string[] | undefined][] = [
    ["with Go's build information", elf({ data: `${filling}${GO_BUILD_INFO}` }), ["go"]],
    ["with a section for it", elf({ sections: { ".go.buildinfo": GO_BUILD_INFO } }), ["go"]],
    ["that only writes about it", elf({ sections: { ".rodata": GO_BUILD_INFO } }), undefined],
    ["with cargo-auditable's list", elf({ sections: { ".text": filling, ".dep-v0": "zlib" } }), ["rust"]],
    ["with both", elf({ sections: { ".dep-v0": "" }, data: GO_BUILD_INFO }), ["go", "rust"]],
    ["with neither", elf({ sections: { ".text": filling } }), undefined],
    ["of Windows, with Go's build information", windowsProgram({ data: GO_BUILD_INFO }), ["go"]],
    ["of Windows, with cargo-auditable's list", windowsProgram({ sections: { ".dep-v0": "zlib" } }), ["rust"]],
    ["of Windows, with neither", windowsProgram({ sections: { ".text": GO_BUILD_INFO } }), undefined],
    [
      "of macOS, with both",
      Buffer.from(`\xcf\xfa\xed\xfe${filling}.dep-v0\0${GO_BUILD_INFO}${filling}`, "latin1"),
      ["go", "rust"],
    ],
  ];
  test.each(programs)("%s", (_, bytes, expected) => {
    expect(kinds("usr/bin/x", bytes)).toEqual(expected);
  });

  test("are found under any name, alongside what the name says", () => {
    expect(kinds("x.jar", elf({ data: GO_BUILD_INFO }))).toEqual(["jar", "go"]);
    expect(inspect("package.json", elf({ data: GO_BUILD_INFO }))?.found).toEqual([
      { kind: "node", unread: "it was not read" },
      { kind: "go" },
    ]);
  });

  test("of any size are searched where they have data, unless that is too much", () => {
    const bytes = elf({ data: GO_BUILD_INFO });
    const large = { size: 300 << 20, read: (at: number, length: number) => bytes.subarray(at, at + length) };
    expect(inspectFile("x", large)).toEqual({ found: [{ kind: "go" }] });
    const mac = Buffer.from("\xcf\xfa\xed\xfe".padEnd(1000), "latin1");
    const unread = "it is too large";
    expect(inspectFile("x", { ...large, read: (at, length) => mac.subarray(at, at + length) })).toEqual({
      found: [{ kind: "go", unread }],
    });
  });

  test("that are damaged are nothing", () => {
    const bytes = elf({ sections: { ".dep-v0": "zlib" }, data: GO_BUILD_INFO });
    for (let length = 0; length < 200; length++) expect(() => kinds("x", bytes.subarray(0, length))).not.toThrow();
    for (let at = 16; at < 120; at++) expect(() => kinds("x", Buffer.from(bytes).fill(0xff, at, at + 8))).not.toThrow();
  });
});

test("a list that repositories offer is not read as if it were installed; a link to it is not known", async () => {
  const index = Buffer.from("Package: curl\nVersion: 1\n\n".repeat(700_000));
  expect(inspect("var/lib/apt/lists/x_Packages", index)).toBeUndefined();
  expect(kinds("x", index.subarray(0, 1_000))).toEqual(["dpkg"]);
  const link = { path: "var/lib/dpkg/status", link: "var/lib/apt/lists/x_Packages", type: "1" };
  const { entries } = await inventoryOf([{ path: link.link, data: index }, link]);
  expect(entries).toMatchObject([
    { kind: "dpkg", path: link.path, unread: expect.stringContaining("does not look like") },
  ]);
});

describe("archives of Java's", () => {
  const filling = Buffer.alloc(300_000, "x");
  const jar = zip({ "a.bin": filling, "A.class": "x", "lib/b.JAR": "y" });
  const inner = { kind: "jar", within: "lib/b.JAR", unread: "scanners do not look at its name" };

  test("are found under any name", () => {
    for (const name of ["app/x.zip", "app/blob", "app/package.json", "requirements.txt"])
      expect(inspect(name, jar)?.found.slice(-2)).toEqual([{ kind: "jar", isRenamed: true }, inner]);
  });

  test("by their name are one, and what is in them is looked at, also behind a script", () => {
    for (const bytes of [jar, Buffer.concat([Buffer.from("#!/bin/sh\n"), jar])])
      expect(inspect("app/x.jar", bytes)?.found).toEqual([{ kind: "jar" }, inner]);
    expect(inspect("app/x.jar", Buffer.from("no archive"))?.found).toEqual([{ kind: "jar" }]);
  });

  test.each<[string, Buffer]>([
    ["a script", Buffer.from("#!/bin/sh\nexec java -jar $0\n")],
    ["a program", elf({ sections: { ".text": "x".repeat(2 << 20) } })],
    ["a package.json", Buffer.from(packageJson("a"))],
    ["any bytes", Buffer.alloc(100_000, "x")],
  ])("are found behind %s, with a comment behind them", (_, before) => {
    const commented = Buffer.concat([jar, Buffer.alloc(3000, "c")]);
    commented.writeUInt16LE(3000, jar.length - 2);
    for (const archive of [jar, commented])
      expect(inspect("app/service", Buffer.concat([before, archive]))?.found).toEqual([
        { kind: "jar", isRenamed: true },
        inner,
      ]);
    expect(inspect("app/service", Buffer.concat([before, zip({ "a.txt": filling })]))).toBeUndefined();
  });

  // Proves: name-hides-no-java
  test("are found if their directory is long", () => {
    const files = Object.fromEntries(Array.from({ length: 8000 }, (_, at) => [`${at}${"n".repeat(60)}.txt`, ""]));
    const long = zip({ "A.class": "x", ...files });
    expect(inspect("app/service", long)?.found).toEqual([{ kind: "jar", isRenamed: true }]);
    expect(inspect("app/service", zip(files))).toBeUndefined();
  });

  test("behind something count if their directory is too long to be looked at", () => {
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`${at}${"n".repeat(60)}.txt`, ""]));
    const long = Buffer.concat([Buffer.from("#!/bin/sh\n"), zip({ "A.class": "x", ...files })]);
    expect(inspect("app/service", long)?.found).toEqual([{ kind: "jar", isRenamed: true }]);
  });

  test("do not count where only the mark of an archive's end is", () => {
    for (const tail of ["PK\x05\x06", `PK\x05\x06${"\0".repeat(18)}`, `PK\x05\x06${"\xff".repeat(18)}`])
      expect(inspect("app/x", Buffer.from(`${"x".repeat(999)}${tail}`, "latin1")), tail).toBeUndefined();
  });

  test("are not reported for archives of anything else", () => {
    expect(inspect("app/x.zip", zip({ "a.txt": filling }))).toBeUndefined();
  });
});

describe("files without a telling name", () => {
  const contents: [string, string, string[] | undefined][] = [
    ["a package.json", packageJson("a"), ["node", "conda"]],
    ["one behind a byte order mark and spaces", `\ufeff  ${packageJson("a")}`, ["node", "conda"]],
    ["a wheel's metadata", metadata("a"), ["python"]],
    ["a gem's specification", gemspec("a"), ["ruby"]],
    ["Composer's list", JSON.stringify({ packages: [{ name: "a", version: "1" }] }), ["php"]],
    [".NET's list", JSON.stringify({ libraries: { "a/1": { type: "package" } }, targets: {} }), ["dotnet"]],
    ["dpkg's list", "Package: a\nStatus: install ok installed\nVersion: 1\n", ["dpkg"]],
    ["apk's list", "C:Q1x=\nP:a\nV:1\n", ["apk"]],
    ["a source map", JSON.stringify({ version: 3, names: [] }), undefined],
    ["any text", "text that is long enough", undefined],
    ["nothing", "", undefined],
  ];
  // Proves: link-hides-no-package
  test.each(contents)("that have %s", (_, content, expected) => {
    expect(kinds("store/abc", Buffer.from(content))).toEqual(expected);
  });
});

describe("files whose content does not fit their name, but another", () => {
  test.each([
    ["a/specifications/x.gemspec", packageJson("a"), ["ruby", "node", "conda"]],
    ["var/lib/dpkg/info/x.list", packageJson("a"), ["node", "conda"]],
    ["a/package.json", gemspec("a"), ["node", "ruby"]],
    ["a/package.json", "C:Q1x=\nP:a\nV:1\nF:app\nR:x\n", ["node", "apk"]],
    ["a/package.json", packageJson("a"), ["node"]],
    ["a/package.json", "{}", ["node"]],
  ])("%s that has %j", (path, content, expected) => {
    expect(kinds(path, Buffer.from(content))).toEqual(expected);
  });
});

describe("files that are not known", () => {
  test("because they are too large", () => {
    expect(inspect("package.json", Buffer.alloc((4 << 20) + 1, " "))?.found).toEqual([
      { kind: "node", unread: "it is too large" },
    ]);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { root } from "../../../../scripts/setup/tools.ts";
import { inspectFile } from "../../../../src/images/layers/file-inspector.ts";
import { fileOf, inventoryOf, linesOf, metadata } from "../../../support/images/layers.ts";
import { debianBase } from "../../../support/images/packages.ts";
import { zip } from "../../../support/images/zip.ts";
import { elf, GO_BUILD_INFO, windowsProgram } from "../../../support/programs/programs.ts";

// Applications that are one file with their libraries, which scanners do not look into.

const inspect = (path: string, bytes: Buffer) => inspectFile(path, fileOf(bytes))?.found;

describe("a .NET application in one file", () => {
  const MARK = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex").toString(
    "latin1",
  );
  const deps = (libraries: object) =>
    Buffer.from(JSON.stringify({ runtimeTarget: { name: "net8" }, targets: { net8: {} }, libraries }));
  const JSON_NET = { "Newtonsoft.Json/12.0.1": { type: "package" } };

  /**
   * As dotnet/runtime's bundler writes it: a program, the files, and the header at the offset that the program states.
   */
  function bundle(files: Buffer, major = 6, make = elf): Buffer {
    const place = Buffer.alloc(8);
    const program = () =>
      make({ data: `${"x".repeat(5000)}${place.toString("latin1")}${MARK}`, sections: { ".text": "y" } });
    const start = program().length;
    place.writeBigUInt64LE(BigInt(start + files.length));
    const header = Buffer.alloc(13 + 12 + 40);
    header.writeUInt32LE(major, 0);
    header.writeUInt32LE(1, 8);
    header.writeUInt8(12, 12);
    header.write("bundle-id-12", 13);
    header.writeBigInt64LE(BigInt(start), 25);
    header.writeBigInt64LE(BigInt(files.length), 33);
    return Buffer.concat([program(), files, header]);
  }

  it.each([elf, windowsProgram])("has its own packages list (%#)", (make) => {
    expect(inspect("app/server", bundle(deps(JSON_NET), 6, make))).toEqual([
      {
        kind: "dotnet",
        packages: [{ name: "Newtonsoft.Json", version: "12.0.1" }],
        within: "deps.json",
        unread: expect.stringContaining("one file"),
      },
    ]);
  });

  // Microsoft's own tool for SARIF, which our tests use, is such a program.
  const GENUINE = join(root, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
  it.skipIf(!existsSync(GENUINE))("has them even if it is a genuine one", () => {
    const [found] = inspect("app/Sarif.Multitool", readFileSync(GENUINE)) ?? [];
    expect(found).toMatchObject({ kind: "dotnet", within: "deps.json" });
    const names = found?.packages?.map(({ name }) => name) ?? [];
    expect(names).toContain("Newtonsoft.Json");
    expect(names.length).toBeGreaterThan(40);
  });

  // Proves: application-one-file-not
  it("is not known if its list cannot be read, and none if it has no packages", () => {
    for (const bytes of [
      bundle(deps(JSON_NET), 1),
      bundle(Buffer.from("no JSON")),
      bundle(deps(JSON_NET)).subarray(0, -50),
    ])
      expect(inspect("app/server", bytes)).toMatchObject([{ kind: "dotnet", unread: expect.any(String) }]);
    expect(inspect("app/server", bundle(deps({})))).toBeUndefined();
  });

  it("does not count where the program starts what is alongside it", () => {
    expect(inspect("app/server", elf({ data: `${"\0".repeat(8)}${MARK}` }))).toBeUndefined();
  });
});

describe("a program that is packed by UPX", () => {
  // Proves: application-one-file-not
  it("is not known, whatever it has", () => {
    const packed = elf({ data: `${"\0".repeat(60)}UPX!${GO_BUILD_INFO}` });
    expect(inspect("bin/x", packed)).toEqual([{ kind: "packed-program", unread: "it is packed by UPX" }]);
    expect(inspect("bin/x.exe", windowsProgram({ sections: { UPX0: "" }, data: "" }))).toMatchObject([
      { kind: "packed-program" },
    ]);
    expect(inspect("bin/upx", elf({ sections: { ".rodata": `${"x".repeat(2000)}UPX!` } }))).toBeUndefined();
  });
});

describe("a Python application in one file", () => {
  const pex = zip({
    "__main__.py": "x",
    ".deps/a.whl/a-1.dist-info/METADATA": metadata("a", "1"),
    "b-1.egg-info/PKG-INFO": "",
  });
  const inner = ".deps/a.whl/a-1.dist-info/METADATA";

  test.each([
    ["app/server.pex", pex],
    ["app/server", Buffer.concat([Buffer.from("#!/usr/bin/env python3\n"), pex])],
  ])("%s is not looked into by scanners", (path, bytes) => {
    expect(inspect(path, bytes)).toEqual([
      { kind: "python", within: inner, unread: "it is one of 2 in an archive that scanners do not look into" },
    ]);
  });

  test.each(["wheels/a-1-py3-none-any.whl", "lib/a.egg"])(
    "is not %s: a package that is not installed, or read",
    (path) => {
      expect(inspect(path, pex)?.filter(({ within }) => within !== undefined) ?? []).toEqual([]);
    },
  );

  test("belongs to the system's package that owns its file", async () => {
    const path = "usr/lib/python3/dist-packages/x/app.zip";
    const layer = [
      ...debianBase([["python3-x", "1"]]),
      { path: "var/lib/dpkg/info/python3-x.list", data: `/${path}\n` },
      { path, data: pex },
    ];
    expect(linesOf(await inventoryOf(layer)).find((line) => line.startsWith("python"))).toBe(
      `python ${path}/${inner} (1) of python3-x unread: it is one of 2 in an archive that scanners do not look into`,
    );
  });
});

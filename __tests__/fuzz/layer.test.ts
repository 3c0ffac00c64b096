import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect } from "vitest";
import { ImageFault } from "../../src/images/fault.ts";
import { readRpmDatabase } from "../../src/images/layers/inventory/rpm-database.ts";
import { resolveLayers } from "../../src/images/layers/resolve.ts";
import { contentsOf, gemspec, metadata, packageJson } from "../support/images/layers.ts";
import { apkStanza, dpkgStatus } from "../support/images/packages.ts";
import { berkeleyDatabase, ndbDatabase, rpmHeader, sqliteDatabase } from "../support/images/rpm-databases.ts";
import { tar } from "../support/images/tar.ts";
import { elf, GO_BUILD_INFO } from "../support/programs/programs.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";

// Damaged layers and databases, and bytes that never were any: they are read, or refused with an expected error.

const layer = tar([
  { path: "etc/", data: "" },
  dpkgStatus([["a", "1"]]),
  { path: "lib/apk/db/installed", data: apkStanza("b", "2", "b") },
  { path: "x", type: "x", data: "22 path=a/package.json\n" },
  { path: "p", data: packageJson("c") },
  { path: "n".repeat(120), data: metadata("d") },
  { path: "d.dist-info/METADATA", link: "n".repeat(90), type: "1" },
  { path: "gems/specifications", link: "../g" },
  { path: "g/e.gemspec", data: gemspec("e") },
  { path: "usr/bin/go", data: elf({ sections: { ".dep-v0": "z" }, data: GO_BUILD_INFO }) },
  { path: "a/.wh.b" },
  { path: "a/.wh..wh..opq" },
]);
const headers = [1, 2, 3].map((number) =>
  rpmHeader([
    [1000, `p${number}`],
    [1001, "1"],
    [1002, "2"],
    [1116, [0, 0]],
    [1117, ["a", "b".repeat(2000)]],
    [1118, ["/"]],
  ]),
);

// Proves: layer-takes-bounded-memory
fuzz(
  "a damaged layer is read, or refused as damaged, inconsistent, too large or of an unknown compression",
  damaged([layer, gzipSync(layer), zstdCompressSync(layer)], ["\0", "../", ".wh.", "/", "7", "x", "L"]),
  async (bytes) => {
    try {
      const contents = await contentsOf([layer, bytes]);
      expect(resolveLayers(structuredClone(contents)).more).toBe(0);
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error;
    }
  },
);

fuzz(
  "a damaged database of RPM is read, or not known",
  damaged([sqliteDatabase(headers, 512), ndbDatabase(headers), berkeleyDatabase(headers)], ["\0", "\xff", "\x01"]),
  (bytes) => {
    const { found } = readRpmDatabase(bytes);
    expect((found.packages === undefined) !== (found.unread === undefined)).toBe(true);
  },
);

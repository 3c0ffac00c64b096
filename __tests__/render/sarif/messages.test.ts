import { describe, expect, test } from "vitest";
import { jsonText, sarifText, sarifWords } from "../../../src/render/sarif/messages.ts";
import { finding } from "../build.ts";
import { HOSTILE } from "../hostile.ts";

describe("text of a SARIF message", () => {
  test("has no link and no argument", () => {
    expect(sarifText("see [this](https://evil.example) and [a\\]b](1)", 100)).toBe(
      "see [this] (https://evil.example) and [a\\]b] (1)",
    );
    expect(sarifText("{0} {12} {x} {}", 100)).toBe("{ 0} { 12} {x} {}");
  });

  test("is one line, cut to its length, and shows what cannot be seen", () => {
    expect(sarifText(" a\n\tb ", 100)).toBe("a b");
    expect(sarifText("a".repeat(11), 10)).toBe(`${"a".repeat(9)}…`);
    expect(sarifText("invoice\u202Egnp.exe", 100)).toBe("invoice\\u{202E}gnp.exe");
    expect(sarifText("a\u2028b\u007fc", 100)).toBe("a b\\u{7F}c");
    expect(sarifText("a\u0010b", 100)).toBe("a\\u{ 10}b");
  });

  test("of pieces is JSON when they are put together", () => {
    for (const text of HOSTILE) {
      expect(JSON.parse(`"${jsonText(text)}${jsonText("x")}"`)).toBe(`${text}x`);
      expect(jsonText(text)).toMatch(/^[ -~]*$/);
    }
  });
});

describe("the words of findings that share their parts", () => {
  const words = sarifWords();

  test("are each one's own", () => {
    const shared = finding();
    const elsewhere = { ...shared, path: "opt/x.jar", line: 3 };
    const deferred = { ...shared, fixedVersions: [], status: "fix_deferred" };
    const affected = { ...deferred, status: "affected" };
    expect([shared, elsewhere, deferred, affected].map(words.place)).toEqual([
      "layer 1 (ADD rootfs.tar.xz /)",
      "in opt/x.jar:3, layer 1 (ADD rootfs.tar.xz /)",
      "layer 1 (ADD rootfs.tar.xz /)",
      "layer 1 (ADD rootfs.tar.xz /)",
    ]);
    expect([shared, elsewhere, deferred, affected, { ...shared, kind: "secret" } as const].map(words.fix)).toEqual([
      "fixed in 3.0.15-1~deb12u1",
      "fixed in 3.0.15-1~deb12u1",
      "vendor deferred the fix",
      "no fix yet",
      "",
    ]);
    const older = { ...shared, fixedVersions: ["3.0.9-1", "3.0.10-1"] };
    const several = { ...shared, fixedVersions: ["3.0.9-1", "3.1.4-1", "3.0.15-1"] };
    expect([older, several].map(words.fix)).toEqual(["fixed in older versions only", "fixed in 3.0.15-1"]);
    const source = { file: "docker/Dockerfile", line: 9 };
    const jar = {
      ...elsewhere,
      owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" },
      layer: { diffId: "x", number: 3, source },
    };
    expect(words.place(jar)).toBe("in Python sparkly 2.3.0: opt/x.jar:3, layer 3, docker/Dockerfile:9");
    expect([deferred, affected].map((each) => words.row(each).split(" | ")[2])).toEqual([
      "vendor deferred the fix",
      "no fix yet",
    ]);
    expect(words.row({ ...elsewhere, owner: { ecosystem: "Python", name: "a|b" } })).toBe(
      "| `libssl3` | 3.0.11-1\\\\~deb12u2 | 3.0.15-1\\\\~deb12u1 | in Python `a\\\\|b`: `opt/x.jar:3`<br>layer 1 `ADD rootfs.tar.xz /` |",
    );
    const bare = words.row(finding({ package: undefined, layer: undefined, kind: "secret" }));
    expect(bare).toBe("| \\u2013 | \\u2013 | \\u2013 | \\u2013 |");
    expect(JSON.parse(`"${bare}"`)).toBe("| – | – | – | – |");
  });
});

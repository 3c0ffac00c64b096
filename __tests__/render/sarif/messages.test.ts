import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { fixAdvisor } from "../../../src/domain/rows/row-fix.ts";
import { fixWords, placeWords, sarifText } from "../../../src/render/sarif/rules.ts";
import { finding } from "../build.ts";

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
});

describe("the words of a finding", () => {
  const adviceOn = fixAdvisor();
  const fix = (each: Finding) => fixWords(each, adviceOn(each));
  const shared = finding();
  const elsewhere = { ...shared, path: "opt/x.jar", line: 3 };

  test("say where it is", () => {
    expect([shared, elsewhere, finding({ layer: undefined })].map(placeWords)).toEqual([
      "in layer 1 ADD rootfs.tar.xz /",
      "in opt/x.jar:3; layer 1 ADD rootfs.tar.xz /",
      "",
    ]);
    const source = { file: "docker/Dockerfile", line: 9 };
    const jar = {
      ...elsewhere,
      owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" },
      layer: { diffId: "x", number: 3, source },
    };
    expect(placeWords(jar)).toBe("in Python sparkly 2.3.0: opt/x.jar:3; docker/Dockerfile:9 layer 3");
  });

  test("say what fixes it, or why nothing does", () => {
    const deferred = { ...shared, fixedVersions: [], status: "fix_deferred" };
    const affected = { ...deferred, status: "affected" };
    const older = { ...shared, fixedVersions: ["3.0.9-1", "3.0.10-1"] };
    const several = { ...shared, fixedVersions: ["3.0.9-1", "3.1.4-1", "3.0.15-1"] };
    expect([shared, deferred, affected, { ...shared, kind: "secret" } as const, older, several].map(fix)).toEqual([
      "fixed in 3.0.15-1~deb12u1",
      "vendor deferred the fix",
      "no fix yet",
      "",
      "fixed in older versions only",
      "fixed in 3.0.15-1",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { inspectArchive, isArchive, LONGEST_TAIL } from "../../../../src/images/layers/inventory/archives.ts";
import { log4jJar, nopomJar } from "../../../support/images/jars.ts";
import { fileOf } from "../../../support/images/layers.ts";
import { zip } from "../../../support/images/zip.ts";

const MANIFEST = { "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n" };
const named = (bytes: Buffer) => inspectArchive(fileOf(bytes), { isNamed: true });
const unnamed = (bytes: Buffer) => inspectArchive(fileOf(bytes), { isNamed: false });
/** The last bytes of an archive whose directory begins before the part that is read. */
const behindMuch = (tail: Buffer) => Buffer.concat([Buffer.alloc(LONGEST_TAIL), tail]);
const JAR = { kind: "jar", isRenamed: true };

describe("an archive without a jar's name", () => {
  it.each<[string, Buffer, boolean]>([
    ["with Maven's description", log4jJar(), true],
    ["with classes", zip({ ...MANIFEST, "org/A.class": "x" }), true],
    ["with classes alone", zip({ "org/A.class": "x" }), true],
    ["with jars and a manifest, as wars have them", zip({ ...MANIFEST, "WEB-INF/lib/a.jar": "x" }), true],
    ["with classes behind other bytes", Buffer.concat([Buffer.from("#!/bin/sh\n"), zip({ "A.class": "x" })]), true],
    ["with a comment at its end", withComment(zip({ "A.class": "x" }), "PK\x05\x06 and more"), true],
    ["of documents", zip({ "word/document.xml": "x", "[Content_Types].xml": "x" }), false],
    ["of jars to unpack, as distributions are", zip({ "app/lib/a.jar": log4jJar() }), false],
    ["with a manifest alone", zip(MANIFEST), false],
    ["with nothing of Java's", nopomJar(), false],
    ["that is empty", zip({}), false],
    ["that writes about classes", zip({ "a.txt": "A.class META-INF/maven/a/b/pom.properties" }), false],
  ])("%s is one: %j", (_, bytes, isJar) => {
    expect(unnamed(bytes)).toEqual(isJar ? [JAR] : []);
  });

  it("is one by the part of its directory that is read", () => {
    const classes = Array.from({ length: 3000 }, (_, at) => [`org/example/Class${at}.class`, ""] as const);
    const bytes = zip(Object.fromEntries([["META-INF/MANIFEST.MF", ""], ...classes]));
    expect(unnamed(behindMuch(bytes.subarray(bytes.length - 60_000)))).toEqual([JAR]);
    const inner = zip(
      Object.fromEntries([["META-INF/MANIFEST.MF", ""], ...classes.map(([name]) => [`${name}.jar`, ""])]),
    );
    expect(unnamed(behindMuch(inner.subarray(inner.length - 60_000)))).toEqual([JAR]);
  });

  // Proves: name-hides-no-java
  it("is one whatever is behind its end", () => {
    for (const more of ["x", "PK\x05\x06", `PK\x05\x06${"\xff".repeat(18)}`])
      expect(unnamed(Buffer.concat([zip({ "A.class": "x" }), Buffer.from(more, "latin1")]))).toEqual([JAR]);
  });

  it("is one even if its directory is where only a larger archive (ZIP64) says", () => {
    const bytes = Buffer.from(zip({ "A.class": "x" }));
    bytes.writeUInt32LE(0xffffffff, bytes.length - 22 + 12);
    expect(unnamed(bytes)).toEqual([JAR]);
  });
});

describe("archives in an archive", () => {
  it("are found if scanners do not look at their names", () => {
    const names = ["a.jar", "b.war", "c.ear", "d.par", "lib/e.JAR", "f.Jar", "g.zip", "h.jar/", "i.jar.txt"];
    const bytes = zip(Object.fromEntries(names.map((name) => [name, "x"])));
    expect(named(bytes).map(({ within }) => within)).toEqual(["d.par", "lib/e.JAR", "f.Jar"]);
    expect(unnamed(bytes)).toEqual([]);
    expect(unnamed(zip({ ...MANIFEST, "lib/e.JAR": "x" }))).toMatchObject([JAR, { kind: "jar", within: "lib/e.JAR" }]);
  });

  it("are named within bounds", () => {
    const many = named(zip(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.JAR`, "x"]))));
    expect(many).toHaveLength(20);
    expect(many[0]?.unread).toContain("one of 30");
    expect(named(zip({ [`${"x".repeat(5000)}.JAR`]: "" }))[0]?.within).toHaveLength(401);
  });
});

it("a file that is damaged or cut off anywhere is read without a fault", () => {
  const bytes = zip({ ...MANIFEST, "A.class": "x", "lib/b.JAR": "y" });
  for (let length = 0; length <= bytes.length; length++) {
    expect(() => unnamed(bytes.subarray(0, length))).not.toThrow();
    expect(() => named(bytes.subarray(length))).not.toThrow();
  }
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = 0xff;
    expect(() => unnamed(damaged)).not.toThrow();
  }
});

it("an archive is known by its first bytes, and its end is read within a bound", () => {
  expect([log4jJar(), Buffer.from("PK"), Buffer.alloc(0), Buffer.from("PK\x05\x06")].map(isArchive)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(LONGEST_TAIL).toBeLessThanOrEqual(16 << 20);
});

function withComment(archive: Buffer, comment: string): Buffer {
  const bytes = Buffer.concat([archive, Buffer.from(comment, "latin1")]);
  bytes.writeUInt16LE(comment.length, archive.length - 2);
  return bytes;
}

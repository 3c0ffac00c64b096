import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import { extractMember } from "../../../../src/supply/archive.ts";
import { extracted } from "../../../../src/supply/verified-files.ts";
import { type TarEntry, tar } from "../../../support/images/tar.ts";
import { zip } from "../../../support/images/zip.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { testWorld } from "../world.ts";

const folder = temporaryFolder("archive");
afterAll(() => folder.remove());

let count = 0;
const target = () => join(folder.path, `${++count}`);
async function fromTar(entries: readonly TarEntry[]): Promise<string> {
  const to = target();
  await extractMember(gzipSync(tar(entries)), TAR, to);
  return to;
}
const TAR = { version: "0.76.0", archive: "x.tar.gz", member: "trivy", publisher: TRIVY };
const ZIP = { version: "0.76.0", archive: "x.zip", member: "trivy.exe", publisher: TRIVY };
const invalid = { code: "trivy-archive-invalid" };

describe("the program out of a tar", () => {
  // Proves: exactly-one-file-taken
  it("is taken whole, with mode 0700, and nothing else is", async () => {
    const program = Buffer.alloc(3_000_000, "program ");
    const to = await fromTar([
      { path: "LICENSE", data: "x".repeat(700) },
      { path: "contrib/", data: "" },
      { path: "trivy", data: program, mode: 0o6777 },
      { path: "../evil", data: "evil" },
    ]);
    expect(readFileSync(to).equals(program)).toBe(true);
    expect(statSync(to).mode & 0o7777).toBe(0o700);
    expect(statSync(join(folder.path, "..", "evil"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("is found behind a member with a long name", async () => {
    const to = await fromTar([
      { path: `contrib/${"long/".repeat(40)}x`, data: "y" },
      { path: "trivy", data: "p" },
    ]);
    expect(readFileSync(to, "utf8")).toBe("p");
  });

  // Proves: exactly-one-file-taken
  it.each<[string, readonly TarEntry[]]>([
    ["a symbolic link", [{ path: "trivy", link: "/bin/sh" }]],
    ["a folder", [{ path: "trivy/", data: "" }]],
    ["in a folder", [{ path: "bin/trivy", data: "x" }]],
    ["under a path that leads out", [{ path: "../trivy", data: "x" }]],
    ["under an absolute path", [{ path: "/trivy", data: "x" }]],
    ["empty", [{ path: "trivy", data: "" }]],
    ["absent", []],
  ])("is not taken where it is %s", async (_, entries) => {
    await expect(fromTar(entries)).rejects.toMatchObject(invalid);
  });

  it("is refused if the archive is cut off, at any place", async () => {
    const whole = gzipSync(tar([{ path: "trivy", data: Buffer.alloc(100_000, "abc") }]));
    for (const share of [0, 0.1, 0.5, 0.9])
      await expect(
        extractMember(whole.subarray(0, Math.floor(whole.length * share)), TAR, target()),
      ).rejects.toMatchObject(invalid);
  });

  it("is refused if the archive is not an archive", async () => {
    await expect(extractMember(Buffer.from("<html>404</html>"), TAR, target())).rejects.toMatchObject(invalid);
  });

  it("never replaces a file that exists", async () => {
    const to = await fromTar([{ path: "trivy", data: "first" }]);
    await expect(extractMember(gzipSync(tar([{ path: "trivy", data: "second" }])), TAR, to)).rejects.toThrow();
    expect(readFileSync(to, "utf8")).toBe("first");
  });
});

/** A zip with one deflated member, like the archive for Windows. */
function deflated(name: string, data: Buffer, mode = 0o100755): Buffer {
  const packed = deflateRawSync(data);
  const stored = zip({ [name]: packed });
  const central = stored.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  stored.writeUInt16LE(8, central + 10);
  stored.writeUInt32LE(crc32(data), central + 16);
  stored.writeUInt32LE(data.length, central + 24);
  stored.writeUInt32LE((mode << 16) >>> 0, central + 38);
  return stored;
}

describe("the program out of a zip", () => {
  const program = Buffer.alloc(200_000, "windows ");

  it("is taken, stored or deflated", async () => {
    const [one, two] = [target(), target()];
    await extractMember(zip({ "README.md": "x", "trivy.exe": program }), ZIP, one);
    await extractMember(deflated("trivy.exe", program), ZIP, two);
    expect(readFileSync(one).equals(program)).toBe(true);
    expect(readFileSync(two).equals(program)).toBe(true);
  });

  // Proves: exactly-one-file-taken
  it.each<[string, Buffer]>([
    ["a symbolic link", deflated("trivy.exe", Buffer.from("/x"), 0o120777)],
    ["in a folder", zip({ "bin/trivy.exe": program })],
    ["no zip", Buffer.from("garbage")],
    ["cut off", deflated("trivy.exe", program).subarray(40)],
  ])("is not taken where it is %s", async (_, bytes) => {
    await expect(extractMember(bytes, ZIP, target())).rejects.toMatchObject(invalid);
  });
});

describe("a machine", () => {
  it("is asked for no program to unpack by, as whatever is first on its PATH would be taken", async () => {
    const ran = join(folder.path, "ran");
    for (const name of ["tar", "gzip"])
      writeFileSync(join(folder.path, name), `#!/bin/sh\necho ${name} >> '${ran}'\n`, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = folder.path;
    try {
      expect(readFileSync(await fromTar([{ path: "trivy", data: "p" }]), "utf8")).toBe("p");
    } finally {
      process.env.PATH = path;
    }
    expect(existsSync(ran)).toBe(false);
  });
});

describe("what comes out of an archive", () => {
  const archive = () => gzipSync(tar([{ path: "trivy", data: "a program" }]));
  const world = () => testWorld(folder.path);
  const hash = createHash("sha256").update("a program").digest("hex");

  // Proves: exactly-one-file-taken
  it("is checked against the SHA-256 of the program itself where the table has it", async () => {
    const at = world();
    const { path, sha256 } = await extracted(archive(), { ...TAR, program: { sha256: hash, parts: [] } }, at);
    expect(readFileSync(path, "utf8")).toBe("a program");
    expect(sha256).toBe(hash);
    await expect(
      extracted(archive(), { ...TAR, program: { sha256: "0".repeat(64), parts: [] } }, at),
    ).rejects.toMatchObject({
      code: "trivy-hash-mismatch",
      what: expect.stringContaining(hash),
    });
    const left = readdirSync(join(at.runFolder, "private"), { recursive: true, encoding: "utf8" });
    expect(left.filter((name) => name.endsWith("trivy"))).toHaveLength(1);
  });

  // Proves: exactly-one-file-taken
  it.each<[string, readonly TarEntry[]]>([
    [
      "there twice",
      [
        { path: "trivy", data: "one" },
        { path: "trivy", data: "two" },
      ],
    ],
    [
      "given its name twice",
      [
        { path: "x", data: record("path=trivy"), type: "x" },
        { path: "L", data: "trivy\0", type: "L" },
        { path: "y", data: "p" },
      ],
    ],
    ["a hard link", [{ path: "trivy", link: "/bin/sh", type: "1" }]],
  ])("is not taken where it is %s", async (_, entries) => {
    await expect(fromTar(entries)).rejects.toMatchObject(invalid);
  });

  it("does not include a bomb, which ends at the limit", async () => {
    const bomb = gzipSync(Buffer.concat([tar([{ path: "trivy", data: "p" }]), Buffer.alloc(64 << 20)]));
    await expect(extractMember(bomb, TAR, target())).rejects.toMatchObject({
      ...invalid,
      what: expect.stringContaining("zeros are behind its end"),
    });
  });
});

/** One record of an extended tar header. */
function record(text: string): string {
  const length = text.length + 4;
  return `${length} ${text}\n`;
}

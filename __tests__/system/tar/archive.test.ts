import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { isOurs } from "../../../src/domain/history/state-paths.ts";
import { unpackArchive } from "../../../src/system/tar/archive.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type TarEntry, tar } from "../../support/tar.ts";

const bed = temporaryFolder("state-archive");
afterAll(() => bed.remove());

const MAX = 1 << 20;
const IMAGE = `images/${"a".repeat(64)}.json`;
const SBOM = `sboms/sha256:${"b".repeat(64)}.cdx.json.gz`;

const unpack = (entries: readonly TarEntry[], maxBytes = MAX) =>
  unpackArchive(gzipSync(tar(entries)), maxBytes, isOurs);

let repositories = 0;
/** What real git makes of these files. */
function realArchive(files: Readonly<Record<string, string>>, folder: string): Buffer {
  const repository = join(bed.path, String(++repositories));
  mkdirSync(repository);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: repository });
  git("init", "-q");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  symlinkSync("x".repeat(150), join(repository, "link"));
  git("add", "-A");
  git("commit", "-qm", "one");
  return git("archive", "--format=tar.gz", `--prefix=${folder}/`, "HEAD");
}

describe("an archive of real git", () => {
  test.each([
    ["of a repository with a short name", "acme-widget-1234567"],
    ["of one with the longest names that GitHub allows", `${"o".repeat(39)}-${"r".repeat(100)}-1234567`],
  ])("%s: the files of the state, and no others", async (_, folder) => {
    const files = { "index.json": "{}", [IMAGE]: "image", [SBOM]: "sbom" };
    const found = await unpackArchive(realArchive({ ...files, "README.md": "" }, folder), MAX, isOurs);
    expect(Object.fromEntries([...found].map(([path, file]) => [path, file.toString()]))).toEqual(files);
  });
});

describe("what is not a file of the state", () => {
  // Proves: branch-s-archive-data
  test.each<[string, TarEntry]>([
    ["a link", { path: "r/index.json", link: "/etc/passwd" }],
    ["a hard link", { path: "r/index.json", link: "r/other", type: "1" }],
    ["a device", { path: "r/index.json", type: "3" }],
    ["a folder", { path: "r/index.json/" }],
    ["a path that leads out", { path: "r/images/../../x.json", data: "x" }],
    ["a deeper one", { path: "r/images/a/b.json", data: "x" }],
    ["another ending", { path: "r/images/a.txt", data: "x" }],
    ["an SBOM that is not packed", { path: "r/sboms/a.cdx.json", data: "x" }],
  ])("%s is passed over", async (_, entry) => {
    expect([...(await unpack([{ path: "r/" }, entry])).keys()]).toEqual([]);
  });
});

describe("an archive that cannot be used", () => {
  test.each<[string, readonly TarEntry[], string]>([
    [
      "two files of one name",
      [
        { path: "r/index.json", data: "1" },
        { path: "r/index.json", data: "2" },
      ],
      "twice",
    ],
    ["two folders", [{ path: "r/index.json", data: "1" }, { path: "s/images/a.json" }], "in one folder"],
    ["an absolute path", [{ path: "/index.json", data: "1" }], "in one folder"],
    ["no folder", [{ path: "index.json", data: "1" }], "in one folder"],
    [
      "a size in a record",
      [
        { path: "x", type: "x", data: "11 size=99\n" },
        { path: "r/index.json", data: "1" },
      ],
      "in two ways",
    ],
    [
      "a name for all",
      [
        { path: "g", type: "g", data: "21 path=r/index.json\n" },
        { path: "r/a", data: "1" },
      ],
      "in two ways",
    ],
  ])("%s", async (_, entries, why) => {
    await expect(unpack(entries)).rejects.toThrow(why);
  });

  // Proves: branch-s-archive-data
  test("one that unpacks to more than is read is refused, also if the file is nobody's", async () => {
    const bomb = [{ path: "r/other", data: Buffer.alloc(2 << 20) }];
    await expect(unpack(bomb)).rejects.toThrow("has more than 1048576 bytes");
  });

  test("one that is cut off at any place is refused or has the whole state", async () => {
    const whole = gzipSync(
      tar([
        { path: "r/index.json", data: "{}" },
        { path: `r/${IMAGE}`, data: "image" },
      ]),
    );
    for (let length = 0; length < whole.length; length += 7)
      await expect(unpackArchive(whole.subarray(0, length), MAX, isOurs)).rejects.toThrow(/is (?:damaged|cut off)/);
    expect((await unpackArchive(whole, MAX, isOurs)).size).toBe(2);
  });
});

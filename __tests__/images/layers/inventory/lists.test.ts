import { expect, test } from "vitest";
import {
  readApkInstalled,
  readDpkgStatus,
  readRpmManifest,
} from "../../../../src/images/layers/inventory/text-lists.ts";

const dpkg = (text: string) =>
  readDpkgStatus(Buffer.from(text)).packages?.map(({ name, version, source, maintainer }) =>
    [name, version, source, maintainer].filter((part) => part !== undefined).join(" "),
  );

test("dpkg's list has what is installed, by the state and not by what is wanted", () => {
  const stanza = (name: string, status: string) => `Package: ${name}\nStatus: ${status}\nVersion: 1\n\n`;
  const list = [
    stanza("installed", "install ok installed"),
    stanza("held", "hold ok installed"),
    stanza("going", "deinstall ok installed"),
    stanza("purging", "purge ok installed"),
    stanza("half", "install reinstreq half-installed"),
    stanza("gone", "deinstall ok config-files"),
    stanza("never", "purge ok not-installed"),
  ].join("");
  expect(dpkg(list)).toEqual(["installed 1", "held 1", "going 1", "purging 1", "half 1"]);
});

test("dpkg's list is read with fields in any case and order, long texts, and without a last empty line", () => {
  const long = `Description: ${"x".repeat(300_000)}\n a\n .\n Package: none\n`;
  expect(dpkg(`version: 1:2-3\n${long}source: src (1.0)\nPACKAGE: p\nMaintainer: M <m@example.test>`)).toEqual([
    "p 1:2-3 src M <m@example.test>",
  ]);
  expect(dpkg("Package: a\nVersion: 1\nVersion: 2\n")).toEqual(["a 1"]);
  expect(dpkg("Package: no-version\n")).toEqual(["no-version "]);
  expect(dpkg("")).toEqual([]);
});

test("packages that another reader takes for one are two: a line of blanks between them, or none at all", () => {
  const [a, b] = ["Package: a\nVersion: 1", "Package: b\nVersion: 2\n"];
  for (const between of ["\n\n", "\n \n", "\n\t\n", "\n  \t\r\n", "\n"]) {
    expect(dpkg(a + between + b)).toEqual(["a 1", "b 2"]);
    const list = readApkInstalled(Buffer.from(`P:a\nV:1\nF:usr\nR:x${between}P:b\nV:2\n`));
    expect(list.found.packages).toEqual([
      { name: "a", version: "1" },
      { name: "b", version: "2" },
    ]);
    expect(list.owned).toEqual([{ owner: "a", files: "usr/x" }]);
  }
});

test("a package whose name is hidden from other readers counts", () => {
  expect(dpkg("Package : a\nVersion: 1\n")).toEqual(["a 1"]);
  expect(dpkg("Version: 1\nStatus: install ok installed\n\nPackage: b\nVersion: 2\n")).toEqual([
    "(without a name) 1",
    "b 2",
  ]);
  expect(readApkInstalled(Buffer.from("C:Q1x\np:a\nV:1\n\nP:b\nV:2\n")).found.packages).toEqual([
    { name: "(without a name)", version: "1" },
    { name: "b", version: "2" },
  ]);
  expect(dpkg("Status: install ok installed\n\n\n")).toEqual([]);
});

test("apk's list is read with lines of any length", () => {
  const list = `C:Q1x\nP:a\nV:1-r0\no:origin\nm:M\nD:${"x".repeat(100_000)}\nF:usr/bin\nR:a\nF:\nR:b\n\nP:b\nV:2-r0`;
  expect(readApkInstalled(Buffer.from(list))).toEqual({
    found: {
      kind: "apk",
      packages: [
        { name: "a", version: "1-r0", source: "origin", maintainer: "M" },
        { name: "b", version: "2-r0" },
      ],
    },
    owned: [{ owner: "a", files: "usr/bin/a\nb" }],
  });
});

test("Mariner's list has ten columns", () => {
  const line = "bash\t5.1-1.cm2\t1\t1\tMicrosoft\t(none)\t1\tx86_64\t1\tbash-src-5.1-1.cm2.src.rpm\n";
  expect(readRpmManifest(Buffer.from(line)).packages).toEqual([
    { name: "bash", version: "1:5.1-1.cm2", source: "bash-src", maintainer: "Microsoft" },
  ]);
  expect(readRpmManifest(Buffer.from("bash\t5.1\n")).unread).toMatch(/another form/);
});

test("a list of too many packages is not known, never cut off", () => {
  const { packages, unread } = readApkInstalled(Buffer.from("P:a\nV:1\n\n".repeat(200_002))).found;
  expect([packages, unread]).toEqual([undefined, expect.stringMatching(/more than 200000 packages/)]);
});

test("a folder of a megabyte with a hundred files is not written out a hundred times", () => {
  const list = `P:a\nV:1\nF:${"f".repeat(1 << 20)}\n${"R:x\n".repeat(100)}`;
  const { found, owned } = readApkInstalled(Buffer.from(list));
  expect([found.packages, found.unread, owned]).toEqual([undefined, expect.stringMatching(/too long/), []]);
});

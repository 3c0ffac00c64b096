import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  Inventory,
  InventoryEntry,
  InventoryPackage,
  SystemMark,
} from "../../../../src/domain/coverage/inventory.ts";
import type { Target } from "../../../../src/domain/target.ts";
import { saveImage } from "../../../support/images/images.ts";
import { log4jJar, nopomJar } from "../../../support/images/jars.ts";
import { inventoryOf } from "../../../support/images/layers.ts";
import { buildImage } from "../../../support/images/oci.ts";
import {
  apkStanza,
  type DebianPackage,
  debianBase,
  dpkgStatus,
  npmPackage,
  osRelease,
  pythonPackage,
} from "../../../support/images/packages.ts";
import { redHatBase } from "../../../support/images/rpm.ts";
import type { TarEntry } from "../../../support/images/tar.ts";
import { zip } from "../../../support/images/zip.ts";
import { elf } from "../../../support/programs/programs.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../../../support/runs/scans.ts";
import { testWorld } from "../world.ts";

const whole = temporaryFolder("accounting");
let bed: TrivyBed;
let folder: TemporaryFolder;

beforeAll(async () => {
  bed = await trivyBed(whole.path);
});
afterAll(() => whole.remove());
beforeEach(() => {
  folder = temporaryFolder("accounting");
});
afterEach(() => folder.remove());

interface Case {
  readonly layers: readonly (readonly TarEntry[])[];
  readonly entries?: readonly InventoryEntry[];
  readonly marks?: readonly SystemMark[];
  readonly skipFiles?: readonly string[];
  readonly skipDirs?: readonly string[];
  readonly scanners?: readonly string[];
}

async function scanOf({ layers, entries = [], marks = [], skipFiles = [], skipDirs = [], scanners = ["vuln"] }: Case) {
  const steps = layers.map((files, index) => ({ createdBy: `step ${index}`, files }));
  const input = saveImage(join(folder.path, "app.tar"), buildImage(steps));
  const inventory: Inventory = { entries, marks, more: 0 };
  const target: Target = { kind: "image", input, label: "app" };
  const scan = await bed.scan(target, testWorld(folder.path), { skipFiles, skipDirs, scanners, inventory });
  const { gaps = [], rows = [] } = scan.coverage ?? {};
  return {
    scan,
    gaps: gaps.map(({ code, path }) => (path === undefined ? code : `${code} ${path}`)),
    rows,
    what: gaps[0]?.what,
  };
}

const DEBIAN: readonly DebianPackage[] = [
  ["base-files", "12.4+deb12u8"],
  ["libssl3", "3.0.14-1~deb12u1", "openssl"],
];
const dpkgEntry = (packages: readonly DebianPackage[], layer = 1): InventoryEntry => ({
  kind: "dpkg",
  path: "var/lib/dpkg/status",
  layer,
  packages: packages.map(([name, version, source]) => ({ name, version, source })),
});
const changed = (entries: readonly TarEntry[], path: string, change: (text: string) => string): TarEntry[] =>
  entries.map((entry) => (entry.path === path ? { ...entry, data: change(String(entry.data)) } : entry));

it("a folder's name that is not UTF-8 hides nothing, and is well-formed in the answer", async () => {
  const folders = ["srv/caf\udce9", "srv/caf\udce8"].map((folder) => `${folder}/node_modules`);
  const packages = [npmPackage("a", "1.0.0", folders[0]), npmPackage("b", "1.0.0", folders[1])];
  const layers = [[...debianBase(DEBIAN), ...packages]];
  const { entries } = await inventoryOf(...layers);
  expect((await scanOf({ layers, entries })).gaps).toEqual([]);
  const linked = { path: `${folders[1]}/c/package.json`, link: "/opt/c" };
  const hidden = [[...layers.flat(), linked, { path: "opt/c", data: '{"name":"c","version":"1.0.0"}' }]];
  const { entries: all } = await inventoryOf(...hidden);
  expect((await scanOf({ layers: hidden, entries: all })).gaps).toEqual([
    "packages-unaccounted srv/caf\ufffd/node_modules/c/package.json",
  ]);
});

const APK_LIST = "lib/apk/db/installed";
const APKS = [
  ["alpine-release", "3.22.0-r0"],
  ["busybox", "1.37.0-r18"],
  ["libssl3", "3.5.0-r0"],
] as const;
const alpine = (change = (text: string) => text): TarEntry[] => [
  osRelease("alpine", "3.22.0", "x"),
  { path: "etc/alpine-release", data: "3.22.0\n" },
  {
    path: APK_LIST,
    data: change(
      `${APKS.map(([name, version]) => apkStanza(name, version, name === "libssl3" ? "openssl" : name)).join("\n")}\n`,
    ),
  },
];
const apkEntry = (): InventoryEntry => ({
  kind: "apk",
  path: APK_LIST,
  layer: 1,
  packages: APKS.map(([name, version]) => ({ name, version, source: name === "libssl3" ? "openssl" : name })),
});

const entry = (kind: InventoryEntry["kind"], path: string, more: Partial<InventoryEntry> = {}): InventoryEntry => ({
  kind,
  path,
  layer: 2,
  ...more,
});
const one = (name: string, version: string): { packages: InventoryPackage[] } => ({ packages: [{ name, version }] });

const CURATED = "usr/share/rapidfort/curated.json";
const PRO = "var/lib/ubuntu-advantage/status.json";
const ubuntu = (version: string): TarEntry[] => [
  osRelease("ubuntu", version, "Ubuntu"),
  { path: "etc/lsb-release", data: `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${version}\n` },
  dpkgStatus([["libssl1.1", "1.1.1-1ubuntu2.1~18.04.20", "openssl"]]),
];
const pro = (status: string): TarEntry => ({
  path: PRO,
  data: JSON.stringify({ services: [{ name: "esm-infra", status }] }),
});

describe("advisories of another supplier", () => {
  const mark: SystemMark = { path: CURATED, layer: 2, vendor: "rapidfort" };
  it.each<[string, TarEntry[]]>([
    ["Alpine", alpine()],
    ["Debian", debianBase(DEBIAN)],
  ])("RapidFort's by an empty file on %s: a gap, and none without it", async (_, base) => {
    const attacked = await scanOf({ layers: [base, [{ path: CURATED, data: "" }]], marks: [mark] });
    expect(attacked.gaps).toEqual([`advisories-replaced ${CURATED}`]);
    expect(attacked.scan.findings).toEqual([]);
    const honest = await scanOf({ layers: [base] });
    expect(honest.gaps).toEqual([]);
    expect(honest.scan.findings.length).toBeGreaterThan(0);
  });

  // Proves: supplier-image-names-not
  it("Ubuntu Pro's on a release that has ended: a gap, and its end is reported", async () => {
    const marks = [{ path: PRO, layer: 2, vendor: "ubuntu-pro" }];
    const attacked = await scanOf({ layers: [ubuntu("18.04"), [pro("enabled")]], marks });
    expect(attacked.gaps).toContain(`advisories-replaced ${PRO}`);
    expect(attacked.scan.artifact.os?.endOfLife).toBe(true);
    const disabled = await scanOf({ layers: [ubuntu("18.04"), [pro("disabled")]], marks });
    expect(disabled.gaps.filter((gap) => gap.startsWith("advisories"))).toEqual([]);
    const supported = await scanOf({ layers: [ubuntu("24.04"), [pro("enabled")]], marks });
    expect(supported.gaps.filter((gap) => gap.startsWith("advisories"))).toEqual([]);
    expect(supported.scan.artifact.os?.endOfLife).toBe(false);
  });

  // Proves: supplier-image-names-not
  it("a maintainer's name on the system's own packages: a gap, and none on the vendor's own", async () => {
    const base = debianBase([...DEBIAN, ["docker-ce", "5:27.3.1-1~debian.12~bookworm"]]);
    const label = (text: string, only = /^/) =>
      text
        .split("\n\n")
        .map((each) =>
          only.test(each) ? each.replace(/Maintainer: .*/, "Maintainer: Docker <support@docker.com>") : each,
        )
        .join("\n\n");
    const attacked = await scanOf({ layers: [changed(base, "var/lib/dpkg/status", (text) => label(text))] });
    expect(attacked.gaps).toEqual(["advisories-replaced"]);
    expect(attacked.what).toContain("libssl3 3.0.14-1~deb12u1");
    const honest = await scanOf({ layers: [changed(base, "var/lib/dpkg/status", (text) => label(text, /docker-ce/))] });
    expect(honest.gaps).toEqual([]);
  });
});

describe("a system's list of packages", () => {
  it("is whole if nothing is odd in it", async () => {
    expect((await scanOf({ layers: [debianBase(DEBIAN)], entries: [dpkgEntry(DEBIAN)] })).gaps).toEqual([]);
    expect((await scanOf({ layers: [alpine()], entries: [apkEntry()] })).gaps).toEqual([]);
  });

  // Proves: there-must-scanner-s
  it("with a line of 70,000 characters, at which Trivy stops: a gap", async () => {
    const long = (text: string) => text.replace("P:busybox\n", `P:busybox\nX:${"x".repeat(70_000)}\n`);
    const { gaps, what } = await scanOf({ layers: [alpine(long)], entries: [apkEntry()] });
    expect(gaps).toEqual([`packages-unaccounted ${APK_LIST}`]);
    expect(what).toContain("libssl3 3.5.0-r0");
  });

  it("with a version that Trivy drops: a gap", async () => {
    const odd = { ...apkEntry(), packages: [{ name: "libssl3", version: "3.5.0-r0~odd", source: "openssl" }] };
    const { gaps } = await scanOf({
      layers: [alpine((text) => text.replace("V:3.5.0-r0", "V:3.5.0-r0~odd"))],
      entries: [odd],
    });
    expect(gaps).toContain(`packages-unaccounted ${APK_LIST}`);
    const versions: readonly DebianPackage[] = [
      ["base-files", "12.4+deb12u8"],
      ["libssl3", "odd version", "openssl"],
    ];
    const debian = await scanOf({ layers: [debianBase(versions)], entries: [dpkgEntry(versions)] });
    expect(debian.gaps).toContain("packages-unaccounted var/lib/dpkg/status");
  });

  // Proves: there-must-scanner-s
  it("with packages that are to be removed and still installed: a gap, and none of what is removed", async () => {
    const status = (word: string) =>
      changed(debianBase(DEBIAN), "var/lib/dpkg/status", (text) =>
        text.replace(/(Package: libssl3\nStatus: ).*/, `$1${word}`),
      );
    const attacked = await scanOf({ layers: [status("deinstall ok installed")], entries: [dpkgEntry(DEBIAN)] });
    expect(attacked.gaps).toEqual(["packages-unaccounted var/lib/dpkg/status"]);
    const removed = await scanOf({
      layers: [status("deinstall ok config-files")],
      entries: [dpkgEntry(DEBIAN.slice(0, 1))],
    });
    expect(removed.gaps).toEqual([]);
  });
});

describe("what is asked for", () => {
  const LODASH = "app/node_modules/lodash/package.json";
  const layers = [debianBase(DEBIAN), [npmPackage("lodash", "4.17.4")]];
  const whole = [dpkgEntry(DEBIAN), entry("node", LODASH, one("lodash", "4.17.4"))];
  const missing = [...whole, entry("node", "app/node_modules/gone/package.json", one("gone", "1.0.0"))];

  it.each([[["vuln"]], [["license"]], [["vuln", "secret"]]])(
    "%j needs packages, which are accounted for",
    async (scanners) => {
      expect((await scanOf({ layers, entries: whole, scanners })).gaps).toEqual([]);
      const { gaps } = await scanOf({ layers, entries: missing, scanners });
      expect(gaps).toEqual(["packages-unaccounted app/node_modules/gone/package.json"]);
    },
  );

  it.each([[["secret"]], [["misconfig"]]])("%j needs none", async (scanners) => {
    expect((await scanOf({ layers, entries: missing, scanners })).gaps).toEqual([]);
  });
});

describe("packages that no list of the system's has", () => {
  const base = debianBase(DEBIAN);
  const gapsOf = async (...files: readonly TarEntry[]) => {
    const { entries } = await inventoryOf(base, files);
    return (await scanOf({ layers: [base, files], entries })).gaps;
  };

  // Proves: package-manager-no-scanner
  it("of Nix alongside Debian's: a gap, as Trivy passes over them; none if the store is left out", async () => {
    const path = `nix/store/${"a".repeat(32)}-openssl-3.0.7`;
    const files = [{ path: `${path}/lib/libssl.so`, data: "x" }];
    expect(await gapsOf(...files)).toEqual([`packages-unaccounted ${path}`]);
    const { entries } = await inventoryOf(base, files);
    expect((await scanOf({ layers: [base, files], entries, skipDirs: ["nix"] })).gaps).toEqual([]);
  });

  // Proves: package-manager-no-scanner
  it("in dpkg's journal: a gap, unless the list has them as well", async () => {
    const path = "var/lib/dpkg/updates/0000";
    const update = (name: string, version: string, source = name) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nSource: ${source}\n`;
    expect(await gapsOf({ path, data: update("curl", "7.88.1-10") })).toEqual([`packages-unaccounted ${path}`]);
    expect(await gapsOf({ path, data: update("libssl3", "3.0.14-1~deb12u1", "openssl") })).toEqual([]);
  });
});

describe("an application that is one file with its libraries: a gap, as Trivy does not look into it", () => {
  const base = debianBase(DEBIAN);
  const requests = "requests-2.19.0.dist-info/METADATA";
  // Proves: application-one-file-not
  it.each<[string, string, Buffer, string]>([
    ["a pex", "app/server.pex", zip({ "__main__.py": "x", [requests]: "Name: requests\nVersion: 2.19.0\n" }), requests],
    ["a program packed by UPX", "app/server", elf({ data: `UPX!${"x".repeat(9000)}` }), ""],
    ["Yarn's Plug'n'Play", "app/.pnp.cjs", Buffer.from("module.exports = {}"), ""],
  ])("%s", async (_, path, data, within) => {
    const files = [{ path, data, mode: 0o755 }];
    const { entries } = await inventoryOf(base, files);
    const { gaps } = await scanOf({ layers: [base, files], entries });
    expect(gaps).toEqual([`packages-unaccounted ${within === "" ? path : `${path}/${within}`}`]);
    expect((await scanOf({ layers: [base, files], entries, skipFiles: [path] })).gaps).toEqual([]);
  });
});

describe("an RPM database", () => {
  const base = redHatBase([
    ["redhat-release", "9.3", "0.5.el9"],
    ["openssl", "3.0.7", "16.el9"],
    ["bash", "5.1.8", "6.el9"],
  ]);
  const rpmEntry = (version: string) =>
    entry("rpm", "var/lib/rpm/rpmdb.sqlite", {
      layer: 1,
      packages: [
        { name: "redhat-release", version: "9.3-0.5.el9" },
        { name: "openssl", version },
        { name: "bash", version: "5.1.8-6.el9" },
        { name: "gpg-pubkey", version: "fd431d51-4ae0493b" },
      ],
    });

  it("is whole if the scanner has its packages, and a gap if one is missing", async () => {
    expect((await scanOf({ layers: [base], entries: [rpmEntry("3.0.7-16.el9")] })).gaps).toEqual([]);
    const { gaps, what } = await scanOf({ layers: [base], entries: [rpmEntry("1:3.0.7-16.el9")] });
    expect(gaps).toEqual(["packages-unaccounted var/lib/rpm/rpmdb.sqlite"]);
    expect(what).toContain("openssl 1:3.0.7-16.el9");
  });

  // Proves: package-manager-no-scanner
  it("with changes that only SQLite's log has: a gap, and none by an empty log", async () => {
    const path = "var/lib/rpm/rpmdb.sqlite-wal";
    for (const [data, gaps] of [
      ["", []],
      ["x".repeat(4128), [`packages-unaccounted ${path}`]],
    ] as const) {
      const { entries } = await inventoryOf([{ path, data }]);
      expect((await scanOf({ layers: [base, [{ path, data }]], entries })).gaps).toEqual(gaps);
    }
  });

  it("with another vendor's name on the system's own packages: a gap", async () => {
    const relabelled = base.map((file) =>
      Buffer.isBuffer(file.data)
        ? {
            ...file,
            data: Buffer.from(file.data.toString("latin1").replaceAll("Red Hat, Inc.", "Red Hot, Inc."), "latin1"),
          }
        : file,
    );
    const { gaps, what } = await scanOf({ layers: [relabelled] });
    expect(gaps).toEqual(["advisories-replaced"]);
    expect(what).toContain("bash 5.1.8-6.el9");
  });
});

describe("lists of files that claim the application's", () => {
  const LODASH = "app/node_modules/lodash/package.json";
  const REQUESTS = "usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA";
  const claim = (path: string): TarEntry => ({
    path: "var/lib/dpkg/info/base-files.md5sums",
    data: `d41d8cd98f00b204e9800998ecf8427e  ${path}\n`,
  });
  const files = [npmPackage("lodash", "4.17.4"), pythonPackage("requests", "2.31.0", "usr/lib/python3/dist-packages")];
  const entries = [
    entry("node", LODASH, { layer: 1, ...one("lodash", "4.17.4") }),
    entry("python", REQUESTS, { layer: 1, ...one("requests", "2.31.0") }),
  ];

  // Proves: there-must-scanner-s
  it("dpkg's: a gap in the application's folder, and none in the system's own", async () => {
    const base = debianBase(DEBIAN);
    const claims = claim(LODASH);
    const attacked = await scanOf({ layers: [[...base, claims, ...files]], entries });
    expect(attacked.gaps).toEqual([`packages-unaccounted ${LODASH}`]);
    expect(attacked.what).toContain("the system's package base-files claims the file");
    const honest = await scanOf({ layers: [[...base, claim(REQUESTS), ...files]], entries });
    expect(honest.gaps).toEqual([]);
    expect(honest.scan.packages.some(({ name }) => name === "requests")).toBe(false);
    expect((await scanOf({ layers: [[...base, ...files]], entries })).gaps).toEqual([]);
  });

  it("apk's: a gap in the application's folder", async () => {
    const claims = (text: string) =>
      text.replace("P:busybox\n", `P:busybox\nF:app/node_modules/lodash\nR:package.json\n`);
    const { gaps } = await scanOf({ layers: [[...alpine(claims), ...files]], entries });
    expect(gaps).toEqual([`packages-unaccounted ${LODASH}`]);
  });
});

describe("links, which Trivy does not follow", () => {
  const STORE = "app/node_modules/.store/0a1b";
  const base = debianBase(DEBIAN);
  const link = (path: string, to: string, type = "1"): TarEntry => ({ path, link: to, type });

  it.each(["1", "2"])("a package.json that is one (type %s) to a file of another name", async (type) => {
    const path = "app/node_modules/lodash/package.json";
    const target = type === "1" ? STORE : `/${STORE}`;
    const stored = { ...npmPackage("lodash", "4.17.4"), path: STORE };
    const entries = [entry("node", path, { linkTo: STORE, ...one("lodash", "4.17.4") })];
    const attacked = await scanOf({ layers: [base, [stored, link(path, target, type)]], entries });
    // The gate gives Trivy a copy of a hard link's content, so it is read. A symbolic link is a gap.
    const isRead = type === "1";
    expect(attacked.scan.packages.some((each) => each.path === path)).toBe(isRead);
    expect(attacked.gaps).toEqual(isRead ? [] : [`packages-unaccounted ${path}`]);
    if (!isRead) expect(attacked.what).toContain(`it is a link to ${STORE}`);
  });

  it("one to a file that Trivy reads under its own path: none", async () => {
    const path = "app/node_modules/lodash/package.json";
    const linkTo = "app/node_modules/.pnpm/lodash@4.17.4/node_modules/lodash/package.json";
    const stored = npmPackage("lodash", "4.17.4", "app/node_modules/.pnpm/lodash@4.17.4/node_modules");
    const entries = [
      entry("node", linkTo, one("lodash", "4.17.4")),
      entry("node", path, { linkTo, ...one("lodash", "4.17.4") }),
    ];
    expect((await scanOf({ layers: [base, [stored, link(path, linkTo)]], entries })).gaps).toEqual([]);
  });

  it("uv's, whose cache a later layer removes: none, as its content is there under the link's name", async () => {
    const cache = "root/.cache/uv/archive-v0/x";
    const stored = pythonPackage("requests", "2.31.0", cache);
    const path = "app/.venv/lib/python3.12/site-packages/requests-2.31.0.dist-info/METADATA";
    const layers = [base, [stored, link(path, stored.path)], [{ path: "root/.cache/.wh.uv", data: "" }]];
    const entries = [entry("python", path, { linkTo: stored.path, ...one("requests", "2.31.0") })];
    const removed = await scanOf({ layers, entries });
    expect(removed.gaps).toEqual([]);
    expect(removed.scan.packages.filter((each) => each.path === path)).toHaveLength(1);
    // With the cache, the package is listed under its path there.
    const kept = [...entries, entry("python", stored.path, one("requests", "2.31.0"))];
    expect((await scanOf({ layers: layers.slice(0, 2), entries: kept })).gaps).toEqual([]);
  });

  it("a jar that is one is read, and a jar that is a file and has no name is not a gap", async () => {
    const attacked = await scanOf({
      layers: [base, [{ path: "app/blob", data: log4jJar() }, link("app/lib/log4j.jar", "app/blob")]],
      entries: [entry("jar", "app/lib/log4j.jar", { linkTo: "app/blob" })],
    });
    expect(attacked.gaps).toEqual([]);
    expect(attacked.scan.packages.some(({ name }) => name.includes("log4j"))).toBe(true);
    const honest = await scanOf({
      layers: [
        base,
        [
          { path: "app/lib/own.jar", data: nopomJar() },
          { path: "app/lib/log4j.jar", data: log4jJar() },
        ],
      ],
      entries: [entry("jar", "app/lib/own.jar"), entry("jar", "app/lib/log4j.jar")],
    });
    expect(honest.gaps).toEqual([]);
    expect(honest.scan.packages.some(({ name }) => name.includes("log4j"))).toBe(true);
  });
});

describe("an odd package.json", () => {
  const odd = (path: string): TarEntry => ({ path, data: '{"name":"lodash","version":"4.17.4","dependencies":[]}' });
  it("in a package manager's store: a gap, as Node.js loads the package", async () => {
    const path = "app/node_modules/.bun/lodash@4.17.4/node_modules/lodash/package.json";
    const entries = [entry("node", path, one("lodash", "4.17.4"))];
    const { gaps } = await scanOf({ layers: [debianBase(DEBIAN), [odd(path)]], entries });
    expect(gaps).toEqual([`packages-unreadable ${path}`]);
  });

  it("among a package's tests: none, unless the inventory finds a package in it", async () => {
    const path = "app/node_modules/resolve/test/odd/package.json";
    const layers = [debianBase(DEBIAN), [odd(path)]];
    expect((await scanOf({ layers, entries: [entry("node", path, { unread: "odd" })] })).gaps).toEqual([]);
  });

  it("that the workflow leaves out: none", async () => {
    const path = "app/node_modules/lodash/package.json";
    const entries = [entry("node", path, one("lodash", "4.17.4"))];
    const layers = [debianBase(DEBIAN), [npmPackage("lodash", "4.17.4")]];
    expect((await scanOf({ layers, entries, skipFiles: ["app/**/package.json"] })).gaps).toEqual([]);
    expect((await scanOf({ layers, entries, skipDirs: ["**/node_modules"] })).gaps).toEqual([]);
    const gone = [...entries, entry("node", "other/node_modules/a/package.json", one("a", "1.0.0"))];
    const { gaps } = await scanOf({ layers, entries: gone, skipDirs: ["app/node_modules"] });
    expect(gaps).toEqual(["packages-unaccounted other/node_modules/a/package.json"]);
  });
});

describe("Java archives under another name", () => {
  const base = debianBase(DEBIAN);
  /** With the inventory that the gate itself makes of the layers. */
  const judged = async (files: readonly TarEntry[], ...later: readonly (readonly TarEntry[])[]) => {
    const layers = [base, files, ...later];
    const own = await inventoryOf(...layers);
    const { scan, gaps } = await scanOf({ layers, entries: own.entries });
    return { gaps, paths: scan.packages.filter(({ name }) => name.includes("log4j")).map(({ path }) => path), scan };
  };

  // Proves: name-hides-no-java
  it.each(["app/x.zip", "app/a,b (1).bin", "app/package.json"])(
    "%s is read as one, and its vulnerabilities are found",
    async (path) => {
      const { gaps, paths, scan } = await judged([{ path, data: log4jJar() }]);
      expect(paths).toEqual([path]);
      expect(gaps).toEqual([]);
      expect(scan.findings.some(({ id, path: at }) => id === "CVE-2021-44228" && at === path)).toBe(true);
    },
  );

  // Proves: name-hides-no-java
  it.each([
    ["a script", Buffer.from("#!/bin/sh\nexec java -jar $0\n")],
    ["a program", elf({ sections: { ".text": "x" } })],
  ])("are read behind %s", async (_, before) => {
    const { gaps, scan } = await judged([{ path: "app/service", data: Buffer.concat([before, log4jJar()]) }]);
    expect(gaps).toEqual([]);
    expect(scan.findings.some(({ id, path: at }) => id === "CVE-2021-44228" && at === "app/service")).toBe(true);
  });

  it("are read under a name that is not UTF-8", async () => {
    const name = Buffer.from("15 path=app/\xff\xfe\n", "latin1");
    const { gaps, scan } = await judged([
      { path: "pax", type: "x", data: name },
      { path: "app", data: log4jJar() },
    ]);
    expect(gaps).toEqual([]);
    expect(scan.findings.some(({ id }) => id === "CVE-2021-44228")).toBe(true);
  });

  // Proves: link-hides-no-package
  it("are read in a folder that is a link of their layer", async () => {
    const { gaps, paths } = await judged([
      { path: "opt/" },
      { path: "l", link: "opt" },
      { path: "l/blob", data: log4jJar() },
    ]);
    expect(gaps).toEqual([]);
    expect(paths).toEqual(["l/blob"]);
  });

  // Proves: link-hides-no-package
  it.each<[string, string, TarEntry[], TarEntry[]]>([
    [
      "l/x.jar",
      "removes its link",
      [{ path: "opt/" }, { path: "l", link: "opt" }, { path: "l/x.jar" }],
      [{ path: ".wh.l" }],
    ],
    [
      "app/x.jar",
      "removes its folder and puts it back",
      [{ path: "app/x.jar" }],
      [{ path: ".wh.app" }, { path: "app/" }],
    ],
  ])(
    "%s is a gap if a later layer %s, since Trivy does not see it and an engine does",
    async (path, _, files, later) => {
      const withJar = files.map((each) => (each.path.endsWith(".jar") ? { ...each, data: log4jJar() } : each));
      const { gaps, paths } = await judged(withJar, later);
      expect(paths).toEqual([]);
      expect(gaps).toEqual([`packages-unaccounted ${path}`]);
    },
  );

  // Proves: name-hides-no-java
  it("that were unpacked are a gap where they were several, and said where it was one; none if the archive is there, too", async () => {
    const properties = (folder: string, artifact: string, version: string): TarEntry => ({
      path: `${folder}/META-INF/maven/org.apache.logging.log4j/${artifact}/pom.properties`,
      data: `#Generated by Maven\ngroupId=org.apache.logging.log4j\nartifactId=${artifact}\nversion=${version}\n`,
    });
    const core = properties("app/classes", "log4j-core", "2.14.1");
    const api = properties("app/classes", "log4j-api", "2.14.1");
    expect((await judged([core, api])).gaps).toEqual([api, core].map(({ path }) => `packages-unaccounted ${path}`));
    const { gaps, scan } = await judged([core]);
    expect(gaps).toEqual([]);
    const row = scan.coverage?.rows.find(({ subject }) => subject === "Java classes");
    expect(row).toMatchObject({ status: "not-known", detail: expect.stringContaining("log4j-core 2.14.1") });
    const beside = await judged([core, { path: "app/lib/log4j-core.jar", data: log4jJar() }]);
    expect(beside.gaps).toEqual([]);
    expect(beside.scan.coverage?.rows.find(({ subject }) => subject === "Java classes")).toBeUndefined();
  });

  it("make no gap if nothing identifies them, and Trivy gets no name of other files", async () => {
    const classes = zip({ "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "A.class": "x" });
    const documents = zip({ "a.txt": "A.class" });
    const { gaps, scan } = await judged([
      { path: "app/own.zip", data: classes },
      { path: "app/doc.zip", data: documents },
    ]);
    expect(gaps).toEqual([]);
    expect(scan.coverage?.rows.find(({ subject }) => subject === "Packages in the layers")?.detail).toContain(
      "unidentified-jar 1",
    );
  });

  // Proves: name-hides-no-java
  it.each<[string, string, boolean]>([
    ["lib/log4j.jar", "app/app.jar", false],
    ["lib/log4j.JAR", "app/app.jar", true],
    ["lib/log4j.par", "app/app.war", true],
    ["lib/log4j.JAR", "app/x.zip", true],
  ])("%s in %s is a gap: %s", async (name, path, isGap) => {
    const data = zip({ "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", [name]: log4jJar() });
    const { gaps, paths } = await judged([{ path, data }]);
    expect(gaps).toEqual(isGap ? [`packages-unaccounted ${path}/${name}`] : []);
    expect(paths).toHaveLength(isGap ? 0 : 1);
  });
});

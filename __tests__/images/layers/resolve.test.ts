import { describe, expect, test } from "vitest";
import { gemspec, inventoryOf, linesOf, metadata, packageJson, type ShortEntry } from "../../support/images/layers.ts";
import { apkStanza, dpkgStatus } from "../../support/images/packages.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { zip } from "../../support/images/zip.ts";

const node = (path: string, name = "a", version = "1.0.0"): TarEntry => ({ path, data: packageJson(name, version) });
const gem = (path: string): TarEntry => ({ path, data: gemspec("g") });
const any = (path: string): TarEntry => ({ path, data: "\n\nunknown" });
const device = (path: string): TarEntry => ({ path, type: "3" });
const A = "app/node_modules/a/package.json";
const [a1, a2] = ["1", "2"].map((layer) => `node ${A} (${layer}) a@1.0.0`) as [string, string];

/** Lines of the inventory of these layers. */
const lines = async (...layers: Parameters<typeof inventoryOf>) => linesOf(await inventoryOf(...layers));

describe("package managers that scanners do not look at", () => {
  const OPENSSL = `nix/store/${"a".repeat(32)}-openssl-3.0.7`;
  const ZLIB = `nix/store/${"b".repeat(32)}-zlib-1.3`;
  const files = (folder: string): ShortEntry[] => [
    { path: `${folder}/lib/x.so`, data: "x" },
    `${folder}/bin/y -> ../lib/x.so`,
  ];

  // Proves: package-manager-no-scanner
  test("Nix and Guix: each package with a file that is left, once", async () => {
    const built: TarEntry = { path: `nix/store/${"c".repeat(32)}-zlib.drv`, data: "Derive" };
    const { entries } = await inventoryOf(
      [...files(OPENSSL), ...files(ZLIB), built],
      [{ path: `${OPENSSL}/lib/more`, data: "" }],
      [`${ZLIB.replace(/([^/]+)$/, ".wh.$1")}`],
    );
    expect(entries).toMatchObject([{ kind: "other-manager", path: OPENSSL, manager: "Nix" }]);
    expect(entries[0]?.packages).toEqual([{ name: "openssl-3.0.7", version: "" }]);
    const guix = await inventoryOf(files(OPENSSL.replace("nix", "gnu")));
    expect(guix.entries).toMatchObject([{ manager: "Guix" }]);
    expect(await lines(files(OPENSSL), [".wh.nix"])).toEqual([]);
    const linked: ShortEntry = `${OPENSSL}/lib/x.so => opt/x.so`;
    expect(await lines([{ path: "opt/x.so", data: "x" }], [linked])).toHaveLength(1);
    expect(await lines([{ path: "nix/store/.links/x", data: "" }])).toEqual([]);
  });

  test("others, by their lists; an empty one does not count", async () => {
    const { entries } = await inventoryOf([
      { path: "var/lib/pacman/local/zlib-1.3-2/desc", data: "%NAME%\nzlib\n" },
      { path: "var/lib/opkg/status", data: "" },
    ]);
    expect(entries).toMatchObject([{ kind: "other-manager", manager: "pacman" }]);
    expect(entries).toHaveLength(1);
  });
});

describe("what a system's package manager has not put into its list yet", () => {
  test("dpkg's journal has packages", async () => {
    const update = "Package: openssl\nStatus: install ok installed\nVersion: 1.0\n";
    expect(await lines([{ path: "var/lib/dpkg/updates/0001", data: update }])).toEqual([
      "dpkg var/lib/dpkg/updates/0001 (1) openssl@1.0",
    ]);
  });

  test("RPM's log has changes unless it is empty", async () => {
    const wal = "usr/lib/sysimage/rpm/rpmdb.sqlite-wal";
    for (const data of ["", "x".repeat(32)]) expect(await lines([{ path: wal, data }])).toEqual([`rpm ${wal} (1)`]);
    expect(await lines([{ path: wal, data: "x".repeat(4128) }])).toEqual([
      `rpm ${wal} (1) (changes that only this log has)@`,
    ]);
  });
});

describe("layers over each other", () => {
  const rules: [string, ShortEntry[][], string[]][] = [
    ["a file of a lower layer is there", [[node(A)], ["b"]], [a1]],
    ["a later layer replaces it", [[node(A)], [node(A, "a", "2.0.0")]], [`node ${A} (2) a@2.0.0`]],
    ["a whiteout removes it", [[node(A)], ["app/node_modules/a/.wh.package.json"]], []],
    ["a whiteout of a folder removes what is in it", [[node(A)], ["app/.wh.node_modules"]], []],
    ["a whiteout removes nothing of its own layer", [["app/.wh.node_modules", node(A)]], [a1]],
    ["an opaque folder has nothing of lower layers", [[node(A)], ["app/.wh..wh..opq"]], []],
    ["an opaque root has all of lower layers", [[node(A)], [".wh..wh..opq"]], [a1]],
    ["a folder that is removed and put back has what lower layers have", [[node(A)], [".wh.app", "app/"]], [a1]],
    [
      "a device hides nothing: engines without root leave it out",
      [[node(A)], [device("app")], [{ path: A, type: "4" }]],
      [a1],
    ],
    ["a pipe does", [[node(A)], [{ path: "app", type: "6" }]], []],
    [
      "a folder of a removal's name has files",
      [[node(A)], [node(`.wh.app/${A}`, "c")]],
      [`node .wh.app/${A} (2) c@1.0.0`, a1],
    ],
    ["a file in the place of a folder removes what was in it", [[node(A)], ["app/node_modules"]], []],
    ["a folder in the place of a file removes it", [[node(A)], [`${A}/`]], []],
    ["what comes back is there again", [[node(A)], [".wh.app"], [node(A, "a", "3.0.0")]], [`node ${A} (3) a@3.0.0`]],
    [
      "a removal makes a folder in the place of a link",
      [[node("x/package.json"), "ruby/specifications -> ../x", gem("x/a.gemspec")], ["ruby/specifications/.wh.b"]],
      ["node x/package.json (1) a@1.0.0"],
    ],
    ["of one name twice in a layer the last is there", [[node(A), node(A, "a", "2.0.0")]], [`node ${A} (1) a@2.0.0`]],
    ["names are cleaned", [[node(`./app//./x/../node_modules/a/package.json`)]], [a1]],
    ["names do not lead out of the root", [[node("../../package.json")]], ["node package.json (1) a@1.0.0"]],
  ];
  // Proves: layer-read-container-engines
  test.each(rules)("as overlayfs shows them: %s", async (_, layers, expected) => {
    expect(await lines(...layers)).toEqual(expected);
  });

  test("names that differ in a byte that is not a UTF-8 are two files", async () => {
    const names = ["\udce4", "\udcf6"].map((byte) => node(`${byte}/package.json`, `n${byte.charCodeAt(0) & 0xff}`));
    const { entries } = await inventoryOf(names);
    expect(entries.map(({ packages }) => packages?.[0]?.name)).toEqual(["n228", "n246"]);
    expect(entries.map(({ path }) => path)).toEqual(["\ufffd/package.json", "\ufffd/package.json"]);
    // A scanner that lists one of them has not thereby read the other one.
    expect(entries.map(({ isDisputed }) => isDisputed)).toEqual([true, true]);
  });
});

describe("links", () => {
  const store = "store/v3/files/ab/cdef";
  const SPEC = "ruby ruby/specifications";
  const UNLIKE = "it is a link to a file whose content does not look like it";
  const rules: [string, ShortEntry[][], string[]][] = [
    ["a hard link to another name has its content", [[node(store), `${A} => ${store}`]], [`${a1} -> ${store}`]],
    [
      "it keeps it when a later layer removes the other name",
      [[node(store), `${A} => ${store}`], [".wh.store"]],
      [`${a1} -> ${store}`],
    ],
    ["a hard link to a file that counts is no second entry", [[node(A), `b/package.json => ${A}`]], [a1]],
    [
      "it is one when the other name is gone",
      [[node(A), `b/package.json => ${A}`], [".wh.app"]],
      [`node b/package.json (1) a@1.0.0 -> ${A}`],
    ],
    [
      "it is one when the other name has another content",
      [[node(A), `b/package.json => ${A}`], [node(A, "c")]],
      [`node ${A} (2) c@1.0.0`, `node b/package.json (1) a@1.0.0 -> ${A}`],
    ],
    ["a hard link to a layer below has its content", [[node(store)], [`${A} => /${store}`]], [`${a2} -> ${store}`]],
    ["a hard link before its file has its content", [[`${A} => ${store}`, node(store)]], [`${a1} -> ${store}`]],
    [
      "a hard link to what looks like nothing is not known",
      [[any("x"), `${A} => x`]],
      [`node ${A} (1) -> x unread: ${UNLIKE}`],
    ],
    ["a jar that is a hard link to any file", [[any("x"), `x.jar => x`]], ["jar x.jar (1) -> x"]],
    ["a jar that is a symbolic link to any file", [[any("x"), "x.jar -> x"]], ["jar x.jar (1) -> x"]],
    ["a jar that is a link to a jar is one jar", [["x-1.jar", "x.jar -> x-1.jar"]], ["jar x-1.jar (1)"]],
    ["a link to nothing, or to a folder, is nothing", [["x.jar -> y", "y.jar -> d", "d/"]], []],
    ["a symbolic link to a later layer", [[`${A} -> /opt/x`], [node("opt/x")]], [`${a1} -> opt/x`]],
    [
      "a chain of links through linked folders",
      [[node("opt/x"), "one -> opt", "two -> ./one/../one/x", `${A} -> ../../../two`]],
      [`${a1} -> opt/x`],
    ],
    ["links in circles are nothing", [["package.json -> b", "b -> package.json"]], []],
    [
      "a folder by whose name packages are found, as a link",
      [[gem("gems/x.gemspec"), "ruby/specifications -> ../gems"]],
      [`${SPEC}/x.gemspec (1) g@1.0.0 -> gems/x.gemspec`],
    ],
    [
      "such a folder whose files are links, or of an unknown content",
      [["gems/x.gemspec -> ../y", gem("y"), any("gems/z.gemspec"), "ruby/specifications -> ../gems"]],
      [`${SPEC}/x.gemspec (1) g@1.0.0 -> y`, `${SPEC}/z.gemspec (1) -> gems/z.gemspec unread: ${UNLIKE}`],
    ],
    [
      "a system's list behind a linked folder",
      [[{ path: "x/status", data: dpkgStatus([["d", "1"]]).data }, "var/lib/dpkg -> /x"]],
      ["dpkg var/lib/dpkg/status (1) d@1 -> x/status"],
    ],
    [
      "a link behind a link of its layer is where that leads",
      [
        [
          { path: "store/m/METADATA", data: metadata("p") },
          "current -> app",
          "current/store -> ../store",
          "x.dist-info -> app/store/m",
          "y.dist-info -> current/store/m",
        ],
      ],
      ["x", "y"].map((name) => `python ${name}.dist-info/METADATA (1) p@1.0.0 -> store/m/METADATA`),
    ],
    [
      "a file behind a link of its layer has its own name",
      [["lib -> usr/lib", "usr/lib/", "lib/x.jar"]],
      ["jar lib/x.jar (1)"],
    ],
    [
      "a file in the name of a lower layer's link replaces it",
      [["lib -> usr/lib", "usr/lib/y.jar"], ["lib/x.jar"]],
      ["jar lib/x.jar (2)", "jar usr/lib/y.jar (1)"],
    ],
  ];
  // Proves: link-hides-no-package
  test.each(rules)("count by their content: %s", async (_, layers, expected) => {
    expect(await lines(...layers)).toEqual(expected);
  });
});

describe("what engines or scanners see differently is?", () => {
  const opt: ShortEntry[] = ["opt/", "l -> opt"];
  const link: ShortEntry[] = ["p -> x.dist-info"];
  const METADATA = { path: "p/METADATA", data: metadata("p") };
  const x = "l/x.jar";
  const cases: [string, (ShortEntry[] | Buffer)[], string[]][] = [
    ["a file behind a link of its layer is not, if it has its name", [[...opt, x]], ["l/x.jar"]],
    ["it is if a later layer removes the link", [[...opt, x], [".wh.l"]], ["l/x.jar?"]],
    ["even if the link is of a layer below", [opt, [x], [".wh.l"]], ["l/x.jar?"]],
    ["or has an opaque folder there", [[...opt, x], ["l/.wh..wh..opq"]], ["l/x.jar?"]],
    ["or another file of the name", [opt, [x], ["l/", x]], ["l/x.jar", "l/x.jar?"]],
    ["not if a folder takes the link's place: all engines remove it", [opt, ["l/", x], [".wh.l"]], []],
    [
      "a file that counts where the link leads",
      [link, [METADATA, node("p/package.json")]],
      ["p/METADATA?", "p/package.json"],
    ],
    ["also behind a folder in the link's place", [link, ["p/", METADATA]], ["p/METADATA?"]],
    ["also in the link's own layer", [[...link, METADATA]], ["p/METADATA?"]],
    [
      "also one of another content, or that any name would make one",
      [
        [
          ...link,
          { path: "p/METADATA", data: "Name: p\nVersion: 1\n" },
          "s -> var/lib/dpkg/status.d",
          { path: "s/any", data: "Status: install ok installed\nPackage: any\nVersion: 1\n" },
        ],
        [".wh.p"],
      ],
      ["p/METADATA?", "s/any?"],
    ],
    ["what has no telling name anywhere is not", [link, [{ path: "p/bower.json", data: packageJson("b") }]], []],
    [
      "a link to a file that may be there",
      [["p -> m", { ...METADATA, path: "p/blob" }, "x.dist-info/METADATA -> ../m/blob"]],
      ["x.dist-info/METADATA?"],
    ],
    ["a link that leads elsewhere behind a link", [["a -> b/c"], ["a/x.jar -> ../y"]], ["a/x.jar?"]],
    ["one that does not", [["a -> b/c"], ["a/x.jar -> y"]], []],
    ["a hard link to a file behind a link", [["opt/x", "l -> opt"], ["y => l/x"]], ["y?"]],
    [
      "a hard link through a link, of whose name there is a file",
      [[...opt, node("l/x"), "package.json => l/x"]],
      ["package.json?"],
    ],
    ["a folder that is removed and put back", [["a/x.jar"], [".wh.a", "a/"]], ["a/x.jar?"]],
    ["removals behind a link, too", [["l/x.jar"], ["l -> b", "l/.wh.x.jar"]], []],
    ["an opaque root", [["a/x.jar"], [".wh..wh..opq"]], ["a/x.jar?"]],
    ["a device in the place of a folder", [["a/x.jar"], [device("a")]], ["a/x.jar?"]],
    ["not what is put there afterwards", [[], [".wh.a", "a/", "a/x.jar"]], ["a/x.jar"]],
  ];
  // Proves: link-hides-no-package
  test.each(cases)("%s", async (_, layers, expected) => {
    const { entries } = await inventoryOf(...layers);
    expect(entries.map(({ path, isDisputed }) => `${path}${isDisputed ? "?" : ""}`)).toEqual(expected);
  });
});

describe("no package of honest images is?", () => {
  const system: ShortEntry[] = [
    ...["bin", "lib", "lib64", "sbin"].map((name) => ({ path: name, link: `usr/${name}` })),
    "var/run -> /run",
    "var/lib/rpm -> ../../usr/lib/sysimage/rpm",
    dpkgStatus([["d", "1"]]),
    { path: "usr/lib/python3/p-1.dist-info/METADATA", data: metadata("p") },
  ];
  /** An application, with the folders above it if the tool writes them. */
  const app = (folder: string, hasFolders: boolean): ShortEntry[] => [
    ...folder.split("/").flatMap((_, at, names) => (hasFolders ? [`${names.slice(0, at + 1).join("/")}/`] : [])),
    node(`${folder}/package.json`),
    { path: `${folder}/bower.json`, data: packageJson("b") },
    { path: `${folder}/zh-hant-tw.json`, data: packageJson("i18n") },
    { path: `${folder}/site/q-1.dist-info/METADATA`, data: metadata("q") },
  ];
  const layouts: [string, ShortEntry[][]][] = [
    ["a tool that knows no base image: ko", [system, app("var/run/ko", true)]],
    ["one that writes no folders: Bazel's pkg_tar", [system, app("var/run/ko", false), app("lib/app", false)]],
    ["COPY --link, and once more", [system, app("lib/app", true), app("lib/app", true), ["lib/.wh.app"]]],
    [
      "packages of an unmerged system in the same layer",
      [
        [
          ...system,
          ...["usr/lib/y.so", "lib/x.so", "lib/y.so"].map((path) => ({ path, link: "z.so.1" })),
          ...app("lib/a", false),
          ...app("bin/b", true),
        ],
      ],
    ],
    ["a link that npm replaces by a folder, and updates", [["m/a -> ../p/a"], app("m/a", true), app("m/a", true)]],
    [
      "Alpine, its list replaced by a step",
      [
        [
          "bin/sh -> /bin/busybox",
          { path: "lib/apk/db/installed", data: apkStanza("a", "1", "a") },
          ...app("usr/lib/a", true),
        ],
        [{ path: "lib/apk/db/installed", data: apkStanza("b", "1", "b") }, "usr/lib/.wh.a"],
        app("venv/lib", true),
        ["venv/lib64 -> lib"],
      ],
    ],
    [
      "Fedora, its database in a folder that a link names",
      [
        [...system, "usr/sbin -> bin", { path: "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", data: "" }],
        ["usr/lib/sysimage/rpm/.wh.rpmdb.sqlite-wal", { path: "usr/sbin/tool.jar", data: "" }],
      ],
    ],
    [
      "distroless: a package a layer, some through links of the first",
      [system, [{ path: "var/lib/dpkg/status.d/a", data: "Package: a\nVersion: 1\n" }, ...app("lib/a", false)]],
    ],
    [
      "Bazel's runfiles: links into folders of the application",
      [system, [...app("third/a", false), "app.runfiles/site -> ../third/a/site"]],
    ],
    ["a folder that a step removes and fills", [app("srv/a", true), ["srv/a/.wh..wh..opq", ...app("srv/a", true)]]],
  ];
  test.each(layouts)("%s", async (_, layers) => {
    const { entries } = await inventoryOf(...layers);
    expect(entries.filter(({ isDisputed }) => isDisputed)).toEqual([]);
    expect(entries.length).toBeGreaterThan(1);
  });
});

describe("owners", () => {
  const dpkg = dpkgStatus([["owner", "1"]]);
  test("a file is owned by the package whose list has it, if the package is installed", async () => {
    const files = ["a", "b", "c"].map((name) => node(`usr/lib/${name}/package.json`, name));
    const lists: ShortEntry[] = [
      { path: "var/lib/dpkg/info/owner:amd64.list", data: "/.\n/usr\n/lib/a/package.json\n" },
      { path: "var/lib/dpkg/info/removed.list", data: "/usr/lib/b/package.json\n" },
      { path: "var/lib/dpkg/status.d/owner.md5sums", data: `${"0".repeat(32)}  usr/lib/c/package.json\n` },
    ];
    expect(await lines([dpkg, ...files, ...lists, "lib -> usr/lib"])).toEqual([
      "node usr/lib/a/package.json (1) a@1.0.0 of owner",
      "node usr/lib/b/package.json (1) b@1.0.0",
      "node usr/lib/c/package.json (1) c@1.0.0 of owner",
      "dpkg var/lib/dpkg/status (1) owner@1",
    ]);
  });

  test("a list that a later layer removes owns nothing", async () => {
    const list = { path: "var/lib/dpkg/info/owner.list", data: "/x/package.json\n" };
    expect(await lines([dpkg, list, node("x/package.json")])).toContain("node x/package.json (1) a@1.0.0 of owner");
    const removed = ["var/lib/dpkg/info/.wh.owner.list"];
    expect(await lines([dpkg, list, node("x/package.json")], removed)).toContain("node x/package.json (1) a@1.0.0");
  });

  test("apk's list has the files of its packages", async () => {
    const list = {
      path: "lib/apk/db/installed",
      data: `${apkStanza("npm", "1-r0", "npm").trimEnd()}\nF:usr/lib/x\nR:package.json\n\n`,
    };
    expect(await lines([list, node("usr/lib/x/package.json")])).toContain(
      "node usr/lib/x/package.json (1) a@1.0.0 of npm",
    );
  });
});

describe("marks", () => {
  const ubuntu = (status: string): TarEntry => ({
    path: "var/lib/ubuntu-advantage/status.json",
    data: JSON.stringify({ services: [{ name: "esm-infra", status }] }),
  });
  test("of vendors are found, even where a later layer removes them", async () => {
    const curated = "usr/share/rapidfort/curated.json";
    const { marks } = await inventoryOf([curated], ["usr/share/.wh.rapidfort", ubuntu("enabled")]);
    expect(marks).toEqual([
      { path: curated, vendor: "rapidfort", layer: 1 },
      { path: "var/lib/ubuntu-advantage/status.json", vendor: "ubuntu-pro", layer: 2 },
    ]);
  });

  test("of Ubuntu Pro do not count where it is not enabled", async () => {
    expect((await inventoryOf([ubuntu("disabled")])).marks).toEqual([]);
    expect((await inventoryOf([{ ...ubuntu(""), data: "?" }])).marks).toHaveLength(1);
  });

  test("are lists with a package that other vendors have made", async () => {
    const marks = async (list: ShortEntry) =>
      (await inventoryOf([list])).marks.map(({ path, vendor }) => `${path} ${vendor}`);
    const apk = (version: string) => ({ path: "lib/apk/db/installed", data: apkStanza("a", version, "a") });
    const one = ["a", "1.0-1.root.io.2"] as const;
    expect(await marks(dpkgStatus([one, ["b", "1"]]))).toEqual(["var/lib/dpkg/status root.io"]);
    expect(await marks(dpkgStatus([["a", "1", "seal-openssl"]]))).toEqual(["var/lib/dpkg/status seal"]);
    expect(await marks(apk("1.0-r10071"))).toEqual(["lib/apk/db/installed root.io"]);
    for (const other of [dpkgStatus([["sealed", "1-r10071", "unseal-x"]]), apk("1.0-r7")])
      expect(await marks(other)).toEqual([]);
  });

  test("under other names do not count", async () => {
    expect((await inventoryOf(["x/usr/share/rapidfort/curated.json"])).marks).toEqual([]);
  });
});

describe("a Java archive under another name", () => {
  const jar = (path: string): TarEntry => ({ path, data: zip({ "A.class": "x", "lib/b.JAR": "y" }) });
  const inner = "unread: scanners do not look at its name";

  test("is there, and so is what is in it, until a later layer removes it", async () => {
    expect(await lines([jar("app/x.zip")])).toEqual(["jar app/x.zip (1)", `jar app/x.zip/lib/b.JAR (1) ${inner}`]);
    expect((await inventoryOf([jar("app/x.zip")])).entries[0]?.isRenamed).toBe(true);
    expect(await lines([jar("app/x.zip")], ["app/.wh.x.zip"])).toEqual([]);
  });

  test("that has a jar's name as well, by a hard link, is that jar alone", async () => {
    const { entries } = await inventoryOf([jar("store/0a1b"), "app/x.jar => store/0a1b"]);
    expect(entries.filter(({ isRenamed }) => isRenamed)).toEqual([]);
    expect(entries.map(({ path }) => path)).toEqual(["app/x.jar", "store/0a1b/lib/b.JAR"]);
    const { entries: both } = await inventoryOf([jar("lib/y.jar"), "app/x.jar => lib/y.jar"]);
    expect(both.map(({ path }) => path)).toEqual(["lib/y.jar", "lib/y.jar/lib/b.JAR"]);
  });

  test("of the right name is not renamed", async () => {
    const { entries } = await inventoryOf([jar("app/x.jar")]);
    expect(entries.map(({ path }) => path)).toEqual(["app/x.jar", "app/x.jar/lib/b.JAR"]);
    expect(entries.filter(({ isRenamed }) => isRenamed)).toEqual([]);
  });
});

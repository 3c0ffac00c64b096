import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountFor, type ScannerPackages } from "../../../src/domain/coverage/accounting.ts";
import type { Inventory, InventoryEntry } from "../../../src/domain/coverage/inventory.ts";
import type { SeenPackage } from "../../../src/domain/coverage/seen-packages.ts";
import { SILENT_RULES } from "../../../src/domain/coverage/silent-rules.ts";
import type { CoverageRow } from "../../../src/domain/coverage.ts";

const DEBIAN = { family: "debian", name: "12.8" };

const inventory = (...entries: readonly InventoryEntry[]): Inventory => ({ entries, marks: [], more: 0 });
const seen = (packages: readonly SeenPackage[], more: Partial<ScannerPackages> = {}): ScannerPackages => ({
  system: DEBIAN,
  packages,
  unread: [],
  ...more,
});

/** The rules by which the notes say that entries are missing. */
function rulesIn(notes: readonly CoverageRow[]): string[] {
  const texts = notes.flatMap(({ detail }) => /; not in the scanner's list, by rule: (.*)$/.exec(detail)?.[1] ?? []);
  return texts.flatMap((text) => text.split(", ")).map((text) => text.replace(/ 1$/, ""));
}

/** The result for an entry: `listed`, the rule that allows it to be missing, or the gap's text. */
function resultOf(entry: InventoryEntry, packages: readonly SeenPackage[], more: Partial<ScannerPackages> = {}) {
  const { gaps, notes } = accountFor(inventory(entry), seen(packages, more));
  expect(gaps.every(({ code }) => code === "packages-unaccounted")).toBe(true);
  return gaps[0]?.what ?? rulesIn(notes)[0] ?? "listed";
}

const STATUS = "var/lib/dpkg/status";
const APK = "lib/apk/db/installed";
const LODASH = "app/node_modules/lodash/package.json";
const REQUESTS = "usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA";

const node = (more: Partial<InventoryEntry> = {}): InventoryEntry => ({
  kind: "node",
  path: LODASH,
  layer: 3,
  packages: [{ name: "lodash", version: "4.17.4" }],
  ...more,
});
const python = (more: Partial<InventoryEntry> = {}): InventoryEntry => ({
  kind: "python",
  path: REQUESTS,
  layer: 2,
  packages: [{ name: "requests", version: "2.31.0" }],
  ...more,
});
const lodash = (path = LODASH, version = "4.17.4"): SeenPackage => ({ name: "lodash", version, path });
const owning = (name: string, ...installedFiles: string[]): SeenPackage => ({
  name,
  version: "1",
  system: true,
  installedFiles,
});

describe("a system's list", () => {
  const openssl: SeenPackage = {
    name: "libssl3",
    version: "3.0.14-1~deb12u1",
    system: true,
    manager: "dpkg",
    source: { name: "openssl" },
  };
  const entry = (more: Partial<InventoryEntry> = {}): InventoryEntry => ({
    kind: "dpkg",
    path: STATUS,
    layer: 1,
    packages: [{ name: "libssl3", version: "3.0.14-1~deb12u1", source: "openssl (3.0.14-1~deb12u1)" }],
    ...more,
  });

  it("is accounted for if the scanner has its packages", () => {
    expect(resultOf(entry(), [openssl])).toBe("listed");
  });

  // Proves: there-must-scanner-s
  it.each<[string, readonly SeenPackage[]]>([
    ["lacks one", []],
    ["has it in another version", [{ ...openssl, version: "3.0.15-1" }]],
    ["has it from another source", [{ ...openssl, source: { name: "odd" } }]],
    ["has an application's package of that name", [{ ...openssl, system: undefined, path: "a" }]],
  ])("is a gap if the scanner %s", (_, packages) => {
    expect(resultOf(entry(), packages)).toBe(
      "the scanner's list lacks 1 of the 1 packages in var/lib/dpkg/status (layer 1): libssl3 3.0.14-1~deb12u1",
    );
  });

  it.each<[string, string, string]>([
    ["no epoch and epoch 0", "0:1.2-3", "1.2-3"],
    ["RPM's word for no epoch", "(none):1.2-3", "1.2-3"],
    ["spaces around it", " 1.2-3 ", "1.2-3"],
  ])("does not tell versions apart by %s", (_, own, theirs) => {
    const packages = [{ name: "a", version: own }];
    expect(resultOf(entry({ kind: "rpm", packages }), [{ name: "a", version: theirs, system: true }])).toBe("listed");
  });

  it("tells versions apart by another epoch", () => {
    const packages = [{ name: "a", version: "1:1.2-3" }];
    const found = resultOf(entry({ kind: "rpm", packages }), [{ name: "a", version: "1.2-3", system: true }]);
    expect(found).toContain("a 1:1.2-3");
  });

  it("needs no keys of repositories, and nothing else of RPM's", () => {
    const key = { name: "gpg-pubkey", version: "fd431d51-4ae0493b" };
    expect(resultOf(entry({ kind: "rpm", packages: [key] }), [])).toBe("listed");
    expect(resultOf(entry({ kind: "rpm", packages: [key, { name: "bash", version: "5" }] }), [])).toContain("bash 5");
  });

  it("names a few of many, and counts the others", () => {
    const packages = [..."abcdefg"].map((name) => ({ name, version: "1-r0" }));
    expect(resultOf(entry({ kind: "apk", path: APK, packages }), [])).toBe(
      "the scanner's list lacks 7 of the 7 packages in lib/apk/db/installed (layer 1): a 1-r0, b 1-r0, c 1-r0, d 1-r0, e 1-r0 and 2 more",
    );
  });

  it("whose packages are not known must have brought some", () => {
    const rpm = entry({ kind: "rpm", path: "var/lib/rpm/Packages", packages: undefined, unread: "no Berkeley DB" });
    expect(resultOf(rpm, [{ name: "bash", version: "5", system: true, manager: "rpm" }])).toBe("listed");
    expect(resultOf(rpm, [openssl])).toBe(
      "var/lib/rpm/Packages (layer 1) lists packages, of which the scanner has none: no Berkeley DB",
    );
  });

  it.each(["dpkg", "apk"] as const)(
    "of %s that goes beyond a bound is a gap, even if the scanner has some of it",
    (kind) => {
      const list = entry({ kind, packages: undefined, unread: "it lists more than 200000 packages" });
      const seen = { name: "bash", version: "5", system: true, manager: kind };
      expect(resultOf(list, [seen])).toContain("it is unknown whether the scanner has all of them: it lists more than");
    },
  );

  it("is another gap's subject if no package of the system was matched, and its own if no system was found", () => {
    expect(resultOf(entry(), [], { system: "unmatched" })).toBe("said-by-another-gap");
    expect(resultOf(entry(), [], { system: undefined })).toContain("libssl3");
  });

  it("is another gap's subject if the scanner said that it could not read it", () => {
    const unread = [{ path: STATUS, kind: "packages", why: "cut" }] as const;
    expect(resultOf(entry(), [], { unread })).toBe("said-by-another-gap");
    expect(resultOf(entry(), [], { unread: [{ ...unread[0], path: "other" }] })).toContain("libssl3");
  });
});

describe("a package's own file", () => {
  it("is accounted for if the scanner has this package at this path", () => {
    expect(resultOf(node(), [lodash()])).toBe("listed");
  });

  // Proves: there-must-scanner-s
  it.each<[string, SeenPackage, string]>([
    ["has nothing there", lodash("other/package.json"), "the reason is unknown"],
    ["takes it for another version", lodash(LODASH, "4.17.21"), "it identifies the file as lodash 4.17.21"],
  ])("is a gap if the scanner %s", (_, package_, why) => {
    expect(resultOf(node(), [package_])).toBe(
      `${LODASH} (layer 3) has lodash 4.17.4, which the scanner does not list: ${why}`,
    );
  });

  it.each<[string, Partial<InventoryEntry>, SeenPackage]>([
    [
      "Python's names",
      python({ packages: [{ name: "Zope.Interface", version: "6.0" }] }),
      { name: "zope-interface", version: "6.0", path: REQUESTS },
    ],
    [
      "PHP's versions",
      { kind: "php", path: "vendor/composer/installed.json", packages: [{ name: "Acme/A", version: "v1.2" }] },
      { name: "acme/a", version: "1.2", path: "vendor/composer/installed.json" },
    ],
  ])("is the same package in either writing of %s", (_, entry, package_) => {
    expect(resultOf(node(entry), [package_])).toBe("listed");
  });

  it("lists all its packages, unless some of them never run", () => {
    const packages = [
      { name: "acme/a", version: "1.0" },
      { name: "acme/b", version: "2.0" },
    ];
    const some = [{ name: "acme/a", version: "1.0", path: "x.json" }];
    expect(resultOf({ kind: "php", path: "x.json", layer: 1, packages }, some)).toContain("acme/b 2.0");
    expect(resultOf({ kind: "dotnet", path: "x.json", layer: 1, packages }, some)).toBe("listed");
    expect(resultOf({ kind: "dotnet", path: "x.json", layer: 1, packages }, [])).toContain("acme/b 2.0");
  });

  it("says why the scanner refused it, where package managers install packages", () => {
    const unread = [{ path: LODASH, kind: "no-package", why: "JSON decode error" }] as const;
    expect(resultOf(node(), [], { unread })).toContain("it could not read the file (JSON decode error)");
  });

  it("is another gap's subject if the scanner said so", () => {
    const unread = [{ path: LODASH, kind: "packages", why: "JSON decode error" }] as const;
    expect(resultOf(node(), [], { unread })).toBe("said-by-another-gap");
  });
});

describe("not-a-package", () => {
  it.each<[string, Partial<InventoryEntry>, boolean]>([
    ["a file that names none", { packages: [] }, true],
    [
      "a file that cannot be read among a package's tests",
      { packages: undefined, unread: "odd", path: "app/node_modules/a/test/package.json" },
      true,
    ],
    ["a file that cannot be read where a package is installed", { packages: undefined, unread: "odd" }, false],
    [
      "such a file in npm's store",
      { packages: undefined, unread: "odd", path: "node_modules/.store/a@1.0.0-x/node_modules/a/package.json" },
      false,
    ],
    [
      "such a file in Bun's store",
      { packages: undefined, unread: "odd", path: "node_modules/.bun/a@1.0.0/node_modules/a/package.json" },
      false,
    ],
    ["a file that names one", {}, false],
  ])("%s", (_, more, isSilent) => {
    expect(resultOf(node(more), []) === "not-a-package").toBe(isSilent);
  });

  it.each<[string, string, string, boolean]>([
    ["a proper name among a package's tests", "app/node_modules/resolve/test/x/package.json", "lodash", true],
    ["a name that npm does not allow", "app/fixtures/package.json", "Foo Bar", true],
    ["a proper name in the application's own folder", "app/vendor/lodash/package.json", "lodash", false],
    ["a proper name where packages are installed", "app/node_modules/.bun/a@1/node_modules/a/package.json", "a", false],
    ["an odd name where packages are installed", "app/node_modules/a/package.json", "Foo Bar", false],
  ])("what the scanner refuses, with %s", (_, path, name, isSilent) => {
    const unread = [{ path, kind: "no-package", why: "odd" }] as const;
    const found = resultOf(node({ path, packages: [{ name, version: "1" }] }), [], { unread });
    expect(found === "not-a-package").toBe(isSilent);
  });

  it("an installed.json that cannot be read, but not Composer's", () => {
    const php = (path: string): InventoryEntry => ({
      kind: "php",
      path,
      layer: 1,
      unread: "it has no list of packages",
    });
    expect(resultOf(php("app/installed.json"), [])).toBe("not-a-package");
    expect(resultOf(php("app/vendor/composer/installed.json"), [])).toContain("its content is not known");
  });
});

describe("system-owned", () => {
  it.each<[string, InventoryEntry["kind"], string, string]>([
    ["Debian's Python", "python", REQUESTS, "python3-requests"],
    ["an RPM system's Python", "python", "usr/lib64/python3.9/site-packages/a.egg-info/PKG-INFO", "python3-a"],
    ["Alpine's Python", "python", "usr/lib/python3.12/site-packages/a-1.dist-info/METADATA", "py3-a"],
    [
      "Python's own description",
      "python",
      "usr/lib64/python2.7/lib-dynload/Python-2.7.18-py2.7.egg-info",
      "python-libs",
    ],
    ["PyPy's own package", "python", "usr/lib/pypy3.9/lib_pypy/cffi.dist-info/METADATA", "pypy3-lib"],
    ["Debian's Node.js", "node", "usr/share/nodejs/lodash/package.json", "node-lodash"],
    ["Alpine's npm", "node", "usr/lib/node_modules/npm/node_modules/tar/package.json", "npm"],
    ["RHEL's npm", "node", "usr/lib/node_modules_20/npm/package.json", "nodejs-npm"],
    ["Debian's gems", "ruby", "usr/share/rubygems-integration/all/specifications/rake-13.gemspec", "rake"],
    ["an RPM system's gems", "ruby", "usr/share/gems/specifications/json-2.gemspec", "rubygem-json"],
    ["a Java that is the system's", "jar", "usr/lib/jvm/java-17/lib/jrt-fs.jar", "openjdk-17-jre-headless"],
    ["a program", "go", "usr/bin/containerd", "containerd"],
    [
      "a software collection of Red Hat's",
      "python",
      "opt/rh/rh-python38/root/usr/lib/python3.8/site-packages/a.egg-info",
      "rh-python38",
    ],
    ["a tool of Amazon's", "python", "opt/aws/apitools/cfn-init/a-1.egg-info/PKG-INFO", "aws-cfn-bootstrap"],
    ["the package's own folder", "node", "usr/share/gitlab/node_modules/a/package.json", "gitlab"],
    ["the folder of a package's family", "jar", "usr/lib/libreoffice/program/a.jar", "libreoffice-common"],
  ])("%s, but only if it is the system's", (_, kind, path, owner) => {
    const packages = kind === "jar" || kind === "go" ? undefined : [{ name: "x", version: "1" }];
    const entry: InventoryEntry = { kind, path, layer: 1, packages };
    expect(resultOf({ ...entry, owner }, [])).toBe("system-owned");
    // The scanner's own list of files does as well.
    expect(resultOf(entry, [owning(owner, `/${path}`)])).toBe("system-owned");
    expect(resultOf(entry, [owning(owner, "/other")])).not.toBe("system-owned");
  });

  // Proves: there-must-scanner-s
  it.each<[string, InventoryEntry["kind"], string]>([
    ["the application", "node", LODASH],
    ["the usual folder of Node.js images", "node", "usr/src/app/node_modules/lodash/package.json"],
    ["pip's folder", "python", "usr/local/lib/python3.12/site-packages/a-1.dist-info/METADATA"],
    ["a folder of none of its packages", "node", "usr/share/app/node_modules/lodash/package.json"],
    ["a program of nobody's", "go", "usr/local/bin/app"],
    ["a jar", "jar", "app/app.jar"],
    ["another folder in Python's", "python", "usr/lib/python3/app/a-1.dist-info/METADATA"],
    ["a folder in Python's without its packages", "python", "usr/lib/python3.12/venv/a-1.dist-info/METADATA"],
    ["another folder of opt", "python", "opt/app/lib/python3.12/site-packages/a-1.dist-info/METADATA"],
    ["what only looks like a system's folder", "python", "app/usr/lib/python3/dist-packages/a-1.dist-info/METADATA"],
  ])("not %s, whatever the system's lists claim", (_, kind, path) => {
    const packages = kind === "jar" || kind === "go" ? undefined : [{ name: "x", version: "1" }];
    const found = resultOf({ kind, path, layer: 2, packages }, [owning("base-files", path)]);
    expect(found).toContain("the system's package base-files claims the file, which is outside the system's folders");
  });
});

describe("a package of another vendor", () => {
  const entry: InventoryEntry = {
    kind: "jar",
    path: "usr/lib/google-cloud-sdk/a.jar",
    layer: 1,
    owner: "google-cloud-cli",
  };
  const vendor: SeenPackage = { name: "google-cloud-cli", version: "1", system: true, thirdParty: true };

  it("hides nothing that it owns, so that its jar was read, and its own program must be listed", () => {
    expect(resultOf(entry, [vendor])).toBe("unidentified-jar");
    expect(resultOf({ ...entry, kind: "go", path: "usr/bin/gke" }, [vendor])).toContain("the reason is unknown");
  });

  it("hides it if there is also one of the system's of that name", () => {
    expect(resultOf(entry, [vendor, { ...vendor, thirdParty: undefined }])).toContain("claims the file");
  });
});

describe("a link", () => {
  it("is accounted for if the scanner has its content under the path it leads to", () => {
    const linkTo = "app/node_modules/.pnpm/lodash@4.17.4/node_modules/lodash/package.json";
    expect(resultOf(node({ linkTo }), [lodash(linkTo)])).toBe("listed");
  });

  // Proves: there-must-scanner-s
  it("is a gap if the scanner has it nowhere", () => {
    expect(resultOf(node({ linkTo: "root/.cache/uv/0a1b" }), [])).toContain("it is a link to root/.cache/uv/0a1b");
  });

  it("is a gap if the scanner takes its content for something else", () => {
    const linkTo = "opt/package.json";
    expect(resultOf(node({ linkTo }), [lodash(linkTo, "9.9.9")])).toContain("which the scanner does not list");
  });

  it("is a gap also as a jar, though a jar that is a file may be unidentified", () => {
    const jar: InventoryEntry = { kind: "jar", path: "app/lib/a.jar", layer: 2 };
    expect(resultOf({ ...jar, linkTo: "app/lib/blob" }, [])).toContain("it is a link to app/lib/blob");
    expect(resultOf(jar, [])).toBe("unidentified-jar");
  });
});

describe("a Java archive under another name", () => {
  const renamed: InventoryEntry = { kind: "jar", path: "app/x.zip", layer: 2, isRenamed: true };
  it("is a gap if no scanner got a hint about it, and may be unidentified if one did", () => {
    expect(resultOf(renamed, [])).toContain("its name does not show its type");
    expect(resultOf({ ...renamed, isRenamed: undefined }, [])).toBe("unidentified-jar");
    expect(resultOf(renamed, [{ name: "a:b", version: "1", path: "app/x.zip" }])).toBe("listed");
  });

  it("is not a gap if it is a package's of the system, in a folder of the system's", () => {
    const owned: InventoryEntry = { ...renamed, path: "usr/share/java/x.zip", owner: "libx-java" };
    expect(resultOf(owned, [owning("libx-java", "usr/share/java/x.zip")])).toBe("system-owned");
  });

  it("is a gap within another archive, whatever other parts of that are listed", () => {
    const inner: InventoryEntry = { kind: "jar", path: "app/a.jar/lib/b.JAR", layer: 2, unread: "odd" };
    const outer = { name: "a:a", version: "1", path: "app/a.jar" };
    expect(resultOf(inner, [outer])).toContain("app/a.jar/lib/b.JAR (layer 2) is a Java archive");
  });
});

describe("jars and programs", () => {
  const jar: InventoryEntry = { kind: "jar", path: "app/app.jar", layer: 2 };
  it.each<[string, string]>([
    ["itself", "app/app.jar"],
    ["what is in it", "app/app.jar/BOOT-INF/lib/log4j.jar"],
  ])("a jar is accounted for by %s", (_, path) => {
    expect(resultOf(jar, [{ name: "a:b", version: "1", path }])).toBe("listed");
  });

  it("an egg may be unidentified like a jar, unlike a package's description", () => {
    const egg: InventoryEntry = { kind: "python", path: "app/a.egg", layer: 2 };
    expect(resultOf(egg, [])).toBe("unidentified-jar");
    expect(resultOf({ ...egg, linkTo: "x" }, [])).toContain("it is a link to x");
    expect(resultOf({ ...egg, path: "app/a-1.dist-info/METADATA" }, [])).toContain("describes a Python package");
  });

  it("a jar that could not be read is a gap, and not unidentified", () => {
    expect(resultOf({ ...jar, unread: "too large" }, [])).toContain("its content is not known (too large)");
  });

  it.each(["go", "rust"] as const)("a %s program is accounted for only by its own path", (kind) => {
    const program: InventoryEntry = { kind, path: "app/server", layer: 2 };
    expect(resultOf(program, [{ name: "stdlib", version: "1", path: "app/server" }])).toBe("listed");
    expect(resultOf(program, [{ name: "stdlib", version: "1", path: "app/server2" }])).toContain(
      "app/server (layer 2)",
    );
  });
});

describe("lock files", () => {
  const lock: InventoryEntry = { kind: "lock-file", path: "app/package-lock.json", layer: 2 };

  it("alongside what they install are silent", () => {
    expect(resultOf(lock, [lodash()])).toBe("lock-file-beside-its-packages");
    expect(resultOf({ ...lock, path: "package-lock.json" }, [lodash()])).toBe("lock-file-beside-its-packages");
  });

  it("alongside nothing are reported, and no gap", () => {
    const { gaps, notes } = accountFor(inventory(lock), seen([lodash("other/node_modules/lodash/package.json")]));
    expect(gaps).toEqual([]);
    expect(notes).toContainEqual(expect.objectContaining({ subject: "Lock files", status: "not-known" }));
  });
});

describe("a package manager that the scanner knows nothing of", () => {
  const nix = (name: string): InventoryEntry => ({
    kind: "other-manager",
    manager: "Nix",
    path: `nix/store/${"a".repeat(32)}-${name}`,
    layer: 2,
    packages: [{ name, version: "" }],
  });
  const pacman: InventoryEntry = {
    kind: "other-manager",
    manager: "pacman",
    path: "var/lib/pacman/local/z-1/desc",
    layer: 1,
  };

  it("is one gap, with some of its packages, whose path the policy can name", () => {
    const many = Array.from({ length: 9 }, (_, at) => nix(`p-${at}`));
    const { gaps } = accountFor(inventory(...many, pacman), seen([]));
    expect(gaps.map(({ code, path }) => [code, path])).toEqual([
      ["packages-unaccounted", many[0]?.path],
      ["packages-unaccounted", pacman.path],
    ]);
    expect(gaps[0]?.what).toContain(`packages of Nix are in the image (${many[0]?.path})`);
    expect(gaps[0]?.what).toContain("p-0, p-1, p-2, p-3, p-4 and 4 more");
  });

  it("does not count if the workflow leaves it out, or the system's own packages were not matched, which is a gap already", () => {
    const isLeftOut = (path: string) => path.startsWith("nix/");
    expect(resultOf(nix("p"), [], { isLeftOut })).toBe("left-out");
    expect(resultOf(pacman, [], { system: "unmatched" })).toBe("said-by-another-gap");
  });
});

describe("a Java package whose archive was unpacked", () => {
  const pom = (artifact: string, folder = "app/classes", version = "1.0"): InventoryEntry => ({
    kind: "maven",
    path: `${folder}/META-INF/maven/org.acme/${artifact}/pom.properties`,
    layer: 1,
    packages: [{ name: `org.acme:${artifact}`, version }],
  });

  it("is said if it is alone in its folder, and a gap with others", () => {
    const { gaps, notes } = accountFor(inventory(pom("app"), pom("a", "lib"), pom("b", "lib")), seen([]));
    expect(gaps.map(({ path }) => path)).toEqual([pom("a", "lib").path, pom("b", "lib").path]);
    expect(notes).toEqual([
      expect.objectContaining({ subject: "Java classes", detail: expect.stringContaining("org.acme:app 1.0") }),
    ]);
  });

  it("is listed if the scanner has it elsewhere, in this version", () => {
    const jar = (version: string): SeenPackage => ({ name: "org.acme:app", version, path: "lib/app.jar" });
    expect(accountFor(inventory(pom("app")), seen([jar("1.0")])).notes).toMatchObject([{ status: "looked" }]);
    expect(accountFor(inventory(pom("app")), seen([jar("2.0")])).notes).toMatchObject([
      { status: "looked" },
      { status: "not-known" },
    ]);
  });
});

it("packages of conda are reported, and no gap, as Trivy reads no base environment and has no advisories; what cannot be read is one", () => {
  const path = "opt/conda/conda-meta/openssl-3.0.14-h4ab18f5_0.json";
  const conda: InventoryEntry = { kind: "conda", path, layer: 2, packages: [{ name: "openssl", version: "3.0.14" }] };
  const { gaps, notes } = accountFor(inventory(conda), seen([]));
  expect(gaps).toEqual([]);
  expect(notes).toContainEqual(expect.objectContaining({ subject: "Packages of conda", status: "not-known" }));
  expect(resultOf({ kind: "conda", path, layer: 2, unread: "it has no name and version" }, [])).toContain("conda");
});

it("sbom-in-image: an SBOM in the image can only add packages, and any other file that is not read is a gap", () => {
  const sbom: InventoryEntry = { kind: "sbom", path: "opt/bitnami/nginx/.spdx-nginx.spdx", layer: 2 };
  expect(resultOf(sbom, [])).toBe("sbom-in-image");
  expect(resultOf({ ...sbom, kind: "python" }, [])).toContain("describes a Python package");
});

it("the page has every rule, in this order", () => {
  const page = readFileSync(new URL("../../../docs/coverage.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("### Accounting"), page.indexOf("### What Trivy gets of an SBOM"));
  expect([...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)).toEqual([...SILENT_RULES]);
});

describe("left-out", () => {
  it.each<[string, boolean]>([
    [LODASH, true],
    ["other", false],
  ])("what the workflow leaves out: %s", (path, isSilent) => {
    expect(resultOf(node(), [], { isLeftOut: (each) => each === path }) === "left-out").toBe(isSilent);
  });
});

describe("an inventory", () => {
  it("that is whole gives one row with the rules that were used", () => {
    const { gaps, notes } = accountFor(inventory(node(), python({ owner: "python3-requests" })), seen([lodash()]));
    expect(gaps).toEqual([]);
    expect(notes).toEqual([
      {
        subject: "Packages in the layers",
        status: "looked",
        detail: "2 found in the layers; not in the scanner's list, by rule: system-owned 1",
      },
    ]);
  });

  it("that could not hold everything is a gap, and one that could is not", () => {
    const { gaps } = accountFor({ entries: [], marks: [], more: 7 }, seen([]));
    expect(gaps.map(({ what }) => what)).toEqual([
      "7 more files with packages are in the image than are compared with the scanner's list",
    ]);
    expect(accountFor(inventory(), seen([])).gaps).toEqual([]);
  });

  it("with thousands of gaps names 200, and counts the others", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => node({ path: `app/node_modules/a${at}/package.json` }));
    const { gaps } = accountFor(inventory(...many), seen([]));
    expect(gaps).toHaveLength(201);
    expect(gaps.at(-1)?.what).toBe("4800 more files have packages that the scanner does not list");
  });

  it("names a system's list before all other files", () => {
    const many = Array.from({ length: 300 }, (_, at) => node({ path: `app/node_modules/a${at}/package.json` }));
    const list: InventoryEntry = { kind: "dpkg", path: STATUS, layer: 1, packages: [{ name: "bash", version: "5" }] };
    expect(accountFor(inventory(...many, list), seen([])).gaps[0]?.path).toBe(STATUS);
  });

  it("names an image's words shortly, and each gap's file by its path", () => {
    const long = "x".repeat(100_000);
    const { gaps } = accountFor(inventory(node({ packages: [{ name: long, version: long }] })), seen([]));
    expect(gaps[0]?.what.length).toBeLessThan(1_000);
    expect(gaps[0]?.path).toBe(LODASH);
  });

  it("has names of objects' own members as any others", () => {
    const entry = node({ packages: [{ name: "__proto__", version: "constructor" }] });
    expect(resultOf(entry, [])).toContain("__proto__ constructor");
    expect(resultOf(entry, [{ name: "__proto__", version: "constructor", path: LODASH }])).toBe("listed");
  });
});

describe("whatever an image has", () => {
  const entries = fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom("node", "python", "go", "php"),
      folder: fc.constantFrom("app/node_modules", "srv", "usr/share/nodejs", "usr/lib/python3/dist-packages", "opt/x"),
      name: fc.stringMatching(/^[a-z]{1,6}$/),
      version: fc.stringMatching(/^[0-9]{1,2}\.[0-9]$/),
    }),
    { selector: ({ folder, name }) => `${folder}/${name}`, maxLength: 20 },
  );
  type Found = (typeof entries extends fc.Arbitrary<infer T> ? T : never)[number];
  const toEntry = ({ kind, folder, name, version }: Found): InventoryEntry => {
    const packages = kind === "go" ? undefined : [{ name, version }];
    return { kind, path: `${folder}/${name}/package.json`, layer: 1, packages };
  };

  it("what the scanner lists is accounted for, and each that it lacks is one gap with its path", () => {
    fc.assert(
      fc.property(entries, fc.func(fc.boolean()), (found, isLacking) => {
        const all = found.map(toEntry);
        const lacking = all.filter(({ path }) => isLacking(path));
        const packages = found.flatMap((each, at): SeenPackage[] => {
          const { path } = all[at] as InventoryEntry;
          return isLacking(path) ? [] : [{ name: each.name, version: each.version, path }];
        });
        const { gaps, notes } = accountFor(inventory(...all), seen(packages));
        expect(gaps.map(({ path }) => path).sort()).toEqual(lacking.map(({ path }) => path).sort());
        expect(rulesIn(notes)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("a claim of the system's lists silences what is in the system's folders alone", () => {
    fc.assert(
      fc.property(entries, (found) => {
        const all = found.filter(({ kind }) => kind !== "go").map(toEntry);
        const owner = owning("base-files", ...all.map(({ path }) => `/${path}`));
        const { gaps, notes } = accountFor(inventory(...all), seen([owner]));
        const ofSystem = all.filter(({ path }) => /^usr\/(?:share\/nodejs|lib\/python3)\//.test(path));
        expect(gaps).toHaveLength(all.length - ofSystem.length);
        const rules = ofSystem.length === 1 ? ["system-owned"] : [`system-owned ${ofSystem.length}`];
        expect(rulesIn(notes)).toEqual(gaps.length > 0 || ofSystem.length === 0 ? [] : rules);
      }),
      { numRuns: 200 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePurl } from "../../../../src/domain/purl.ts";
import type { ReportPackage } from "../../../../src/scanners/trivy/report/packages.ts";
import { unreadIn } from "../../../../src/scanners/trivy/sbom/index.ts";

const found = (purl: string, more: Partial<ReportPackage> = {}): ReportPackage => ({
  name: "a",
  version: "1.0.0",
  type: "node-pkg",
  purl,
  ...more,
});
const ofSystem = { type: "debian", system: true } as const;

function unread(purls: readonly string[], packages: readonly ReportPackage[], more = {}) {
  const listing = {
    purls: new Map(purls.map((each) => [each, parsePurl(each)])),
    nameless: { count: 0, examples: [] },
    isImage: false,
    systems: [],
  };
  const options = {
    log: { unsupportedTypes: ["made-up"], skippedPackages: 0 },
    isMatched: true,
    withSystem: true,
    ...more,
  };
  return unreadIn(listing, packages, options);
}

const OTHER_NAME = "the scanner read it as a package of another name";
const OTHER_KIND = "the scanner read it as a package of another kind";

type Unread = [string, string, readonly ReportPackage[], string];

describe("an SBOM that names no source packages", () => {
  const purls = ["pkg:deb/debian/bash@5.2?distro=debian-12", "pkg:deb/debian/libssl3@3.0.14-1?distro=debian-12"];
  // Trivy treats a package without a source as its own source.
  const packages = ["bash", "libssl3"].map((name, at) =>
    found(purls[at] as string, { ...ofSystem, name, source: { name, version: "1" } }),
  );

  it("has libraries of the distribution that no advisory is found for", () => {
    expect(unread(purls, packages).sourceless).toEqual({ count: 1, examples: [purls[1]] });
    expect(unread(purls, packages, { isMatched: false }).sourceless).toBeUndefined();
  });

  it("is not one if it names one, or lists no library whose name always differs from its source's", () => {
    const named = found(purls[1] as string, {
      ...ofSystem,
      name: "libssl3",
      source: { name: "openssl", version: "3" },
    });
    expect(unread(purls, [packages[0] as ReportPackage, named]).sourceless).toBeUndefined();
    expect(unread(purls.slice(0, 1), packages.slice(0, 1)).sourceless).toBeUndefined();
    const own = "pkg:deb/debian/libxml2@2.9.14?distro=debian-12";
    const library = found(own, { ...ofSystem, name: "libxml2", source: { name: "libxml2", version: "2.9.14" } });
    expect(unread([own], [library]).sourceless).toBeUndefined();
  });
});

describe("what was read of an SBOM", () => {
  it.each<[string, string, ReportPackage]>([
    ["itself", "pkg:npm/a@1.0.0", found("pkg:npm/a@1.0.0")],
    ["other qualifiers", "pkg:npm/a@1.0.0?x=1", found("pkg:npm/a@1.0.0?y=2#z")],
    ["another case", "pkg:NPM/A@1.0.0", found("pkg:npm/A@1.0.0")],
    ["another encoding", "pkg:npm/@acme/a@1.0.0", found("pkg:npm/%40acme/a@1.0.0", { name: "@acme/a" })],
    ["an encoded plus", "pkg:npm/a@1+b", found("pkg:npm/a@1%2Bb")],
    [
      "underscores of Python",
      "pkg:pypi/Foo_Bar@1",
      found("pkg:pypi/foo-bar@1", { name: "Foo_Bar", type: "python-pkg" }),
    ],
    ["Maven's group", "pkg:maven/b/a@1", found("pkg:maven/b/a@1", { name: "b:a", type: "jar" })],
    [
      "a version of Maven's that is a tag",
      "pkg:maven/com.github.b/a@v1",
      found("pkg:maven/com.github.b/a@v1", { name: "com.github.b:a", type: "jar" }),
    ],
    [
      "Go's case",
      "pkg:golang/github.com/A/b@1",
      found("pkg:golang/github.com/a/b@1", { name: "github.com/A/b", type: "gomod" }),
    ],
    ["a type that is new", "pkg:npm/a@1.0.0", found("pkg:npm/a@1.0.0", { type: "deno" })],
    ["a type of package URL that is new", "pkg:julia/a@1", found("pkg:julia/a@1", { type: "julia" })],
    ["a system's", "pkg:deb/debian/a@1", found("pkg:deb/debian/a@1", ofSystem)],
  ])("is found by its package URL: %s", (_, listed, inReport) => {
    expect(unread([listed], [inReport])).toMatchObject({ unread: [], unmatched: [] });
  });

  it.each<Unread>([
    ["not there", "pkg:npm/a@1.0.0", [], "the scanner left it out"],
    ["another version", "pkg:npm/a@1.0.0", [found("pkg:npm/a@1.0.1")], "the scanner left it out"],
    ["another name", "pkg:npm/a@1.0.0", [found("pkg:npm/a@1.0.0", { name: "b" })], OTHER_NAME],
    [
      "two slashes in a name",
      "pkg:composer/acme/a@1",
      [found("pkg:composer/acme/a@1", { name: "acme//a", type: "composer" })],
      OTHER_NAME,
    ],
    [
      "a dot for a dash of Python's",
      "pkg:pypi/foo-bar@1",
      [found("pkg:pypi/foo-bar@1", { name: "foo.bar", type: "python-pkg" })],
      OTHER_NAME,
    ],
    [
      "another case of a system's name",
      "pkg:deb/debian/a@1",
      [found("pkg:deb/debian/a@1", { ...ofSystem, name: "A" })],
      OTHER_NAME,
    ],
    ...["[2.0,2.15)", "${log4j.version}", "LATEST", ">=3", "1.x || 2.x"].map((version): Unread => {
      const purl = `pkg:maven/b/a@${encodeURIComponent(version)}`;
      const same = found(purl, { name: "b:a", type: "jar" });
      return [`the version ${version}`, purl, [same], "its version is a range or a placeholder"];
    }),
    [
      "a letter before a version of Maven's",
      "pkg:maven/b/a@v2.14.1",
      [found("pkg:maven/b/a@v2.14.1", { name: "b:a", type: "jar" })],
      "its version starts with a letter, which makes it another version in Maven's order",
    ],
    [
      "no group of Maven's",
      "pkg:maven/a@1",
      [found("pkg:maven/a@1", { name: "a", type: "jar" })],
      "its package URL names no group",
    ],
    ["a system's", "pkg:npm/a@1.0.0", [found("pkg:npm/a@1.0.0", ofSystem)], OTHER_KIND],
    ["no system's", "pkg:deb/debian/a@1", [found("pkg:deb/debian/a@1")], OTHER_KIND],
    ["another ecosystem", "pkg:npm/a@1.0.0", [found("pkg:npm/a@1.0.0", { type: "cargo" })], OTHER_KIND],
    ["an ecosystem that is none", "pkg:npm/a@1.0.0", [found("pkg:npm/a@1.0.0", { type: "made-up" })], OTHER_KIND],
    ["no version", "pkg:npm/a", [found("pkg:npm/a")], "it has no version"],
    ["no package URL", "a", [found("a")], "its package URL is not valid"],
  ])("is not what is %s", (_, listed, inReport, why) => {
    expect(unread([listed], inReport).unread).toEqual([{ why, count: 1, examples: [listed] }]);
  });

  it("is read if one of several packages of that package URL is", () => {
    const packages = [found("pkg:npm/a@1.0.0", { name: "b" }), found("pkg:npm/a@1.0.0")];
    expect(unread(["pkg:npm/a@1.0.0"], packages).unread).toEqual([]);
  });

  it("needs no version if licences alone are looked for", () => {
    expect(unread(["pkg:npm/a"], [found("pkg:npm/a")], { isMatched: false }).unread).toEqual([]);
    expect(unread(["pkg:npm/a"], [], { isMatched: false }).unread).toHaveLength(1);
  });

  it("says nothing of a system's packages if another gap does", () => {
    expect(unread(["pkg:deb/debian/a@1"], [], { withSystem: false }).unread).toEqual([]);
  });

  it("says nothing of as many of a system's packages as were skipped for being another's", () => {
    const log = { unsupportedTypes: [], skippedPackages: 1 };
    const purls = ["pkg:deb/ubuntu/a@1", "pkg:deb/ubuntu/b@1"];
    expect(unread(purls, [], { log }).unread).toMatchObject([{ count: 1, examples: ["pkg:deb/ubuntu/b@1"] }]);
  });

  it("groups what has no advisories by type", () => {
    expect(unread(["pkg:generic/a@1", "pkg:oci/b@1", "pkg:generic/c"], []).unmatched).toEqual([
      { why: "pkg:generic", count: 2, examples: ["pkg:generic/a@1", "pkg:generic/c"] },
      { why: "pkg:oci", count: 1, examples: ["pkg:oci/b@1"] },
    ]);
  });

  it("leaves no package URL out: each is read, unread or unmatched", () => {
    const purl = fc
      .tuple(fc.constantFrom("npm", "generic", "oci", "pypi"), fc.nat(50))
      .map(([type, index]) => `pkg:${type}/p${index}@1`);
    fc.assert(
      fc.property(fc.uniqueArray(purl), fc.array(fc.nat()), (purls, picks) => {
        const read = new Set(picks.flatMap((pick) => purls[pick % Math.max(1, purls.length)] ?? []));
        const packages = [...read].map((each) => found(each, { name: /p\d+/.exec(each)?.[0] ?? "", type: "new" }));
        const told = unread(purls, packages);
        const counted = [...told.unread, ...told.unmatched].reduce((sum, { count }) => sum + count, 0);
        expect(counted + read.size).toBe(purls.length);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { purlWithoutVersion } from "../../../src/domain/purl.ts";
import { identityOf, lastingIdentity, pathWithoutVersion } from "../../../src/domain/same/names.ts";
import { makeFinding, makePackage } from "../make.ts";

describe("identityOf", () => {
  it("is kind, advisory, package without version and qualifiers, and path", () => {
    expect(identityOf(makeFinding({ path: "usr/lib/x" }))).toBe(
      "vulnerability CVE-2024-0001 pkg:deb/debian/libssl3 usr/lib/x",
    );
  });

  it("stays the same over another version, severity, layer or line", () => {
    const finding = makeFinding();
    const later = makeFinding({
      severity: "LOW",
      line: 3,
      layer: { diffId: "sha256:1" },
      package: makePackage({ version: "3.0.12-1", purl: "pkg:deb/debian/libssl3@3.0.12-1?arch=arm64" }),
    });
    expect(identityOf(later)).toBe(identityOf(finding));
  });

  it("tells kinds, advisories, packages and paths apart", () => {
    const all = [
      makeFinding(),
      makeFinding({ kind: "license" }),
      makeFinding({ id: "CVE-2024-0002" }),
      makeFinding({ package: makePackage({ purl: "pkg:deb/debian/openssl" }) }),
      makeFinding({ path: "a" }),
      makeFinding({ path: "a b" }),
      makeFinding({ path: "a%20b" }),
      makeFinding({ package: undefined }),
      makeFinding({ package: undefined, path: "a" }),
    ];
    expect(new Set(all.map(identityOf)).size).toBe(all.length);
  });

  it("takes type and name if there is no package URL", () => {
    expect(identityOf(makeFinding({ package: makePackage({ purl: undefined }) }))).toBe(
      "vulnerability CVE-2024-0001 debian/libssl3 ",
    );
  });

  it("has four parts, whatever the names are", () => {
    const odd = makeFinding({
      kind: "secret",
      id: "a b",
      package: makePackage({ purl: undefined, name: "c d", type: "e f" }),
      path: "/ % x",
    });
    expect(identityOf(odd)).toBe("secret a%20b e%20f/c%20d /%20%25%20x");
    expect(identityOf(makeFinding({ kind: "secret", id: "k", package: undefined }))).toBe("secret k  ");
  });
});

describe("lastingIdentity", () => {
  const wheel = (version: string, path: string) =>
    makeFinding({
      package: makePackage({ name: "urllib3", version, purl: `pkg:pypi/urllib3@${version}`, type: "python-pkg" }),
      path,
    });

  it("leaves the package's own version out of the path, and nothing else", () => {
    const before = lastingIdentity(wheel("1.26.4", "site-packages/urllib3-1.26.4.dist-info/METADATA"));
    expect(before).toBe("vulnerability CVE-2024-0001 pkg:pypi/urllib3 site-packages/urllib3-.dist-info/METADATA");
    expect(lastingIdentity(wheel("1.26.5", "site-packages/urllib3-1.26.5.dist-info/METADATA"))).toBe(before);
    expect(lastingIdentity(wheel("1.26.5", "other/urllib3-1.26.5.dist-info/METADATA"))).not.toBe(before);
  });

  it("is identityOf if the path has no version", () => {
    for (const finding of [
      makeFinding(),
      makeFinding({ path: "a b%/c", id: "x y" }),
      makeFinding({ package: undefined }),
    ])
      expect(lastingIdentity(finding)).toBe(identityOf(finding));
  });
});

describe("an identity over time", () => {
  it("tells packages without a package URL apart by their names, and has versions that the URL leaves out", () => {
    const of = (name: string, version: string, purl?: string) =>
      lastingIdentity(makeFinding({ package: { name, version, type: "jar", purl }, path: `app/x-${version}.jar` }));
    expect(of("a", "1.0")).not.toBe(of("b", "1.0"));
    expect(of("a", "2.0")).toBe(of("a", "1.0"));
    expect(of("c", "1.0", "pkg:maven/c")).toBe(of("c", "2.0", "pkg:maven/c"));
  });

  it("is the same by kind, advisory, package without version, and path without version, and by these alone", () => {
    const spelled = (purl: string | undefined, version: string) =>
      purl?.replace("VERSION", version.replaceAll(":", "%3A"));
    const finding = fc
      .record({
        kind: fc.constantFrom<Finding["kind"]>("vulnerability", "license"),
        id: fc.constantFrom("CVE-1", "CVE-2"),
        purl: fc.constantFrom(
          undefined,
          "pkg:npm/@acme/a",
          "pkg:npm/%40acme/a@VERSION",
          "pkg:npm/@acme/a@VERSION?x=a/b@c",
          "pkg:npm/@acme/a@VERSION#sub",
          "pkg:npm/@acme/a@VERSION#sub@2",
          "pkg:npm/acme/a@VERSION",
        ),
        type: fc.constantFrom("npm", "pip"),
        name: fc.constantFrom("a", "b"),
        version: fc.constantFrom("1.0", "2.0", "1:2.0"),
        bare: fc.boolean(),
        path: fc.constantFrom(undefined, "x", "a-1.0", "a-2.0"),
      })
      .map(({ kind, id, purl, type, name, version, bare, path: at }) =>
        makeFinding({
          kind,
          id,
          path: at,
          package: bare ? undefined : { name, version, type, purl: spelled(purl, version) },
        }),
      );
    const meaning = ({ kind, id, package: about, path: at = "" }: Finding) =>
      JSON.stringify([
        kind,
        id,
        about && (about.purl === undefined ? [about.type, about.name] : purlWithoutVersion(about.purl)),
        pathWithoutVersion(at, about),
      ]);
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 30 }), (findings) => {
        const both = findings.map((each) => [lastingIdentity(each), meaning(each)] as const);
        expect(new Map(both).size).toBe(new Set(findings.map(meaning)).size);
        for (const [one, its] of both) for (const [other, meant] of both) expect(one === other).toBe(its === meant);
      }),
      { numRuns: 300 },
    );
  });
});

const pathOf = (text: string, name: string, version: string) =>
  pathWithoutVersion(text, makePackage({ name, version }));

describe("a pathOf without its package's version", () => {
  it.each([
    ["lib/aiohttp-3.9.1.dist-info/METADATA", "aiohttp", "3.9.1", "lib/aiohttp-.dist-info/METADATA"],
    ["jars/log4j-core-2.14.1.jar", "org.apache.logging.log4j:log4j-core", "2.14.1", "jars/log4j-core-.jar"],
    [
      "repository/log4j-core/2.14.1/log4j-core-2.14.1.jar",
      "g:log4j-core",
      "2.14.1",
      "repository/log4j-core//log4j-core-.jar",
    ],
    [
      ".pnpm/lodash@4.17.20/node_modules/lodash/package.json",
      "lodash",
      "4.17.20",
      ".pnpm/lodash@/node_modules/lodash/package.json",
    ],
    ["mod/x@v1.2.3/go.mod", "x", "1.2.3", "mod/x@v/go.mod"],
    ["specifications/rails-7.gemspec", "rails", "7", "specifications/rails-.gemspec"],
    ["site-packages/Foo_Bar-7.dist-info", "foo-bar", "7", "site-packages/Foo_Bar-.dist-info"],
    ["specifications/rails-7.0.4.gemspec", "rails", "7.0.4", "specifications/rails-.gemspec"],
  ])("%s of %s %s is %s", (text, name, version, wanted) => {
    expect(pathOf(text, name, version)).toBe(wanted);
  });

  it.each([
    ["usr/lib/python3.12/foo", "foo", "3.12"],
    ["jars/x-12.14.1.jar", "x", "2.14.1"],
    ["jars/x-2.14.1.2.jar", "x", "2.14.1"],
    ["jars/x-2.14.1a.jar", "x", "2.14.1"],
    ["node-12/lib/y.jar", "y", "12"],
    ["lib/x.jar", "x", ""],
  ])("%s keeps what is not a version of %s %s", (text, name, version) => {
    expect(pathOf(text, name, version)).toBe(text);
  });

  it.each([
    ["x-3.9.1", "x-"],
    ["x-3.9.1.", "x-."],
    ["x-3.9.1.dist", "x-.dist"],
    ["x-3.9.1-3.9.1", "x--"],
    ["x-13.9.1-3.9.1", "x-13.9.1-"],
    ["x-v3.9.1", "x-v"],
    ["x-V3.9.1", "x-V"],
    ["v3.9.1", "v"],
    ["3.9.1", ""],
    ["3.9.1/3.9.10/3.9.1", "/3.9.10/"],
  ])("loses it where it is a word: %s", (text, wanted) => {
    expect(pathOf(text, "x", "3.9.1")).toBe(wanted);
  });

  it.each([
    "x-03.9.1",
    "x-93.9.1",
    "x-a3.9.1",
    "x-z3.9.1",
    "x-A3.9.1",
    "x-Z3.9.1",
    "x-w3.9.1",
    "x-av3.9.1",
    "x-.v3.9.1",
    "x-1.3.9.1",
    "x-é3.9.1",
    "x-3.9.1.0",
    "x-3.9.1.9",
    "x-3.9.10",
    "x-3.9.19",
    "x-3.9.1a",
    "x-3.9.1z",
    "x-3.9.1Z",
    "x-3.9.1v",
    "x-3.9.1é",
  ])("keeps it where it is part of a longer word: %s", (text) => {
    expect(pathOf(text, "x", "3.9.1")).toBe(text);
  });

  it.each(["1.2", "1-2", "1_2", "1+2"])("loses %s wherever it is, as it is not a bare number", (version) => {
    expect(pathOf(`lib/${version}/other-${version}`, "x", version)).toBe("lib//other-");
  });

  it.each([
    ["@acme/core", "core-7", "core-"],
    ["g:core", "core-7", "core-"],
    ["a/b:core", "core-7", "core-"],
    ["Acme.Core", "acme-core_7", "acme-core_"],
    ["acme__core", "ACME.-core-7", "ACME.-core-"],
    ["core", "score-7", "score-7"],
    ["acme/core", "acme-7", "acme-7"],
  ])("of %s with a bare number as its version is recognised by the name: %s", (name, text, wanted) => {
    expect(pathOf(`7/${text}`, name, "7")).toBe(`7/${wanted}`);
  });

  it.each([
    ["x/a__b-2.jar", "a-b", "2", "x/a__b-.jar"],
    ["x/ab-2.jar", "a-b", "2", "x/ab-2.jar"],
    ["1-1-1", "x", "1-1", "-1"],
    ["3.9.1.dist-info", "x", "3.9.1", ".dist-info"],
    ["a~3.9.1", "x", "3.9.1", "a~"],
    ["a{3.9.1}", "x", "3.9.1", "a{}"],
  ])("%s of %s %s is %s, by words and names as Python spells them", (text, name, version, wanted) => {
    expect(pathOf(text, name, version)).toBe(wanted);
  });

  it("is the whole pathOf if there is no package", () => {
    expect(pathWithoutVersion("lib/x-1.0", undefined)).toBe("lib/x-1.0");
  });

  it("is the same for any two versions of one file's name", () => {
    const version = fc.stringMatching(/^\d{1,3}(\.\d{1,3}){1,3}$/);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(pathOf(`lib/some-${a}.dist-info/METADATA`, "some", a)).toBe(
          pathOf(`lib/some-${b}.dist-info/METADATA`, "some", b),
        );
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastingIdentity, pathWithoutVersion } from "../../src/domain/lasting-identity.ts";
import { makeFinding, makePackage } from "./make.ts";

const path = (text: string, name: string, version: string) => pathWithoutVersion(text, makePackage({ name, version }));

describe("a path without its package's version", () => {
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
    expect(path(text, name, version)).toBe(wanted);
  });

  it.each([
    ["usr/lib/python3.12/foo", "foo", "3.12"],
    ["jars/x-12.14.1.jar", "x", "2.14.1"],
    ["jars/x-2.14.1.2.jar", "x", "2.14.1"],
    ["jars/x-2.14.1a.jar", "x", "2.14.1"],
    ["node-12/lib/y.jar", "y", "12"],
    ["lib/x.jar", "x", ""],
  ])("%s keeps what is no version of %s %s", (text, name, version) => {
    expect(path(text, name, version)).toBe(text);
  });

  it("is the same for any two versions of one file's name", () => {
    const version = fc.stringMatching(/^\d{1,3}(\.\d{1,3}){1,3}$/);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(path(`lib/some-${a}.dist-info/METADATA`, "some", a)).toBe(
          path(`lib/some-${b}.dist-info/METADATA`, "some", b),
        );
      }),
    );
  });
});

describe("an identity over time", () => {
  const of = lastingIdentity();
  const finding = (version: string, distro: string, more = {}) =>
    makeFinding({
      package: makePackage({ version, purl: `pkg:deb/debian/libssl3@${version}?distro=${distro}` }),
      ...more,
    });

  it("leaves version and qualifiers out", () => {
    expect(of(finding("1", "debian-12.8"))).toBe(of(finding("2", "debian-12.9")));
  });

  it("tells places, advisories and kinds apart", () => {
    const all = [
      finding("1", "a"),
      finding("1", "a", { path: "x" }),
      finding("1", "a", { id: "CVE-2" }),
      finding("1", "a", { kind: "license" }),
    ];
    expect(new Set(all.map(of)).size).toBe(4);
  });

  it("leaves paths out where one side has none", () => {
    const without = lastingIdentity(false);
    expect(without(finding("1", "a", { path: "x" }))).toBe(without(finding("1", "a")));
  });
});

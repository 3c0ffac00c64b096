import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathWithoutVersion } from "../../../src/domain/same/names.ts";
import { makePackage } from "../make.ts";

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
  ])("%s keeps what is not a version of %s %s", (text, name, version) => {
    expect(path(text, name, version)).toBe(text);
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
    expect(path(text, "x", "3.9.1")).toBe(wanted);
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
    expect(path(text, "x", "3.9.1")).toBe(text);
  });

  it.each(["1.2", "1-2", "1_2", "1+2"])("loses %s wherever it is, as it is not a bare number", (version) => {
    expect(path(`lib/${version}/other-${version}`, "x", version)).toBe("lib//other-");
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
    expect(path(`7/${text}`, name, "7")).toBe(`7/${wanted}`);
  });

  it.each([
    ["x/a__b-2.jar", "a-b", "2", "x/a__b-.jar"],
    ["x/ab-2.jar", "a-b", "2", "x/ab-2.jar"],
    ["1-1-1", "x", "1-1", "-1"],
    ["3.9.1.dist-info", "x", "3.9.1", ".dist-info"],
    ["a~3.9.1", "x", "3.9.1", "a~"],
    ["a{3.9.1}", "x", "3.9.1", "a{}"],
  ])("%s of %s %s is %s, by words and names as Python spells them", (text, name, version, wanted) => {
    expect(path(text, name, version)).toBe(wanted);
  });

  it("is the whole path if there is no package", () => {
    expect(pathWithoutVersion("lib/x-1.0", undefined)).toBe("lib/x-1.0");
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

import { describe, expect, it } from "vitest";
import { type OwnedPackage, ownerFinder } from "../../../../src/scanners/trivy/report/owning-package.ts";
import { cpuMs } from "../../../support/runs/patience.ts";

const SITE = "usr/local/lib/python3.12/site-packages";
const packages: OwnedPackage[] = [
  { type: "python-pkg", name: "sparkly", version: "1.0.0", filePath: `${SITE}/sparkly-1.0.0.dist-info/METADATA` },
  { type: "python-pkg", name: "Zope.Interface", version: "5", filePath: `${SITE}/zope.interface-5.dist-info/METADATA` },
  { type: "python-pkg", name: "pip", version: "24", filePath: `${SITE}/pip-24.dist-info/METADATA` },
  { type: "python-pkg", name: "urllib3", filePath: `${SITE}/pip/_vendor/urllib3-1.dist-info/METADATA` },
  {
    type: "python-pkg",
    name: "sparkly",
    version: "9",
    filePath: "opt/venv/lib/site-packages/sparkly-9.dist-info/METADATA",
  },
  { type: "node-pkg", name: "foo", version: "1", filePath: "app/node_modules/foo/package.json" },
  { type: "node-pkg", name: "@acme/bar", version: "2", filePath: "app/node_modules/@acme/bar/package.json" },
  { type: "node-pkg", name: "baz", version: "3", filePath: "app/node_modules/foo/node_modules/baz/package.json" },
  { type: "gemspec", name: "rails", version: "7.0", filePath: "usr/lib/ruby/gems/specifications/rails-7.0.gemspec" },
  { type: "jar", name: "org.acme:outer", version: "4", filePath: "opt/outer.jar" },
  { type: "composer-vendor", name: "acme/php", version: "5" },
  { type: "debian", name: "libfoo", version: "1-1", installedFiles: ["/usr/share/java/foo.jar", "/usr/lib/x/y.py"] },
  {
    type: "alpine",
    name: "py3-six",
    version: "1-r0",
    installedFiles: ["usr/lib/python3/site-packages/six-1.dist-info/METADATA"],
  },
];
const ownerOf = ownerFinder(packages);

describe("the owner of a file", () => {
  it.each([
    ["a jar below a Python package", `${SITE}/sparkly/jars/log4j.jar`, undefined, "Python sparkly 1.0.0"],
    ["a package of the same name elsewhere", "opt/venv/lib/site-packages/sparkly/x.jar", undefined, "Python sparkly 9"],
    [
      "a folder whose name is written another way",
      `${SITE}/zope_interface/x.jar`,
      undefined,
      "Python Zope.Interface 5",
    ],
    ["what pip brings along", `${SITE}/pip/_vendor/urllib3-1.dist-info/METADATA`, "urllib3", "Python pip 24"],
    ["a jar below a Node package", "app/node_modules/foo/lib/x.jar", undefined, "Node.js foo 1"],
    ["a package in a package", "app/node_modules/foo/node_modules/baz/package.json", "baz", "Node.js foo 1"],
    ["a file in a nested package", "app/node_modules/foo/node_modules/baz/x.jar", undefined, "Node.js baz 3"],
    ["a file in a scoped package", "app/node_modules/@acme/bar/x.jar", undefined, "Node.js @acme/bar 2"],
    ["a file of a gem", "usr/lib/ruby/gems/gems/rails-7.0/x.jar", undefined, "Ruby rails 7.0"],
    ["a jar within a known jar", "opt/outer.jar/lib/inner.jar", "inner", "Java org.acme:outer 4"],
    ["a jar within an unknown archive", "srv/app.war/WEB-INF/lib/log4j.jar", "log4j", "Java app.war undefined"],
    ["the innermost of two archives", "srv/app.ear/web.war/WEB-INF/lib/x.jar", "x", "Java web.war undefined"],
    ["a file of a PHP package", "srv/vendor/acme/php/x.jar", undefined, "PHP acme/php 5"],
    ["what the distribution installed", "usr/share/java/foo.jar", "foo", "Debian libfoo 1-1"],
    [
      "a Python package of the distribution",
      "usr/lib/python3/site-packages/six-1.dist-info/METADATA",
      "six",
      "Alpine py3-six 1-r0",
    ],
  ])("is found for %s", (_, path, name, expected) => {
    const owner = ownerOf({ path, name });
    expect(`${owner?.ecosystem} ${owner?.name} ${owner?.version}`).toBe(expected);
  });

  it.each([
    ["the package itself", `${SITE}/sparkly-1.0.0.dist-info/METADATA`, "sparkly"],
    ["its own Node package", "app/node_modules/foo/package.json", "foo"],
    ["a file without an owner", "opt/x.jar", "x"],
    ["a folder that no package is named after", `${SITE}/unknown/x.jar`, undefined],
    ["a file alongside the packages", `${SITE}/six.py`, undefined],
    ["hostile names", "a/node_modules/__proto__/x.jar", "constructor"],
  ])("is undefined for %s", (_, path, name) => {
    expect(ownerOf({ path, name })).toBeUndefined();
  });

  it("is named by its type if that is unknown", () => {
    const find = ownerFinder([{ type: "constructor", name: "a", version: "1", installedFiles: ["opt/a.jar"] }]);
    expect(find({ path: "opt/a.jar", name: "b" })).toEqual({ ecosystem: "Constructor", name: "a", version: "1" });
  });

  it("is found in time for a hostile path", () => {
    const start = cpuMs();
    for (const part of ["node_modules/", "site-packages/a/", "x.jar/", "gems/a-b/", "vendor/"])
      ownerOf({ path: part.repeat(5000) });
    expect(cpuMs() - start).toBeLessThan(2000);
  });
});

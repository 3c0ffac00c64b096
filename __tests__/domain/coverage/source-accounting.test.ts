import { describe, expect, it } from "vitest";
import {
  accountForSource,
  folderGaps,
  type Requirement,
  type SourceFiles,
  type SourcePackages,
} from "../../../src/domain/coverage/source-accounting.ts";

const files = (more: Partial<SourceFiles> = {}): SourceFiles => ({
  folders: [],
  links: [],
  requirements: [],
  unread: [],
  hasDevelopment: false,
  more: 0,
  ...more,
});
const listed = (packages: SourcePackages["packages"], withoutDevelopment = false): SourcePackages => ({
  packages,
  unversionedTypes: new Set(["pom"]),
  withoutDevelopment,
});
const whats = (source: Partial<SourceFiles>, packages: SourcePackages["packages"] = []) =>
  accountForSource(files(source), listed(packages)).gaps.map(({ what }) => what);

describe("requirements.txt", () => {
  const pip = (name: string, version: string, path = "api/requirements.txt") => ({ name, version, path, type: "pip" });
  const asks = (...requirements: readonly Requirement[]) => ({
    requirements: [{ path: "api/requirements.txt", requirements }],
  });

  it.each<[string, Requirement, ReturnType<typeof pip>]>([
    ["an exact version", { text: "a==1.0", name: "a", version: "1.0" }, pip("a", "1.0")],
    [
      "another writing of the name",
      { text: "Zope.Interface==6", name: "Zope.Interface", version: "6" },
      pip("zope-interface", "6"),
    ],
    ["a lock file alongside it", { text: "a>=1", name: "a" }, pip("a", "1.7", "api/uv.lock")],
  ])("is listed by %s", (_, requirement, package_) => {
    expect(whats(asks(requirement), [package_])).toEqual([]);
  });

  it.each<[string, Requirement, ReturnType<typeof pip>]>([
    ["a range that nothing resolves", { text: "a>=1", name: "a" }, pip("b", "1")],
    ["another version than the one that is listed", { text: "a===1.0", name: "a", version: "1.0" }, pip("a", "2.0")],
    ["a URL", { text: "https://example.test/a.whl" }, pip("a", "1.0")],
    ["a lock file of another folder", { text: "a>=1", name: "a" }, pip("a", "1.7", "web/uv.lock")],
  ])("is a gap with %s", (_, requirement, package_) => {
    expect(whats(asks(requirement), [package_])).toEqual([
      `api/requirements.txt asks for 1 package that was not looked at: ${requirement.text}`,
    ]);
  });

  it("under a name that the scanner does not read is a note, and no gap", () => {
    const unread = ["requirements-dev.txt", "requirements/base.txt"];
    const detail = `the scanner does not read lists of Python packages under these names: ${unread.join(", ")}`;
    const notes = [{ subject: "Requirements", status: "not-known", detail }];
    expect(accountForSource(files({ unread }), listed([]))).toEqual({ gaps: [], notes });
  });

  it("is a gap if it could not be read", () => {
    expect(whats({ requirements: [{ path: "requirements.txt", requirements: [], unread: "too large" }] })).toEqual([
      "requirements.txt asks for packages that were not looked at: too large",
    ]);
  });
});

describe("a package without a version", () => {
  const maven = (more: object = {}) => ({ name: "g:a", version: "", path: "pom.xml", type: "pom", ...more });
  it("is a gap in a pom.xml, one for each file", () => {
    expect(whats({}, [maven(), maven({ name: "g:b" }), maven({ path: "sub/pom.xml" })])).toEqual([
      "pom.xml has 2 packages without its own version, which no advisory was compared with: g:a, g:b",
      "sub/pom.xml has 1 package without its own version, which no advisory was compared with: g:a",
    ]);
  });

  it.each<[string, object]>([
    ["one that has it", { version: "1.0" }],
    ["the project itself", { relationship: "root" }],
    ["a module of the project", { relationship: "workspace" }],
    ["a program built here", { type: "gobinary" }],
  ])("is not a gap for %s", (_, more) => {
    expect(whats({}, [maven(more)])).toEqual([]);
  });
});

describe("a folder of source code", () => {
  it("with a lock file that is a link: a gap with its path", () => {
    const { gaps } = accountForSource(files({ links: [{ path: "web/yarn.lock", to: "/etc/yarn.lock" }] }), listed([]));
    expect(gaps).toEqual([expect.objectContaining({ code: "packages-unaccounted", path: "web/yarn.lock" })]);
  });

  it("without dependencies for development: a note, and no gap", () => {
    const { gaps, notes } = accountForSource(files(), listed([], true));
    expect(gaps).toEqual([]);
    expect(notes.map(({ subject, status }) => [subject, status])).toEqual([
      ["Dependencies for development", "not-asked"],
    ]);
    expect(accountForSource(files(), listed([])).notes).toEqual([]);
  });

  it("with a folder that the scanner passes over: a gap, and none without", () => {
    const folders = [{ path: "dev", count: 2, example: "dev/package-lock.json" }];
    expect(folderGaps(files({ folders })).map(({ code, what, path }) => [code, what, path])).toEqual([
      [
        "folder-not-read",
        "the scanner skips the folder dev, which has 2 files that it would otherwise scan, such as dev/package-lock.json",
        "dev",
      ],
    ]);
    expect(folderGaps(files())).toEqual([]);
  });

  it("with more than can be named: the others are counted", () => {
    const links = Array.from({ length: 150 }, (_, at) => ({ path: `${at}/yarn.lock`, to: "x" }));
    expect(whats({ links, more: 3 }).at(-1)).toBe("51 more lock files were not compared with the scanner's list");
    expect(whats({ more: 3 })).toEqual(["3 more lock files were not compared with the scanner's list"]);
  });
});

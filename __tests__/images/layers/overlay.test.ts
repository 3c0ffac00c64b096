import { describe, expect, it } from "vitest";
import { byFolder, pathsIn } from "../../../src/images/layers/overlay.ts";

const read = (paths: readonly string[]) =>
  [...byFolder(paths.map((path) => `${path}\0`).join(""))].map((each) => [each.folder, [...pathsIn(each.paths)]]);

describe("paths by folder", () => {
  it("puts those together that follow each other in one folder", () => {
    const paths = ["a", "etc/a", "etc/b", "etc/c/d", "etc/e", "b", "etcetera/a"];
    expect(read(paths)).toEqual([
      ["", ["a"]],
      ["etc", ["etc/a", "etc/b"]],
      ["etc/c", ["etc/c/d"]],
      ["etc", ["etc/e"]],
      ["", ["b"]],
      ["etcetera", ["etcetera/a"]],
    ]);
  });

  it("takes a folder of the same length, and one that begins alike, for another one", () => {
    expect(read(["usr/a", "var/a", "v/b", "va/c"]).map(([folder]) => folder)).toEqual(["usr", "var", "v", "va"]);
  });

  it("reads an empty text", () => {
    expect(read([])).toEqual([]);
  });
});

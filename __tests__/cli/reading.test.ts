import { symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { readTyped, readTypedText } from "../../src/cli/reading.ts";
import { cliWorld } from "./world.ts";

it("a path that is typed may lead out of the working directory, but a link in it may not", () => {
  using world = cliWorld({ "here/own.json": "1", "there/other.json": "2" });
  symlinkSync(world.at("here/own.json"), world.at("here/within.json"));
  symlinkSync(world.at("there/other.json"), world.at("here/out.json"));
  symlinkSync(world.at("there"), world.at("here/folder"));
  const read = (path: string) =>
    readTyped({ what: "report", path, maxBytes: 9 }, { workspace: world.at("here") }).toString();
  for (const path of ["own.json", "within.json"]) expect(read(path)).toBe("1");
  for (const path of ["../there/other.json", world.at("there/other.json")]) expect(read(path)).toBe("2");
  for (const path of ["out.json", "folder/other.json"])
    expect(() => read(path)).toThrow(expect.objectContaining({ code: "file-outside-workspace" }));
});

it("a typed text loses its byte order mark unless it must stay, and is refused if it is not UTF-8", () => {
  using world = cliWorld({ "mark.txt": "\ufeffa", "latin.txt": Buffer.from([0xe9]) });
  const read = (path: string, ignoreBOM?: boolean) =>
    readTypedText({ what: "workflow", path, maxBytes: 9 }, world, { ignoreBOM });
  expect(read("mark.txt")).toBe("a");
  expect(read("mark.txt", true)).toBe("\ufeffa");
  expect(() => read("latin.txt")).toThrow(expect.objectContaining({ code: "file-not-text" }));
});

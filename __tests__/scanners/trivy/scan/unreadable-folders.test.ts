import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSourceTree } from "../../../../src/scanners/trivy/scan/source-tree.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";

const NOBODY = 65534;
const asRoot = process.geteuid?.() === 0;

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder("readable");
  mkdirSync(join(folder.path, "app/data/secret"), { recursive: true });
  writeFileSync(join(folder.path, "app/package.json"), "{}");
  // Another user must be able to reach this folder.
  for (const path of ["", "app", "app/data"]) chmodSync(join(folder.path, path), 0o755);
});
afterEach(() => {
  if (asRoot) process.seteuid?.(0);
  chmodSync(join(folder.path, "app/data/secret"), 0o755);
  folder.remove();
});

/** Root may read everything, so the test switches to another user for a moment. */
function look(mode: number, skipDirs: readonly string[] = []): () => void {
  chmodSync(join(folder.path, "app/data/secret"), mode);
  return () => {
    if (asRoot) process.seteuid?.(NOBODY);
    try {
      readSourceTree({ how: "folder", location: folder.path }, { skipDirs, skipFiles: [], scanners: ["secret"] });
    } finally {
      if (asRoot) process.seteuid?.(0);
    }
  };
}

describe("a search in a folder of source code", () => {
  it("takes a folder that can be read, and a file", () => {
    expect(look(0o755)).not.toThrow();
    const file = { how: "folder", location: join(folder.path, "app/package.json") } as const;
    expect(() => readSourceTree(file, { skipDirs: [], skipFiles: [], scanners: [] })).not.toThrow();
  });

  it.each([0o000, 0o711])("refuses one with a folder of mode %o, and names it", (mode) => {
    expect(look(mode)).toThrow('[folder-unreadable] The folder "app/data/secret"');
  });

  it.each([["app/data/secret"], ["app/data"], ["**/secret"], ["./app/data/secret"]])(
    "takes it where skip-dirs has %s",
    (dir) => {
      expect(look(0o000, [dir])).not.toThrow();
    },
  );

  it("is not led out of the folder, or round in it, by links", () => {
    symlinkSync("/root", join(folder.path, "app/out"));
    symlinkSync("..", join(folder.path, "app/round"));
    expect(look(0o755)).not.toThrow();
  });
});

import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { savedTag } from "../../src/trivy/saved-tag.ts";
import type { World } from "../../src/world.ts";
import { temporaryFolder } from "../support/folder.ts";
import { clean, saveImage } from "../support/images.ts";

const folder = temporaryFolder("saved-tag");
afterAll(() => folder.remove());

const world = {
  env: { PATH: process.env.PATH },
  workspace: folder.path,
  runFolder: folder.path,
  signal: new AbortController().signal,
} as unknown as World;
const image = (input: string): Target => ({ kind: "image", input, label: input });

describe("savedTag", () => {
  it("reads the tag out of a docker save tar, compressed or not", async () => {
    const tar = saveImage(join(folder.path, "image.tar"), clean(), ["ghcr.io/acme/app:1.0", "other:1"]);
    execFileSync("gzip", ["-k", tar]);
    expect(await savedTag(image("image.tar"), world)).toBe("ghcr.io/acme/app:1.0");
    expect(await savedTag(image("image.tar.gz"), world)).toBe("ghcr.io/acme/app:1.0");
  });

  it("knows none of what is no such tar", async () => {
    writeFileSync(join(folder.path, "text.tar"), "no tar at all");
    saveImage(join(folder.path, "untagged.tar"), clean(), []);
    for (const input of ["text.tar", "missing.tar", ".", "untagged.tar", "ghcr.io/acme/app:1"])
      expect(await savedTag(image(input), world)).toBeUndefined();
    expect(await savedTag({ ...image("image.tar"), kind: "path" }, world)).toBeUndefined();
  });

  it("never throws, whatever a path leads to", async () => {
    symlinkSync("loop.tar", join(folder.path, "loop.tar"));
    for (const input of ["loop.tar", `${"a".repeat(300)}.tar`, "text.tar/x.tar", "a\0b.tar"])
      expect(await savedTag(image(input), world)).toBeUndefined();
  });
});

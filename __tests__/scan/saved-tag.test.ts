import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { savedTag } from "../../src/scan/saved-tag.ts";
import type { World } from "../../src/system/world.ts";
import { clean, saveImage } from "../support/images/images.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("saved-tag");
afterAll(() => folder.remove());

const workspace = join(folder.path, "workspace");
mkdirSync(workspace);
const at = (name: string) => join(workspace, name);
const world = {
  env: {},
  workspace,
  temp: workspace,
  runFolder: workspace,
  signal: new AbortController().signal,
} as unknown as World;
const image = (input: string): Target => ({ kind: "image", input, label: input });

describe("savedTag", () => {
  it("reads the tag out of a docker save tar, compressed or not", async () => {
    const tar = saveImage(at("image.tar"), clean(), ["ghcr.io/acme/app:1.0", "other:1"]);
    execFileSync("gzip", ["-k", tar]);
    expect(await savedTag(image("image.tar"), world)).toBe("ghcr.io/acme/app:1.0");
    expect(await savedTag(image("image.tar.gz"), world)).toBe("ghcr.io/acme/app:1.0");
  });

  it("is undefined for anything but such a tar", async () => {
    writeFileSync(at("text.tar"), "no tar at all");
    saveImage(at("untagged.tar"), clean(), []);
    for (const input of ["text.tar", "missing.tar", ".", "untagged.tar", "ghcr.io/acme/app:1"])
      expect(await savedTag(image(input), world)).toBeUndefined();
    expect(await savedTag({ ...image("image.tar"), kind: "path" }, world)).toBeUndefined();
  });

  // Proves: link-out-workspace-lends
  it("lends none from a file that a link out of the workspace leads to", async () => {
    const elsewhere = saveImage(join(folder.path, "elsewhere.tar"), clean(), ["ghcr.io/acme/app:1.0"]);
    symlinkSync(elsewhere, at("link.tar"));
    symlinkSync("image.tar", at("inside.tar"));
    expect(await savedTag(image("link.tar"), world)).toBeUndefined();
    expect(await savedTag(image("inside.tar"), world)).toBe("ghcr.io/acme/app:1.0");
  });

  it("never throws, wherever a path leads", async () => {
    symlinkSync("loop.tar", at("loop.tar"));
    for (const input of ["loop.tar", `${"a".repeat(300)}.tar`, "text.tar/x.tar", "a\0b.tar"])
      expect(await savedTag(image(input), world)).toBeUndefined();
  });
});

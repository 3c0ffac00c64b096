import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { imageError } from "../../../src/images/fault.ts";
import { findInTar } from "../../../src/images/sources/saved-tar.ts";
import { clean } from "../../support/images/images.ts";
import { dockerArchive } from "../../support/images/oci.ts";
import { tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("packed-tar");
afterAll(() => folder.remove());

/** The error of a packed tar with this content, and what is left of it in its folder. */
async function failureOf(content: Buffer, { place = folder.path, most }: { place?: string; most?: number } = {}) {
  const path = join(folder.path, "image.tar.gz");
  writeFileSync(path, gzipSync(content));
  const scratch = join(place, "unpacked.tar");
  const { signal } = new AbortController();
  const thrown = await findInTar(path, { scratch, signal, most }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const error = thrown === undefined ? undefined : imageError(thrown, "app", 1);
  return { error, left: readdirSync(place).filter((name) => name === "unpacked.tar") };
}

describe("a packed tar", () => {
  const archive = dockerArchive(clean(), []);

  it("with more bytes than are read is an error that names the bound, and leaves nothing", async () => {
    const { error, left } = await failureOf(archive, { most: archive.length - 1 });
    expect(error).toMatchObject({ code: "image-too-large" });
    expect(error?.message).toContain(`more than ${archive.length - 1} bytes`);
    expect(left).toEqual([]);
    expect(await failureOf(archive, { most: archive.length })).toEqual({ error: undefined, left: ["unpacked.tar"] });
  });

  it("that fills the disk is its own error and leaves nothing; zeros take no space", async ({ skip }) => {
    const place = join(folder.path, "small");
    mkdirSync(place);
    skip(spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", place]).status !== 0, "this user may not mount");
    try {
      const full = await failureOf(Buffer.alloc(16 << 20, "x"), { place });
      expect(full).toMatchObject({ error: { code: "disk-full" }, left: [] });
      const zeros = await failureOf(tar([{ path: "zeros", data: Buffer.alloc(64 << 20) }]), { place });
      expect(zeros.error).toMatchObject({ code: "image-unreadable" });
    } finally {
      spawnSync("umount", [place]);
    }
  });
});

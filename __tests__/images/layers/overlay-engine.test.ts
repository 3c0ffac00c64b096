import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { saveImage } from "../../support/images.ts";
import { inventoryOf, packageJson } from "../../support/layers.ts";
import { buildImage } from "../../support/oci.ts";
import type { TarEntry } from "../../support/tar.ts";

// A real engine over the kernel's overlayfs unpacks layers, and the inventory must have what is there then.

const podman = (await ensurePodman()) ?? "";
const folder = temporaryFolder("overlay");
const run = (...args: string[]) =>
  finish(podman, [
    ...["--root", join(folder.path, "graph"), "--runroot", join(folder.path, "run")],
    ...["--tmpdir", join(folder.path, "tmp"), "--storage-driver=overlay", ...args],
  ]);
/** Only a superuser may mount overlayfs, and not on every file system. */
const isAble = podman !== "" && process.getuid?.() === 0 && (await run("info")).code === 0;
afterAll(async () => {
  if (isAble) await run("image", "unmount", "--all");
  folder.remove();
});

const A = "app/a/package.json";
const node = (path: string): TarEntry => ({ path, data: packageJson("a") });
/** By the name of a folder: what the second layer does there with a package of the first. */
const CASES: Readonly<Record<string, readonly TarEntry[]>> = {
  kept: [],
  removed: [{ path: ".wh.app" }],
  opaque: [{ path: "app/.wh..wh..opq" }],
  "removed and back": [{ path: ".wh.app" }, { path: "app/" }],
  "opaque by a link": [{ path: "app/" }, { path: "link", link: "app" }, { path: "link/.wh..wh..opq" }],
  "of AUFS": [{ path: ".wh..wh.app" }, { path: "app/" }],
  "a device": [{ path: "app", type: "3" }],
};

describe.skipIf(!isAble)("layers that a real Podman puts over each other (needs podman and root)", () => {
  test("have no package that the inventory lacks", async () => {
    const names = Object.keys(CASES);
    const lower = names.map((name) => node(`${name}/${A}`));
    const upper = names.flatMap((name) =>
      (CASES[name] ?? []).map((each) => ({ ...each, path: `${name}/${each.path}` })),
    );
    const layers = [lower, [{ path: ".wh..wh..opq" }, ...upper, node(`.wh..wh.plnk/${A}`), node(`.wh.kept/${A}`)]];
    const image = buildImage(layers.map((files, index) => ({ createdBy: `step ${index}`, files })));
    const loaded = await run("load", "--quiet", "--input", saveImage(join(folder.path, "app.tar"), image, ["app:1"]));
    expect(loaded.stderr).toBe("");
    const root = (await run("image", "mount", "localhost/app:1")).stdout.trim();
    const there = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("/package.json"))
      .sort();
    expect(there.map((path) => path.slice(0, -A.length - 1))).toEqual([
      ".wh..wh.plnk",
      ".wh.kept",
      "kept",
      "of AUFS",
      "removed and back",
    ]);
    const { entries } = await inventoryOf(...layers);
    const known = entries.map(({ path }) => path);
    // Without a superuser's rights, Podman leaves the device out.
    expect(known).toEqual([...there, `a device/${A}`].sort());
  });
});

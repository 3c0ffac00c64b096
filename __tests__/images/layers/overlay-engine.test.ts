import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { saveImage } from "../../support/images/images.ts";
import { inventoryOf, metadata, packageJson } from "../../support/images/layers.ts";
import { buildImage } from "../../support/images/oci.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// A real engine unpacks layers onto the kernel's overlayfs. The inventory must have the resulting files.

const podman = (await ensurePodman()) ?? "";
const folder = temporaryFolder("overlay");
const runWith = (driver: "overlay" | "vfs", ...args: string[]) =>
  finish(podman, [
    ...["--root", join(folder.path, driver, "graph"), "--runroot", join(folder.path, driver, "run")],
    ...["--tmpdir", join(folder.path, driver, "tmp"), `--storage-driver=${driver}`, ...args],
  ]);
const run = (...args: string[]) => runWith("overlay", ...args);
/** Only a superuser may mount overlayfs, and not on every file system. */
const isSuperuser = podman !== "" && process.getuid?.() === 0;
const isAble = isSuperuser && (await run("info")).code === 0;
afterAll(async () => {
  for (const driver of ["overlay", "vfs"] as const) if (isSuperuser) await runWith(driver, "image", "unmount", "--all");
  folder.remove();
});

const A = "app/a/package.json";
const node = (path: string): TarEntry => ({ path, data: packageJson("a") });
/** Keyed by the name of a folder: the second layer's change to a package of the first. */
const CASES: Readonly<Record<string, readonly TarEntry[]>> = {
  kept: [],
  removed: [{ path: ".wh.app" }],
  opaque: [{ path: "app/.wh..wh..opq" }],
  "removed and back": [{ path: ".wh.app" }, { path: "app/" }],
  "opaque by a link": [{ path: "app/" }, { path: "link", link: "app" }, { path: "link/.wh..wh..opq" }],
  "a device": [{ path: "app", type: "3" }],
};

describe.skipIf(!isAble)("layers that a real Podman puts over each other (needs podman and root)", () => {
  // Proves: layer-read-container-engines
  test("have no package that the inventory lacks", async () => {
    const names = Object.keys(CASES);
    const lower = names.map((name) => node(`${name}/${A}`));
    const upper = names.flatMap((name) =>
      (CASES[name] ?? []).map((each) => ({ ...each, path: `${name}/${each.path}` })),
    );
    const layers = [lower, [{ path: ".wh..wh..opq" }, ...upper, node(`.wh.kept/${A}`)]];
    const image = buildImage(layers.map((files, index) => ({ createdBy: `step ${index}`, files })));
    const loaded = await run("load", "--quiet", "--input", saveImage(join(folder.path, "app.tar"), image, ["app:1"]));
    expect(loaded.stderr).toBe("");
    const root = (await run("image", "mount", "localhost/app:1")).stdout.trim();
    const there = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("/package.json"))
      .sort();
    expect(there.map((path) => path.slice(0, -A.length - 1))).toEqual([".wh.kept", "kept", "removed and back"]);
    const { entries } = await inventoryOf(...layers);
    const certain = entries.filter(({ isDisputed }) => isDisputed !== true).map(({ path }) => path);
    expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(there));
    expect(there).toEqual(expect.arrayContaining(certain));
  });
});

const P = "site/p.dist-info";
const below: readonly TarEntry[] = [{ path: "a", link: "b" }, { path: "b/" }, { path: `${P}/` }];
const own = (path: string): TarEntry => ({ path, data: "METADATA" });
/** Keyed by the name of a folder: layers that put a package where links of lower layers lead. */
const THROUGH: Readonly<Record<string, readonly (readonly TarEntry[])[]>> = {
  "in a link": [[{ path: "a/l", link: `../${P}` }, { path: `${P}/` }], [own("a/l/METADATA")]],
  "in a link within a link": [[...below, { path: "b/l", link: `../${P}` }], [own("a/l/METADATA")]],
  "behind a folder in the place of a link": [
    below,
    [{ path: "a/" }, { path: "a/l", link: `../${P}` }],
    [own("a/l/METADATA")],
  ],
  "behind a removed link": [below, [{ path: ".wh.a" }], [{ path: "a/l", link: `../${P}` }], [own("a/l/METADATA")]],
  "behind a link through a link": [below, [{ path: "a/l", link: `../${P}` }], [own("b/l/METADATA")]],
  "by a link through a link": [
    [{ path: "a", link: "site" }, { path: "site/" }, own("d/METADATA")],
    [{ path: "a/p.dist-info", link: "../d" }],
  ],
  "by a hard link through a link": [
    [{ path: "a", link: P }, { path: `${P}/` }, own("m")],
    [{ path: "a/METADATA", link: "m", type: "1" }],
  ],
};

describe.skipIf(!isSuperuser)("layers that a real Podman unpacks into one folder (vfs; needs podman and root)", () => {
  // Proves: layer-read-container-engines
  test("have no package that the inventory lacks where links of layers below lead", async () => {
    const names = Object.keys(THROUGH);
    const layers = [0, 1, 2, 3].map((at) =>
      names.flatMap((name, number) =>
        (THROUGH[name]?.[at] ?? []).map((each) => ({
          ...each,
          path: `${number}/${each.path}`,
          ...(each.type === "1" && { link: `${number}/${each.link}` }),
          ...(each.data !== undefined && { data: metadata(`p${number}`) }),
        })),
      ),
    );
    const image = buildImage(layers.map((files, index) => ({ createdBy: `step ${index}`, files })));
    const file = saveImage(join(folder.path, "vfs.tar"), image, ["vfs:1"]);
    expect((await runWith("vfs", "load", "--quiet", "--input", file)).stderr).toBe("");
    const root = (await runWith("vfs", "image", "mount", "localhost/vfs:1")).stdout.trim();
    const isThere = (at: number) => existsSync(join(root, `${at}`, P, "METADATA"));
    expect(names.filter((_, at) => isThere(at))).toEqual(names);
    const { entries } = await inventoryOf(...layers);
    for (const [at, name] of names.entries()) {
      const disputed = entries.filter(({ path, isDisputed }) => isDisputed && path.startsWith(`${at}/`));
      expect(disputed.length, name).toBeGreaterThan(0);
    }
  });
});

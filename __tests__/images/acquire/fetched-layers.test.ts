import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ImageStore } from "../../../src/images/acquire/store.ts";
import { layerReader } from "../../../src/images/layers/pool.ts";
import type { FoundImage } from "../../../src/images/source.ts";
import { tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("fetched-layers");
const reader = layerReader();
afterAll(async () => {
  await reader.close();
  folder.remove();
});

const QUIET = { begin: () => {}, fetched: () => {}, layerDone: () => {} };
const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const layer = (name: string) => tar([{ path: name, data: randomBytes(400_000) }]);
let count = 0;

/** An image with layers from a registry: its manifest names `said`, and the registry sends `sent`. */
function imageOf(
  layers: readonly { tar: Buffer; said: Buffer; sent?: Buffer }[],
  around = async (_: number, write: () => void) => write(),
): FoundImage {
  const diffIds = layers.map((each) => sha256(each.tar));
  const config = { architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: diffIds } };
  return {
    config: Buffer.from(JSON.stringify(config)),
    layers: layers.map(({ said, sent = said }, at) => ({
      digest: sha256(said),
      size: said.length,
      bytes: { fetch: (file) => around(at, () => writeFileSync(file, sent)) },
    })),
    annotations: [],
    repoTags: [],
    repoDigests: [],
    place: "remote",
    notes: [],
  };
}

async function added(found: FoundImage, where = folder.path) {
  const place = join(where, `store-${++count}`);
  const store = new ImageStore({ folder: place, reader, spareBytes: 0 });
  const problem = await store.add(found, QUIET, new AbortController().signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { problem, files: readdirSync(place), blobs: readdirSync(join(place, "blobs/sha256")) };
}

describe("a fetched layer", () => {
  // Proves: registry-s-bytes-held
  it.each([
    ["another layer", gzipSync(layer("other")), layer("app")],
    ["what is no layer at all", randomBytes(500_000), layer("app")],
    ["the layer with another byte", undefined, layer("app")],
  ])("is an error of its registry if it is %s, and leaves nothing", async (_, sent, own) => {
    const said = gzipSync(own);
    const turned = Buffer.from(said);
    turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1;
    const { problem, files, blobs } = await added(imageOf([{ tar: own, said, sent: sent ?? turned }]));
    expect(problem).toMatchObject({ code: "image-damaged", answer: "sends bytes that do not match the digest" });
    expect(files).toEqual(["blobs"]);
    expect(blobs).toEqual([]);
  });

  it("is an error of its registry, too, if it would fill the disk", async ({ skip }) => {
    const place = join(folder.path, "small");
    mkdirSync(place);
    skip(spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", place]).status !== 0, "this user may not mount");
    try {
      const [own, bomb] = [layer("app"), tar([{ path: "x", data: Buffer.alloc(16 << 20, "x") }])];
      const said = gzipSync(own);
      const full = await added(imageOf([{ tar: bomb, said: gzipSync(bomb) }]), place);
      expect(full.problem).toMatchObject({ code: "ENOSPC" });
      const other = await added(imageOf([{ tar: own, said, sent: gzipSync(bomb) }]), place);
      expect(other).toMatchObject({
        problem: { code: "image-damaged", answer: "sends bytes that do not match the digest" },
        files: ["blobs"],
        blobs: [],
      });
    } finally {
      spawnSync("umount", [place]);
    }
  });

  it("is an error of the image if the registry gives what the manifest names, and that is not a layer", async () => {
    const junk = randomBytes(500_000);
    const { problem } = await added(imageOf([{ tar: junk, said: junk }]));
    expect(problem).toMatchObject({ code: "compression-unknown" });
  });

  it("is one of at most three that are fetched at a time, and is read while the next ones are fetched", async () => {
    const tars = Array.from({ length: 9 }, (_, at) => layer(`file-${at}`));
    let [now, most] = [0, 0];
    const found = imageOf(
      tars.map((each) => ({ tar: each, said: gzipSync(each) })),
      async (at, write) => {
        most = Math.max(most, ++now);
        // The last layer does not arrive before another one was read.
        for (let waited = 0; at === 8 && waited < 60_000 && stored().length === 0; waited += 10) await wait(10);
        if (at === 8) expect(stored().length).toBeGreaterThan(0);
        await wait(10);
        write();
        now--;
      },
    );
    const stored = () => readdirSync(join(folder.path, `store-${count}`, "blobs/sha256"));
    const { problem } = await added(found);
    expect(problem).toBeUndefined();
    expect(most).toBe(3);
  });
});

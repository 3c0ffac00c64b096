import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ImageStore } from "../../../src/images/acquire/store.ts";
import { layerReader } from "../../../src/images/layers/pool.ts";
import type { FoundImage } from "../../../src/images/source.ts";
import { debian12 } from "../../support/images/images.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const QUIET = { begin: () => {}, fetched: () => {}, layerDone: () => {} };

/** An image with one unpacked layer in a file, and this stated size. */
function found(folder: string, size: number): FoundImage {
  const image = debian12();
  const [layer] = image.layers;
  if (layer === undefined) throw new Error("the image has no layer");
  const file = join(folder, "layer");
  writeFileSync(file, layer);
  const digest = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
  const layers = [{ digest, size, bytes: { file } }];
  return { config: image.config, layers, annotations: [], repoTags: [], repoDigests: [], place: "layout", notes: [] };
}

// Proves: layer-takes-bounded-memory
it("an image of more layers than are read is refused, and the error names the bound, before any layer is read", async () => {
  using folder = temporaryFolder("store");
  const store = new ImageStore({ folder: join(folder.path, "store"), reader: layerReader(), spareBytes: 0 });
  const { signal } = new AbortController();
  const image = found(folder.path, 1);
  const unread = { bytes: { fetch: () => Promise.reject(new Error("a layer was read")) } };
  const many = (count: number) => {
    const config = JSON.parse(image.config.toString());
    config.rootfs.diff_ids = Array.from({ length: count }, () => `sha256:${"0".repeat(64)}`);
    return {
      ...image,
      config: Buffer.from(JSON.stringify(config)),
      layers: Array.from({ length: count }, () => unread),
    };
  };
  await expect(store.add(many(1001), QUIET, signal)).rejects.toThrow("it has 1001 layers, more than 1000");
  await expect(store.add(many(1000), QUIET, signal)).rejects.toThrow("a layer was read");
});

it("an image that names another size of a layer is refused, even if an image before it brought the layer in", async () => {
  using folder = temporaryFolder("store");
  const store = new ImageStore({ folder: join(folder.path, "store"), reader: layerReader(), spareBytes: 1e9 });
  const { signal } = new AbortController();
  const size = debian12().layers[0]?.length ?? 0;
  const right = await store.add(found(folder.path, size), QUIET, signal);
  expect(right.layers[0]?.size).toBe(size);
  await expect(store.add(found(folder.path, size + 1), QUIET, signal)).rejects.toThrow(`instead of ${size + 1}`);
  expect((await store.add(found(folder.path, size), QUIET, signal)).layers).toEqual(right.layers);
});

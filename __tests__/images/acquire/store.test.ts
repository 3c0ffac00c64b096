import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { keptLayers } from "../../../src/images/acquire/kept-layers.ts";
import { ImageStore, type Progress, type StoreOptions } from "../../../src/images/acquire/store.ts";
import { layerReader } from "../../../src/images/layers/pool.ts";
import type { FoundImage, LayerSource } from "../../../src/images/source.ts";
import { alpine, clean, debian12 } from "../../support/images/images.ts";
import { lazyLayer } from "../../support/images/lazy-layers.ts";
import { buildImage, digestOf, type Image } from "../../support/images/oci.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("store");
const reader = layerReader();
afterAll(async () => {
  await reader.close();
  folder.remove();
});

const QUIET: Progress = { begin: () => {}, fetched: () => {}, layerDone: () => {} };
const { signal } = new AbortController();

let stores = 0;
let fetched: string[] = [];
beforeEach(() => {
  fetched = [];
});

function newStore(more: Partial<StoreOptions> = {}) {
  const path = join(folder.path, `${stores++}`);
  const store = new ImageStore({ folder: path, reader, spareBytes: 0, ...more });
  return { path, store, unpacked: () => readdirSync(join(path, "blobs", "sha256")) };
}

/** An image of one layer for each of these texts. */
const imageOf = (...texts: string[]): Image =>
  buildImage(texts.map((data, at) => ({ createdBy: "COPY", files: [{ path: `${at}`, data }] })));

/** Its layers as a registry has them, or as `before` makes them. Fetched digests are recorded. */
function sourcesOf(image: Image, before: (digest: string, signal: AbortSignal) => unknown = () => {}): LayerSource[] {
  const manifest = JSON.parse(String(image.blobs.get(image.descriptor.digest))) as {
    layers: { digest: string; size: number }[];
  };
  return manifest.layers.map(({ digest, size }) => ({
    digest,
    size,
    bytes: {
      async fetch(file, stop, onBytes) {
        fetched.push(digest);
        const sent = await before(digest, stop);
        writeFileSync(file, Buffer.isBuffer(sent) ? sent : (image.blobs.get(digest) ?? ""));
        onBytes(size);
      },
    },
  }));
}

function found(image: Image, layers: readonly LayerSource[] = sourcesOf(image)): FoundImage {
  return {
    config: image.config,
    layers,
    annotations: [],
    repoTags: ["example.test/app:1.0"],
    repoDigests: [],
    place: "remote",
    notes: [],
  };
}

const nameOf = (layer: Buffer) => digestOf(layer).slice("sha256:".length);
const first = (image: Image): Buffer => image.layers[0] ?? Buffer.alloc(0);

it("the largest layers are fetched first, and stay in their order", async () => {
  const { store } = newStore();
  const image = imageOf("a", randomBytes(20_000).toString("hex"), randomBytes(5_000).toString("hex"));
  const sources = sourcesOf(image);
  const { layers } = await store.add(found(image, sources), QUIET, signal);
  expect(fetched).toEqual([1, 2, 0].map((at) => sources[at]?.digest));
  expect(layers.map(({ digest }) => digest)).toEqual(sources.map(({ digest }) => digest));
});

describe("an image that was brought in", () => {
  it("is its own layout, whose layers are unpacked and have the names of their content", async () => {
    const { store } = newStore();
    const image = debian12();
    const acquired = await store.add(found(image), QUIET, signal);
    const read = (digest: string) => readFileSync(join(acquired.folder, "blobs", "sha256", digest.slice(7)));
    const index = JSON.parse(readFileSync(join(acquired.folder, "index.json"), "utf8"));
    expect(index.manifests).toHaveLength(1);
    const manifest = JSON.parse(String(read(index.manifests[0].digest)));
    expect(read(manifest.config.digest)).toEqual(image.config);
    expect(manifest.layers.map(({ digest }: { digest: string }) => read(digest))).toEqual(image.layers);
    expect(manifest.layers.map(({ digest }: { digest: string }) => digest)).toEqual(image.layers.map(digestOf));
    expect(acquired).toMatchObject({
      imageId: digestOf(image.config),
      platform: "linux/amd64",
      repoTags: ["example.test/app:1.0"],
      layers: sourcesOf(image).map(({ digest, size }, at) => ({
        digest,
        size,
        diffId: digestOf(image.layers[at] ?? Buffer.alloc(0)),
      })),
    });
    expect(acquired.inventory.entries.map(({ path }) => path)).toContain("var/lib/dpkg/status");
    acquired.release();
    acquired.release();
    expect(existsSync(acquired.folder)).toBe(false);
  });

  it("shares its layers: each is fetched and read once, at the same time and later", async () => {
    const { store } = newStore();
    const [one, other] = [imageOf("base", "one"), imageOf("base", "other", "base")];
    const slow = (image: Image) => sourcesOf(image, () => wait(20));
    await Promise.all([
      store.add(found(one, slow(one)), QUIET, signal),
      store.add(found(other, slow(other)), QUIET, signal),
    ]);
    await store.add(found(one), QUIET, signal);
    expect(fetched.toSorted()).toEqual([...new Set(fetched)].sort());
    expect(fetched).toHaveLength(4);
  });

  it("says how far it is", async () => {
    const said: unknown[] = [];
    const progress: Progress = {
      begin: (layers, bytes) => said.push({ layers, bytes }),
      fetched: (bytes) => said.push(bytes),
      layerDone: (unfetched) => said.push({ unfetched }),
    };
    const image = imageOf("a", "b");
    const [a = 0, b = 0] = sourcesOf(image).map(({ size }) => size);
    const { store } = newStore();
    await store.add(found(image), progress, signal);
    expect(said[0]).toEqual({ layers: 2, bytes: a + b });
    expect(said.filter((each) => typeof each === "number").toSorted()).toEqual([a, b].sort());
    const layers = () => said.flatMap((each) => (each as { unfetched?: number }).unfetched ?? []);
    expect(layers()).toEqual([0, 0]);
    said.length = 0;
    await store.add(found(image), progress, signal);
    expect(layers().toSorted()).toEqual([a, b].sort());
    said.length = 0;
    const untold = sourcesOf(image).map(({ size: _size, ...rest }, at) => (at === 0 ? rest : { ...rest, size: b }));
    await newStore().store.add(found(image, untold), progress, signal);
    expect(said[0]).toEqual({ layers: 2, bytes: undefined });
  });
});

describe("an image that cannot be brought in", () => {
  const image = imageOf("a", "b");
  const [a, b] = sourcesOf(image) as [LayerSource, LayerSource];
  const configured = (...diffIds: string[]) =>
    Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: diffIds } }));
  const [idA = ""] = image.layers.map(digestOf);
  const zero = `sha256:${"0".repeat(64)}`;
  const blobOfB = join(folder.path, "b");
  writeFileSync(blobOfB, image.blobs.get(b.digest ?? "") ?? "");
  const other = { ...b, digest: zero, bytes: { file: blobOfB } };

  it.each<[string, Partial<FoundImage>, RegExp]>([
    ["one layer too few", { layers: [a] }, /has 1 layers, and its configuration lists 2/],
    ["one layer too many", { layers: [a, b, b] }, /has 3 layers, and its configuration lists 2/],
    ["its layers in another order", { layers: [b, a] }, /its layer 1 is/],
    ["another layer than its configuration says", { config: configured(idA, zero) }, /its layer 2 is/],
    ["a layer with other bytes than its digest says", { layers: [a, other] }, /its blob .* is sha256/],
    ["a layer of another size", { layers: [a, { ...b, size: 1 }] }, /bytes instead of 1$/],
  ])("has %s", async (_, more, message) => {
    const { path, store, unpacked } = newStore();
    const adding = store.add({ ...found(image), ...more }, QUIET, signal);
    await expect(adding).rejects.toMatchObject({ code: "image-inconsistent", message: expect.stringMatching(message) });
    expect(readdirSync(path)).toEqual(["blobs"]);
    expect(unpacked()).toEqual([]);
  });

  // Proves: layer-takes-bounded-memory
  it("has more layers than any engine takes: the error names the bound, and none is fetched", async () => {
    const of = (count: number) =>
      newStore().store.add(
        { ...found(image), layers: Array(count).fill(a), config: configured(...Array(count).fill(zero)) },
        QUIET,
        signal,
      );
    await expect(of(1001)).rejects.toMatchObject({ code: "image-too-large", message: /1001 layers, more than 1000/ });
    expect(fetched).toEqual([]);
    await expect(of(1000)).rejects.toMatchObject({ code: "image-inconsistent" });
    expect(fetched).not.toEqual([]);
  });

  it("has another size of a layer, even if an image before it brought the layer in", async () => {
    const { store } = newStore({ spareBytes: 1e9 });
    const { layers } = await store.add(found(image), QUIET, signal);
    const adding = store.add(found(image, [a, { ...b, size: 1e6 }]), QUIET, signal);
    await expect(adding).rejects.toThrow("instead of 1000000");
    expect((await store.add(found(image), QUIET, signal)).layers).toEqual(layers);
  });

  it("ends with the first layer that fails: the others are stopped and waited for, and none is left", async () => {
    const { path, store } = newStore();
    const five = imageOf("1", "2", "3", "4", "5");
    const failure = new Error("the second fails");
    const stopped: unknown[] = [];
    const layers = sourcesOf(five, async (digest, stop) => {
      if (fetched.indexOf(digest) === 1) throw failure;
      await wait(60_000, undefined, { signal: stop }).catch((thrown: Error) => {
        stopped.push(thrown.cause);
        throw thrown;
      });
    });
    await expect(store.add(found(five, layers), QUIET, signal)).rejects.toBe(failure);
    expect(stopped).toEqual([failure, failure]);
    expect(fetched).toHaveLength(3);
    expect(readdirSync(path)).toEqual(["blobs"]);
  });

  it("ends with its own signal, whose reason it says; another image that waits for its layer fetches it itself", async () => {
    const { store } = newStore();
    const stop = new AbortController();
    const reason = new Error("its time is up");
    let calls = 0;
    const layers = sourcesOf(image, async (_, own) => {
      if (calls++ >= 2) return;
      await wait(60_000, undefined, { signal: own }).catch(() => own.throwIfAborted());
    });
    const ended = store.add(found(image, layers), QUIET, stop.signal);
    const other = store.add(found(image, layers), QUIET, signal);
    setTimeout(() => stop.abort(reason), 20);
    await expect(ended).rejects.toBe(reason);
    expect((await other).imageId).toBe(digestOf(image.config));
  });
});

describe("a fetched layer", () => {
  const own = imageOf(randomBytes(100_000).toString("hex"));
  const otherByte = (bytes: Buffer) => Buffer.from(bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
  const wrong = { code: "image-damaged", answer: "sends bytes that do not match the digest" };

  // Proves: registry-s-bytes-held
  it.each<[string, (said: Buffer) => Buffer]>([
    ["another layer", () => gzipSync(first(imageOf("other")))],
    ["what is no layer at all", () => randomBytes(500_000)],
    ["the layer with another byte", otherByte],
  ])("is an error of its registry if it is %s, and leaves nothing", async (_, sent) => {
    const { path, store, unpacked } = newStore();
    const layers = sourcesOf(own, (digest) => sent(own.blobs.get(digest) as Buffer));
    await expect(store.add(found(own, layers), QUIET, signal)).rejects.toMatchObject(wrong);
    expect([readdirSync(path), unpacked()]).toEqual([["blobs"], []]);
  });

  it("is an error of its registry, too, if it would fill the disk", async ({ skip }) => {
    const place = join(folder.path, "small");
    mkdirSync(place);
    skip(spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", place]).status !== 0, "this user may not mount");
    try {
      const bomb = imageOf("x".repeat(16 << 20));
      const { store } = newStore({ folder: join(place, "store") });
      await expect(store.add(found(bomb), QUIET, signal)).rejects.toMatchObject({ code: "ENOSPC" });
      const sent = sourcesOf(own, () => gzipSync(first(bomb)));
      await expect(store.add(found(own, sent), QUIET, signal)).rejects.toMatchObject(wrong);
      expect(readdirSync(join(place, "store/blobs/sha256"))).toEqual([]);
    } finally {
      spawnSync("umount", [place]);
    }
  });

  it("is an error of the image if the registry gives what the manifest names, and that is not a layer", async () => {
    const junk = randomBytes(500_000);
    const image = buildImage([{ createdBy: "COPY", packed: { tar: junk, blob: junk } }]);
    const adding = newStore().store.add(found(image), QUIET, signal);
    await expect(adding).rejects.toMatchObject({ code: "compression-unknown" });
  });

  it("is one of at most three that are fetched at a time, and is read while the next ones are fetched", async () => {
    const nine = imageOf(...Array.from({ length: 9 }, () => randomBytes(200_000).toString("hex")));
    const { store, unpacked } = newStore();
    let [now, most] = [0, 0];
    const layers = sourcesOf(nine, async () => {
      most = Math.max(most, ++now);
      // The last layer does not arrive before another one was read.
      if (fetched.length === 9) await expect.poll(() => unpacked().length).toBeGreaterThan(0);
      await wait(10);
      now--;
    });
    await store.add(found(nine, layers), QUIET, signal);
    expect(most).toBe(3);
  });
});

describe("an unpacked layer", () => {
  it("goes when no image uses it any more, unless there is room to exempt", async () => {
    const [one, other] = [imageOf("base", "one"), imageOf("base", "other")];
    const { store, unpacked } = newStore();
    const [a, b] = [await store.add(found(one), QUIET, signal), await store.add(found(other), QUIET, signal)];
    const layersIn = () =>
      unpacked().filter((name) => [...one.layers, ...other.layers].some((each) => nameOf(each) === name));
    expect(layersIn()).toHaveLength(3);
    a.release();
    expect(layersIn().toSorted()).toEqual(other.layers.map(nameOf).sort());
    b.release();
    expect(layersIn()).toEqual([]);
    await store.add(found(one), QUIET, signal);
    expect(fetched).toHaveLength(5);
  });

  it("that was not used for the longest time goes first", async () => {
    const [old, young] = [imageOf("old"), imageOf("young")];
    const { store, unpacked } = newStore({ spareBytes: first(young).length });
    const a = await store.add(found(old), QUIET, signal);
    const b = await store.add(found(young), QUIET, signal);
    a.release();
    expect(unpacked()).toContain(nameOf(first(old)));
    b.release();
    expect(unpacked()).toContain(nameOf(first(young)));
    expect(unpacked()).not.toContain(nameOf(first(old)));
    await store.add(found(young), QUIET, signal);
    expect(fetched).toHaveLength(2);
  });

  it("is not taken from an image that is about to use it", async () => {
    const [one, both] = [imageOf("base"), imageOf("base", "more")];
    const { store } = newStore();
    const a = await store.add(found(one), QUIET, signal);
    const layers = sourcesOf(both, () => a.release());
    const acquired = await store.add(found(both, layers), QUIET, signal);
    for (const layer of both.layers)
      expect(readFileSync(join(acquired.folder, "blobs", "sha256", nameOf(layer)))).toEqual(layer);
  });
});

describe("what earlier runs have fetched", () => {
  const image = clean();
  const [source = { bytes: { file: "" } }] = sourcesOf(image);
  const { digest = "", size = 0 } = source;
  const diffId = digestOf(first(image));
  const here = () => join(folder.path, `kept-${stores++}`);
  const add = (kept: string, wanted: Partial<FoundImage> = {}) =>
    newStore({ kept: keptLayers(kept) }).store.add({ ...found(image), ...wanted }, QUIET, signal);
  const only = (kept: string): string => join(kept, readdirSync(kept)[0] ?? "");

  // Proves: kept-layers-held-their
  it("is neither fetched nor unpacked again, and is checked against its DiffID", async () => {
    const kept = here();
    await add(kept);
    expect(fetched).toEqual([digest]);
    const again = await add(kept);
    expect(fetched).toEqual([digest]);
    expect(again.layers).toEqual([{ digest, size, diffId }]);
    const file = only(kept);
    // One file, which the scanner reads without a copy.
    expect(statSync(join(again.folder, "blobs/sha256", diffId.slice(7))).ino).toBe(statSync(file).ino);
    expect(readFileSync(file)).toEqual(first(image));
    for (const other of [first(alpine()), "no layer", Buffer.concat([first(image), Buffer.alloc(512)])]) {
      rmSync(file);
      writeFileSync(file, other);
      const { imageId } = await add(kept);
      expect(imageId).toBe(digestOf(image.config));
      expect(readdirSync(kept)).toEqual([basename(file)]);
      expect(readFileSync(file)).toEqual(first(image));
    }
    expect(fetched).toHaveLength(4);
  });

  // Proves: kept-layers-held-their
  it("counts only where the image's own configuration says the same: a wrong note is not an answer, and no error", async () => {
    const kept = here();
    mkdirSync(kept);
    const wrong = join(kept, `${[digest.slice(7), size, digestOf(first(alpine())).slice(7)].join("-")}.2`);
    writeFileSync(wrong, first(alpine()));
    const acquired = await add(kept);
    expect(acquired.layers).toEqual([{ digest, size, diffId }]);
    expect(fetched).toEqual([digest]);
    expect(existsSync(wrong)).toBe(false);
    expect(readFileSync(only(kept))).toEqual(first(image));
  });

  it("does not hide that the configuration is another image's", async () => {
    const kept = here();
    await add(kept);
    const adding = add(kept, { config: alpine().config });
    await expect(adding).rejects.toMatchObject({ code: "image-inconsistent", message: /its layer 1 is/ });
  });

  // Proves: kept-layers-held-their
  it("has its linked files copied each time, in the image's own file alone", async () => {
    const linked = buildImage([
      {
        createdBy: "RUN uv pip install",
        files: [
          { path: "cache/m", data: "Metadata-Version: 2.1\nName: flask\nVersion: 1.0\n" },
          { path: "site/flask-1.0.dist-info/METADATA", type: "1", link: "cache/m" },
        ],
      },
    ]);
    const kept = here();
    const wanted = { config: linked.config, layers: sourcesOf(linked) };
    const bytes: Buffer[] = [];
    for (let run = 0; run < 3; run++) {
      const acquired = await add(kept, wanted);
      bytes.push(readFileSync(join(acquired.folder, "blobs/sha256", nameOf(first(linked)))));
      expect(readFileSync(only(kept))).toEqual(first(linked));
    }
    expect(fetched).toHaveLength(1);
    expect(bytes[0]?.length).toBeGreaterThan(first(linked).length);
    expect(bytes[1]).toEqual(bytes[0]);
    expect(bytes[2]).toEqual(bytes[0]);
  });

  // Proves: layer-s-table-contents
  it("has no table of contents: an unpacked layer shows nothing of one, nor does what was kept before we looked", async () => {
    const kept = here();
    const { annotations, mediaType: _, ...packed } = lazyLayer([{ path: "a", data: "x" }], { form: "estargz" });
    const lazy = buildImage([{ createdBy: "COPY", packed, annotations }]);
    await add(kept, { config: lazy.config, layers: sourcesOf(lazy) });
    expect(existsSync(kept)).toBe(false);
    await add(kept);
    renameSync(only(kept), only(kept).replace(/\.2$/, ""));
    await add(kept);
    expect(fetched).toHaveLength(3);
  });

  // Proves: layer-s-table-contents
  it("is fetched again if the descriptor now says that a table is in it", async () => {
    const kept = here();
    await add(kept);
    const tables = { stargz: [], chunked: [], positions: ["0:9:9:1"] };
    const layers = sourcesOf(image).map((each) => ({ ...each, tables }));
    await expect(add(kept, { layers })).rejects.toMatchObject({ code: "lazy-table-differs" });
    const { store } = newStore();
    await store.add(found(image), QUIET, signal);
    await expect(store.add(found(image, layers), QUIET, signal)).rejects.toMatchObject({ code: "lazy-table-differs" });
  });

  it("is a plain file, and goes if it was not used for the longest time; what is larger than all is not kept", () => {
    const place = here();
    const layers = keptLayers(place, 10_000);
    const named = (letter: string) => ({
      digest: `sha256:${letter.repeat(64)}`,
      size: 1,
      diffId: `sha256:${"0".repeat(64)}`,
    });
    const letters = () => readdirSync(place).map(([letter]) => letter);
    const keep = (letter: string, age: number, bytes = 4096) => {
      const file = join(folder.path, `${letter}-${stores++}`);
      writeFileSync(file, Buffer.alloc(bytes, 1));
      layers.keep(named(letter), file);
      const name = readdirSync(place).find((each) => each.startsWith(letter));
      if (name !== undefined) utimesSync(join(place, name), new Date(age), new Date(age));
    };
    keep("a", 1000);
    keep("b", 2000);
    const second = join(folder.path, `second-${stores++}`);
    expect(layers.take(named("a"), second)).toBe(true);
    expect(statSync(second).mtimeMs).toBeGreaterThan(2000);
    keep("c", 3000);
    keep("d", 3000, 20_000);
    expect(letters().sort()).toEqual(["a", "c"]);
    expect(layers.find(named("b").digest)).toBeUndefined();
    expect(layers.find(named("c").digest)).toEqual(named("c"));
    symlinkSync(second, join(place, basename(readdirSync(place)[0] ?? "").replace("a".repeat(64), "e".repeat(64))));
    const third = join(folder.path, `third-${stores++}`);
    expect(layers.take(named("e"), third)).toBe(false);
    expect(layers.take(named("b"), third)).toBe(false);
    expect(existsSync(third)).toBe(false);
  });
});

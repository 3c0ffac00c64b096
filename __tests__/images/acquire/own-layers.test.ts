import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasItsOwnLayers } from "../../../src/images/acquire/own-layers.ts";
import { registryReader } from "../../../src/images/registry/client.ts";
import { clean, debian12, distroless } from "../../support/images/images.ts";
import { diffIdsOf, withConfigOf } from "../../support/images/lying-images.ts";
import { digestOf, type Image } from "../../support/images/oci.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("own-layers");
afterAll(() => folder.remove());

let registry: Registry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.close());

/** True if the image has its own layers, according to the registry. */
async function ask(image: Image, deadlineMs?: number): Promise<boolean> {
  const repository = `${registry.host}/acme/app`;
  registry.add("acme/app", "1", image);
  const options = {
    credentials: async () => undefined,
    signal: new AbortController().signal,
    folder: folder.path,
    ...(deadlineMs && { deadlineMs }),
  };
  const document = await registryReader(options).read(repository, "1");
  return hasItsOwnLayers(repository, document.digest, options);
}

/** The same configuration with these layers, packed in this way. */
function repacked(image: Image, pack: (layer: Buffer) => Buffer, layers: readonly Buffer[] = image.layers): Image {
  const manifest = JSON.parse(image.blobs.get(image.descriptor.digest)?.toString() ?? "");
  const packed = layers.map((layer) => pack(layer));
  manifest.layers = packed.map((bytes) => ({ ...manifest.layers[0], digest: digestOf(bytes), size: bytes.length }));
  const bytes = Buffer.from(JSON.stringify(manifest));
  const blobs = new Map([...image.blobs, ...[...packed, bytes].map((blob) => [digestOf(blob), blob] as const)]);
  return { ...image, blobs, descriptor: { ...image.descriptor, digest: digestOf(bytes), size: bytes.length } };
}

const asIs = (layer: Buffer) => layer;

describe("the layers of an image in a registry", () => {
  it("belong to its configuration", async () => {
    expect(await ask(debian12())).toBe(true);
  });

  // Proves: image-s-id-names
  it("do not if they are another image's, one of them is missing, or one is there twice", async () => {
    const image = debian12();
    const [first = Buffer.alloc(0), ...rest] = image.layers;
    expect(await ask(withConfigOf(distroless(), clean()))).toBe(false);
    expect(await ask(repacked(image, asIs, rest))).toBe(false);
    expect(await ask(repacked(image, asIs, [first, first, ...rest]))).toBe(false);
  });

  // Proves: signed-read-end
  it.each([
    ["zstd frame", zstdCompressSync],
    ["gzip member", gzipSync],
  ] as const)("are read behind the first %s, as engines read them", async (_, pack) => {
    const image = debian12();
    const [hidden = Buffer.alloc(0)] = distroless().layers;
    const twoTars = repacked(image, (layer) => Buffer.concat([pack(layer), pack(hidden)]));
    await expect(ask(twoTars)).rejects.toThrow("in a layer, something is behind its end");
    const inTwo = (layer: Buffer) => Buffer.concat([pack(layer.subarray(0, 1000)), pack(layer.subarray(1000))]);
    expect(await ask(repacked(image, inTwo))).toBe(true);
  });

  // Proves: signed-read-end
  it("are unknown if something else than a frame follows a frame of zstd", async () => {
    const image = repacked(debian12(), (layer) => Buffer.concat([zstdCompressSync(layer), Buffer.from("more")]));
    await expect(ask(image)).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  // Proves: signed-read-end
  it("are unknown if the configuration has Rootfs as well, which engines read", async () => {
    const image = debian12();
    const Rootfs = { type: "layers", diff_ids: diffIdsOf(distroless()) };
    const config = Buffer.from(JSON.stringify({ ...JSON.parse(image.config.toString()), Rootfs }));
    const lying = withConfigOf(image, { ...image, config });
    await expect(ask(lying)).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  it("are unknown if one cannot be had, has other bytes, or cannot be unpacked", async () => {
    const image = repacked(debian12(), asIs);
    const [first = Buffer.alloc(0)] = image.layers;
    const digest = digestOf(first);
    const other = { ...image, blobs: new Map([...image.blobs, [digest, gzipSync(first)]]) };
    await expect(ask(other)).rejects.toThrow(/sends bytes that do not match|is smaller than the manifest says/);
    const broken = (layer: Buffer) => Buffer.concat([gzipSync(layer).subarray(0, 40), Buffer.from("no gzip")]);
    await expect(ask(repacked(image, broken))).rejects.toMatchObject({ code: "image-damaged" });
    registry.fault(new RegExp(`/blobs/${digest}`), { status: 403 });
    await expect(ask(image)).rejects.toThrow("wants a login");
  });

  // Proves: image-s-id-names
  it.each([
    ["never comes", { hang: true }],
    ["does not end", { slowMs: 600_000 }],
  ])("are unknown if one %s", async (_, fault) => {
    registry.fault(/\/blobs\//, fault);
    await expect(ask(debian12(), 300)).rejects.toThrow("did not answer in time");
  });
});

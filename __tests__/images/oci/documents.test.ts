import { describe, expect, it } from "vitest";
import { ImageFault } from "../../../src/images/fault.ts";
import { mayRun, readConfig, readDocument, readIndex, readManifest } from "../../../src/images/oci/documents.ts";
import { debian12, multiArchitecture } from "../../support/images/images.ts";
import { digestOf } from "../../support/images/oci.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const part = (letter: string, more: object = {}) => ({ digest: `sha256:${letter.repeat(64)}`, size: 2, ...more });
const manifest = { schemaVersion: 2, config: part("c"), layers: [part("1")] };

describe("a document of an image", () => {
  it("is an index or a manifest, anyone who asks", () => {
    const index = multiArchitecture();
    const bytes = index.blobs.get(index.descriptor.digest) as Buffer;
    expect(readDocument(bytes, { mediaType: INDEX })).toEqual(readIndex(bytes));
    expect(readIndex(bytes).manifests.map(({ platform }) => platform?.architecture)).toEqual(["amd64", "arm64"]);
    expect(() => readManifest(bytes)).toThrow("is an index and no manifest");
    const image = debian12();
    const own = image.blobs.get(image.descriptor.digest) as Buffer;
    expect(readManifest(own, { mediaType: MANIFEST }).config.digest).toBe(digestOf(image.config));
    expect(() => readIndex(own)).toThrow("is a manifest and no index");
  });

  it("may have no layers, no list, and a platform without names", () => {
    expect(readManifest(json({ ...manifest, layers: null })).layers).toEqual([]);
    expect(readManifest(json({ config: part("c") })).layers).toEqual([]);
    expect(readIndex(json({ manifests: null })).manifests).toEqual([]);
    const unnamed = { os: "", architecture: "" };
    expect(readIndex(json({ manifests: [part("a", { platform: unnamed })] })).manifests[0]?.platform).toBeUndefined();
  });

  // Proves: digest-names-judged, document-image-says-same
  it.each<[string, unknown, string?]>([
    ["of another schema version", { ...manifest, schemaVersion: 3 }],
    ["of schema version 1", { ...manifest, schemaVersion: 1 }],
    ["with the layers of schema 1", { ...manifest, fsLayers: [] }],
    ["with the history of schema 1", { ...manifest, history: [] }],
    ["sent as schema 1", manifest, "application/vnd.docker.distribution.manifest.v1+prettyjws"],
    ["sent as an index", manifest, INDEX],
    ["that calls itself an index", { ...manifest, mediaType: INDEX }],
    ["with a list of nothing as well", { ...manifest, manifests: null }],
    ["whose layer has half a size", { ...manifest, layers: [part("1", { size: 0.5 })] }],
    ["whose layer is smaller than nothing", { ...manifest, layers: [part("1", { size: -1 })] }],
    ["whose layer is larger than a number", { ...manifest, layers: [part("1", { size: 2 ** 53 })] }],
    ["whose layer has no digest", { ...manifest, layers: [{ size: 2 }] }],
    ["whose layer has a digest in capitals", { ...manifest, layers: [part("A")] }],
    ["with a layer of nothing", { ...manifest, layers: [null] }],
    ["with a layer that is a list", { ...manifest, layers: [[]] }],
    ["whose subject has a key in capitals", { ...manifest, subject: part("1", { Digest: part("2").digest }) }],
    ["whose layer holds another content", { ...manifest, layers: [part("1", { data: "e30=" })] }],
    ["with digests of another kind", { ...manifest, config: { size: 2, digest: `sha512:${"a".repeat(128)}` } }],
    ["with another configuration in capitals, which engines read", { ...manifest, CONFIG: part("b") }],
    ["with layers whose key folds to the known one", { ...manifest, layerſ: [part("b")] }],
    ["with half a platform, which engines fill in", { manifests: [part("a", { platform: { os: "linux" } })] }],
    ["annotated by something else than texts, which Go refuses", { ...manifest, annotations: { a: 1 } }],
    ["and an index at once", { ...manifest, manifests: [part("a")] }],
  ])("is not a manifest %s", (_, value, mediaType) => {
    expect(() => readDocument(json(value), { mediaType })).toThrow(ImageFault);
  });

  // Engines differ in the one that they use.
  it.each([
    [INDEX, MANIFEST],
    [INDEX, "application/vnd.docker.distribution.manifest.v2+json"],
    [MANIFEST, INDEX],
    [MANIFEST, "application/vnd.docker.distribution.manifest.list.v2+json"],
  ])("of the kind %s is not %s, whether it says so itself or what refers to it", (kind, mediaType) => {
    const value = kind === INDEX ? { schemaVersion: 2, manifests: [part("a")] } : manifest;
    expect(() => readDocument(json(value), { mediaType: kind })).not.toThrow();
    expect(() => readDocument(json(value), { mediaType })).toThrow("its media type says something else");
    expect(() => readDocument(json({ ...value, mediaType }))).toThrow("its media type says something else");
  });

  it("may hold a content that is the one of its digest", () => {
    const data = Buffer.from("{}");
    const config = { digest: digestOf(data), size: 2, data: data.toString("base64") };
    expect(readManifest(json({ ...manifest, config })).config.digest).toBe(digestOf(data));
  });

  it("never repeats its own text in a message", () => {
    const value = { ...manifest, annotations: { "\u001b[31mevil": 1 } };
    expect(() => readDocument(json(value))).toThrow(/^its manifest has a wrong value at annotations$/);
  });
});

it("an entry may run unless both names of its platform are unknown", () => {
  const entry = (os: string, architecture: string) => ({ platform: { os, architecture } });
  expect(mayRun(entry("unknown", "unknown"))).toBe(false);
  for (const one of [entry("unknown", "amd64"), entry("linux", "unknown"), entry("Unknown", "unknown")])
    expect(mayRun(one)).toBe(true);
  expect(mayRun({})).toBe(true);
});

describe("a configuration", () => {
  const rootfs = { type: "layers", diff_ids: [part("d").digest] };

  it("says which layers the image has, and for which platform", () => {
    const bytes = json({ os: "linux", architecture: "arm", variant: "v7", rootfs, history: [{ empty_layer: true }] });
    expect(readConfig(bytes)).toMatchObject({
      imageId: digestOf(bytes),
      diffIds: rootfs.diff_ids,
      platform: { os: "linux", architecture: "arm", variant: "v7" },
    });
    expect(readConfig(json({ rootfs: { type: "layers" } }))).toMatchObject({ diffIds: [], platform: undefined });
    expect(readConfig(json({ rootfs, config: { Labels: { rootfs: "a", Rootfs: "b" } } })).diffIds).toHaveLength(1);
  });

  it.each([
    ["has no file system", {}],
    ["has two", { rootfs, Rootfs: rootfs }],
    ["has one in another spelling alone", { rootfſ: rootfs }],
    ["has another list of layers", { rootfs: { ...rootfs, Diff_IDs: [] } }],
    ["has another kind of file system", { rootfs: { ...rootfs, type: "none" } }],
    ["has a layer that is not a digest", { rootfs: { ...rootfs, diff_ids: ["a"] } }],
    ["has another system", { rootfs, os: "linux", OS: "windows" }],
  ])("is refused if it %s", (_, value) => {
    expect(() => readConfig(json(value))).toThrow(ImageFault);
  });
});

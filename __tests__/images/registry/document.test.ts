import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ImageFault } from "../../../src/images/fault.ts";
import { registryDocument } from "../../../src/images/registry/client.ts";
import { debian12, multiArchitecture } from "../../support/images.ts";

const id = (letter: string) => `sha256:${letter.repeat(64)}`;
const read = (value: unknown) =>
  registryDocument(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
const part = (digest: string) => ({ digest, size: 2 });
const manifest = { config: part(id("c")), layers: [part(id("1"))] };

describe("a document of a registry", () => {
  it("is named by its own hash bytes, and a manifest binds configuration and layers to it", () => {
    const image = debian12();
    const bytes = image.blobs.get(image.descriptor.digest) as Buffer;
    const document = registryDocument(bytes);
    expect(document).toMatchObject({
      kind: "manifest",
      digest: image.descriptor.digest,
      config: { digest: `sha256:${createHash("sha256").update(image.config).digest("hex")}` },
    });
    expect(document.kind === "manifest" && document.layers).toHaveLength(image.layers.length);
  });

  it("that is an index lists its images, variants and systems' versions in their names", () => {
    const index = multiArchitecture();
    expect(registryDocument(index.blobs.get(index.descriptor.digest) as Buffer)).toMatchObject({
      kind: "index",
      digest: index.descriptor.digest,
      images: [{ platform: "linux/amd64" }, { platform: "linux/arm64/v8" }],
    });
    const windows = { os: "windows", architecture: "amd64", "os.version": "10.0.20348.1" };
    const listed = [
      { ...part(id("a")), platform: { os: "linux", architecture: "arm", variant: "v7" } },
      { ...part(id("b")), platform: windows },
      { ...part(id("d")) },
      { ...part(id("e")), platform: { os: "linux", architecture: "a\u202eb" } },
    ];
    const found = read({ manifests: listed });
    expect(found.kind === "index" && found.images.map(({ platform }) => platform)).toEqual([
      "linux/arm/v7",
      "windows/amd64 10.0.20348.1",
      undefined,
      undefined,
    ]);
  });

  it("that is an attestation is not an image of an index", () => {
    const unknown = { os: "unknown", architecture: "unknown" };
    const found = read({ manifests: [{ ...part(id("a")), platform: unknown }] });
    expect(found.kind === "index" && found.images).toEqual([]);
  });

  // Proves: one-platform-does-not
  it("that an engine would start is an image of an index, although its annotation says attestation", () => {
    const annotations = { "vnd.docker.reference.type": "attestation-manifest" };
    const amd64 = { os: "linux", architecture: "amd64" };
    const found = read({
      manifests: [
        { ...part(id("b")), annotations, platform: amd64 },
        { ...part(id("c")), annotations },
        { ...part(id("d")), annotations, platform: { os: "unknown", architecture: "amd64" } },
      ],
    });
    expect(found.kind === "index" && found.images.map(({ digest }) => digest)).toEqual([id("b"), id("c"), id("d")]);
  });

  // Proves: digest-names-judged, document-image-says-same
  it.each([
    ["an index and a manifest at once", { ...manifest, manifests: [{ ...part(id("a")) }] }],
    ["neither", { schemaVersion: 1, fsLayers: [] }],
    ["of digests of another kind", { config: part(`sha512:${"a".repeat(128)}`), layers: [] }],
    ["of digests that are cut off", { config: part("sha256:aa"), layers: [] }],
    ["of Docker's old format", { schemaVersion: 1, fsLayers: [{ blobSum: id("1") }], history: [] }],
    ["without sizes", { config: { digest: id("c") }, layers: [] }],
    ["cut off", JSON.stringify(manifest).slice(0, -9)],
    ["a list", []],
    [
      "an index with another list in capitals, which engines read",
      { manifests: [{ ...part(id("a")) }], Manifests: [{ ...part(id("b")) }] },
    ],
    [
      "an index with two lists",
      `{"manifests":[{"digest":"${id("a")}","size":2}],"manifests":[{"digest":"${id("b")}","size":2}]}`,
    ],
    ["an index with a digest in capitals", { manifests: [{ ...part(id("a")), Digest: id("b") }] }],
    [
      "an index with a platform that engines read otherwise",
      {
        manifests: [
          {
            ...part(id("a")),
            platform: { os: "unknown", OS: "linux", architecture: "unknown", Architecture: "amd64" },
          },
        ],
      },
    ],
    ["an image with another configuration in capitals", { ...manifest, CONFIG: { ...part(id("b")) } }],
    ["an image with other layers in capitals", { ...manifest, Layers: [{ ...part(id("b")) }] }],
    ["an image with layers whose key folds to the known one", { ...manifest, layerſ: [part(id("b"))] }],
    [
      "half a platform, which engines fill in",
      { manifests: [{ ...part(id("a")), platform: { architecture: "amd64" } }] },
    ],
    ["annotated by something else than texts, which Go refuses", { ...manifest, annotations: { a: 1 } }],
  ])("that is %s is not read", (_what, value) => {
    expect(() => read(value)).toThrow(ImageFault);
  });

  it("with a wrong media type is not read", () => {
    const bytes = Buffer.from(JSON.stringify(manifest));
    expect(() => registryDocument(bytes, "application/vnd.oci.image.index.v1+json")).toThrow(ImageFault);
    expect(registryDocument(bytes, "application/vnd.docker.distribution.manifest.v2+json").kind).toBe("manifest");
    expect(registryDocument(bytes, "application/json").kind).toBe("manifest");
  });

  it("keeps its annotations, its bytes, and what it says of its parts", () => {
    const layer = { ...part(id("1")), mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" };
    const found = read({ ...manifest, layers: [layer], annotations: { a: "b" } });
    expect(found.annotations).toEqual({ a: "b" });
    expect(JSON.parse(found.bytes.toString())).toMatchObject({ annotations: { a: "b" } });
    expect(found).toMatchObject({ config: part(id("c")), layers: [layer] });
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { registryDocument } from "../../../src/images/registry/document.ts";
import { debian12, multiArchitecture } from "../../support/images.ts";

const id = (letter: string) => `sha256:${letter.repeat(64)}`;
const read = (value: unknown) =>
  registryDocument(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
const manifest = { config: { digest: id("c") }, layers: [{ digest: id("1") }] };

describe("a document of a registry", () => {
  it("is named by the hash of its own bytes, and a manifest binds configuration and layers to it", () => {
    const image = debian12();
    const bytes = image.blobs.get(image.descriptor.digest) as Buffer;
    const document = registryDocument(bytes);
    expect(document).toMatchObject({
      kind: "manifest",
      digest: image.descriptor.digest,
      config: `sha256:${createHash("sha256").update(image.config).digest("hex")}`,
    });
    expect(document?.kind === "manifest" && document.layers).toHaveLength(image.layers.length);
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
      { digest: id("a"), platform: { os: "linux", architecture: "arm", variant: "v7" } },
      { digest: id("b"), platform: windows },
      { digest: id("d") },
      { digest: id("e"), platform: { os: "linux", architecture: "a\u202eb" } },
    ];
    const found = read({ manifests: listed });
    expect(found?.kind === "index" && found.images.map(({ platform }) => platform)).toEqual([
      "linux/arm/v7",
      "windows/amd64 10.0.20348.1",
      undefined,
      undefined,
    ]);
  });

  it("that is an attestation is no image of an index", () => {
    const unknown = { os: "unknown", architecture: "unknown" };
    const found = read({ manifests: [{ digest: id("a"), platform: unknown }] });
    expect(found?.kind === "index" && found.images).toEqual([]);
  });

  it("that an engine would start is an image of an index, although its annotation says attestation", () => {
    const annotations = { "vnd.docker.reference.type": "attestation-manifest" };
    const amd64 = { os: "linux", architecture: "amd64" };
    const found = read({
      manifests: [
        { digest: id("b"), annotations, platform: amd64 },
        { digest: id("c"), annotations },
        { digest: id("d"), annotations, platform: { os: "unknown", architecture: "amd64" } },
      ],
    });
    expect(found?.kind === "index" && found.images.map(({ digest }) => digest)).toEqual([id("b"), id("c"), id("d")]);
  });

  it.each([
    ["an index and a manifest at once", { ...manifest, manifests: [{ digest: id("a") }] }],
    ["neither", { schemaVersion: 1, fsLayers: [] }],
    ["of digests of another kind", { config: { digest: "sha512:aa" }, layers: [] }],
    ["cut off", JSON.stringify(manifest).slice(0, -9)],
    ["a list", []],
    [
      "an index with another list in capitals, which engines read",
      { manifests: [{ digest: id("a") }], Manifests: [{ digest: id("b") }] },
    ],
    ["an index with two lists", `{"manifests":[{"digest":"${id("a")}"}],"manifests":[{"digest":"${id("b")}"}]}`],
    ["an index with a digest in capitals", { manifests: [{ digest: id("a"), Digest: id("b") }] }],
    [
      "an index with a platform that engines read otherwise",
      {
        manifests: [
          { digest: id("a"), platform: { os: "unknown", OS: "linux", architecture: "unknown", Architecture: "amd64" } },
        ],
      },
    ],
    ["an image with another configuration in capitals", { ...manifest, CONFIG: { digest: id("b") } }],
    ["an image with other layers in capitals", { ...manifest, Layers: [{ digest: id("b") }] }],
  ])("that is %s is not read", (_what, value) => {
    expect(read(value)).toBeUndefined();
  });

  it("keeps annotations that are texts, and is read if they are something else", () => {
    expect(read({ ...manifest, annotations: { a: "b" } })?.annotations).toEqual({ a: "b" });
    expect(read({ ...manifest, annotations: { a: 1 } })?.annotations).toEqual({});
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { registryDocument } from "../../../src/images/registry/client.ts";
import { debian12, multiArchitecture } from "../../support/images/images.ts";

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

  it("keeps its annotations, its bytes, and what it says of its parts", () => {
    const layer = { ...part(id("1")), mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" };
    const found = read({ ...manifest, layers: [layer], annotations: { a: "b" } });
    expect(found.annotations).toEqual({ a: "b" });
    expect(JSON.parse(found.bytes.toString())).toMatchObject({ annotations: { a: "b" } });
    expect(found).toMatchObject({ config: part(id("c")), layers: [layer] });
  });
});

import { describe, expect, it } from "vitest";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import type { RegistryDocument, RegistryReader } from "../../../src/images/registry/client.ts";
import { RegistryFault } from "../../../src/images/registry/fault.ts";
import { resolveRunning } from "../../../src/scan/running/index.ts";

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const [A, B, AMD, ARM] = ["a", "b", "c", "d"].map(digestOf) as [string, string, string, string];

const manifest = (digest: string): RegistryDocument => ({
  kind: "manifest",
  digest,
  annotations: {},
  bytes: Buffer.alloc(0),
  config: { digest: digestOf("e"), size: 2, annotations: {} },
  layers: [],
});
const index = (digest: string): RegistryDocument => ({
  kind: "index",
  digest,
  annotations: {},
  bytes: Buffer.alloc(0),
  manifests: [],
  images: [
    { digest: AMD, platform: "linux/amd64" },
    { digest: ARM, platform: "linux/arm64" },
  ],
});

/** A registry with these documents by tag or digest. It counts its requests. */
function registry(documents: Readonly<Record<string, RegistryDocument>>) {
  const asked: string[] = [];
  let now = 0;
  let most = 0;
  const manifests: RegistryReader = {
    async read(reference, tagOrDigest) {
      asked.push(`${reference} ${tagOrDigest}`);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      const found = documents[tagOrDigest];
      if (found === undefined) throw new RegistryFault("image-not-found", "does not have it");
      return found;
    },
  };
  return { asked, manifests, most: () => most };
}

const at = (name: string) => ({ source: "file:list", name });
const run = (
  found: readonly FoundImage[],
  documents: Readonly<Record<string, RegistryDocument>>,
  stored: (digest: string) => boolean = () => false,
) => {
  const { asked, manifests, most } = registry(documents);
  return resolveRunning(found, { manifests, isStored: stored }).then((resolved) => ({
    ...resolved,
    asked,
    most: most(),
  }));
};

describe("what runs", () => {
  it("is the digest that a tag means now; without a tag, `latest`", async () => {
    const { images, errors } = await run(
      [
        { reference: "ghcr.io/acme/app:1.0", at: at("app") },
        { reference: "nginx", at: at("web") },
      ],
      { "1.0": manifest(A), latest: index(B) },
    );
    expect(images).toEqual([
      { name: "ghcr.io/acme/app", reference: "ghcr.io/acme/app:1.0", digest: A, where: [at("app")] },
      { name: "docker.io/library/nginx", reference: "nginx", digest: B, where: [at("web")] },
    ]);
    expect(errors.size).toBe(0);
  });

  it("is known without a request if the source or the reference names the digest", async () => {
    const { images, asked } = await run(
      [
        { reference: "acme/app:1.0", digest: A, at: at("one") },
        { reference: `acme/app@${B}`, at: at("two") },
      ],
      {},
    );
    expect(images.map(({ digest }) => digest)).toEqual([A, B]);
    expect(asked).toEqual([]);
  });

  it("is once for each name, tag and digest, with every place once", async () => {
    const found: FoundImage[] = [
      { reference: "acme/app:1", digest: A, at: at("x") },
      { reference: "acme/app:1", digest: B, at: at("y") },
      { reference: "acme/app:1", digest: A, at: at("z") },
      { reference: "acme/app:1", digest: A, at: at("x") },
      { reference: "acme/app:2", digest: A, at: at("x") },
    ];
    const { images } = await run(found, {});
    expect(images.map(({ reference, digest, where }) => [reference, digest, where.map(({ name }) => name)])).toEqual([
      ["acme/app:1", A, ["x", "z"]],
      ["acme/app:1", B, ["y"]],
      ["acme/app:2", A, ["x"]],
    ]);
  });

  it("has the address of the Harbor that names it, whichever source names it first", async () => {
    const listed = { reference: "h.test/shop/web:1", digest: A, at: at("list") };
    const harbor = "https://h.test";
    const { images } = await run([listed, { ...listed, harbor, at: at("harbor") }, { ...listed, digest: B }], {});
    expect(images.map(({ digest, harbor: of, where }) => [digest, of, where.length])).toEqual([
      [A, harbor, 2],
      [B, undefined, 1],
    ]);
  });

  // Proves: what-runs-is-what-is-scanned
  it("is an error of one image if its registry cannot tell, and the others are resolved", async () => {
    const { images, errors } = await run(
      [
        { reference: "acme/gone:9", at: at("one") },
        { reference: "Not A Reference", at: at("two") },
        { reference: "acme/app:1", at: at("three") },
      ],
      { "1": manifest(A) },
    );
    expect(images.map((image) => errors.get(image)?.code)).toEqual(["tag-unresolved", "tag-unresolved", undefined]);
    const [first] = images;
    expect(first && errors.get(first)?.what).toBe(
      "acme/gone:9 was not scanned, as it is unknown which image runs: its registry does not have it",
    );
    expect(images.map(({ digest }) => digest)).toEqual([undefined, undefined, A]);
  });

  it("is an index's own image for each platform if the index runs on several", async () => {
    const found: FoundImage[] = [
      { reference: "acme/app:1", digest: B, platform: "linux/amd64", at: at("x") },
      { reference: "acme/app:1", digest: B, platform: "linux/arm64", at: at("y") },
      { reference: "acme/app:1", digest: B, at: at("z") },
    ];
    const { images } = await run(found, { [B]: index(B) });
    expect(images.map(({ digest, platform, where }) => [digest, platform, where.length])).toEqual([
      [AMD, "linux/amd64", 2],
      [ARM, "linux/arm64", 1],
    ]);
  });

  it("is the entry without a variant, although one for newer processors comes first", async () => {
    const found: FoundImage[] = [
      { reference: "acme/app:1", digest: B, platform: "linux/amd64", at: at("x") },
      { reference: "acme/app:1", digest: B, platform: "linux/arm64", at: at("y") },
    ];
    const [newer, own] = [digestOf("f"), { digest: AMD, platform: "linux/amd64" }];
    const images = [{ digest: newer, platform: "linux/amd64/v3" }, own];
    const resolved = await run(found, { [B]: { ...index(B), images } as RegistryDocument });
    expect(resolved.images.map(({ digest }) => digest)).toEqual([AMD, B]);
  });

  it("is one image, whatever the sources call its platform, if it is in no index", async () => {
    const found: FoundImage[] = [
      { reference: "acme/app:1", digest: A, platform: "linux/amd64", at: at("x") },
      { reference: "acme/app:1", digest: A, platform: "linux/arm64", at: at("y") },
    ];
    const { images } = await run(found, { [A]: manifest(A) });
    expect(images.map(({ digest, platform, where }) => [digest, platform, where.length])).toEqual([[A, undefined, 2]]);
  });

  it("is what its daemon holds if no registry has it", async () => {
    const daemon = { engine: "podman", host: "unix:///run/podman/podman.sock" } as const;
    const local = { imageId: digestOf("f"), daemon };
    const { images, errors, asked, notes } = await run(
      [
        { reference: "localhost/acme/app:1", local, at: at("built") },
        { reference: local.imageId, local, at: at("nameless") },
        { reference: "acme/made-up:1", digest: B, heldBy: local, at: at("made-up") },
        { reference: "acme/pushed:1", digest: A, heldBy: local, at: at("pushed") },
      ],
      { [A]: manifest(A) },
    );
    expect(images.map(({ name, digest, imageId }) => [name, digest, imageId])).toEqual([
      ["localhost/acme/app", undefined, local.imageId],
      [local.imageId, undefined, local.imageId],
      ["docker.io/acme/made-up", undefined, local.imageId],
      ["docker.io/acme/pushed", A, undefined],
    ]);
    expect(asked.map((each) => each.split(" ")[0])).toEqual(["acme/made-up:1", "acme/pushed:1"]);
    expect(errors.size).toBe(0);
    const said =
      /^Scanned from the container engine that runs it, known by the ImageID: acme\/made-up:1 \(its registry [^,]+\)\.$/;
    expect([...notes]).toEqual([[at("made-up").source, [expect.stringMatching(said)]]]);
  });

  it("is not asked for if there is an SBOM of the digest that a daemon names", async () => {
    const daemon = { engine: "docker", host: "unix:///var/run/docker.sock" } as const;
    const found = [{ reference: "acme/app:1", digest: A, heldBy: { imageId: B, daemon }, at: at("x") }];
    const { asked, images } = await run(found, {}, (digest) => digest === A);
    expect([asked, images[0]?.digest]).toEqual([[], A]);
  });

  it("is asked of the registries a few at a time", async () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ reference: `acme/app-${n}:1`, at: at(String(n)) }));
    const { most, images } = await run(many, { "1": manifest(A) });
    expect(images.map(({ reference }) => reference)).toEqual(many.map(({ reference }) => reference));
    expect(most).toBe(8);
  });
});

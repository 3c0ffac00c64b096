import { describe, expect, it } from "vitest";
import { ImageFault } from "../../src/images/fault.ts";
import type { Descriptor } from "../../src/images/oci/documents.ts";
import { leavesOf, resolveImage, type Wanted } from "../../src/images/resolve.ts";
import type { Source } from "../../src/images/source.ts";
import { arm64, clean, debian12, multiArchitecture } from "../support/images/images.ts";
import { type Artifact, buildImage, buildIndex, digestOf, type Image } from "../support/images/oci.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const part = (letter: string, more: object = {}): Descriptor => ({
  digest: `sha256:${letter.repeat(64)}`,
  size: 2,
  annotations: {},
  ...more,
});
const described = (bytes: Buffer, mediaType: string) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
  annotations: {},
});

/** Documents in memory. Reads are counted. */
function sourceOf(top: readonly Descriptor[], blobs: ReadonlyMap<string, Buffer>, more: Partial<Source> = {}) {
  const read: string[] = [];
  const source: Source = {
    top: async () => top,
    bytes: async ({ digest }) => {
      read.push(digest);
      return blobs.get(digest);
    },
    layer: ({ digest }) => ({ digest, bytes: { file: "" } }),
    ...more,
  };
  return { source, read };
}

/** As a registry serves it, with the usual platform. */
const inRegistry = ({ descriptor, blobs }: Artifact) =>
  sourceOf([{ ...descriptor, platform: undefined, annotations: {} }], blobs, { usualPlatform: "linux/amd64" }).source;
const resolved = async (artifact: Artifact, wanted: Wanted = {}) =>
  (await resolveImage(inRegistry(artifact), wanted)).config;
const unnamed = ({ descriptor: { platform: _, ...descriptor }, ...image }: Image) => ({ ...image, descriptor });
const named = (image: Image, platform: object): Image => ({
  ...image,
  descriptor: { ...image.descriptor, platform } as Image["descriptor"],
});

describe("the image of an index", () => {
  it("is the one of the platform, by default linux/amd64, or the only one", async () => {
    expect(await resolved(multiArchitecture())).toEqual(debian12().config);
    expect(await resolved(multiArchitecture(), { platform: "linux/arm64" })).toEqual(arm64().config);
    expect(await resolved(buildIndex([arm64()]))).toEqual(arm64().config);
    expect(await resolved(arm64())).toEqual(arm64().config);
  });

  it("is not guessed: the error names the platforms that are there", async () => {
    const fault = (artifact: Artifact, wanted: Wanted) => expect(resolved(artifact, wanted)).rejects;
    await fault(multiArchitecture(), { platform: "linux/s390x" }).toMatchObject({
      code: "platform-mismatch",
      message: "its index has nothing for linux/s390x; it is there for linux/amd64, linux/arm64/v8",
    });
    const arm = named(arm64(), { os: "linux", architecture: "arm", variant: "v6" });
    await fault(buildIndex([arm]), { platform: "linux/arm/v7" }).toThrow("it is there for linux/arm/v6");
    await fault(buildIndex([]), {}).toMatchObject({ code: "platform-mismatch" });
    await fault(buildIndex([unnamed(arm64())]), {}).toThrow("it is there for linux/arm64/v8");
  });

  it("is refused if two are for the platform, since engines differ in which they take", async () => {
    for (const images of [
      [clean(), debian12()],
      [clean(), named(debian12(), { os: "linux", architecture: "amd64", variant: "v1" })],
      [unnamed(clean()), unnamed(debian12())],
    ])
      await expect(resolved(buildIndex(images))).rejects.toMatchObject({ code: "image-inconsistent" });
    expect(await resolved(buildIndex([clean(), clean()]))).toEqual(clean().config);
  });

  it("is found through indexes within the index, and by Docker's media types", async () => {
    const inner = multiArchitecture();
    const outer = json({ schemaVersion: 2, manifests: [inner.descriptor] });
    const nested = { descriptor: described(outer, INDEX), blobs: new Map([...inner.blobs, [digestOf(outer), outer]]) };
    expect(await resolved(nested, { platform: "linux/arm64" })).toEqual(arm64().config);
    const { blobs, descriptor } = debian12();
    const manifest = json({ ...JSON.parse(String(blobs.get(descriptor.digest))), mediaType: DOCKER });
    const docker = {
      descriptor: described(manifest, DOCKER),
      blobs: new Map([...blobs, [digestOf(manifest), manifest]]),
    };
    expect(await resolved(docker)).toEqual(debian12().config);
  });

  it("has the annotations of its manifest, its entry and its index, and the list of all images in that index", async () => {
    const image = buildImage([], { annotations: { name: "manifest" } });
    const entry = { ...image.descriptor, annotations: { name: "entry" } };
    const bytes = json({ schemaVersion: 2, manifests: [entry, arm64().descriptor], annotations: { name: "index" } });
    const blobs = new Map([...image.blobs, [digestOf(bytes), bytes]]);
    const found = await resolveImage(inRegistry({ descriptor: described(bytes, INDEX), blobs }), {});
    expect(found.annotations.map(({ name }) => name)).toEqual(["manifest", "entry", "index", undefined]);
    expect(found).toMatchObject({
      digest: image.descriptor.digest,
      documents: [digestOf(bytes), image.descriptor.digest],
      index: { digest: digestOf(bytes), images: [{ platform: "linux/amd64" }, { platform: "linux/arm64/v8" }] },
    });
  });

  // Proves: digest-names-judged
  it.each([
    ["image-inconsistent", (bytes: Buffer) => Buffer.from(String(bytes).replace("schemaVersion", "schemaversion"))],
    ["image-damaged", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from(" ")])],
  ])("is %s if one of its documents has other bytes", async (code, change) => {
    const { descriptor, blobs } = multiArchitecture();
    for (const digest of [descriptor.digest, debian12().descriptor.digest]) {
      const changed = new Map([...blobs, [digest, change(blobs.get(digest) as Buffer)]]);
      await expect(resolved({ descriptor, blobs: changed })).rejects.toMatchObject({ code });
    }
  });
});

describe("an index of indexes", () => {
  /** An index of these entries, as the entry that leads to it; its bytes are added. */
  const nest = (entries: readonly object[], blobs: Map<string, Buffer>): Descriptor => {
    const bytes = json({ schemaVersion: 2, manifests: entries });
    blobs.set(digestOf(bytes), bytes);
    return described(bytes, INDEX);
  };
  const within = (depth: number) => {
    const blobs = new Map<string, Buffer>();
    let entry = part("a", { mediaType: MANIFEST });
    for (let level = 0; level < depth; level++) entry = nest([entry], blobs);
    return leavesOf(sourceOf([entry], blobs).source);
  };

  it("leads to its images, down to a depth", async () => {
    const [leaf] = await within(3);
    expect(leaf?.documents).toHaveLength(4);
    expect(leaf?.entry.digest).toBe(part("a").digest);
    await expect(within(4)).rejects.toThrow(ImageFault);
  });

  it("is known by its content if no media type says so, and leads to nothing if it is not there", async () => {
    const blobs = new Map<string, Buffer>();
    const { mediaType: _, ...entry } = nest([part("a", { mediaType: MANIFEST })], blobs);
    const leaves = (top: Descriptor, known = new Map<string, Buffer>()) => leavesOf(sourceOf([top], known).source);
    expect(await leaves(entry, blobs)).toMatchObject([{ entry: { digest: part("a").digest } }]);
    expect(await leaves({ ...entry, mediaType: INDEX })).toEqual([]);
    expect(await leaves(part("b"))).toHaveLength(1);
  });

  it("has no image in what BuildKit says of another: its platform is unknown", async () => {
    const proof = part("b", { platform: { os: "unknown", architecture: "unknown" } });
    expect(await leavesOf(sourceOf([proof, part("a")], new Map()).source)).toHaveLength(1);
  });

  /** As `soci convert` writes it: an entry for the image's platform. */
  const soci = (config: object, type = "application/x.soci") => {
    const bytes = json({
      schemaVersion: 2,
      config: { ...described(json(config), type), annotations: {} },
      layers: [],
    });
    const entry = { ...described(bytes, MANIFEST), artifactType: "application/vnd.amazon.soci.index.v2+json" };
    return { entry: { ...entry, platform: { os: "linux", architecture: "amd64" } }, bytes };
  };

  it("has no image in an artifact for the platform of one, such as a SOCI index", async () => {
    const { entry, bytes } = soci({});
    const blobs = new Map([...debian12().blobs, [entry.digest, bytes]]);
    const converted = { descriptor: nest([debian12().descriptor, entry], blobs), blobs };
    expect(await resolved(converted as Artifact)).toEqual(debian12().config);
  });

  // Proves: one-platform-does-not
  it("has one in what only its entry calls an artifact, and in what is not there", async () => {
    const { entry: absent } = soci({});
    const claims = [soci({ os: "linux", architecture: "amd64" }), soci({}, "application/vnd.oci.image.config.v1+json")];
    for (const { entry, bytes } of [...claims, { entry: absent, bytes: undefined }]) {
      const known: [string, Buffer][] = bytes === undefined ? [] : [[entry.digest, bytes]];
      const blobs = new Map([...debian12().blobs, ...known]);
      const converted = { descriptor: nest([debian12().descriptor, entry], blobs), blobs };
      await expect(resolved(converted as Artifact)).rejects.toMatchObject({ code: "image-inconsistent" });
    }
  });

  it("is not hidden in a layout by another platform alongside its name", async () => {
    const blobs = new Map([...clean().blobs, ...debian12().blobs]);
    const entry = ({ descriptor }: Image, name: string, architecture: string): Descriptor => ({
      ...descriptor,
      platform: { os: "linux", architecture },
      annotations: { "org.opencontainers.image.ref.name": name },
    });
    const { source } = sourceOf([entry(debian12(), "latest", "arm64"), entry(clean(), "other", "amd64")], blobs);
    await expect(resolveImage(source, { platform: "linux/amd64" })).rejects.toMatchObject({ code: "image-ambiguous" });
  });

  it("has one in what a layout gives a name, whatever its platform: engines run it by that name", async () => {
    for (const name of ["org.opencontainers.image.ref.name", "io.containerd.image.name"]) {
      const unknown = { platform: { os: "unknown", architecture: "unknown" }, annotations: { [name]: "app:1" } };
      const entries = [part("b", unknown), part("a")];
      expect(await leavesOf(sourceOf(entries, new Map()).source)).toHaveLength(2);
    }
  });

  it("cannot keep us busy: entries are counted, and a document is read once", async () => {
    const blobs = new Map<string, Buffer>();
    const many = Array.from({ length: 150 }, () => part("a", { mediaType: MANIFEST }));
    const inner = nest(many, blobs);
    const { source, read } = sourceOf(Array(100).fill(inner), blobs);
    await expect(leavesOf(source)).rejects.toThrow("more than 10000 entries");
    expect(read).toHaveLength(1);
  });
});

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { confirmedDigest } from "../../../src/images/acquire/confirm-digest.ts";
import { blobFetcher } from "../../../src/images/registry/blobs.ts";
import { registryReader } from "../../../src/images/registry/client.ts";
import { arm64, clean, debian12 } from "../../support/images/images.ts";
import {
  type Artifact,
  buildArtifact,
  buildImage,
  buildIndex,
  digestOf,
  type Image,
} from "../../support/images/oci.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
beforeEach(() => {
  registry.clearFaults();
  registry.requests.length = 0;
});
afterAll(() => registry.close());

const { signal } = new AbortController();
const add = (artifact: Artifact, repository = "app") => {
  registry.add(repository, "1.0", artifact);
  return `${registry.host}/${repository}@${artifact.descriptor.digest}`;
};

/** Confirms one of these digests for an image that an engine has. */
function ask(
  image: Image,
  repoDigests: readonly string[],
  { reference = "app:1.0", platform = "linux/amd64", deadlineMs = 30_000 } = {},
) {
  const credentials = async () => undefined;
  const manifests = registryReader({ credentials, signal, deadlineMs });
  const access = { manifests, blobs: (of: string) => blobFetcher(of, { credentials }) };
  const claimed = { repoDigests, imageId: digestOf(image.config), platform };
  return confirmedDigest(`${registry.host}/${reference}`, claimed, access, signal);
}

it("a manifest's digest is the image's if it leads to its configuration, with its annotations", async () => {
  const image = buildImage([], { annotations: { name: "base" } });
  const { digest } = image.descriptor;
  expect(await ask(image, [add(image)])).toEqual({ digest, annotations: [{ name: "base" }, {}] });
});

// Proves: engine-s-digest-claim
it("a manifest with tables of contents is not confirmed: an engine's export has none that could be compared", async () => {
  const step = (annotations: Record<string, string>) => [
    { createdBy: "COPY", files: [{ path: "a", data: "x" }], annotations },
  ];
  const lazy = buildImage(step({ "containerd.io/snapshot/stargz/toc.digest": `sha256:${"0".repeat(64)}` }));
  expect(await ask(lazy, [add(lazy)])).toEqual({
    digestUnknown: "its layers in its registry have tables that were not compared",
  });
  const other = buildImage(step({ "containerd.io/snapshot/remote/stargz.reference": "evil.example/app:1" }));
  expect(await ask(other, [add(buildIndex([other]))])).toEqual({
    digestUnknown: "its registry has no image there that could be read",
  });
});

it("an index leads to the manifest of the image, and only those for its platform are asked for", async () => {
  const index = buildIndex([debian12(), clean(), arm64()]);
  const claim = add(index);
  expect(await ask(arm64(), [claim], { platform: "linux/arm64/v8" })).toMatchObject({
    digest: arm64().descriptor.digest,
    index: {
      digest: index.descriptor.digest,
      images: [{ platform: "linux/amd64" }, { platform: "linux/amd64" }, { digest: arm64().descriptor.digest }],
    },
  });
  expect(registry.requests.filter(({ path }) => path.includes("/manifests/"))).toHaveLength(2);
  expect(await ask(clean(), [claim], { platform: "linux/s390x" })).toEqual({
    digestUnknown: "its registry has no image there that could be read",
  });
});

// Proves: engine-s-digest-claim
it("one configuration in two manifests leaves it open which was pulled", async () => {
  const plain = clean();
  const other = buildIndex([plain, { ...plain, ...annotated(plain) }]);
  expect(await ask(plain, [add(other)])).toEqual({
    digestUnknown: "its registry has no image there that could be read",
  });
});

// Proves: engine-s-digest-claim
it("an engine is not believed if the registry has another image at the digest", async () => {
  const digestUnknown = expect.stringContaining("another image at the digest");
  expect(await ask(debian12(), [add(clean())])).toEqual({ digestUnknown });
  expect(await ask(debian12(), [add(buildIndex([clean(), arm64()]))])).toEqual({ digestUnknown });
});

it("only what the engine says of the reference's own repository counts, its own digest first", async () => {
  const [claim, other] = [add(clean()), add(clean(), "other")];
  expect(await ask(clean(), [])).toEqual({});
  expect(await ask(clean(), [other, `${registry.host}/app@sha256:12`, registry.host])).toEqual({});
  expect(registry.requests).toEqual([]);
  expect(await ask(clean(), [other, claim])).toMatchObject({ digest: clean().descriptor.digest });
  const asked = `app@${clean().descriptor.digest}`;
  const first = add(debian12());
  expect(await ask(clean(), [first, claim], { reference: asked })).toMatchObject({ digest: clean().descriptor.digest });
});

it("a registry that does not answer, or has no image there, leaves it unknown, and says why", async () => {
  const claim = add(debian12());
  const unknown = async (artifact = claim, more = {}) => (await ask(debian12(), [artifact], more)).digestUnknown;
  registry.fault(/manifests/, { status: 404 });
  expect(await unknown()).toBe("its registry does not have it");
  registry.fault(/manifests/, { status: 403 });
  expect(await unknown()).toMatch(/^its registry wants a login/);
  registry.fault(/manifests/, { hang: true });
  expect(await unknown(claim, { deadlineMs: 300 })).toMatch(/^its registry did not answer in time/);
  registry.clearFaults();
  const files = [{ path: "a", data: "b" }];
  const artifact = buildArtifact({ title: "x", layerType: "application/octet-stream", files });
  expect(await unknown(add(artifact))).toMatch(/^its registry has no image there/);
});

/** The same image with another manifest. */
function annotated(image: Image): Artifact {
  const manifest = JSON.parse(String(image.blobs.get(image.descriptor.digest)));
  const bytes = Buffer.from(JSON.stringify({ ...manifest, annotations: { again: "yes" } }));
  const digest = digestOf(bytes);
  const descriptor = { ...image.descriptor, digest, size: bytes.length };
  return { descriptor, blobs: new Map([...image.blobs, [digest, bytes]]) };
}

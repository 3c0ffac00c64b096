import { describe, expect, it } from "vitest";
import type { RegistryDocument } from "../../../../src/images/registry/document.ts";
import { layerProofs } from "../../../../src/scanners/trivy/scan/layer-cache.ts";

const id = (digit: string) => `sha256:${digit.repeat(64)}`;
const part = (digest: string) => ({ digest, size: 1, annotations: {}, urls: [] });
const manifest = (digest: string, config: string, ...layers: string[]): RegistryDocument => ({
  kind: "manifest",
  digest,
  config,
  layers,
  descriptors: { config: part(config), layers: layers.map(part) },
  annotations: {},
  bytes: Buffer.alloc(0),
});

const DIFF_IDS = ["diff-1", "diff-2"];
const documents = {
  [id("a")]: manifest(id("a"), id("c"), "layer-1", "layer-2"),
  [id("b")]: manifest(id("b"), id("c"), "layer-1", "other"),
  [id("d")]: manifest(id("d"), id("e"), "layer-1", "other"),
};
const reader = (held: Readonly<Record<string, RegistryDocument>> = documents) => ({
  read: async (_: string, digest: string) => held[digest] ?? Promise.reject(new Error("does not have it")),
});

interface Scan {
  readonly reference?: string;
  readonly platform?: string;
  readonly digest?: string | undefined;
  readonly imageId?: string | undefined;
  readonly others?: readonly { readonly digest: string; readonly platform?: string }[];
  readonly layers?: readonly string[];
  readonly scanners?: readonly string[];
  readonly baseLayers?: readonly string[];
}

function proofs(scan: Scan = {}, held?: Parameters<typeof reader>[0]) {
  const { reference = "ghcr.io/acme/app:1", layers = DIFF_IDS, scanners = ["vuln"], others } = scan;
  const digest = "digest" in scan ? scan.digest : id("a");
  const imageId = "imageId" in scan ? scan.imageId : id("c");
  const index = others && { digest: id("f"), images: [{ digest: id("a"), platform: "linux/amd64" }, ...others] };
  const artifact = { names: [], packages: 0, layers: layers.length, digest, imageId, index };
  const target = { kind: "image", input: reference, label: reference, platform: scan.platform } as const;
  const result = { artifact, layers } as unknown as Parameters<typeof layerProofs>[0]["result"];
  return layerProofs({ reference, target, result, scanners, baseLayers: scan.baseLayers }, reader(held))();
}

describe("proofs of layers", () => {
  it("are the same in one namespace of a registry, by whatever name, and the image's id proves itself", async () => {
    const one = await proofs();
    expect([...(one ?? [])].map(([key]) => key)).toEqual([...DIFF_IDS, id("c")]);
    expect(one?.get(id("c"))).toBe(id("c"));
    expect(await proofs({ reference: "ghcr.io/acme/other@sha256:1" })).toEqual(one);
    const hub = await proofs({ reference: "alpine" });
    expect(await proofs({ reference: "index.docker.io/library/debian:12" })).toEqual(hub);
    expect(hub).not.toEqual(one);
  });

  it.each(["ghcr.io/stranger/app:1", "ghcr.io/app:1", "ghcr.io/acme/team/app:1", "registry.test/acme/app:1"])(
    "are others in another namespace: %s",
    async (reference) => {
      expect((await proofs({ reference }))?.get("diff-1")).not.toBe((await proofs())?.get("diff-1"));
    },
  );

  it("are others if no secrets were looked for in a layer, and only if any were looked for", async () => {
    const secret = { scanners: ["vuln", "secret"] };
    const own = await proofs({ ...secret, baseLayers: [] });
    const base = await proofs({ ...secret, baseLayers: ["diff-1"] });
    expect(base?.get("diff-1")).not.toBe(own?.get("diff-1"));
    expect(base?.get("diff-2")).toBe(own?.get("diff-2"));
    expect(await proofs({ baseLayers: ["diff-1"] })).toEqual(await proofs());
  });

  it.each<[string, Scan]>([
    ["no manifest is known", { digest: undefined }],
    ["the image has no id", { imageId: undefined }],
    ["the manifest cannot be read", { digest: id("9") }],
    ["the manifest is of another configuration", { digest: id("d") }],
    ["the configuration has another number of layers", { layers: ["diff-1"] }],
    ["one DiffID stands for two layers", { layers: ["diff-1", "diff-1"] }],
    ["it is not known where secrets were looked for", { scanners: ["secret"] }],
    ["the index has another image of this configuration", { others: [{ digest: id("b"), platform: "linux/amd64" }] }],
    ["the index has one without a platform", { others: [{ digest: id("b") }] }],
    ["another image of the index cannot be read", { others: [{ digest: id("9"), platform: "linux/amd64/v3" }] }],
  ])("there are none where %s", async (_, scan) => {
    expect(await proofs(scan)).toBeUndefined();
  });

  it("are not in doubt by an index's images of other configurations and platforms", async () => {
    const others = [
      { digest: id("d"), platform: "linux/amd64" },
      { digest: id("b"), platform: "linux/arm64/v8" },
    ];
    expect(await proofs({ others })).toEqual(await proofs());
    expect(await proofs({ others, platform: "linux/arm64" })).toBeUndefined();
  });

  it("of a layer that stands twice by one digest are one", async () => {
    const held = { [id("a")]: manifest(id("a"), id("c"), "empty", "empty") };
    expect((await proofs({ layers: ["diff-1", "diff-1"] }, held))?.has("diff-1")).toBe(true);
  });
});

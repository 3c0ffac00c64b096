import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { arm64, clean, debian12, multiArchitecture } from "../support/images.ts";
import { type Artifact, buildIndex } from "../support/oci.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
const INDEX = multiArchitecture().descriptor.digest;
const AMD64 = debian12().descriptor.digest;
const ARM64 = arm64().descriptor.digest;
beforeAll(async () => {
  stage = await openStage("platforms");
  stage.bed.registry.add("multi", "1", multiArchitecture());
  stage.bed.registry.add("single", "1", clean());
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  stage.bed.registry.clearFaults();
  stage.bed.registry.requests.length = 0;
});

const image = (name: string) => `${stage.bed.registry.host}/${name}`;
const remote = { "image-source": "remote", "max-critical": "unlimited", "max-high": "unlimited" };
const manifestsAsked = () =>
  stage.bed.registry.requests.filter(({ path }) => path.includes("/manifests/") && !path.includes("trivy"));

describe("an image of several platforms", () => {
  it("is named by the manifest that was judged, with the index beside it, in every report", async () => {
    const result = await stage.run(
      { ...remote, image: image("multi:1"), reports: "sarif: a.sarif\nhtml: a.html" },
      { writes: ["a.sarif", "a.html"], onPullRequest: true },
    );
    expect(result.outputs).toMatchObject({ verdict: "pass", "image-digest": AMD64, "index-digest": INDEX });
    expect(result.results).toMatchObject([{ digest: AMD64, indexDigest: INDEX }]);
    expect(result.report.targets[0]?.artifact).toMatchObject({ digest: AMD64, index: { digest: INDEX } });
    const comment = stage.github.comments()[0]?.body ?? "";
    for (const text of [comment, result.summary])
      expect(text).toContain(`image \`${AMD64.slice(0, 19)}…\` · of index \`${INDEX.slice(0, 19)}…\``);
  });

  it.each([
    ["its index's digest", () => image(`multi@${INDEX}`), {}, AMD64],
    ["its index's digest, for another platform", () => image(`multi@${INDEX}`), { platform: "linux/arm64" }, ARM64],
    ["a tag, for another platform", () => image("multi:1"), { platform: "linux/arm64" }, ARM64],
    ["a tag and the index's digest", () => image(`multi:gone@${INDEX}`), {}, AMD64],
  ])("is so as well where it is named by %s", async (_what, reference, more, digest) => {
    const result = await stage.run({ ...remote, image: reference(), ...more });
    expect(result.outputs).toMatchObject({ verdict: "pass", "image-digest": digest, "index-digest": INDEX });
  });

  it("has no index where its reference means a manifest", async () => {
    const single = clean().descriptor.digest;
    for (const reference of [image("single:1"), image(`single@${single}`)]) {
      const { outputs, results } = await stage.run({ ...remote, image: reference });
      expect(outputs).toMatchObject({ verdict: "pass", "image-digest": single, "index-digest": "" });
      expect(results).toMatchObject([{ digest: single, indexDigest: "" }]);
    }
    const { outputs } = await stage.run({ ...remote, image: image(`multi@${ARM64}`) });
    expect(outputs).toMatchObject({ "image-digest": ARM64, "index-digest": "" });
  });

  it("is named by what was judged where the index says another platform of it than it has", async () => {
    const liar: Artifact = buildIndex([
      { ...arm64(), descriptor: { ...arm64().descriptor, platform: { os: "linux", architecture: "amd64" } } },
      debian12(),
    ]);
    stage.bed.registry.add("liar", "1", liar);
    const { outputs } = await stage.run({ ...remote, image: image("liar:1") });
    expect(outputs).toMatchObject({ "image-digest": ARM64, "index-digest": liar.descriptor.digest });
  });

  it("has no digest where its registry does not let us read it, and comment and report say so", async () => {
    stage.bed.registry.fault(/\/multi\/manifests\//, { client: /^image-gate$/, status: 403 });
    for (const reference of ["multi:1", `multi@${INDEX}`]) {
      const result = await stage.run({ ...remote, image: image(reference) }, { onPullRequest: true });
      expect(result.outputs).toMatchObject({ verdict: "pass", "image-digest": "", "index-digest": "" });
      expect(result.results).toMatchObject([{ digest: "", indexDigest: "" }]);
      const why = "its registry wants a login that Image Gate does not have";
      expect(result.report.targets[0]).toMatchObject({
        artifact: { referenceDigest: INDEX },
        provenance: { digestUnknown: why },
      });
      expect(stage.github.comments()[0]?.body).toContain(`image's digest not known, as ${why}`);
    }
  });

  it("costs one question for each manifest, none of them twice", async () => {
    await stage.run({ ...remote, image: image("multi:1") });
    const ours = manifestsAsked().filter(({ userAgent }) => userAgent === "image-gate");
    expect(ours.map(({ path }) => path)).toEqual(["/v2/multi/manifests/1", `/v2/multi/manifests/${AMD64}`]);
  });
});

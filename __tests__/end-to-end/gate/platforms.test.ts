import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { arm64, clean, debian12, multiArchitecture, saveImage } from "../../support/images/images.ts";
import {
  type Artifact,
  buildImage,
  buildIndex,
  type Descriptor,
  type Image,
  writeLayout,
} from "../../support/images/oci.ts";
import { debianBase } from "../../support/images/packages.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const INDEX = multiArchitecture().descriptor.digest;
const AMD64 = debian12().descriptor.digest;
const ARM64 = arm64().descriptor.digest;
/** As BuildKit lists an image's provenance. */
const ATTESTATION: Descriptor = {
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: `sha256:${createHash("sha256").update("attestation").digest("hex")}`,
  size: 11,
  platform: { os: "unknown", architecture: "unknown" },
  annotations: { "vnd.docker.reference.type": "attestation-manifest" },
};

/** A small image for a variant of arm. */
const arm = (variant: string): Image =>
  buildImage([{ createdBy: "ADD rootfs", files: debianBase([["base-files", `12.${variant}`]], "12.8", "armhf") }], {
    architecture: "arm",
    variant,
  });

const stage = await shared(openStage("platforms"));
stage.bed.registry.add("multi", "1", multiArchitecture());
stage.bed.registry.add("single", "1", clean());
beforeEach(() => {
  stage.bed.registry.clearFaults();
  stage.bed.registry.requests.length = 0;
});

const image = (name: string) => `${stage.bed.registry.host}/${name}`;
const remote = { "image-source": "remote", "max-critical": "unlimited", "max-high": "unlimited" };
const manifestsAsked = () =>
  stage.bed.registry.requests.filter(({ path }) => path.includes("/manifests/") && !path.includes("trivy"));

/** An image whose manifest, as text, was changed. */
function rewritten(from: Image, change: (manifest: string) => string): Image {
  const bytes = Buffer.from(change(String(from.blobs.get(from.descriptor.digest))));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return { ...from, blobs: new Map([...from.blobs, [digest, bytes]]), descriptor: { ...from.descriptor, digest } };
}

// Proves: document-image-says-same
it.each(["layers", "Layers", "layer\u017f"])(
  "a manifest in a registry that lists layers again, as %s, is an error: engines differ in which they run",
  async (key) => {
    const [bad, good] = [debian12(), clean()];
    const none = JSON.parse(String(good.blobs.get(good.descriptor.digest))).layers;
    const both = { ...bad, blobs: new Map([...bad.blobs, ...good.blobs]) };
    const twice = rewritten(both, (text) => text.replace(/\}$/, `,"${key}":${JSON.stringify(none)}}`));
    stage.bed.registry.add("twofold", "1", twice);
    const result = await stage.run({ image: image("twofold:1"), "image-source": "remote" });
    expect(result.results).toMatchObject([{ verdict: "error", code: "image-inconsistent" }]);
  },
);

describe("an image of several platforms", () => {
  // Proves: digest-names-judged
  it("is named by the manifest that was judged, with the index alongside it, in every report", async () => {
    const result = await stage.run(
      { ...remote, image: image("multi:1"), reports: "sarif: a.sarif\nhtml: a.html" },
      { writes: ["a.sarif", "a.html"], onPullRequest: true },
    );
    expect(result.outputs).toMatchObject({ verdict: "pass", "image-digest": AMD64, "index-digest": INDEX });
    expect(result.results).toMatchObject([{ digest: AMD64, indexDigest: INDEX }]);
    expect(result.report.targets[0]?.artifact).toMatchObject({ digest: AMD64, index: { digest: INDEX } });
    const comment = stage.github.comments().at(-1)?.body ?? "";
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

  // Proves: digest-names-judged
  it("is an error where its index has two images for one platform, of which engines take different ones", async () => {
    const liar: Artifact = buildIndex([
      { ...arm64(), descriptor: { ...arm64().descriptor, platform: { os: "linux", architecture: "amd64" } } },
      debian12(),
    ]);
    stage.bed.registry.add("liar", "1", liar);
    const { outputs } = await stage.run({ ...remote, image: image("liar:1") });
    expect(outputs).toMatchObject({ verdict: "error", reason: expect.stringContaining("[image-inconsistent]") });
    const named = await stage.run({ ...remote, image: image("liar:1"), platform: "linux/arm64" });
    expect(named.outputs.reason).toContain("[platform-mismatch]");
  });

  // Proves: digest-names-judged
  it("is an error where its registry does not let us read it: what was not read is not judged", async () => {
    stage.bed.registry.fault(/\/multi\/manifests\//, { client: /^image-gate$/, status: 403 });
    for (const reference of ["multi:1", `multi@${INDEX}`]) {
      const result = await stage.run({ ...remote, image: image(reference) });
      expect(result.outputs).toMatchObject({ verdict: "error", "image-digest": "", "index-digest": "" });
      expect(result.outputs.reason).toContain("[image-denied]");
    }
  });

  it("costs one question for each manifest, none of them twice", async () => {
    await stage.run({ ...remote, image: image("multi:1") });
    const ours = manifestsAsked().filter(({ userAgent }) => userAgent === "image-gate");
    expect(ours.map(({ path }) => path)).toEqual(["/v2/multi/manifests/1", `/v2/multi/manifests/${AMD64}`]);
  });
});

describe("platforms that were not looked at", () => {
  // Proves: one-platform-does-not
  it("are named in comment, summary, annotation and log, and attestations are none of them", async () => {
    const wide = buildIndex([debian12(), arm64(), arm("v6"), arm("v7")], [ATTESTATION]);
    stage.bed.registry.add("wide", "1", wide);
    const result = await stage.run({ ...remote, image: image("wide:1") }, { onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "pass", "image-digest": AMD64 });
    const words = (quote: string) =>
      ["linux/arm64/v8", "linux/arm/v6", "linux/arm/v7"].map((name) => `${quote}${name}${quote}`).join(", ");
    for (const text of [stage.github.comments().at(-1)?.body ?? "", result.summary])
      expect(text).toContain(`which were not looked at: ${words("`")}.`);
    expect(messages(result, "notice").join()).toContain(
      `${image("wide:1")}: The image for linux/amd64 was judged. Its index has others, which were not looked at: ${words("")}.`,
    );
    expect(result.log).toContain(`which were not looked at: ${words("")}.`);
  });

  it("are those that no target of the run is for", async () => {
    stage.bed.registry.add("three", "1", buildIndex([debian12(), arm64(), arm("v7")]));
    const result = await stage.run({ ...remote, image: image("three:1"), platform: "linux/amd64\nlinux/arm64" });
    expect(messages(result, "notice").filter((text) => text.includes("not looked at"))).toHaveLength(1);
    expect(result.summary).toContain("not looked at: `linux/arm/v7`.");
    const whole = await stage.run({ ...remote, image: image("multi:1"), platform: "linux/amd64\nlinux/arm64" });
    expect(whole.summary).not.toContain("not looked at");
  });
});

describe("`platform: all`", () => {
  const all = { ...remote, platform: "all" };

  it("judges each platform of a registry's index as its own target, and no attestation", async () => {
    stage.bed.registry.add("all", "1", buildIndex([debian12(), arm64(), arm("v6"), arm("v7")], [ATTESTATION]));
    const result = await stage.run({ ...all, image: image("all:1"), "max-high": "0" });
    const label = (platform: string) => `${image("all:1")} (${platform})`;
    expect(result.outputs.verdict).toBe("fail");
    expect(result.results).toMatchObject([
      { target: label("linux/amd64"), verdict: "fail", digest: AMD64 },
      { target: label("linux/arm64/v8"), verdict: "pass", digest: ARM64 },
      { target: label("linux/arm/v6"), verdict: "pass", digest: arm("v6").descriptor.digest },
      { target: label("linux/arm/v7"), verdict: "pass", digest: arm("v7").descriptor.digest },
    ]);
    expect(result.report.name).toBe(`${image("all")} (all platforms)`);
    expect(result.summary).not.toContain("not looked at");
  });

  // Proves: one-platform-does-not
  it("judges two images of one platform each, where one of them alone would be a guess", async () => {
    const twin = { ...clean(), descriptor: { ...clean().descriptor } };
    const twins = buildIndex([twin, debian12()]);
    stage.bed.registry.add("twins", "1", twins);
    const one = await stage.run({ ...remote, image: image("twins:1"), "max-high": "0" });
    expect(one.outputs.reason).toContain("[image-inconsistent]");
    const both = await stage.run({ ...all, image: image("twins:1"), "max-high": "0" });
    expect(both.outputs.verdict).toBe("fail");
    expect(both.results).toMatchObject([
      { verdict: "pass", digest: clean().descriptor.digest, indexDigest: twins.descriptor.digest },
      { verdict: "fail", digest: AMD64, indexDigest: twins.descriptor.digest },
    ]);
  });

  it("judges amd64 alongside amd64/v3, each by itself, whichever comes first", async () => {
    const fast = {
      ...clean(),
      descriptor: { ...clean().descriptor, platform: { os: "linux", architecture: "amd64", variant: "v3" } },
    };
    stage.bed.registry.add("variants", "1", buildIndex([fast, debian12()]));
    const result = await stage.run({ ...all, image: image("variants:1"), "max-high": "0" });
    expect(result.results).toMatchObject([
      { target: `${image("variants:1")} (linux/amd64/v3)`, verdict: "pass", digest: clean().descriptor.digest },
      { target: `${image("variants:1")} (linux/amd64)`, verdict: "fail", digest: AMD64 },
    ]);
  });

  it("is one target of an image that has one platform: in a registry, a layout folder or a tar", async () => {
    const folder = join(stage.nextFolder(), "workspace");
    mkdirSync(folder, { recursive: true });
    saveImage(join(folder, "app.tar"), clean());
    writeLayout(join(folder, "layout"), clean(), "1.0");
    for (const one of [image("single:1"), "app.tar", "./layout"]) {
      const result = await stage.run({ ...all, image: one }, { workspace: folder });
      expect(result.results, one).toMatchObject([{ target: one, verdict: "pass" }]);
    }
  });

  it("judges each platform of a layout folder", async () => {
    const folder = join(stage.nextFolder(), "workspace");
    writeLayout(join(folder, "layout"), buildIndex([debian12(), arm("v6"), arm("v7")], [ATTESTATION]), "1.0");
    const result = await stage.run({ ...all, image: "./layout" }, { workspace: folder });
    expect(result.results).toMatchObject([
      { target: "./layout (linux/amd64)", digest: AMD64 },
      { target: "./layout (linux/arm/v6)", digest: arm("v6").descriptor.digest },
      { target: "./layout (linux/arm/v7)", digest: arm("v7").descriptor.digest },
    ]);
  });

  it("judges each platform of a layout in a tar, packed or not", async () => {
    const folder = join(stage.nextFolder(), "workspace");
    const [layout, app] = [join(folder, "layout"), join(folder, "app.tar")];
    writeLayout(layout, buildIndex([debian12(), arm("v6")], [ATTESTATION]), "1.0");
    execFileSync("tar", ["-cf", app, "-C", layout, "."]);
    execFileSync("gzip", ["--keep", app]);
    for (const image of ["app.tar", "app.tar.gz"]) {
      const result = await stage.run({ ...all, image }, { workspace: folder });
      expect(result.results).toMatchObject([
        { target: `${image} (linux/amd64)`, digest: AMD64 },
        { target: `${image} (linux/arm/v6)`, digest: arm("v6").descriptor.digest },
      ]);
    }
  });

  // Proves: one-platform-does-not
  it("is an error where the index cannot be read: one platform does not pass for all", async () => {
    stage.bed.registry.fault(/\/multi\/manifests\//, { client: /^image-gate$/, status: 403 });
    const result = await stage.run({ ...all, image: image("multi:1") });
    expect(result.results).toMatchObject([{ verdict: "error", code: "image-denied" }]);
  });

  // Proves: one-platform-does-not
  it("judges what the index listed, though its tag is moved between reading the index and the scan", async () => {
    const index = buildIndex([debian12(), arm("v7")]);
    stage.bed.registry.add("moving", "1", index);
    const moved = buildIndex([clean(), arm("v6")]);
    const moving = setInterval(() => {
      // As soon as our own reader has read the index.
      if (stage.bed.registry.requests.some(({ path, userAgent }) => /moving/.test(path) && userAgent === "image-gate"))
        stage.bed.registry.add("moving", "1", moved);
    }, 5);
    const result = await stage.run({ ...all, image: image("moving:1") });
    clearInterval(moving);
    const indexDigest = index.descriptor.digest;
    expect(result.results).toMatchObject([
      { digest: AMD64, indexDigest },
      { digest: arm("v7").descriptor.digest, indexDigest },
    ]);
  });

  it("stands alone", async () => {
    const result = await stage.run({ ...all, image: image("multi:1"), platform: "all\nlinux/amd64" });
    expect(result.outputs.reason).toContain("or `all` alone");
  });
});

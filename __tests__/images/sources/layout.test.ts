import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { findInLayout, type LayoutLocation } from "../../../src/images/sources/layout.ts";
import { acquiredLayout } from "../../support/images/acquired.ts";
import { DOCUMENTS, LAYOUTS } from "../../support/images/image-attacks.ts";
import { alpine, arm64, clean, debian12, multiArchitecture } from "../../support/images/images.ts";
import { type LazyOptions, lazyLayer, type TableRow } from "../../support/images/lazy-layers.ts";
import { layerDigests } from "../../support/images/lying-images.ts";
import { type Artifact, buildImage, buildIndex, digestOf, type Step, writeLayout } from "../../support/images/oci.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("from-layout");
afterAll(() => folder.remove());

let tests = 0;
let workspace: string;
beforeEach(() => {
  workspace = join(folder.path, `${tests++}`);
  mkdirSync(workspace);
});

const blob = (layout: string, digest: string) => join(layout, "blobs", "sha256", digest.slice("sha256:".length));
/** A layout of an image, with annotations for its entry in the index. */
function layout(name: string, image: Artifact, { tag = "1.0", entry = {} } = {}): string {
  const path = join(workspace, name);
  writeLayout(path, image, tag);
  const index = JSON.parse(readFileSync(join(path, "index.json"), "utf8"));
  Object.assign(index.manifests[0].annotations, entry);
  writeFileSync(join(path, "index.json"), JSON.stringify(index));
  return path;
}

const find = (location: string, more: Partial<LayoutLocation> = {}) =>
  findInLayout({ location, roots: [workspace], ...more });
const acquired = (location: string, more: Partial<LayoutLocation> = {}) =>
  acquiredLayout({ location, roots: [workspace], ...more });

describe("the image in a layout", () => {
  it("is the one of the tag or digest that was asked for", async () => {
    const path = layout("tag", alpine());
    const { digest } = alpine().descriptor;
    for (const location of [path, `${path}:1.0`, `${path}@${digest}`])
      expect(await find(location)).toMatchObject({
        digest,
        config: alpine().config,
        repoTags: ["1.0"],
        place: "layout",
      });
    for (const location of [`${path}:2.0`, `${path}@${clean().descriptor.digest}`])
      await expect(find(location)).rejects.toThrow("its index lists no image");
  });

  it("has the annotations of its manifest, then the annotations of its entry in the index", async () => {
    const own = buildImage([], { annotations: { name: "manifest" } });
    const { annotations } = await find(layout("own", own, { entry: { name: "entry" } }));
    expect(annotations.map(({ name }) => name)).toEqual(["manifest", "entry"]);
  });

  const lazyStep = (form: LazyOptions["form"], change?: LazyOptions["change"]) => {
    const { tar, blob, ...about } = lazyLayer([{ path: "a", data: "x" }], { form, change });
    return { createdBy: "COPY", packed: { tar, blob }, ...about };
  };

  it("is refused if a table in a layer has other files, wherever the layer's descriptor puts it", async () => {
    const more = (rows: TableRow[]) => void rows.push({ name: "evil", type: "reg" });
    for (const form of ["estargz", "zstd:chunked"] as const)
      await expect(acquired(layout(`lying-${form.length}`, buildImage([lazyStep(form, more)])))).rejects.toMatchObject({
        code: "lazy-table-differs",
      });
  });

  // Proves: layer-tar-every-engine
  it("is refused if an engine takes a layer for something else than a tar", async () => {
    const step = { createdBy: "COPY", files: [{ path: "a", data: "x" }] };
    const others: Pick<Step, "mediaType" | "annotations">[] = [
      { mediaType: "application/vnd.erofs.layer.v1" },
      { mediaType: "application/vnd.oci.image.layer.nydus.blob.v1" },
      { annotations: { "containerd.io/snapshot/nydus-bootstrap": "true" } },
      { annotations: { "containerd.io/snapshot/overlaybd/blob-digest": "sha256:0" } },
      { annotations: { "containerd.io/snapshot/remote/stargz.reference": "evil.example/other:1" } },
    ];
    for (const [at, about] of others.entries()) {
      const path = layout(`other-${at}`, buildImage([{ ...step, ...about }]));
      await expect(acquired(path)).rejects.toMatchObject({ code: "compression-unknown" });
    }
    const docker = { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" };
    expect(await acquired(layout("docker", buildImage([{ ...step, ...docker }])))).toMatchObject({ notes: [] });
  });

  it("comes with a note if it names a SOCI index, which lists its files once more", async () => {
    const annotations = { "com.amazon.soci.index-digest": `sha256:${"0".repeat(64)}` };
    const { notes } = await find(layout("soci", buildImage([], { annotations })));
    expect(notes).toEqual([expect.stringContaining("SOCI index, which was not compared")]);
  });

  it("is alongside the index that lists it, and all images of that", async () => {
    const multi = multiArchitecture();
    const path = layout("multi", multi);
    expect(await find(path, { platform: "linux/arm64" })).toMatchObject({
      digest: arm64().descriptor.digest,
      index: {
        digest: multi.descriptor.digest,
        images: [
          { digest: debian12().descriptor.digest, platform: "linux/amd64" },
          { digest: arm64().descriptor.digest, platform: "linux/arm64/v8" },
        ],
      },
    });
  });

  it("is not chosen by us if several are meant, unless its digest or a platform that only one has is known", async () => {
    const path = layout("several", multiArchitecture());
    await expect(find(path)).rejects.toMatchObject({
      code: "image-ambiguous",
      message: expect.stringContaining("(:1.0 linux/amd64, :1.0 linux/arm64/v8)"),
    });
    const { digest } = arm64().descriptor;
    expect((await find(path, { digest })).config).toEqual(arm64().config);
    expect((await find(path, { platform: "linux/amd64" })).config).toEqual(debian12().config);
    await expect(find(path, { platform: "linux/s390x" })).rejects.toMatchObject({
      code: "platform-mismatch",
      message: "its index has nothing for linux/s390x; it is there for linux/amd64, linux/arm64/v8",
    });
  });

  it("is named only by what looks like a tag and a platform: a layout is a stranger's", async () => {
    const hostile = { "org.opencontainers.image.ref.name": "x\n::error::y" };
    const path = layout("hostile", buildIndex([clean(), debian12()]), { entry: hostile });
    await expect(find(path)).rejects.toThrow("none of them was chosen (linux/amd64, linux/amd64)");
  });

  // Proves: layout-s-links-lead
  it("is read through links within the workspace, as Bazel makes them", async () => {
    const store = layout("store", debian12());
    const path = join(workspace, "linked");
    mkdirSync(join(path, "blobs", "sha256"), { recursive: true });
    writeFileSync(join(path, "index.json"), readFileSync(join(store, "index.json")));
    for (const digest of debian12().blobs.keys()) symlinkSync(blob(store, digest), blob(path, digest));
    expect(await acquired(path)).toMatchObject({
      imageId: digestOf(debian12().config),
      digest: debian12().descriptor.digest,
      layers: layerDigests(debian12()).map((digest) => expect.objectContaining({ digest })),
    });
  });

  it("was changed if its index or manifest was written to meanwhile, were it with the same bytes", async () => {
    const path = layout("changed", debian12());
    for (const file of [join(path, "index.json"), blob(path, debian12().descriptor.digest)]) {
      const found = await find(path);
      expect(found.hasChanged?.()).toBe(false);
      writeFileSync(`${file}.new`, readFileSync(file));
      renameSync(`${file}.new`, file);
      expect(found.hasChanged?.()).toBe(true);
    }
  });
});

describe("a layout is refused", () => {
  const image = debian12();
  const [layer = ""] = layerDigests(image);
  const config = digestOf(image.config);
  const manifest = image.descriptor.digest;

  it.each(Object.entries({ ...LAYOUTS, ...DOCUMENTS }))(
    "that another reader reads as another image: %s",
    async (_, write) => {
      const path = join(workspace, "layout");
      write(path);
      await expect(acquired(path, { platform: "linux/amd64" })).rejects.toMatchObject({
        code: expect.stringMatching(/^image-(?:inconsistent|ambiguous)$/),
      });
    },
  );

  it.each<[string, string, (file: string) => void, string, RegExp]>([
    ["whose layer is missing", layer, rmSync, "image-damaged", /is missing$/],
    ["whose configuration is missing", config, rmSync, "image-damaged", /is missing$/],
    ["whose layer is cut off", layer, (file) => truncateSync(file, 100), "image-damaged", /has 100 bytes instead of/],
    ["whose layer has other bytes", layer, flip, "image-damaged", /compression is damaged/],
    ["whose layer is packed in other bytes", layer, redate, "image-inconsistent", /its blob .* is sha256/],
    ["whose configuration has other bytes", config, flip, "image-inconsistent", /its blob .* is sha256/],
    ["whose manifest has other bytes", manifest, flip, "image-inconsistent", /its blob .* is sha256/],
    ["whose layer is a pipe", layer, pipe, "image-inconsistent", /is not a plain file$/],
    ["whose layer is a link out of the workspace", layer, away, "image-inconsistent", /leads out of the workspace$/],
    ["whose configuration is one", config, away, "image-inconsistent", /leads out of the workspace$/],
  ])("%s", async (_, digest, damage, code, message) => {
    const path = layout("layout", image);
    damage(blob(path, digest));
    await expect(acquired(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("without any entry, or without an index", async () => {
    await expect(find(join(workspace, "nothing"))).rejects.toThrow("its index lists no image");
    const path = layout("empty", image);
    writeFileSync(join(path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [] }));
    await expect(find(path)).rejects.toThrow("its index lists no image");
  });
});

/** Other bytes in its middle, as many as before. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** The same content, with another time in gzip's header (RFC 1952). */
function redate(file: string): void {
  const bytes = readFileSync(file);
  bytes[4] = 1;
  writeFileSync(file, bytes);
}

function pipe(file: string): void {
  rmSync(file);
  execFileSync("mkfifo", [file]);
}

/** The same bytes, in a folder outside of the layout and the workspace. */
function away(file: string): void {
  const target = join(folder.path, `away-${tests++}`);
  renameSync(file, target);
  symlinkSync(target, file);
}

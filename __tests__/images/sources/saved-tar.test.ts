import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { findProgram } from "../../../scripts/setup/system.ts";
import { imageError } from "../../../src/images/fault.ts";
import { findInTar } from "../../../src/images/sources/saved-tar.ts";
import { acquiredTar } from "../../support/images/acquired.ts";
import { TARS } from "../../support/images/image-attacks.ts";
import {
  bazel,
  classicDocker,
  crane,
  entriesOf,
  hex,
  jib,
  json,
  modernDocker,
  podman,
} from "../../support/images/image-files.ts";
import { arm64, clean, debian12, multiArchitecture, python, scratch } from "../../support/images/images.ts";
import { buildImage, digestOf, dockerArchive, type Image, writeLayout } from "../../support/images/oci.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("saved-image");
afterAll(() => folder.remove());

const skopeo = findProgram("skopeo");
if (skopeo === undefined) console.warn("There is no skopeo here: the test of what it writes is skipped.");

let files = 0;
const write = (bytes: Buffer): string => {
  const path = join(folder.path, `${files++}.tar`);
  writeFileSync(path, bytes);
  return path;
};
const idOf = (image: Image): string => digestOf(image.config);
const check = (bytes: Buffer) => acquiredTar(write(bytes));

/** It has one layer twice, and an empty one. */
const repeated = (): Image => {
  const files = [{ path: "a", data: "a" }];
  return buildImage([
    { createdBy: "a", files },
    { createdBy: "none", files: [] },
    { createdBy: "again", files },
  ]);
};

describe("an honest tar", () => {
  it.each([
    ["Docker before 25", classicDocker],
    ["Docker 25", modernDocker],
    ["buildx, layers packed by gzip", (image: Image) => modernDocker(image, "gzip")],
    ["buildx, layers packed by zstd", (image: Image) => modernDocker(image, "zstd")],
    ["Podman or skopeo", podman],
    ["crane, ko or kaniko", crane],
    ["Jib", jib],
    ["rules_oci", bazel],
  ])("of %s is bound to its image, packed or not", async (_, write) => {
    for (const image of [python(), repeated(), scratch()]) {
      const bytes = tar(entriesOf(write(image)));
      for (const each of [bytes, gzipSync(bytes)])
        expect(await check(each)).toMatchObject({ imageId: idOf(image), notes: [] });
    }
  });

  it("may have a member twice if it is the same both times, folders as often as it likes, and no end", async () => {
    const { layers, config, manifest } = classicDocker(clean());
    const [layer] = layers as [TarEntry];
    const twice = [
      { path: "./x/" },
      { path: "x", type: "5" },
      layer,
      { ...layer, path: `./${layer.path}` },
      config,
      manifest,
    ];
    const bytes = tar(twice);
    expect(await check(bytes.subarray(0, bytes.length - 1024))).toMatchObject({ imageId: idOf(clean()), notes: [] });
  });

  it("of several platforms says which were not judged", async () => {
    const [one, other] = [modernDocker(debian12(), "gzip"), modernDocker(arm64(), "gzip")];
    const platform = { os: "linux", architecture: "arm64", variant: "v8" };
    const entry = (archive: typeof one, more = {}) => ({
      ...JSON.parse(String(archive.others.find(({ path }) => path === "index.json")?.data)).manifests[0],
      ...more,
    });
    const proof = { digest: `sha256:${"0".repeat(64)}`, size: 1, platform: { os: "unknown", architecture: "unknown" } };
    const manifests = [
      entry(other, { platform }),
      entry(one),
      { ...proof, annotations: { "vnd.docker.reference.type": "attestation-manifest" } },
    ];
    const inner = json({ schemaVersion: 2, manifests });
    const nested = {
      mediaType: "application/vnd.oci.image.index.v1+json",
      digest: `sha256:${hex(inner)}`,
      size: inner.length,
    };
    const blobs = [...other.others, ...one.others].filter(({ path }) => /^blobs\/sha256\/./.test(path));
    const bytes = tar([
      ...blobs,
      ...other.layers,
      other.config,
      ...one.layers,
      one.config,
      { path: `blobs/sha256/${hex(inner)}`, data: inner },
      { path: "index.json", data: json({ schemaVersion: 2, manifests: [nested] }) },
      one.manifest,
    ]);
    expect(await check(bytes)).toMatchObject({
      imageId: idOf(debian12()),
      notes: ["The file holds this image for other platforms too, which were not judged: linux/arm64/v8."],
    });
  });

  it.skipIf(skopeo === undefined).each([
    ["docker-archive", "example.test/app:1"],
    ["oci-archive", "1.0"],
  ])("that skopeo made is bound to its image: %s", async (format, name) => {
    const [layout, path] = [join(folder.path, `for-${format}`), join(folder.path, `${format}.tar`)];
    writeLayout(layout, python(), "1.0");
    const args = ["--insecure-policy", "copy", "--quiet", `oci:${layout}:1.0`, `${format}:${path}:${name}`];
    execFileSync(skopeo ?? "", args);
    expect(await acquiredTar(path)).toMatchObject({ imageId: idOf(python()), notes: [] });
  });

  const layoutIn = (image: Image) => entriesOf(modernDocker(image, "gzip")).slice(0, -1);

  it("that is an OCI layout is bound to its image, also without a manifest.json, packed or not", async () => {
    for (const image of [python(), repeated(), scratch()]) {
      const bytes = tar(layoutIn(image));
      for (const each of [bytes, gzipSync(bytes)])
        expect(await check(each)).toMatchObject({
          imageId: idOf(image),
          notes: [],
          digest: expect.stringMatching(/^sha256:/),
        });
    }
  });

  it("that is an OCI layout of several platforms has the image of the platform that is asked for", async () => {
    const multi = multiArchitecture();
    const blobs = [...multi.blobs].map(([digest, data]) => ({ path: `blobs/sha256/${digest.slice(7)}`, data }));
    const index = { path: "index.json", data: json({ schemaVersion: 2, manifests: [multi.descriptor] }) };
    const path = write(tar([...blobs, index]));
    for (const [platform, image] of [
      ["linux/amd64", debian12()],
      ["linux/arm64", arm64()],
    ] as const)
      expect(await acquiredTar(path, platform)).toMatchObject({
        imageId: idOf(image),
        digest: image.descriptor.digest,
      });
    await expect(acquiredTar(path)).rejects.toMatchObject({ code: "image-ambiguous" });
    await expect(acquiredTar(path, "linux/s390x")).rejects.toMatchObject({ code: "platform-mismatch" });
  });

  it("that was unpacked and packed again by tar is bound to its image", async () => {
    const [from, to] = [join(folder.path, "unpacked"), join(folder.path, "again.tar.gz")];
    mkdirSync(from);
    execFileSync("tar", ["-xf", write(tar(entriesOf(classicDocker(repeated())))), "-C", from]);
    for (const format of ["gnu", "pax", "ustar"])
      for (const members of ["*", "."]) {
        execFileSync("sh", ["-c", `cd ${from} && tar --format=${format} -czf ${to} ${members}`]);
        expect((await acquiredTar(to)).imageId).toBe(idOf(repeated()));
      }
  });
});

describe("a tar", () => {
  it.each(Object.keys(TARS))("%s is refused", async (name) => {
    await expect(check(TARS[name]?.() ?? Buffer.alloc(0))).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  // Proves: tar-one-image
  it("whose manifest.json names other layers than its index.json is refused, although they unpack to the same", async () => {
    const [plain, packed] = [classicDocker(debian12()), modernDocker(debian12(), "gzip")];
    const members = [...packed.others, ...packed.layers, packed.config, ...plain.layers, plain.config, plain.manifest];
    await expect(check(tar(members))).rejects.toMatchObject({
      code: "image-inconsistent",
      message: "its manifest.json and its index.json name different layers",
    });
  });

  const { layers, config, manifest } = classicDocker(clean());
  const [layer] = layers as [TarEntry];
  // Proves: tar-one-image
  it.each<[string, readonly TarEntry[]]>([
    ["is a link that leads out of it", [{ path: layer.path, link: "../../etc/passwd" }]],
    ["is a link to an absolute path", [{ path: layer.path, link: "/etc/passwd" }]],
    ["is a link to itself", [{ path: layer.path, link: "layer.tar" }]],
    ["is a device", [{ path: layer.path, type: "3" }]],
    ["is alongside what leads out of the archive", [{ path: "../x", data: "x" }, layer]],
  ])("whose layer %s is refused", async (_, members) => {
    await expect(check(tar([...members, config, manifest]))).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  it("that is cut off anywhere is damaged, or still has all", async () => {
    const bytes = tar(entriesOf(classicDocker(clean())));
    const answers: (string | undefined)[] = [];
    for (const [whole, step] of [
      [bytes, 700],
      [gzipSync(bytes), 70],
    ] as const)
      for (let cut = 0; cut < whole.length; cut += step)
        answers.push(
          await check(whole.subarray(0, cut)).then(
            ({ imageId }) => imageId,
            () => undefined,
          ),
        );
    expect(new Set(answers)).toEqual(new Set([undefined]));
    // Its end is only zeros, which may be missing.
    for (const cut of [512, 1024]) expect((await check(bytes.subarray(0, -cut))).imageId).toBe(idOf(clean()));
  });

  describe("that is packed", () => {
    const archive = dockerArchive(clean(), []);

    /** The code and message of its error, and what is left of it in its folder. */
    async function failureOf(content: Buffer, { place = folder.path, most }: { place?: string; most?: number } = {}) {
      const { signal } = new AbortController();
      const finding = findInTar(write(gzipSync(content)), { scratch: join(place, "unpacked.tar"), signal, most });
      const { code, message } = await finding.then(
        () => ({ code: "", message: "" }),
        (thrown: unknown) => imageError(thrown, "app", 1),
      );
      return { code, message, left: readdirSync(place).filter((name) => name === "unpacked.tar") };
    }

    it("with more bytes than are read is an error that names the bound, and leaves nothing", async () => {
      const bound = archive.length - 1;
      const message = expect.stringContaining(`more than ${bound} bytes`);
      expect(await failureOf(archive, { most: bound })).toEqual({ code: "image-too-large", message, left: [] });
      expect(await failureOf(archive, { most: archive.length })).toMatchObject({ code: "", left: ["unpacked.tar"] });
    });

    it("that fills the disk is its own error and leaves nothing; zeros take no space", async ({ skip }) => {
      const place = join(folder.path, "small");
      mkdirSync(place);
      skip(
        spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", place]).status !== 0,
        "this user may not mount",
      );
      try {
        const full = await failureOf(Buffer.alloc(16 << 20, "x"), { place });
        expect(full).toMatchObject({ code: "disk-full", left: [] });
        const zeros = tar([{ path: "zeros", data: Buffer.alloc(64 << 20) }]);
        expect(await failureOf(zeros, { place })).toMatchObject({ code: "image-unreadable" });
      } finally {
        spawnSync("umount", [place]);
      }
    });
  });
});

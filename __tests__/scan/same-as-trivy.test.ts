import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import type { Target } from "../../src/domain/target.ts";
import { sanitize } from "../../src/scanners/trivy/report/sanitize.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import * as images from "../support/images/images.ts";
import { type Image, writeLayout } from "../support/images/oci.ts";
import { type Registry, startRegistry } from "../support/registry/registry.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../support/runs/scans.ts";

// Trivy finds the same in the verified bytes of an image as by itself in the registry.

const folder = temporaryFolder("same-as-trivy");
let registry: Registry;
let bed: TrivyBed;
const cache = join(folder.path, "cache");
beforeAll(async () => {
  registry = await startRegistry();
  bed = await trivyBed(cache);
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

/** The same image with packed layers. */
function packed(image: Image, pack: (layer: Buffer) => Buffer, mediaType: string): Image {
  const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const manifest = JSON.parse(image.blobs.get(image.descriptor.digest)?.toString() ?? "");
  const layers = image.layers.map((layer) => pack(layer));
  manifest.layers = layers.map((bytes) => ({ mediaType, digest: digestOf(bytes), size: bytes.length }));
  const bytes = Buffer.from(JSON.stringify(manifest));
  const blobs = new Map([...image.blobs, ...[...layers, bytes].map((blob) => [digestOf(blob), blob] as const)]);
  return { ...image, blobs, descriptor: { ...image.descriptor, digest: digestOf(bytes), size: bytes.length } };
}

const LAYER = "application/vnd.oci.image.layer.v1.tar";
const HONEST: Readonly<Record<string, () => Image>> = {
  Debian: images.debian12,
  "a clean Debian": images.clean,
  Alpine: images.alpine,
  "Python with its jar": images.python,
  Node: images.node,
  distroless: images.distroless,
  "an old Debian": images.endOfLife,
  "nothing at all": images.scratch,
  "what is hostile": images.hostile,
  "2,000 packages": images.big,
};

const remote = (name: string, reference: string) => bare(name, "--image-src=remote", ["--", reference]);

/** A report without what differs between two runs. */
function comparable(text: string): unknown {
  return JSON.parse(text, (key, value) => (["ReportID", "CreatedAt", "Reference"].includes(key) ? undefined : value));
}

/** @param where flags that say where Trivy finds it @param given Trivy's other arguments */
async function bare(name: string, where: string, given: readonly string[]): Promise<unknown> {
  const output = join(folder.path, `${name}.bare.json`);
  // Separate: Trivy's cache would answer with the digests of the layer's first packing.
  const own = join(folder.path, `${name}.cache`);
  mkdirSync(own);
  for (const part of ["db", "java-db"]) symlinkSync(join(cache, part), join(own, part));
  const flags = ["--skip-db-update", "--skip-java-db-update", "--offline-scan", "--list-all-pkgs", "--scanners=vuln"];
  const more = ["--skip-version-check", "--disable-telemetry", "--quiet", `--cache-dir=${own}`, where];
  const args = ["image", "--format=json", `--output=${output}`, ...flags, ...more, ...given];
  const { code, stderr } = await finish(bed.trivy.path, args, {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? "" },
  });
  expect(code, stderr).toBe(0);
  const report = comparable(readFileSync(output, "utf8"));
  sanitize(report);
  return JSON.parse(JSON.stringify(report));
}

let count = 0;
async function ours(reference: string): Promise<unknown> {
  const reportFile = join(folder.path, `${++count}.json`);
  const target: Target = { kind: "image", input: reference, label: reference };
  await bed.scan(target, testWorld(folder.path), { imageSource: ["remote"], reportFile });
  return comparable(readFileSync(reportFile, "utf8"));
}

const COMPRESSED: readonly [string, (image: Image) => Image][] = [
  ["packed by gzip", (image) => packed(image, (layer) => gzipSync(layer), `${LAYER}+gzip`)],
  ["packed by zstd", (image) => packed(image, (layer) => zstdCompressSync(layer), `${LAYER}+zstd`)],
];

it.each<[string, string, () => Image]>([
  ...Object.entries(HONEST).map(([name, make]): [string, string, () => Image] => [name, "as it is", make]),
  // Each has several layers, and packages of several kinds.
  ...["Python with its jar", "what is hostile"].flatMap((name) =>
    COMPRESSED.map(([how, change]): [string, string, () => Image] => [
      name,
      how,
      () => change(HONEST[name]?.() ?? images.scratch()),
    ]),
  ),
])(
  "an image of a registry with %s, %s, has the report that Trivy itself would write, field by field",
  async (name, how, make) => {
    const repository = `${name} ${how}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    registry.add(repository, "1.0", make());
    const reference = `${registry.host}/${repository}:1.0`;
    expect(await ours(reference)).toEqual(await remote(repository, reference));
  },
);

describe("the names of an image", () => {
  const { digest } = images.debian12().descriptor;
  it.each([
    ["without a tag", "", "latest"],
    ["by a digest", `@${digest}`, "1.0"],
    ["by a tag and a digest", `:1.0@${digest}`, "1.0"],
  ])("are what Trivy itself would write: in a registry, %s", async (how, suffix, tag) => {
    const repository = `ids-${how.replaceAll(" ", "-")}/app.gz`;
    registry.add(repository, tag, images.debian12());
    const reference = `${registry.host}/${repository}${suffix}`;
    expect(await ours(reference)).toEqual(await remote(how, reference));
  });

  it.each<[string, readonly string[]]>([
    ["without a name", []],
    ["of one name", ["example.test/app:1.0"]],
    ["of Docker Hub", ["app:1.0", "example.test/app:1.0"]],
    ["of a name that is none", ["<none>:<none>", "UPPER:1", "example.test:5000/a/b:2"]],
  ])("are what Trivy itself would write: of a tar %s", async (how, tags) => {
    const path = join(folder.path, `${how}.tar`);
    images.saveImage(path, images.debian12(), tags);
    expect(await ours(path)).toEqual(await bare(how, `--input=${path}`, []));
  });

  it("are what Trivy itself would write: of an OCI layout", async () => {
    const path = join(folder.path, "a-layout");
    writeLayout(path, images.debian12(), "1.0");
    expect(await ours(path)).toEqual(await bare("layout", `--input=${path}`, []));
  });
});

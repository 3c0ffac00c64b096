import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Artifact, digestOf, type Image } from "./oci.ts";
import { type TarEntry, tar } from "./tar.ts";

// An image in the tars of common tools.

export const hex = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** The members that matter, by their roles. */
export interface Archive {
  readonly config: TarEntry;
  readonly layers: readonly TarEntry[];
  readonly manifest: TarEntry;
  /** All other entries of such a tar. */
  readonly others: readonly TarEntry[];
}

export const entriesOf = ({ config, layers, manifest, others }: Archive): TarEntry[] => [
  ...others,
  ...layers,
  config,
  manifest,
];

function archive(config: TarEntry, layers: readonly TarEntry[], others: readonly TarEntry[] = []): Archive {
  const RepoTags = ["example.test/app:1.0"];
  const list = [{ Config: config.path, RepoTags, Layers: layers.map(({ path }) => path) }];
  // A layer that occurs twice is written once.
  const once = [...new Map(layers.map((layer) => [layer.path, layer])).values()];
  return { config, layers: once, manifest: { path: "manifest.json", data: json(list) }, others };
}

/** Docker before 25. A layer that the image has twice is a link the second time. */
export function classicDocker({ config, layers }: Image): Archive {
  const name = hex(config);
  const first = new Map<string, string>();
  const members = layers.map((data, index): TarEntry => {
    const id = hex(Buffer.from(`${index} ${hex(data)}`));
    const known = first.get(hex(data));
    if (known !== undefined) return { path: `${id}/layer.tar`, link: `../${known}/layer.tar` };
    first.set(hex(data), id);
    return { path: `${id}/layer.tar`, data };
  });
  const folders = members.flatMap(({ path }) => [
    { path: path.replace("layer.tar", "") },
    { path: path.replace("layer.tar", "VERSION"), data: "1.0" },
    { path: path.replace("layer.tar", "json"), data: "{}" },
  ]);
  return archive({ path: `${name}.json`, data: config }, members, [...folders, { path: "repositories", data: "{}" }]);
}

export type Packing = "plain" | "gzip" | "zstd";
const PACK = {
  plain: { pack: (data: Buffer) => data, suffix: "" },
  gzip: { pack: (data: Buffer) => gzipSync(data, { level: 1 }), suffix: "+gzip" },
  zstd: { pack: (data: Buffer) => zstdCompressSync(data), suffix: "+zstd" },
};

/** Docker 25 and newer, and buildx with `type=docker`: an OCI layout with a manifest.json. */
export function modernDocker({ config, layers }: Image, packing: Packing = "plain"): Archive {
  const { pack, suffix } = PACK[packing];
  const blob = (data: Buffer): TarEntry => ({ path: `blobs/sha256/${hex(data)}`, data });
  const describe = (mediaType: string, data: Buffer) => ({
    mediaType,
    digest: `sha256:${hex(data)}`,
    size: data.length,
  });
  const packed = layers.map(pack);
  const manifest = json({
    schemaVersion: 2,
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: packed.map((data) => describe(`application/vnd.oci.image.layer.v1.tar${suffix}`, data)),
  });
  const entry = describe("application/vnd.oci.image.manifest.v1+json", manifest);
  return archive(blob(config), packed.map(blob), [
    { path: "blobs/" },
    { path: "blobs/sha256/" },
    blob(manifest),
    { path: "index.json", data: json({ schemaVersion: 2, manifests: [entry] }) },
    { path: "oci-layout", data: json({ imageLayoutVersion: "1.0.0" }) },
  ]);
}

/** Podman and skopeo: layers named by their digests, and links for older readers. */
export function podman({ config, layers }: Image): Archive {
  const members = layers.map((data): TarEntry => ({ path: `${hex(data)}.tar`, data }));
  const legacy = [...new Set(members.map(({ path }) => path))].flatMap((path) => {
    const id = hex(Buffer.from(path));
    return [
      { path: `${id}/layer.tar`, link: `../${path}` },
      { path: `${id}/VERSION`, data: "1.0" },
    ];
  });
  return archive({ path: `${hex(config)}.json`, data: config }, members, legacy);
}

const gzipped = (layers: readonly Buffer[], name: (digest: string) => string) =>
  layers.map((data) => gzipSync(data, { level: 1 })).map((data): TarEntry => ({ path: name(hex(data)), data }));

/** crane, ko and kaniko: go-containerregistry's own writer. */
export function crane({ config, layers }: Image): Archive {
  return archive(
    { path: `sha256:${hex(config)}`, data: config },
    gzipped(layers, (digest) => `${digest}.tar.gz`),
  );
}

/** Jib, whose configuration has no digest in its name. */
export function jib({ config, layers }: Image): Archive {
  return archive(
    { path: "config.json", data: config },
    gzipped(layers, (digest) => `${digest}.tar.gz`),
  );
}

/** rules_oci: packed blobs with an ending. */
export function bazel({ config, layers }: Image): Archive {
  return archive(
    { path: `blobs/sha256/${hex(config)}`, data: config },
    gzipped(layers, (digest) => `blobs/sha256/${digest}.tar.gz`),
  );
}

/** containerd's export: the image's own blobs. The top of its index.json is the last of the documents, or the image. */
export function containerd(image: Image, documents: readonly Artifact[] = []): Buffer {
  const path = (digest: string) => `blobs/sha256/${digest.slice(7)}`;
  const blobs = new Map([...documents, image].flatMap((each) => [...each.blobs]));
  const { layers } = JSON.parse(String(image.blobs.get(image.descriptor.digest)));
  const Layers = layers.map(({ digest }: { digest: string }) => path(digest));
  const { descriptor } = documents.at(-1) ?? image;
  return tar([
    ...[...blobs].map(([digest, data]) => ({ path: path(digest), data })),
    { path: "oci-layout", data: json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", data: json({ schemaVersion: 2, manifests: [descriptor] }) },
    { path: "manifest.json", data: json([{ Config: path(digestOf(image.config)), RepoTags: null, Layers }]) },
  ]);
}

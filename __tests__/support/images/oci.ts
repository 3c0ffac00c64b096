import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type TarEntry, tar } from "./tar.ts";

/** One instruction of a Dockerfile as in the image's history. Without files, it makes no layer. */
export interface Step {
  /** `created_by` of the history. */
  readonly createdBy: string;
  readonly files?: readonly TarEntry[];
  /** `comment` of the history; BuildKit writes `buildkit.dockerfile.v0`. */
  readonly comment?: string;
  /** Of its layer's descriptor. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The media type in its layer's descriptor; by default a tar in gzip. */
  readonly mediaType?: string;
  /** Instead of files: a packed layer and its tar. */
  readonly packed?: { readonly tar: Buffer; readonly blob: Buffer };
}

export interface ImageOptions {
  readonly architecture?: string;
  readonly variant?: string;
  readonly created?: string;
  /** The `config` member of the image's configuration: Env, Cmd, Labels, … */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Omits the history, as some builders do. */
  readonly withoutHistory?: boolean;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture: string; readonly os: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The content of a tag in a registry: an image, an index or an artifact. */
export interface Artifact {
  readonly descriptor: Descriptor;
  /** Digest to bytes, the manifest included. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

export interface Image extends Artifact {
  /** The image's configuration as bytes; its digest is the image's id. */
  readonly config: Buffer;
  /** The layers unpacked, oldest first. */
  readonly layers: readonly Buffer[];
}

const OCI = "application/vnd.oci.image";

/** `sha256:` and the digest in hexadecimal. */
export const digestOf = (bytes: Buffer | string): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A map of blobs, and `put`, which adds one and describes it. */
function blobStore() {
  const blobs = new Map<string, Buffer>();
  const put = (bytes: Buffer, mediaType: string, extra: Partial<Descriptor> = {}): Descriptor => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length, ...extra };
  };
  return { blobs, put };
}

/** An image made of the given steps, oldest first; the same steps give the same digest. */
export function buildImage(steps: readonly Step[], options: ImageOptions = {}): Image {
  const { architecture = "amd64", variant, created = "2026-01-02T03:04:05Z", config = {} } = options;
  const platform = { architecture, os: "linux", ...(variant && { variant }) };
  const { blobs, put } = blobStore();
  const own = steps.flatMap(({ files, packed, annotations, mediaType = `${OCI}.layer.v1.tar+gzip` }) => {
    const made = packed ?? (files && { tar: tar(files) });
    return made === undefined ? [] : [{ ...made, mediaType, about: annotations && { annotations } }];
  });
  const layers = own.map((each) => each.tar);
  const history = steps.map(({ createdBy, comment, files, packed }) => ({
    created,
    created_by: createdBy,
    ...(comment && { comment }),
    ...(!files && !packed && { empty_layer: true }),
  }));
  const imageConfig = json({
    ...platform,
    created,
    config,
    rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
    ...(!options.withoutHistory && { history }),
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: put(imageConfig, `${OCI}.config.v1+json`),
    layers: own.map((each) =>
      put("blob" in each ? each.blob : gzipSync(each.tar, { level: 1 }), each.mediaType, each.about),
    ),
    ...(options.annotations && { annotations: options.annotations }),
  });
  const descriptor = put(manifest, `${OCI}.manifest.v1+json`, { platform });
  return { descriptor, blobs, config: imageConfig, layers };
}

/**
 * One index over several images: what a multi-architecture tag points at.
 * @param entries further descriptors in it, such as an attestation's
 */
export function buildIndex(images: readonly Image[], entries: readonly Descriptor[] = []): Artifact {
  const { blobs, put } = blobStore();
  for (const image of images) for (const [digest, bytes] of image.blobs) blobs.set(digest, bytes);
  const mediaType = `${OCI}.index.v1+json`;
  const index = json({
    schemaVersion: 2,
    mediaType,
    manifests: [...images.map((image) => image.descriptor), ...entries],
  });
  return { descriptor: put(index, mediaType), blobs };
}

export interface ArtifactContent {
  /** The files of the layer, or the complete layer as a packed tar. */
  readonly files: readonly TarEntry[] | Buffer;
  readonly layerType: string;
  /** File name of the layer, such as `db.tar.gz`. */
  readonly title: string;
}

/** An artifact of one layer, as Trivy's databases are published. */
export function buildArtifact({ files, layerType, title }: ArtifactContent): Artifact {
  const { blobs, put } = blobStore();
  const mediaType = `${OCI}.manifest.v1+json`;
  const annotations = { "org.opencontainers.image.title": title };
  const manifest = json({
    schemaVersion: 2,
    mediaType,
    config: put(json({}), "application/vnd.aquasec.trivy.config.v1+json"),
    layers: [put(Buffer.isBuffer(files) ? files : gzipSync(tar(files), { level: 1 }), layerType, { annotations })],
  });
  return { descriptor: put(manifest, mediaType), blobs };
}

/** The tar that `docker save` writes: `manifest.json`, the configuration, the layers unpacked. */
export function dockerArchive(image: Image, repoTags: readonly string[]): Buffer {
  const config = `${digestOf(image.config).slice(7)}.json`;
  const layers = image.layers.map((data) => ({ path: `${digestOf(data).slice(7)}/layer.tar`, data }));
  return tar([
    { path: config, data: image.config },
    ...layers,
    {
      path: "manifest.json",
      data: json([{ Config: config, RepoTags: repoTags, Layers: layers.map(({ path }) => path) }]),
    },
  ]);
}

/** Writes an OCI layout folder, which `trivy image --input` takes as `FOLDER` or `FOLDER:TAG`. */
export function writeLayout(folder: string, artifact: Artifact, tag?: string): void {
  const annotations = tag === undefined ? undefined : { "org.opencontainers.image.ref.name": tag };
  const index = {
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: [{ ...artifact.descriptor, annotations }],
  };
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  writeFileSync(join(folder, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(folder, "index.json"), json(index));
  for (const [digest, bytes] of artifact.blobs) writeFileSync(join(folder, "blobs", "sha256", digest.slice(7)), bytes);
}

import { closeSync, createReadStream, fstatSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { isObject } from "../../domain/json/is-object.ts";
import type { ImageIndex } from "../../domain/target.ts";
import { tryOr } from "../../system/errors.ts";
import { openUnlinked } from "../../system/given-files.ts";
import { quoted } from "../../system/tar/problem.ts";
import { damaged, ImageFault, imageChanged, inconsistent, tooLarge } from "../fault.ts";
import { type SavedFile, type SavedFiles, savedFiles } from "../file/saved-files.ts";
import { SparseFile } from "../layers/output/sparse-file.ts";
import { LAYER_LIMITS } from "../layers/read-layer.ts";
import { type Compression, compressionOf, MAGIC } from "../layers/unpack.ts";
import { readConfig, readIndex } from "../oci/documents.ts";
import { tableClaims } from "../oci/layer-kinds.ts";
import { parseStrictJson } from "../oci/strict-json.ts";
import { imagesOf, resolveImage, type Wanted } from "../resolve.ts";
import type { FoundImage, LayerSource, ResolvedImage, Source } from "../source.ts";
import { WatchedFiles } from "./changes.ts";

/** A tar of `docker save` names its image itself. */
export interface TarOptions extends Pick<Wanted, "platform" | "digest"> {
  /** A path that does not exist yet, for the content of a compressed tar. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /** Maximum number of bytes of its content; the default is a layer's. */
  readonly most?: number | undefined;
}

/**
 * The image in a tar, which may be gzipped: of `docker save`, or an OCI layout, or both at once. Then both must have
 * the same configuration and layers, since engines use the one or the other.
 * @param path absolute
 * @throws ImageFault
 */
export async function findInTar(path: string, options: TarOptions): Promise<FoundImage & ResolvedImage> {
  const watched = new WatchedFiles();
  watched.add(path);
  try {
    const image = await imageIn(path, options);
    return { ...image, hasChanged: () => watched.hasChanged() };
  } catch (thrown) {
    throw watched.hasChanged() ? imageChanged() : thrown;
  }
}

/**
 * All images of an OCI layout in a tar, see {@link imagesOf}. A manifest.json names one image.
 * @throws ImageFault
 */
export async function imagesInTar(path: string, options: TarOptions): Promise<ImageIndex | undefined> {
  using cleanup = new DisposableStack();
  const { files, file } = await openTar(path, options, cleanup);
  const index = files.get("index.json", "index.json");
  const isOne = index === undefined || files.get("manifest.json", "manifest.json") !== undefined;
  return isOne ? undefined : await imagesOf(layoutIn(files, index, file));
}

/**
 * The tags that the manifest.json of a tar names, whatever other files the tar has.
 * @throws ImageFault
 */
export async function tagsInTar(path: string, options: TarOptions): Promise<string[]> {
  using cleanup = new DisposableStack();
  const { files } = await openTar(path, options, cleanup);
  const list = files.get("manifest.json", "manifest.json");
  const images = list && parseStrictJson(files.read(list, "manifest.json"), "its manifest.json");
  if (!Array.isArray(images)) return [];
  return images.flatMap((image) => (isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []));
}

/** The members of a tar, and the file that has it unpacked. */
async function openTar(path: string, options: TarOptions, cleanup: DisposableStack) {
  const isPacked = compressionAt(path) === "gzip";
  if (isPacked) await unpack(path, options);
  const file = isPacked ? options.scratch : path;
  if (compressionAt(file) !== "none") throw unreadable("it is packed twice");
  return { file, files: savedFiles(cleanup.adopt(openPlain(file), closeSync)) };
}

async function imageIn(path: string, options: TarOptions): Promise<FoundImage & ResolvedImage> {
  using cleanup = new DisposableStack();
  const { files, file } = await openTar(path, options, cleanup);
  const saved = savedImage(files);
  const index = files.get("index.json", "index.json");
  const own = { repoDigests: [], place: "archive" } as const;
  if (index === undefined) {
    if (saved === undefined) throw unreadable("it has neither a manifest.json nor an index.json");
    const { config, repoTags } = saved;
    const layers = saved.layers.map(({ offset, size }) => ({ bytes: { file, offset, length: size } }));
    return { config, layers, documents: [], annotations: [], notes: [], repoTags, ...own };
  }
  const { imageId: configuration } = saved ?? {};
  const { platform, digest } = options;
  const image = await resolveImage(layoutIn(files, index, file), { platform, digest, configuration });
  if (saved === undefined) return { ...image, repoTags: image.tag === undefined ? [] : [image.tag], ...own };
  requireSameLayers(saved.layers, image.layers);
  // An engine packs layers again when it saves an image, so no registry has this digest.
  return { ...image, digest: undefined, index: undefined, repoTags: saved.repoTags, ...own };
}

/** A layout that is packed in a tar. */
function layoutIn(files: SavedFiles, index: SavedFile, file: string): Source {
  const blobOf = (digest: string) => files.get(`blobs/${digest.replace(":", "/")}`, `blob ${digest}`);
  return {
    top: async () => readIndex(files.read(index, "index.json"), { what: "its index.json" }).manifests,
    bytes: async ({ digest }) => {
      const blob = blobOf(digest);
      return blob && files.read(blob, `blob ${digest}`);
    },
    layer: (of) => {
      const blob = blobOf(of.digest);
      if (blob === undefined) throw damaged(`its blob ${of.digest} is missing`);
      const bytes = { file, offset: blob.offset, length: blob.size };
      return { digest: of.digest, size: of.size, tables: tableClaims(of), bytes };
    },
  };
}

function requireSameLayers(saved: readonly SavedFile[], layers: readonly LayerSource[]): void {
  const offsets = layers.map(({ bytes }) => ("offset" in bytes ? bytes.offset : undefined));
  if (saved.length !== layers.length || saved.some(({ offset }, at) => offset !== offsets[at]))
    throw inconsistent("its manifest.json and its index.json name different layers");
}

/** Codes of a path that was a file when the target was located, and no longer is. */
const GONE: ReadonlySet<string | undefined> = new Set(["ELOOP", "ENOENT", "ENOTDIR", "ENXIO"]);

function openPlain(path: string): number {
  try {
    const descriptor = openUnlinked(path);
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw GONE.has((error as NodeJS.ErrnoException).code) ? imageChanged() : error;
  }
  throw inconsistent("it is not a plain file");
}

/** @throws ImageFault `image-unreadable` if its first bytes are neither a tar's nor a gzip's */
function compressionAt(path: string): Compression {
  using cleanup = new DisposableStack();
  const bytes = Buffer.alloc(MAGIC);
  const start = bytes.subarray(0, readSync(cleanup.adopt(openPlain(path), closeSync), bytes, 0, MAGIC, 0));
  if (start.length === 0) throw unreadable("it is empty");
  const compression = tryOr(() => compressionOf(start), "zstd");
  if (compression === "zstd") throw unreadable("it does not begin like a tar");
  return compression;
}

function unreadable(why: string): ImageFault {
  return new ImageFault("image-unreadable", why, {
    says: "was not scanned: it is neither a `docker save` tar nor an OCI layout (%)",
    remedy:
      "Make the tar with `docker save`, `podman save`, skopeo or buildx (`type=docker,dest=…`, `type=oci,dest=…`), or name an OCI layout folder.",
  });
}

/** Zeros take no space. Other content fills at most the disk, which is a separate error; the caller removes it. */
async function unpack(path: string, { scratch, signal, most = LAYER_LIMITS.unpackedBytes }: TarOptions): Promise<void> {
  const packed = createReadStream("", { fd: openPlain(path), highWaterMark: 1 << 20 });
  const output = new SparseFile(scratch);
  let size = 0;
  const write = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > most) throw tooLarge(`it has more than ${most} bytes when it is unpacked`);
      output.write(piece);
    }
  };
  try {
    await pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), write, { signal });
    output.finish();
  } catch (error) {
    output.discard();
    throw error;
  }
}

const any = z.unknown();
/** An entry of manifest.json, as Docker and the scanner declare it. */
const ENTRY = z.object({ Config: any, Layers: any, RepoTags: any, LayerSources: any, Parent: any });

/** The image that manifest.json names. Undefined: there is no manifest.json. */
function savedImage(files: SavedFiles) {
  const list = files.get("manifest.json", "manifest.json");
  if (list === undefined) return undefined;
  const images = parseStrictJson(files.read(list, "manifest.json"), "its manifest.json", z.array(ENTRY));
  if (!Array.isArray(images)) throw inconsistent("its manifest.json is not a list");
  if (images.length > 1) throw severalImages(images.length);
  const [image] = images;
  if (!isObject(image) || typeof image.Config !== "string")
    throw damaged("its manifest.json names no image and configuration");
  const { Config: name } = image;
  const file = files.get(name, "configuration");
  if (file === undefined) throw damaged(`it has no configuration ${quoted(name)}`);
  const config = files.read(file, "configuration");
  const { imageId } = readConfig(config);
  requireName(name, imageId);
  const layers = stringsOf(image.Layers, "Layers in its manifest.json").map((each) => files.linked(each, "layer"));
  return { config, imageId, layers, repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json") };
}

function severalImages(count: number): ImageFault {
  return new ImageFault("image-ambiguous", `it contains ${count} images, and a line cannot choose one of them`, {
    remedy:
      "Save each image to its own tar (`docker save --output=app.tar IMAGE`, one name each), and name them one a line.",
  });
}

/** A configuration's name mostly contains its digest: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`. */
function requireName(config: string, imageId: string): void {
  const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  if (named !== undefined && `sha256:${named}` !== imageId)
    throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}

function stringsOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw inconsistent(`${what} is not a list of texts`);
}

import { closeSync, createReadStream, fstatSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { isObject } from "../../domain/json/is-object.ts";
import { openUnlinked } from "../../system/given-files.ts";
import { quoted } from "../../system/tar/problem.ts";
import { damaged, ImageProblem, inconsistent } from "../file/bytes.ts";
import { type SavedFiles, savedFiles } from "../file/saved-files.ts";
import { SparseFile } from "../layers/output/sparse-file.ts";
import type { LayerReader } from "../layers/pool.ts";
import { LAYER_LIMITS } from "../layers/read-layer.ts";
import { readConfig } from "../oci/documents.ts";
import { parseStrictJson } from "../oci/strict-json.ts";
import { SeveralInFile, SourceChanged, UnreadableFile } from "./failures.ts";
import type { FoundImage } from "./image.ts";
import { requireSameImage, sourceOf } from "./second-index.ts";
import { watchFiles } from "./unchanged.ts";

interface Options {
  /** A path that does not exist yet, for the content of a compressed tar. */
  readonly scratch: string;
  readonly reader: LayerReader;
  readonly signal: AbortSignal;
  /** Most bytes of its content; as of a layer. */
  readonly most?: number | undefined;
}

/**
 * The image in a `docker save` tar, which may be gzipped. Its documents are read and compared here. It must hold one
 * image, the configuration must have the digest of its name, and an OCI index must lead to the same image.
 * @param path absolute
 * @throws ImageProblem; SourceChanged if it cannot be read because somebody writes to it
 */
export async function findInArchive(path: string, options: Options): Promise<FoundImage> {
  const { hasChanged } = watchFiles([path]);
  try {
    return { ...(await imageIn(path, options)), hasChanged };
  } catch (thrown) {
    throw hasChanged() ? new SourceChanged() : thrown;
  }
}

async function imageIn(path: string, options: Options): Promise<FoundImage> {
  const { scratch, reader, signal } = options;
  const isPacked = isGzip(path);
  if (isPacked) await unpack(path, options);
  const file = isPacked ? scratch : path;
  requireTar(file);
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openPlain(file), closeSync);
  const files = await savedFiles(descriptor);
  const { config, layers, repoTags } = describedImage(files);
  const text = files.textOf(config, "configuration");
  const facts = readConfig(text);
  requireName(config, facts.imageId);
  const sources = layers.map((name) => sourceOf(file, files.fileAt(name, "layer")));
  const notes = await requireSameImage({ files, file, sources, reader, signal }, facts);
  return {
    config: text,
    layers: sources,
    annotations: [],
    repoTags,
    repoDigests: [],
    place: "archive",
    notes,
  };
}

const any = z.unknown();
/** An entry of manifest.json, as Docker and the scanner declare it. */
const ENTRY = z.object({ Config: any, Layers: any, RepoTags: any, LayerSources: any, Parent: any });

/**
 * The tags that a manifest.json names.
 * @throws ImageProblem
 */
export function savedTagsIn(manifest: Buffer): string[] {
  const images = parseStrictJson(manifest, "its manifest.json");
  if (!Array.isArray(images)) return [];
  return images.flatMap((image) => (isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []));
}

function openPlain(path: string): number {
  const descriptor = openLocated(path);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw inconsistent("it is no plain file");
}

/** Codes of a path that was a file when the target was located, and no longer is. */
const GONE: ReadonlySet<string | undefined> = new Set(["ELOOP", "ENOENT", "ENOTDIR", "ENXIO"]);

function openLocated(path: string): number {
  try {
    return openUnlinked(path);
  } catch (error) {
    throw GONE.has((error as NodeJS.ErrnoException).code) ? new SourceChanged() : error;
  }
}

function isGzip(path: string): boolean {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openPlain(path), closeSync);
  const magic = Buffer.alloc(2);
  readSync(descriptor, magic, 0, 2, 0);
  return magic.readUInt16BE() === 0x1f8b;
}

/** @throws UnreadableFile if its first bytes are not header of a tar */
function requireTar(path: string): void {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openPlain(path), closeSync);
  const block = Buffer.alloc(BLOCK);
  const count = readSync(descriptor, block, 0, BLOCK, 0);
  if (count === 0) throw new UnreadableFile("it is empty");
  const [, written] = /^[ \0]*([0-7]+)[ \0]*$/.exec(block.toString("latin1", SUM_START, SUM_END)) ?? [];
  // The checksum counts its own field as spaces (POSIX.1-2017, ustar).
  const sum = block.reduce((total, byte, at) => total + (at >= SUM_START && at < SUM_END ? 0x20 : byte), 0);
  if (count < BLOCK || written === undefined || Number.parseInt(written, 8) !== sum)
    throw new UnreadableFile("it does not begin like a tar");
}

const BLOCK = 512;
const SUM_START = 148;
const SUM_END = 156;

/** Zeros take no space. What does fills at most the disk, which then is an error of its own; the caller removes it. */
async function unpack(path: string, { scratch, signal, most = LAYER_LIMITS.unpackedBytes }: Options): Promise<void> {
  const packed = createReadStream("", { fd: openPlain(path), highWaterMark: 1 << 20 });
  const output = new SparseFile(scratch);
  let size = 0;
  const write = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > most) throw new ImageProblem("image-too-large", `it has more than ${most} bytes when it is unpacked`);
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

function describedImage(files: SavedFiles): { config: string; layers: string[]; repoTags: string[] } {
  if (files.get("manifest.json") === undefined) throw new UnreadableFile("it has no manifest.json");
  const list = parseStrictJson(files.textOf("manifest.json", "manifest.json"), "its manifest.json", z.array(ENTRY));
  if (!Array.isArray(list)) throw inconsistent("its manifest.json is no list");
  if (list.length > 1) throw new SeveralInFile(`it holds ${list.length} images`);
  const [image] = list;
  if (!isObject(image)) throw damaged("its manifest.json names no image");
  if (typeof image.Config !== "string") throw damaged("its manifest.json names no configuration");
  return {
    config: image.Config,
    layers: stringsOf(image.Layers, "Layers in its manifest.json"),
    repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json"),
  };
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
  throw inconsistent(`${what} is no list of texts`);
}

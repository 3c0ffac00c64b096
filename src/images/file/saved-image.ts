import { closeSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { readConfig } from "../oci/documents.ts";
import { type Fields, isObject, MAX_DOCUMENT, parseStrictJson, requireSpelling } from "../oci/strict-json.ts";
import { type Bytes, bytesOfFile, bytesOfStream, damaged, inconsistent, quoted } from "./bytes.ts";
import { digestsOf } from "./content.ts";
import { requireDigest, requireLayers, stringsOf } from "./documents.ts";
import { plainName, type SavedFile, SavedFiles } from "./saved-files.ts";
import { requireSameImage } from "./second-index.ts";
import { type TarMember, tarMembers } from "./tar.ts";

/** The result of checking an image in a file. */
export interface CheckedImage {
  /** Digest of its configuration, which engines use as its id. */
  readonly imageId: string;
  /** What the user should know about the file. */
  readonly notes: readonly string[];
}

const MAX_TEXTS = 128 * 1024 * 1024;
/** An entry of manifest.json, as Docker and the scanner declare it. */
const ENTRY: Fields = { Config: null, Layers: null, RepoTags: null, LayerSources: null, Parent: null };
/** Longest chain of links that lead to links. */
const MAX_LINKS = 8;

/**
 * Reads a whole `docker save` tar and checks that its parts agree. It must hold one image, the configuration must have the
 * digest of its name, and each layer must be at its place in `diff_ids`. If it has an OCI index, that must lead to the same image.
 * @throws ImageProblem; the decompression's error if the content is damaged, with a `code` that begins with `Z`
 */
export async function checkSavedImage(path: string): Promise<CheckedImage> {
  const files = await withBytes(path, readMembers);
  const { config, layers } = describedImage(files);
  const facts = readConfig(textOf(files, config, "configuration"));
  requireName(config, facts.imageId);
  requireLayers(
    layers.map((name) => fileAt(files, name, "layer").unpacked),
    facts.diffIds,
  );
  for (const [name, entry] of files.all()) {
    const [, digest] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
    if (digest !== undefined && "digest" in entry) requireDigest(`sha256:${digest}`, entry.digest);
  }
  return { imageId: facts.imageId, notes: requireSameImage(files, facts) };
}

/**
 * Opens a tar, and decompresses it if its first bytes are gzip's, as the scanner does.
 * @param signal ends the decompression, which then throws
 */
export async function withBytes<T>(
  path: string,
  read: (source: Bytes) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const descriptor = openSync(path, "r");
  try {
    const magic = Buffer.alloc(2);
    readSync(descriptor, magic, 0, 2, 0);
    if (magic.readUInt16BE() !== 0x1f8b) return await read(bytesOfFile(descriptor));
    const packed = Readable.from(piecesOf(bytesOfFile(descriptor)));
    const unpacking = pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), () => {});
    signal?.addEventListener("abort", () => unpacking.destroy(new Error("it takes too long")), { once: true });
    try {
      return await read(bytesOfStream(unpacking));
    } finally {
      unpacking.destroy();
      packed.destroy();
    }
  } finally {
    closeSync(descriptor);
  }
}

async function* piecesOf(bytes: Bytes): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
    if (piece.length === 0) return;
    yield Buffer.from(piece);
  }
}

async function readMembers(source: Bytes): Promise<SavedFiles> {
  const files = new SavedFiles();
  let room = MAX_TEXTS;
  for await (const member of tarMembers(source)) {
    const { kind, link, size } = member;
    if (kind !== "file") {
      files.add(member, { kind, link });
      continue;
    }
    const text = size <= MAX_DOCUMENT && size <= room ? textKeeper() : undefined;
    const digests = await digestsOf(async () => {
      const piece = await member.some();
      text?.take(piece);
      return piece;
    });
    const kept = text?.done();
    room -= kept?.length ?? 0;
    files.add(member, { ...digests, size, text: kept });
  }
  requireFolders(files);
  return files;
}

/** Keeps a content that begins like a JSON document. */
function textKeeper() {
  const parts: Buffer[] = [];
  let isText: boolean | undefined;
  return {
    take(piece: Buffer): void {
      if (piece.length === 0) return;
      isText ??= /^\s*[[{]/.test(piece.toString("latin1", 0, 64));
      if (isText) parts.push(Buffer.from(piece));
    },
    done: () => (isText ? Buffer.concat(parts) : undefined),
  };
}

/** Refuses members below a link, since readers would write them to the link's target. */
function requireFolders(files: SavedFiles): void {
  for (const [name] of files.all()) {
    for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
      const parent = files.get(name.slice(0, slash));
      if (parent !== undefined && !("kind" in parent && parent.kind === "folder"))
        throw inconsistent(`${quoted(name)} lies below what is no folder`);
    }
  }
}

function describedImage(files: SavedFiles): { config: string; layers: string[] } {
  const entry = files.get("manifest.json");
  if (entry === undefined || !files.isSpelt("manifest.json")) throw damaged("it has no manifest.json");
  const list = parseStrictJson(textOf(files, "manifest.json", "manifest.json"), "its manifest.json");
  if (!Array.isArray(list)) throw damaged("its manifest.json is no list");
  if (list.length !== 1) throw damaged(`it holds ${list.length} images`);
  const [image] = list;
  requireSpelling(image, ENTRY, "its manifest.json");
  if (!isObject(image) || typeof image.Config !== "string") throw damaged("its manifest.json names no configuration");
  return { config: image.Config, layers: stringsOf(image.Layers, "Layers in its manifest.json") };
}

function textOf(files: SavedFiles, name: string, what: string): Buffer {
  const entry = files.get(plainName(name));
  if (entry !== undefined && "kind" in entry) throw inconsistent(`its ${what} is no plain file`);
  const { text, size } = fileAt(files, name, what);
  if (text === undefined)
    throw inconsistent(`its ${what} is no JSON, or has more than ${MAX_DOCUMENT} bytes (${size})`);
  return text;
}

/** Follows links. Older Docker writes them for a layer that an image has twice: `../<id>/layer.tar`. */
function fileAt(files: SavedFiles, name: string, what: string): SavedFile {
  let at = name;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const entry = files.get(plainName(at));
    if (entry === undefined || !files.isSpelt(at)) throw damaged(`it has no ${what} ${quoted(at)}`);
    if (!("kind" in entry)) return entry;
    at = linkedName(at, entry, what);
  }
  throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
}

/** The target of a link, if all readers agree on it. A hard link's name starts at the top, but the scanner takes it as relative. */
function linkedName(at: string, { kind, link }: { kind: TarMember["kind"]; link: string }, what: string): string {
  const folder = at.split("/").slice(0, -1);
  const isHard = kind === "hard-link";
  if ((kind !== "link" && !isHard) || link.startsWith("/") || link === "" || (isHard && folder.length > 0))
    throw inconsistent(`its ${what} ${quoted(at)} is no plain file`);
  for (const part of link.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && folder.pop() === undefined)
      throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
    if (part !== "..") folder.push(part);
  }
  return folder.join("/");
}

/** A configuration's name mostly contains its digest: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`. */
function requireName(config: string, imageId: string): void {
  const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  if (named !== undefined && `sha256:${named}` !== imageId)
    throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}

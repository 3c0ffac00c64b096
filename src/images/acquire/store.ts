import { mkdirSync, renameSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platformName } from "../../domain/image/platform.ts";
import { atATime, atMost } from "../../system/pool.ts";
import { hashedBeside } from "../../system/store/thread-hash.ts";
import { diskFull, ImageFault, inconsistent, tooLarge } from "../fault.ts";
import type { LayerReader } from "../layers/pool.ts";
import type { ReadLayer } from "../layers/read-layer.ts";
import { resolveLayers } from "../layers/resolve.ts";
import { readConfig, sha256Of } from "../oci/documents.ts";
import type { TableClaims } from "../oci/layer-kinds.ts";
import { otherBytes } from "../registry/fault.ts";
import type { FoundImage, LayerSource } from "../source.ts";
import type { AcquiredImage } from "./acquired-image.ts";
import type { KeptLayers } from "./kept-layers.ts";

/** How many layers are fetched at a time, as by Docker and containerd. */
const FETCHED_AT_ONCE = 3;
/** Layers that are fetched, wait or are read concurrently. That part of an image is on disk twice. */
const AT_ONCE = 6;

/**
 * No kernel mounts more than 500 (`OVL_MAX_STACK` of overlayfs), and Docker allows 127. A scanner's time grows with
 * their square.
 */
const MOST_LAYERS = 1000;

const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

export interface StoreOptions {
  /** Absolute path of a private folder, which must not exist yet. */
  readonly folder: string;
  readonly reader: LayerReader;
  /** Bytes of unpacked layers to keep although no image uses them any more, since the next image may have them. */
  readonly spareBytes: number;
  /** Layers that earlier runs have fetched and unpacked. Absent: nothing is kept between runs. */
  readonly kept?: KeptLayers | undefined;
}

/** Reports the progress of an acquisition. Must not throw. */
export interface Progress {
  /** @param layers number of the image's layers; `bytes`: of all layers as stored; undefined: not known */
  begin(layers: number, bytes: number | undefined): void;
  fetched(bytes: number): void;
  /** @param unfetched bytes of it, as stored, that were not fetched since they were there */
  layerDone(unfetched: number): void;
}

/** The layers differ from the ones that the configuration lists. */
export class OtherLayers extends ImageFault {
  constructor(what: string) {
    super("image-inconsistent", what);
  }
}

/** A layer with the DiffID that the image's configuration says, which may be a lie. */
type NamedLayer = LayerSource & { readonly diffId: string | undefined };

/** Paths of one layer, in the order in which they are created. */
interface LayerFiles {
  readonly packed: string;
  readonly output: string;
  readonly kept: string;
}

/**
 * The images of this run as verified bytes: each layer is hashed, packed and unpacked, before its content is used. A
 * layer that several images have is fetched, unpacked and read once.
 */
export class ImageStore {
  readonly #options: StoreOptions;
  readonly #blobs: string;
  /** Layers in progress, and finished ones, by their digest as stored and the tables that they claim to have. */
  readonly #reading = new Map<string, Promise<ReadLayer>>();
  readonly #read = new Map<string, ReadLayer>();
  /** How many images use an unpacked layer, by DiffID. In the order of their last use. */
  readonly #uses = new Map<string, { images: number; readonly bytes: number }>();
  #adding = 0;
  #count = 0;
  /** Fetches under way, and those that wait for one to end. */
  readonly #inTurn = atMost(FETCHED_AT_ONCE);

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#blobs = join(options.folder, "blobs", "sha256");
    mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
  }

  /**
   * Brings an image in.
   * @throws ImageFault if its parts contradict each other; what fetching throws; the signal's reason
   */
  async add(found: FoundImage, progress: Progress, signal: AbortSignal): Promise<AcquiredImage> {
    this.#adding += 1;
    try {
      return await this.#add(found, progress, signal);
    } finally {
      this.#adding -= 1;
      this.#removeSpare();
    }
  }

  async #add(found: FoundImage, progress: Progress, signal: AbortSignal): Promise<AcquiredImage> {
    const config = readConfig(found.config, "its configuration");
    requireCount(found.layers.length, config.diffIds.length);
    progress.begin(found.layers.length, sumOf(found.layers));
    this.#requireSpace(found.layers);
    const sources = found.layers.map((each, at) => ({ ...each, diffId: config.diffIds[at] }));
    const layers = await this.#all(sources, progress, signal);
    for (const [at, { diffId }] of layers.entries())
      if (diffId !== config.diffIds[at])
        throw new OtherLayers(
          `its layer ${at + 1} is ${diffId}, and its configuration says ${String(config.diffIds[at]).slice(0, 80)}`,
        );
    this.#use(layers, 1);
    const { folder, imageId } = this.#layout(found.config, layers);
    // It can be disposed of once.
    const files = new DisposableStack();
    files.defer(() => {
      rmSync(folder, { recursive: true, force: true });
      this.#use(layers, -1);
      this.#removeSpare();
    });
    const { config: _config, layers: _layers, hasChanged: _hasChanged, ...rest } = found;
    return {
      ...rest,
      folder,
      imageId,
      platform: config.platform && platformName(config.platform),
      layers: layers.map(({ digest, diffId, size }) => ({ digest, diffId, size })),
      inventory: resolveLayers(layers.map(({ content }) => content)),
      release: () => files.dispose(),
    };
  }

  /**
   * Reads each digest once, some at a time, the largest first: a large layer at the end would keep a single core busy.
   * The first failure ends the others.
   */
  async #all(sources: readonly NamedLayer[], progress: Progress, signal: AbortSignal) {
    const ordered = sources.toSorted((a, b) => bytesOf(b) - bytesOf(a));
    const layers = await atATime(AT_ONCE, ordered, async (source, stop) => {
      const both = AbortSignal.any([signal, stop]);
      both.throwIfAborted();
      let came = 0;
      const fetched = (bytes: number): void => {
        came += bytes;
        progress.fetched(bytes);
      };
      const layer = await this.#layer(source, { ...progress, fetched }, both);
      progress.layerDone(Math.max(0, layer.size - came));
      return layer;
    });
    const bySource = new Map(ordered.map((source, at) => [source, layers[at]]));
    return sources.map((source) => bySource.get(source) as ReadLayer);
  }

  /** A layer that this run has under the same digest is not read again. */
  async #layer(source: NamedLayer, progress: Progress, signal: AbortSignal): Promise<ReadLayer> {
    if (source.digest === undefined) return this.#take(source, progress, signal);
    const key = keyOf(source.digest, source.tables);
    const known = this.#read.get(key);
    if (known !== undefined) return ofSource(source, known);
    const begun = this.#reading.get(key);
    if (begun !== undefined) {
      try {
        return ofSource(source, await begun);
      } catch {
        // Another image's deadline ended it, or its source failed. This image's own source might work.
        signal.throwIfAborted();
      }
    }
    const reading = this.#take(source, progress, signal);
    this.#reading.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#reading.get(key) === reading) this.#reading.delete(key);
    }
  }

  async #take(source: NamedLayer, progress: Progress, signal: AbortSignal): Promise<ReadLayer> {
    const own = join(this.#options.folder, `layer-${++this.#count}`);
    const files = { packed: `${own}.packed`, output: `${own}.tar`, kept: `${own}.kept` };
    const { bytes } = source;
    try {
      const known = await this.#readKept(source, files.output, signal);
      if (known !== undefined) return this.#place(known, files.output);
      if (!("fetch" in bytes)) {
        const work = { ...bytes, output: files.output, tables: source.tables };
        const read = ofSource(source, await this.#options.reader.read(work, signal));
        return this.#place(read, files.output, source.tables);
      }
      await this.#inTurn(async () => {
        signal.throwIfAborted();
        await bytes.fetch(files.packed, signal, progress.fetched);
      });
      const read = ofSource(source, await this.#readFetched(source, files, signal));
      // An unpacked layer has no table that could be compared again.
      if (!read.hasTable) this.#options.kept?.keep(read, files.kept);
      return this.#place(read, files.output, source.tables);
    } finally {
      for (const file of Object.values(files)) rmSync(file, { force: true });
    }
  }

  /**
   * Only the reader hashes the fetched bytes. Wrong bytes might not be a layer at all: then the digest is the fault to
   * report.
   */
  async #readFetched({ digest, tables }: LayerSource, files: LayerFiles, signal: AbortSignal): Promise<ReadLayer> {
    const { packed, output } = files;
    const kept = this.#options.kept && files.kept;
    let read: ReadLayer;
    try {
      read = await this.#options.reader.read({ file: packed, output, kept, tables }, signal);
    } catch (thrown) {
      // Wrong bytes can also fill the disk. Neither fault costs more than the image's own bytes could.
      const isOther =
        !signal.aborted && digest !== undefined && `sha256:${await hashedBeside({ path: packed })}` !== digest;
      throw isOther ? otherBytes() : thrown;
    }
    if (digest !== undefined && read.digest !== digest) throw otherBytes();
    return read;
  }

  /**
   * A layer that an earlier run has fetched and unpacked. It is hashed again, and must match the configuration:
   * otherwise it is fetched again.
   */
  async #readKept(source: NamedLayer, output: string, signal: AbortSignal): Promise<ReadLayer | undefined> {
    const { kept, reader } = this.#options;
    const { bytes, digest } = source;
    const isFetched = "fetch" in bytes && source.tables === undefined;
    const layer = isFetched && digest !== undefined ? kept?.find(digest) : undefined;
    if (layer === undefined || kept?.take(layer, output) !== true) return undefined;
    try {
      const read = await reader.read({ file: output, output }, signal);
      if (read.diffId !== source.diffId) throw inconsistent(`a kept layer is ${read.diffId}`);
      return ofSource(source, { ...read, digest: layer.digest, size: layer.size });
    } catch {
      signal.throwIfAborted();
      kept.discard(layer);
      rmSync(output, { force: true });
      return undefined;
    }
  }

  /** Checks that the disk has room for the layers that the manifest names, before anything is fetched. */
  #requireSpace(layers: readonly LayerSource[]): void {
    const missing = layers.filter(
      ({ bytes, digest = "", tables }) => "fetch" in bytes && !this.#read.has(keyOf(digest, tables)),
    );
    const { bavail, bsize } = statfsSync(this.#options.folder);
    if ((sumOf(missing) ?? 0) > bavail * bsize) throw diskFull();
  }

  #place(read: ReadLayer, output: string, tables?: TableClaims): ReadLayer {
    renameSync(output, this.#blob(read.diffId));
    this.#read.set(keyOf(read.digest, tables), read);
    this.#use([read], 0);
    return read;
  }

  #blob(digest: string): string {
    return join(this.#blobs, digest.slice("sha256:".length));
  }

  /** A layout with one image. Scanners take the digest of its configuration for the image's id, as engines do. */
  #layout(config: Buffer, layers: readonly ReadLayer[]): { folder: string; imageId: string } {
    const { digest: imageId, size } = this.#write(config);
    const manifest = this.#write(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MANIFEST_TYPE,
          config: { mediaType: CONFIG_TYPE, digest: imageId, size },
          layers: layers.map((each) => ({ mediaType: LAYER_TYPE, digest: each.diffId, size: each.outputSize })),
        }),
      ),
    );
    const folder = join(this.#options.folder, `image-${++this.#count}`);
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(join(this.#options.folder, "blobs"), join(folder, "blobs"), "junction");
    writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    const index = { schemaVersion: 2, manifests: [{ mediaType: MANIFEST_TYPE, ...manifest }] };
    writeFileSync(join(folder, "index.json"), JSON.stringify(index));
    return { folder, imageId };
  }

  #write(bytes: Buffer): { digest: string; size: number } {
    const digest = sha256Of(bytes);
    // Another scan of the same image may be reading it, so it must never be incomplete.
    const path = this.#blob(digest);
    writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return { digest, size: bytes.length };
  }

  #use(layers: readonly ReadLayer[], count: 1 | 0 | -1): void {
    for (const { diffId, unpackedSize } of layers) {
      const images = (this.#uses.get(diffId)?.images ?? 0) + count;
      this.#uses.delete(diffId);
      this.#uses.set(diffId, { images, bytes: unpackedSize });
    }
  }

  /** Removes the layers that were not used for the longest time, except those that an image may be about to use. */
  #removeSpare(): void {
    if (this.#adding > 0) return;
    const spare = [...this.#uses].filter(([, { images }]) => images <= 0);
    let bytes = spare.reduce((sum, [, each]) => sum + each.bytes, 0);
    const removed = new Set<string>();
    for (const [diffId, each] of spare) {
      if (bytes <= this.#options.spareBytes) break;
      bytes -= each.bytes;
      this.#uses.delete(diffId);
      rmSync(this.#blob(diffId), { force: true });
      removed.add(diffId);
    }
    for (const [key, { diffId }] of this.#read) if (removed.has(diffId)) this.#read.delete(key);
  }
}

/** The layer as its source describes it: a blob has one digest and one size, whichever image refers to it. */
function ofSource({ digest, size }: LayerSource, read: ReadLayer): ReadLayer {
  if (digest !== undefined && read.digest !== digest) throw inconsistent(`its blob ${digest} is ${read.digest}`);
  if (size !== undefined && read.size !== size)
    throw inconsistent(`its blob ${read.digest} has ${read.size} bytes instead of ${size}`);
  return read;
}

/** Another image may claim that the same layer has a table elsewhere. */
function keyOf(digest: string, tables: TableClaims | undefined): string {
  return tables === undefined ? digest : `${digest} ${JSON.stringify(tables)}`;
}

function requireCount(layers: number, diffIds: number): void {
  if (layers > MOST_LAYERS) throw tooLarge(`it has ${layers} layers, more than ${MOST_LAYERS}`);
  if (layers !== diffIds) throw new OtherLayers(`it has ${layers} layers, and its configuration lists ${diffIds}`);
}

/** Bytes of a layer as it is stored, as far as they are known. */
function bytesOf({ size, bytes }: LayerSource): number {
  return size ?? ("fetch" in bytes ? 0 : (bytes.length ?? 0));
}

function sumOf(layers: readonly LayerSource[]): number | undefined {
  const sizes = layers.map(({ size }) => size);
  return sizes.some((size) => size === undefined) ? undefined : sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}

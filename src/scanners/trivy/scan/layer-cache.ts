import { constants, cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { namespaceOf } from "../../../domain/image/reference.ts";
import type { ImageIndex, ScanResult, Target } from "../../../domain/target.ts";
import type { RegistryReader } from "../../../images/registry/client.ts";
import type { ManifestDocument } from "../../../images/registry/document.ts";
import type { Database } from "../database/health.ts";

/** The part of a cache folder in which Trivy keeps what it read from each layer. Only one process at a time can use it. */
const LAYERS = "fanal";
const DATABASES = { vulnerability: "db", java: "java-db" } as const;

/** Links a database into a cache folder, since it is shared and only read. If one is missing, Trivy leaves an empty folder. */
export function linkDatabase(cacheFolder: string, kind: keyof typeof DATABASES, database: Database): void {
  const path = join(cacheFolder, DATABASES[kind]);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(database.folder, path, "junction");
}

/** What an image says about its layers, and what we know about them from elsewhere. */
export interface ReadLayers {
  /** The keys of the layers in Trivy's cache. They are claims of the image's builder. */
  readonly diffIds: readonly string[];
  /** The key of the configuration's data in the cache. */
  readonly imageId: string | undefined;
  /**
   * For each DiffID, a text that is equal only if the bytes are equal and are read in the same way. It must not come from
   * Trivy's report, which only shows what the cache contains. Absent, or undefined: unknown.
   */
  readonly proofs?: (() => Promise<ReadonlyMap<string, string> | undefined>) | undefined;
}

/** The cache folder of one scan. No other scan ever sees it. */
export interface LayerPlace {
  /** Absolute. */
  readonly folder: string;
  /** Restores the initial content: a failed attempt may leave anything, such as layers without their jars. */
  renew(): void;
  /** Removes everything that other scans read. */
  clear(): void;
  /** The Java database that this scan has. A lent one is not checked yet: what was read by it does not count. */
  readonly java: { readonly database: Database; readonly isChecked: boolean } | undefined;
  lendJavaDatabase(database: Database): void;
  /** Gives a checked one to this scan, and to those after it. */
  addJavaDatabase(database: Database): void;
  /** Whether everything that this scan found in its cache was read from bytes that are proven to be this image's. */
  holds(read: ReadLayers): Promise<boolean>;
  /** Shares what this scan read with later scans. Only allowed if {@link holds} returned true. */
  keep(read: ReadLayers): void;
  /** Removes the folder. */
  end(): void;
}

/**
 * Trivy's layer cache, for scans one after the other. Trivy keys a layer by the DiffID that the image's configuration
 * claims, and never verifies it (pkg/fanal/artifact/image, `calcCacheKeys`). So a lying image could supply the result for all
 * others that really have that layer. Therefore, each scan works on a copy. What it found there only counts if the bytes are
 * proven to be the same. Otherwise, the scan must be repeated without it. What a failed scan wrote is discarded.
 */
export class LayerCache {
  readonly #folder: string;
  /** Keyed by DiffID and image ID: the image that contributed the entry. */
  #brought = new Map<string, ReadLayers>();
  #isProven = false;
  #java: Database | undefined;
  #scans = 0;

  /** @param folder only used by this cache; absolute, need not exist */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A copy for scans that run in parallel. No scan may be running now. What cannot be copied will be read again. */
  fork(folder: string): LayerCache {
    const fork = new LayerCache(folder);
    fork.#java = this.#java;
    if (copyLayers(this.#folder, folder)) {
      fork.#brought = new Map(this.#brought);
      fork.#isProven = this.#isProven;
    }
    return fork;
  }

  /** @param mayShare whether it may be a registry's image: all others neither use nor fill the cache */
  begin(mayShare: boolean): LayerPlace {
    const folder = join(this.#folder, `scan-${++this.#scans}`);
    let has = new Map<string, ReadLayers>();
    const clear = () => {
      rmSync(join(folder, LAYERS), { recursive: true, force: true });
      has = new Map();
    };
    const renew = () => {
      clear();
      if (mayShare && copyLayers(this.#folder, folder)) has = this.#brought;
    };
    renew();
    let java: LayerPlace["java"];
    const link = (database: Database, isChecked: boolean) => {
      java = { database, isChecked };
      linkDatabase(folder, "java", database);
    };
    if (this.#java !== undefined) link(this.#java, true);
    return {
      folder,
      renew,
      clear,
      get java() {
        return java;
      },
      lendJavaDatabase: (database) => link(database, false),
      addJavaDatabase: (database) => {
        this.#java = database;
        link(database, true);
      },
      holds: (read) => areSame(read, has),
      keep: (read) => {
        if (mayShare && read.proofs !== undefined) this.#take(folder, read, has);
      },
      end: () => rmSync(folder, { recursive: true, force: true }),
    };
  }

  #take(folder: string, read: ReadLayers, has: ReadonlyMap<string, ReadLayers>): void {
    const isBesideOthers = has === this.#brought;
    // This image matched no other. It replaces the previous one, unless that has matched another image before.
    if (!isBesideOthers && this.#isProven) return;
    const brought = new Map(isBesideOthers ? has : []);
    this.#isProven = keysOf(read).some((key) => brought.has(key)) || (isBesideOthers && this.#isProven);
    for (const key of keysOf(read)) if (!brought.has(key)) brought.set(key, read);
    this.#brought = new Map();
    try {
      rmSync(join(this.#folder, LAYERS), { recursive: true, force: true });
      renameSync(join(folder, LAYERS), join(this.#folder, LAYERS));
      this.#brought = brought;
    } catch {
      // It will be read again: Trivy does not cache files and folders.
    }
  }
}

function keysOf({ diffIds, imageId }: ReadLayers): string[] {
  return imageId === undefined ? [...diffIds] : [...diffIds, imageId];
}

async function areSame(read: ReadLayers, brought: ReadonlyMap<string, ReadLayers>): Promise<boolean> {
  const taken = keysOf(read).filter((key) => brought.has(key));
  if (taken.length === 0) return true;
  const own = await read.proofs?.();
  if (own === undefined) return false;
  for (const key of taken) {
    const proof = own.get(key);
    if (proof === undefined || proof !== (await brought.get(key)?.proofs?.())?.get(key)) return false;
  }
  return true;
}

/** Whether the layers were copied completely. An incomplete copy would be unusable. */
function copyLayers(from: string, to: string): boolean {
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 });
    cpSync(join(from, LAYERS), join(to, LAYERS), { recursive: true, mode: constants.COPYFILE_FICLONE });
    return true;
  } catch {
    rmSync(join(to, LAYERS), { recursive: true, force: true });
    return false;
  }
}

type ManifestReader = Pick<RegistryReader, "read">;

interface Scanned {
  /** As it was given to Trivy. */
  readonly reference: string;
  readonly target: Target;
  readonly result: Pick<ScanResult, "artifact" | "layers">;
  readonly scanners: readonly string[];
  /** DiffIDs of layers in which Trivy did not look for secrets. Undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}

/**
 * What we know about an image's layers that Trivy read from a registry, independent of Trivy's report: its `Layers` contain
 * the digests of whichever image was in the cache (measured with 0.76). A layer has the same bytes in two images if the
 * registry's manifests, verified by their digests, name the same digest for it. Trivy itself does not verify a layer's
 * digest. So this only holds between repositories with the same owner: within one registry and one namespace of it.
 * @returns for each DiffID, and for the image's id, a text that is equal only if the bytes and the way of reading are equal;
 * undefined if the manifest cannot be read, or the configuration does not match it
 */
export function layerProofs(
  scanned: Scanned,
  reader: ManifestReader,
): () => Promise<ReadonlyMap<string, string> | undefined> {
  let proofs: Promise<ReadonlyMap<string, string> | undefined> | undefined;
  return () => {
    proofs ??= find(scanned, reader).catch(() => undefined);
    return proofs;
  };
}

async function find(scanned: Scanned, reader: ManifestReader): Promise<ReadonlyMap<string, string> | undefined> {
  const { reference, target, result, scanners, baseLayers } = scanned;
  const { digest, index, imageId } = result.artifact;
  if (digest === undefined || imageId === undefined) return undefined;
  if (scanners.includes("secret") && baseLayers === undefined) return undefined;
  const manifests = await Promise.all(
    [digest, ...otherCandidates(digest, index, target)].map((each) => reader.read(reference, each)),
  );
  const own = manifests.filter((each): each is ManifestDocument => each.kind === "manifest" && each.config === imageId);
  const digests = own[0]?.layers;
  if (digests === undefined || own.some(({ layers }) => layers.join() !== digests.join())) return undefined;
  const place = namespaceOf(reference);
  const isBase = new Set(scanners.includes("secret") ? baseLayers : []);
  const pairs = pair(result.layers, digests);
  return (
    pairs &&
    new Map([
      ...pairs.map(([diffId, each]): [string, string] => [
        diffId,
        `${each} of ${place}${isBase.has(diffId) ? ", as a base" : ""}`,
      ]),
      // Trivy reads the whole configuration, and so verifies its digest, which is the image's id.
      [imageId, imageId],
    ])
  );
}

/** An index could list two images with one configuration, and Trivy could choose another one than we do. */
function otherCandidates(digest: string, index: ImageIndex | undefined, { platform }: Target): string[] {
  const wanted = systemOf(platform ?? "linux/amd64");
  return (index?.images ?? [])
    .filter((each) => each.digest !== digest && (each.platform === undefined || systemOf(each.platform) === wanted))
    .map((each) => each.digest);
}

/** A platform without variant and version: `linux/arm`. */
function systemOf(platform: string): string {
  return platform.split(/[/ ]/).slice(0, 2).join("/");
}

/** A layer that occurs several times must have one digest: Trivy only reads the first. */
function pair(diffIds: readonly string[], digests: readonly string[]): [string, string][] | undefined {
  if (diffIds.length !== digests.length) return undefined;
  const pairs = diffIds.map((diffId, at): [string, string] => [diffId, digests[at] ?? ""]);
  const known = new Map(pairs);
  return pairs.every(([diffId, digest]) => known.get(diffId) === digest) ? pairs : undefined;
}

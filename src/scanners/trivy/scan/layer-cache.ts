import { constants, cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repositoryName } from "../../../domain/image/reference.ts";
import type { ImageIndex, ScanResult, Target } from "../../../domain/target.ts";
import type { RegistryReader } from "../../../images/registry/client.ts";
import type { ManifestDocument } from "../../../images/registry/document.ts";
import type { Database } from "../database/health.ts";

/** Where Trivy keeps what it has read of each layer, below a cache folder. One process at a time can use it. */
const LAYERS = "fanal";
const DATABASES = { vulnerability: "db", java: "java-db" } as const;

/** Puts a database into a cache folder: a link, as it is shared and only read. Trivy leaves an empty folder where it misses one. */
export function linkDatabase(cacheFolder: string, kind: keyof typeof DATABASES, database: Database): void {
  const path = join(cacheFolder, DATABASES[kind]);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(database.folder, path, "junction");
}

/** What an image says of its layers, and what is known of them from elsewhere. */
export interface ReadLayers {
  /** Under these Trivy's cache has them: the word of whoever built the image. */
  readonly diffIds: readonly string[];
  /** Under this the cache has what was read of the configuration. */
  readonly imageId: string | undefined;
  /**
   * For each DiffID a word that is the same only where the bytes are, and where they are read in the same way. It must not
   * come out of Trivy's report, which tells what the cache holds. Absent, or undefined: nobody knows.
   */
  readonly proofs?: (() => Promise<ReadonlyMap<string, string> | undefined>) | undefined;
}

/** The cache folder of one scan, which no other scan ever sees. */
export interface LayerPlace {
  /** Absolute. */
  readonly folder: string;
  /** Puts back what it had at first: an attempt that failed may have left anything, and layers without their jars. */
  renew(): void;
  /** Takes out all that other scans have read. */
  clear(): void;
  addJavaDatabase(database: Database): void;
  /** Whether all that this scan found in its cache was read from bytes that are known to be this image's. */
  holds(read: ReadLayers): Promise<boolean>;
  /** Lets later scans have what this one has read; only one that holds may do so. */
  keep(read: ReadLayers): void;
  /** Removes the folder. */
  end(): void;
}

/**
 * What Trivy remembers of layers, for scans one after the other. Trivy keys a layer by the DiffID that the image's
 * configuration claims, and checks it nowhere (pkg/fanal/artifact/image, `calcCacheKeys`): an image that lies would answer for
 * all others that really have that layer. So each scan works on a copy. What it found there counts only where the bytes are
 * proven to be the same; else it must be repeated without it. What a failed scan has written is lost.
 */
export class LayerCache {
  readonly #folder: string;
  /** By DiffID and image ID, who brought what there is. */
  #brought = new Map<string, ReadLayers>();
  #isProven = false;
  #java: Database | undefined;
  #scans = 0;

  /** @param folder its own, absolute; need not exist */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A copy for scans that go on beside this one's; no scan may be going on at this moment. What cannot be copied is read again. */
  fork(folder: string): LayerCache {
    const fork = new LayerCache(folder);
    fork.#java = this.#java;
    if (copyLayers(this.#folder, folder)) {
      fork.#brought = new Map(this.#brought);
      fork.#isProven = this.#isProven;
    }
    return fork;
  }

  /** @param mayShare whether it may be an image of a registry: of all others nothing is taken and nothing kept */
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
    if (this.#java !== undefined) linkDatabase(folder, "java", this.#java);
    return {
      folder,
      renew,
      clear,
      addJavaDatabase: (database) => {
        this.#java = database;
        linkDatabase(folder, "java", database);
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
    // One that agreed with none: it replaces the other, unless that has agreed with somebody before.
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
      // Read again, then: of files and folders Trivy remembers nothing.
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

/** Whether they were copied; half a copy would be a broken one. */
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
  /** DiffIDs of layers in which Trivy looked for no secrets; undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}

/**
 * What is known of the layers of an image that Trivy has read in a registry, apart from Trivy's report: its `Layers` name the
 * digests of whatever was in the cache (measured with 0.76). Two images have the same bytes in a layer where the registry's
 * manifests, held to their digests, name the same digest for it. Trivy itself does not hold a layer to its digest, so that
 * this is true only as far as whoever answers for one repository answers for the other: within one registry and one
 * namespace of it.
 * @returns for each DiffID, and for the image's id, a word that is the same only where the bytes and the way of reading are;
 * undefined where the manifest cannot be read, or the configuration does not fit to it
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
      // Trivy reads a configuration whole, and so holds it to its digest, which is the image's id.
      [imageId, imageId],
    ])
  );
}

/** An index could list two images of one configuration, and Trivy take another one of them than we do. */
function otherCandidates(digest: string, index: ImageIndex | undefined, { platform }: Target): string[] {
  const wanted = systemOf(platform ?? "linux/amd64");
  return (index?.images ?? [])
    .filter((each) => each.digest !== digest && (each.platform === undefined || systemOf(each.platform) === wanted))
    .map((each) => each.digest);
}

/** Without variant and version: `linux/arm`. */
function systemOf(platform: string): string {
  return platform.split(/[/ ]/).slice(0, 2).join("/");
}

/** The registry and the path without its last part: `ghcr.io/acme` of `ghcr.io/acme/app:1.0`. */
function namespaceOf(reference: string): string {
  return repositoryName(reference).replace(/\/[^/]*$/, "");
}

/** A layer that stands several times must have one digest: Trivy reads only the first. */
function pair(diffIds: readonly string[], digests: readonly string[]): [string, string][] | undefined {
  if (diffIds.length !== digests.length) return undefined;
  const pairs = diffIds.map((diffId, at): [string, string] => [diffId, digests[at] ?? ""]);
  const known = new Map(pairs);
  return pairs.every(([diffId, digest]) => known.get(diffId) === digest) ? pairs : undefined;
}

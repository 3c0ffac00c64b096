import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Database, linkDatabase } from "../database/health.ts";

/**
 * The part of a cache folder in which Trivy keeps the contents of each layer. Only one process at a time can use it.
 */
const LAYERS = "fanal";

/**
 * How a scan reads an image's layers, by DiffID: as a base image's or not. Trivy looks for no secrets in a base image's
 * layers, and caches them like this for all images (pkg/fanal/artifact/image, `guessBaseLayers`).
 */
export type LayerRoles = ReadonlyMap<string, "base" | "own">;

/** The cache folder of one scan. No other process uses it meanwhile. */
export type LayerPlace = ReturnType<LayerCache["begin"]>;

/**
 * Trivy's layer cache, for scans one after the other. Trivy keys a layer by its DiffID and never verifies it
 * (pkg/fanal/artifact/image, `calcCacheKeys`). So only images whose layers are checked against their DiffIDs may share
 * it.
 */
export class LayerCache {
  readonly #folder: string;
  #java: Database | undefined;
  #roles: LayerRoles = new Map();
  #scans = 0;

  /** @param folder only used by this cache; absolute, need not exist */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get #shared(): string {
    return join(this.#folder, "shared");
  }

  /**
   * @param mayShare the target is an image whose layers are checked against their DiffIDs: all others neither use nor
   * fill the cache
   */
  begin(mayShare: boolean) {
    const folder = mayShare ? this.#shared : join(this.#folder, `scan-${++this.#scans}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let has: LayerRoles = mayShare ? this.#roles : new Map();
    const renew = () => {
      rmSync(join(folder, LAYERS), { recursive: true, force: true });
      has = new Map();
      if (mayShare) this.#roles = has;
    };
    if (this.#java !== undefined) linkDatabase(folder, "java", this.#java);
    const cache = this;
    let isKept = false;
    return {
      /** Absolute. */
      folder,
      /** Removes the cached layers: a failed attempt may leave anything, such as layers without their jars. */
      renew,
      get hasJavaDatabase() {
        return cache.#java !== undefined;
      },
      /** Gives the database to this scan, and to those after it. */
      addJavaDatabase: (database: Database) => {
        this.#java = database;
        linkDatabase(folder, "java", database);
      },
      /**
       * True if the kept layers were read in the way that this image needs. Undefined roles: the needed way is unknown.
       */
      fits: (roles: LayerRoles | undefined) => {
        if (roles === undefined) return has.size === 0;
        return [...roles].every(([diffId, role]) => (has.get(diffId) ?? role) === role);
      },
      /** Keeps the layers of this scan for later scans. */
      keep: (roles: LayerRoles) => {
        isKept = true;
        if (mayShare) this.#roles = new Map([...has, ...roles]);
      },
      /** Ends the scan. Without `keep`, the layers that it read are removed. */
      end: () => {
        if (!mayShare) rmSync(folder, { recursive: true, force: true });
        else if (!isKept) renew();
      },
    };
  }
}

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isoSeconds } from "../../../domain/dates.ts";
import { CHECKSUM_FILE, foreignSource } from "../../../supply/checksums.ts";
import { datedKey, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import { whileLocked } from "../../../system/store/lock.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import { databaseStores, freshFolder, storedFolder, swapIn } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { InstalledGrype } from "../install/install.ts";
import { type Archive, type Asking, downloadDatabase, newestArchive } from "./download.ts";
import { databaseError, type FailedPlace, offlineWithoutDatabase, PlaceFailure } from "./errors.ts";
import { ARCHIVE_NOTE, checkStored, type Database, FILES, type HealthRules, noteIn } from "./health.ts";
import { loginsTo } from "./logins.ts";
import { type Place, PUBLIC, placeOf } from "./places.ts";

export interface DatabaseRequest {
  /** As in `grype-db`, tried in order. Empty: Anchore's own host. */
  readonly places: readonly string[];
  /** For all places together, in milliseconds. */
  readonly timeoutMs: number;
  /** Maximum age of the newest source, in milliseconds. */
  readonly maxAgeMs: number;
  /** Only places that the user named may be contacted. */
  readonly offline: boolean;
  /** Used if this machine has none. */
  readonly cache?: SharedCache | undefined;
  /** See {@link HealthRules}. */
  readonly minBytes?: number | undefined;
}

/** Its name in the store of databases. */
const NAME = "grype-db";
/** When the listing was last compared with the stored database. It is not held to a hash. */
const LOOKED_NOTE = "looked.json";
/** Grype itself asks no more often. */
const LOOK_AFTER_MS = 2 * 3_600_000;
const CACHE_PREFIX = "grype-db-v6-";

/**
 * Provides a usable database of Grype's, held to its hashes at each start. It is the stored one, if that is meant and
 * was compared with its listing not long ago. Otherwise it comes from the shared cache, or is fetched.
 * @throws GateError `grype-database-…`, `run-cancelled`
 */
export async function prepareDatabase(
  request: DatabaseRequest,
  { path: program, version: grype }: Pick<InstalledGrype, "path" | "version">,
  world: World,
): Promise<Database> {
  const { store, problem } = databaseStores(world);
  if (problem !== undefined) world.log.info(`Databases are not kept on this machine: ${problem}.`);
  const places = request.places.length > 0 ? request.places.map(placeOf) : request.offline ? [] : [PUBLIC];
  const rules = { maxAgeMs: request.maxAgeMs, now: world.now(), minBytes: request.minBytes, grype };
  const means = { ...request, store, program, rules, places };
  const stored = await fromStore(means, world);
  if (stored.database !== undefined && !stored.isDue) return stored.database;
  if (places.length === 0) {
    if (stored.replaced !== undefined) throw databaseError([replacedIn("this machine's store", stored.replaced)], 0);
    if (stored.database === undefined) throw offlineWithoutDatabase();
    return stored.database;
  }
  const lock = { folder: store, name: NAME, what: "Grype's database", waitMs: request.timeoutMs / 2 };
  return whileLocked(lock, world, async () => {
    // Another run may have fetched it meanwhile.
    const now = await fromStore(means, world, false);
    if (now.database !== undefined && !now.isDue) return now.database;
    const cached = now.database === undefined ? await fromCache(means, world) : {};
    const replaced = [
      ...(now.replaced === undefined ? [] : [replacedIn("this machine's store", now.replaced)]),
      ...(cached.replaced === undefined ? [] : [replacedIn("the shared cache", cached.replaced)]),
    ];
    return refresh({ usable: now.database ?? cached.database, replaced }, means, world);
  });
}

function replacedIn(name: string, why: string): FailedPlace {
  return { place: { name }, failure: new PlaceFailure("replaced", why) };
}

interface Means extends Omit<DatabaseRequest, "places"> {
  readonly places: readonly Place[];
  readonly store: string;
  readonly program: string;
  readonly rules: HealthRules;
}

/** A database that was kept. */
interface Kept {
  /** Absent: there is no usable database. */
  readonly database?: Database | undefined;
  /** How its files differ from those that were kept: the end of a sentence. */
  readonly replaced?: string | undefined;
}

interface Stored extends Kept {
  /** It must be compared with the listing first. */
  readonly isDue?: boolean;
}

async function fromStore({ store, rules, places }: Means, world: World, says = true): Promise<Stored> {
  const folder = storedFolder(store, NAME);
  if (folder === undefined) return {};
  const foreign = foreignSource(folder, places.length === 0 ? undefined : places.map(sourceOf));
  const health = foreign === undefined ? await checkStored(folder, rules) : { state: "foreign", why: foreign };
  if (health.state === "healthy" && "database" in health)
    return { database: health.database, isDue: !isLookedAt(folder, places, world.now()) };
  if (!("why" in health)) return {};
  const isReplaced = health.state === "replaced";
  if (says) world.log[isReplaced ? "warning" : "info"](`The stored database of Grype's is not used: ${health.why}.`);
  return isReplaced ? { replaced: health.why } : {};
}

/** What a checksum names as the source. */
function sourceOf(place: Place): string {
  return place.kind === "mirror" ? place.base : `sha256:${place.sha256}`;
}

/** An archive with its hash never changes. */
function isLookedAt(folder: string, places: readonly Place[], now: Date): boolean {
  const archive = archiveOf(folder);
  if (places.some((place) => place.kind === "archive" && place.sha256 === archive)) return true;
  try {
    const { at } = JSON.parse(readFileSync(join(folder, LOOKED_NOTE), "utf8"));
    const since = now.getTime() - new Date(at).getTime();
    return since >= 0 && since < LOOK_AFTER_MS;
  } catch {
    return false;
  }
}

function noteLook(folder: string, now: Date): void {
  try {
    writeFileSync(join(folder, LOOKED_NOTE), JSON.stringify({ at: now.toISOString() }), { mode: 0o600 });
  } catch {
    // The next run looks again.
  }
}

/** SHA-256 of the archive that a stored database was imported from. Its own checksum holds the note. */
function archiveOf(folder: string): unknown {
  return noteIn(folder, ARCHIVE_NOTE)?.sha256;
}

interface AtHand {
  /** If no place gives a newer one, this is used. */
  readonly usable: Database | undefined;
  /** What was kept and is not what it was. */
  readonly replaced: readonly FailedPlace[];
}

/** The newest database of the places. If none can be had, the usable one, with a warning. */
async function refresh({ usable, replaced }: AtHand, means: Means, world: World): Promise<Database> {
  const { places, timeoutMs, store } = means;
  const end = performance.now() + timeoutMs;
  const failed = [...replaced];
  // One that the user names gets the Docker login of its own host. The public one gets none.
  const loginTo = loginsTo(world);
  for (const [index, place] of places.entries()) {
    const endsAt = performance.now() + (end - performance.now()) / (places.length - index);
    try {
      const asking = { endsAt, loginTo: place === PUBLIC ? undefined : loginTo };
      const archive = await archiveAt(place, asking, world);
      if (usable !== undefined && archiveOf(usable.folder) === archive.sha256) {
        noteLook(usable.folder, world.now());
        return usable;
      }
      const fresh = await downloadDatabase({ ...means, ...asking, archive, place }, world);
      const folder = swapIn(store, NAME, fresh.folder);
      rmSync(dirname(fresh.folder), { recursive: true, force: true });
      noteLook(folder, world.now());
      const database = { ...fresh, folder };
      means.cache?.save(cacheEntry(database), folder);
      return database;
    } catch (failure) {
      if (!(failure instanceof PlaceFailure)) throw failure;
      const level = failure.reason === "replaced" ? "warning" : "info";
      world.log[level](`Grype's database, ${place.name}: ${failure.message}`);
      failed.push({ place, failure });
    }
  }
  const error = databaseError(failed, timeoutMs);
  if (usable === undefined) throw error;
  world.log.warning(
    `Grype's database of ${isoSeconds(usable.built)} is used, as it could not be refreshed. ${error.message}`,
  );
  return usable;
}

async function archiveAt(place: Place, asking: Asking, world: World): Promise<Archive> {
  return place.kind === "archive" ? place : newestArchive(place.base, asking, world);
}

/** Puts the newest database of the shared cache into the store. */
async function fromCache({ cache, store, rules, places }: Means, world: World): Promise<Kept> {
  if (cache === undefined) return {};
  const folder = freshFolder(store);
  using _ = removedAtEnd(folder);
  const key = await cache.restore({ key: CACHE_PREFIX, files: CACHED }, folder);
  if (key === undefined || !existsSync(folder)) return {};
  const foreign = foreignSource(folder, places.map(sourceOf));
  const health = foreign === undefined ? await checkStored(folder, rules) : { state: "foreign", why: foreign };
  if (health.state === "healthy" && "database" in health) {
    if (cacheEntry(health.database).key === key)
      return { database: { ...health.database, folder: swapIn(store, NAME, folder) } };
    world.log.warning(unusableEntry(key, `it was built ${isoSeconds(health.database.built)}`).message);
    return {};
  }
  const why = "why" in health ? health.why : "a file of it is missing";
  if (health.state === "stale" || health.state === "foreign") world.log.info(`Cache: ${key} is not used: ${why}.`);
  else world.log.warning(unusableEntry(key, why).message);
  return health.state === "replaced" ? { replaced: why } : {};
}

const CACHED = [...FILES, CHECKSUM_FILE];

function cacheEntry({ built }: Database) {
  return { key: datedKey(CACHE_PREFIX, built), files: CACHED };
}

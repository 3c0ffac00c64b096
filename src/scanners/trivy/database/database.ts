import { brokenChecksum, CHECKSUM_FILE, foreignSource, sourceWords } from "../../../supply/checksums.ts";
import { asGateError, GateError } from "../../../system/errors.ts";
import { datedKey, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import { whileLocked } from "../../../system/store/lock.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import { freshFolder, storedFolder, swapIn } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { InstalledTrivy } from "../install/install.ts";
import type { DatabaseKind } from "../process/arguments.ts";
import { downloadDatabase } from "./download.ts";
import { failedMeanwhile, noteFailure, offlineWithoutDatabase } from "./errors.ts";
import {
  checkDatabase,
  DATABASE_NAMES,
  type Database,
  filesOf,
  type Health,
  JAVA_MAX_AGE_MS,
  KINDS,
  seemsUsable,
  withStoredHash,
} from "./health.ts";

export type { Database } from "./health.ts";

export interface DatabaseRequest {
  /** Tried in order. Empty: Trivy's own, then their public mirrors. */
  readonly repositories: readonly string[];
  /** Timeout for all repositories together, in milliseconds. */
  readonly timeoutMs: number;
  /** Maximum age of a vulnerability database since it was built, in milliseconds. Older ones are not used. */
  readonly maxAgeMs: number;
  /** Only repositories that the user named may be contacted. */
  readonly offline: boolean;
  /** Folder from `databaseStore`. It outlives the run if the machine does. */
  readonly store: string;
  /** Folders that may contain a read-only database. */
  readonly readOnly?: readonly string[] | undefined;
  /** Used if the store has nothing. */
  readonly cache?: SharedCache | undefined;
}

/** Trivy's defaults in its order, then the Trivy project's copies elsewhere. */
export const VULNERABILITY_REPOSITORIES: readonly string[] = [
  "mirror.gcr.io/aquasec/trivy-db:2",
  "ghcr.io/aquasecurity/trivy-db:2",
  "public.ecr.aws/aquasecurity/trivy-db:2",
  "docker.io/aquasec/trivy-db:2",
];
export const JAVA_REPOSITORIES: readonly string[] = [
  "mirror.gcr.io/aquasec/trivy-java-db:1",
  "ghcr.io/aquasecurity/trivy-java-db:1",
  "public.ecr.aws/aquasecurity/trivy-java-db:1",
  "docker.io/aquasec/trivy-java-db:1",
];

/**
 * Provides a usable vulnerability database. While the stored one is healthy and not due for a refresh, uses it without
 * any request. Otherwise tries the shared cache, then a download. If all fail, uses the stored one with a warning, if
 * it is recent enough.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, `database-offline`, `run-cancelled`.
 */
export async function prepareDatabase(
  request: DatabaseRequest,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  return withStoredHash(await prepare("vulnerability", request, trivy, world), "vulnerability");
}

/** The same for the database by which Trivy identifies jars. Only needed if a target has any. */
export function prepareJavaDatabase(request: DatabaseRequest, trivy: InstalledTrivy, world: World): Promise<Database> {
  return prepare("java", { ...request, maxAgeMs: JAVA_MAX_AGE_MS }, trivy, world);
}

/**
 * The stored Java database, if it seems usable by its metadata. Its hash and its rows are not checked, so that images
 * without jars pay nothing for it. What a scan made of it counts only if {@link prepareJavaDatabase} then gives the
 * same folder.
 */
export function storedJavaDatabase(request: DatabaseRequest, { now }: World): Database | undefined {
  for (const each of [request.store, ...(request.readOnly ?? [])]) {
    const folder = storedFolder(each, KINDS.java.folder);
    if (folder === undefined || foreignSource(folder, askedBy("java", request)) !== undefined) continue;
    const database = seemsUsable(folder, "java", now(), JAVA_MAX_AGE_MS);
    if (database) return database;
  }
  return undefined;
}

async function prepare(
  kind: DatabaseKind,
  request: DatabaseRequest,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const { store, timeoutMs } = request;
  // Before the check: what another run puts there meanwhile is looked at anew.
  const before = storedFolder(store, KINDS[kind].folder);
  const stored = await checkStored(kind, request, world);
  if (stored.state === "healthy" && askedBy(kind, request) === undefined)
    world.log.info(`${DATABASE_NAMES[kind]}: ${sourceWords(stored.database.folder)}, kept on this machine.`);
  if (stored.state === "healthy" && !stored.isDue) return stored.database;
  const end = performance.now() + timeoutMs;
  const since = Date.now();
  const { folder: name, name: called } = KINDS[kind];
  const lock = { folder: store, name, what: `the ${called}`, waitMs: timeoutMs / 2 };
  return whileLocked(lock, world, async () => {
    const isChanged = storedFolder(store, KINDS[kind].folder) !== before;
    const now = isChanged ? await checkStored(kind, request, world) : stored;
    if (now.state === "healthy" && !now.isDue) {
      world.log.info(`${DATABASE_NAMES[kind]}: another run on this machine has downloaded it meanwhile.`);
      return now.database;
    }
    if (now.state !== "healthy" && now.state !== "missing")
      world.log.info(`The stored ${DATABASE_NAMES[kind].toLowerCase()} is not used: ${now.why}.`);
    return refresh({ kind, stored: now }, { ...request, timeoutMs: end - performance.now(), since }, trivy, world);
  });
}

async function refresh(
  { kind, stored }: { readonly kind: DatabaseKind; readonly stored: Health },
  request: DatabaseRequest & { readonly since: number },
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const restored = stored.state === "healthy" ? undefined : await restore(kind, request, world);
  if (restored !== undefined && !restored.isDue) return restored.database;
  const usable = stored.state === "healthy" ? stored.database : restored?.database;
  try {
    const database = await download(kind, request, trivy, world);
    // No copy is needed if the machine keeps its databases, or if this one came from the cache and is unchanged.
    const isNew = stored.state !== "healthy" && database.updatedAt.getTime() !== usable?.updatedAt.getTime();
    if (isNew) request.cache?.save(cacheEntry(kind, database), database.folder);
    return database;
  } catch (error) {
    if (usable === undefined || world.signal.aborted) throw error;
    const words = `The ${DATABASE_NAMES[kind].toLowerCase()} of ${usable.updatedAt.toISOString()} is used`;
    const { code, message } = asGateError(error);
    if (code.endsWith("database-offline"))
      world.log.info(`${words}: \`offline\` names no repository to refresh it from.`);
    else world.log.warning(`${words}, as it could not be refreshed. ${message}`);
    return usable;
  }
}

async function download(
  kind: DatabaseKind,
  request: DatabaseRequest & { readonly since: number },
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const { repositories, offline: _offline, since, ...rest } = request;
  const named = repositories.length > 0;
  const asked = askedBy(kind, request);
  if (asked === undefined) throw offlineWithoutDatabase(kind);
  const note = { store: request.store, name: KINDS[kind].folder, asked };
  // If several runs waited for each other, all would fail in the same way, one after the other.
  const failed = failedMeanwhile(note, since);
  if (failed !== undefined) throw failed;
  try {
    return await downloadDatabase({ ...rest, kind, named, repositories: asked }, trivy, world);
  } catch (error) {
    if (error instanceof GateError && !world.signal.aborted) noteFailure(note, error);
    throw error;
  }
}

/** The repositories that a download would ask. Undefined: none may be asked, so whatever this machine has is meant. */
function askedBy(
  kind: DatabaseKind,
  { repositories, offline }: Pick<DatabaseRequest, "repositories" | "offline">,
): readonly string[] | undefined {
  if (offline && repositories.length === 0) return undefined;
  if (repositories.length > 0) return [...new Set(repositories)];
  return kind === "java" ? JAVA_REPOSITORIES : VULNERABILITY_REPOSITORIES;
}

/** The best stored database. Its SHA-256 is checked too. */
async function checkStored(kind: DatabaseKind, request: DatabaseRequest, world: World): Promise<Health> {
  let best: Health = { state: "missing" };
  for (const store of [request.store, ...(request.readOnly ?? [])]) {
    const folder = storedFolder(store, KINDS[kind].folder);
    if (folder === undefined) continue;
    const health = await checkWithChecksum(folder, kind, request, world);
    if (health.state === "healthy" && !health.isDue) return health;
    if (best.state !== "healthy" && health.state !== "missing") best = health;
  }
  return best;
}

async function checkWithChecksum(
  folder: string,
  kind: DatabaseKind,
  request: DatabaseRequest,
  world: World,
): Promise<Health> {
  const { maxAgeMs } = request;
  const foreign = foreignSource(folder, askedBy(kind, request));
  if (foreign !== undefined) return { state: "stale", why: foreign };
  const health = await checkDatabase(folder, kind, world.now(), maxAgeMs);
  // The hash comes last: it takes as long as everything else together.
  const broken = health.state === "healthy" ? await brokenChecksum(folder, filesOf(kind)) : undefined;
  return broken === undefined ? health : { state: "damaged", why: broken };
}

/** Puts the newest database of the shared cache into the store. Undefined: there is no usable one. */
async function restore(
  kind: DatabaseKind,
  request: DatabaseRequest,
  world: World,
): Promise<(Health & { state: "healthy" }) | undefined> {
  const { cache, store } = request;
  if (cache === undefined) return undefined;
  const folder = freshFolder(store);
  using _ = removedAtEnd(folder);
  const key = await cache.restore({ key: KINDS[kind].cachePrefix, files: cachedFiles(kind) }, folder);
  if (key === undefined) return undefined;
  const health = await checkWithChecksum(folder, kind, request, world);
  const why = health.state === "healthy" ? misnamed(key, kind, health.database) : "why" in health ? health.why : "";
  if (health.state === "healthy" && why === undefined) {
    const place = swapIn(store, KINDS[kind].folder, folder);
    return { ...health, database: { ...health.database, folder: place } };
  }
  // A workflow that rarely runs has an old copy in the cache. That is normal, so it is not a warning.
  if (health.state === "stale") world.log.info(`Cache: ${key} is not used: ${health.why}.`);
  else world.log.warning(unusableEntry(key, why || "a file of it is missing").message);
  return undefined;
}

function misnamed(key: string, kind: DatabaseKind, database: Database): string | undefined {
  return key === cacheEntry(kind, database).key ? undefined : `it was built ${database.updatedAt.toISOString()}`;
}

function cacheEntry(kind: DatabaseKind, { updatedAt }: Database) {
  return { key: datedKey(KINDS[kind].cachePrefix, updatedAt), files: cachedFiles(kind) };
}

function cachedFiles(kind: DatabaseKind): string[] {
  return [...filesOf(kind), CHECKSUM_FILE];
}

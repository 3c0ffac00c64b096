import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { GateError } from "../errors.ts";
import { runProcess } from "../process.ts";
import type { World } from "../world.ts";
import { type DatabaseKind, downloadArguments } from "./arguments.ts";
import { type Attempt, databaseError } from "./database-error.ts";
import { checkDatabase, type Database, type Health, KINDS } from "./database-health.ts";
import { trivyEnvironment } from "./environment.ts";
import { cancelled, fatalMessage, registryFailure } from "./failures.ts";
import type { InstalledTrivy } from "./install.ts";
import { isPrivate, privateFolder } from "./private-file.ts";

export type { Database } from "./database-health.ts";

export interface DatabaseRequest {
  /** Tried in order; empty: Trivy's own, then their public mirrors. */
  readonly repositories: readonly string[];
  /** For all repositories together, in milliseconds. */
  readonly timeoutMs: number;
  /** Folder that outlives the run, from {@link databaseStore}. */
  readonly store: string;
}

/** Trivy's defaults in its order, then the project's copies elsewhere. */
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
 * Where the databases live between runs: in the tool cache, in a folder that is ours alone; where there is none, in the
 * run's own folder.
 */
export function databaseStore(world: Pick<World, "env" | "runFolder" | "platform">): string {
  const root = world.env.RUNNER_TOOL_CACHE;
  if (root) {
    const folder = join(root, "image-gate");
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (isOursAlone(folder, world.platform)) return realpathSync(folder);
    } catch {
      // Not writable, or not a folder: without it every run downloads.
    }
  }
  return privateFolder(world, "store");
}

/** Mode 0700 and ours; a parent that others may write to lets them replace it, so it must have the sticky bit. */
function isOursAlone(folder: string, platform: NodeJS.Platform): boolean {
  if (!lstatSync(folder).isDirectory()) return false;
  if (platform === "win32") return true;
  return isPrivate(realpathSync(folder), platform);
}

/**
 * A vulnerability database that may be used: the stored one without any request while it is good and not due; else a
 * downloaded one; else, with a warning, the stored one while it is young enough.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, `run-cancelled`.
 */
export function prepareDatabase(request: DatabaseRequest, trivy: InstalledTrivy, world: World): Promise<Database> {
  return prepare("vulnerability", request, trivy, world);
}

/** The same for the database by which Trivy recognises jars, needed only where a target has any. */
export function prepareJavaDatabase(request: DatabaseRequest, trivy: InstalledTrivy, world: World): Promise<Database> {
  return prepare("java", request, trivy, world);
}

async function prepare(
  kind: DatabaseKind,
  request: DatabaseRequest,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const stored = checkStored(request.store, kind, world);
  if (stored.state === "healthy" && !stored.isDue) return stored.database;
  if (stored.state !== "healthy" && stored.state !== "missing")
    world.log.info(`The stored ${NAMES[kind]} is not used: ${stored.why}.`);
  try {
    return await download(kind, request, trivy, world);
  } catch (error) {
    if (stored.state !== "healthy" || world.signal.aborted || !(error instanceof GateError)) throw error;
    world.log.warning(
      `The ${NAMES[kind]} could not be refreshed, so the one of ${stored.database.updatedAt.toISOString()} is used. ${error.message}`,
    );
    return stored.database;
  }
}

const NAMES: Readonly<Record<DatabaseKind, string>> = {
  vulnerability: "vulnerability database",
  java: "Java database",
};

/** What the store's link points at, through the link: a later swap does not take it away from this run. */
function checkStored(store: string, kind: DatabaseKind, world: World): Health {
  try {
    return checkDatabase(realpathSync(join(store, KINDS[kind].folder)), kind, world.now());
  } catch {
    return { state: "missing" };
  }
}

/** Asks one repository after the other; each gets its share of the time that is left. */
async function download(
  kind: DatabaseKind,
  request: DatabaseRequest,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const defaults = kind === "java" ? JAVA_REPOSITORIES : VULNERABILITY_REPOSITORIES;
  const repositories = request.repositories.length > 0 ? request.repositories : defaults;
  const end = performance.now() + request.timeoutMs;
  const attempts: Attempt[] = [];
  clearLeftovers(request.store);
  for (const [index, repository] of repositories.entries()) {
    const left = end - performance.now();
    if (left <= 0) break;
    const timeoutMs = left / (repositories.length - index);
    const outcome = await attempt({ kind, repository, timeoutMs, store: request.store }, trivy, world);
    if (!("cause" in outcome)) return outcome;
    world.log.info(`${repository}: ${outcome.cause}.`);
    attempts.push(outcome);
  }
  throw databaseError(kind, attempts, request, repositories);
}

interface OneDownload {
  readonly kind: DatabaseKind;
  readonly repository: string;
  readonly timeoutMs: number;
  readonly store: string;
}

/** One repository: downloaded into a fresh folder, looked at, and only then put in the store's place. */
async function attempt(one: OneDownload, trivy: InstalledTrivy, world: World): Promise<Database | Attempt> {
  const { kind, repository, timeoutMs, store } = one;
  world.log.info(`Downloading the ${NAMES[kind]} from ${repository}`);
  const fresh = mkdtempSync(join(store, FRESH));
  try {
    const result = await runProcess(
      trivy.path,
      downloadArguments({ kind, repository, cacheFolder: fresh, timeoutMs }),
      {
        cwd: privateFolder(world, "cwd"),
        env: trivyEnvironment(world, "database"),
        deadlineMs: timeoutMs,
        signal: world.signal,
      },
    );
    if (result.aborted) throw cancelled();
    if (result.timedOut)
      return { repository, reason: "timeout", cause: `no answer within its ${Math.ceil(timeoutMs / 1000)} s` };
    if (result.code !== 0) return { repository, ...registryFailure(fatalMessage(result.stderr)) };
    const health = checkDatabase(join(fresh, KINDS[kind].folder), kind, world.now());
    if (health.state === "healthy") return swapIn(one, join(fresh, KINDS[kind].folder), health.database);
    if (health.state === "missing") return { repository, reason: "other", cause: "Trivy downloaded nothing from it" };
    return { repository, reason: health.state, cause: health.why };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

const FRESH = "fresh-";

/**
 * Each database is a folder of its own in the store, and a link names the current one: replacing a link is one step, and
 * whoever uses the one before it goes on using it.
 */
function swapIn({ kind, store }: OneDownload, fresh: string, database: Database): Database {
  const link = join(store, KINDS[kind].folder);
  const folder = mkdtempSync(`${link}-`);
  chmodSync(folder, 0o700);
  renameSync(fresh, folder);
  const before = targetOf(link);
  const newLink = `${folder}.link`;
  symlinkSync(folder, newLink, "junction");
  if (before === undefined) rmSync(link, { recursive: true, force: true });
  renameSync(newLink, link);
  clearOld(store, KINDS[kind].folder, [folder, before]);
  return { ...database, folder };
}

function targetOf(link: string): string | undefined {
  try {
    return lstatSync(link).isSymbolicLink() ? realpathSync(link) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Neither the current nor the one before it, nor a young one: runs that began at once each put theirs in place, and go on
 * using it when the next has replaced it.
 */
function clearOld(store: string, name: string, keep: readonly (string | undefined)[]): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Downloads that a killed run left behind; young ones may be another run's. */
function clearLeftovers(store: string): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, { recursive: true, force: true });
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** No run lasts longer: a scan's `timeout` is at most a day. */
function isOld(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && status.mtimeMs < Date.now() - DAY_MS;
}

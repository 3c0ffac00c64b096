import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ProcessResult, runProcess } from "../process.ts";
import type { World } from "../world.ts";
import { type DatabaseKind, downloadArguments } from "./arguments.ts";
import { type Attempt, databaseError } from "./database-error.ts";
import { checkDatabase, DATABASE_NAMES, type Database, filesOf, KINDS } from "./database-health.ts";
import { seal } from "./database-seal.ts";
import { clearLeftovers, freshFolder, swapIn } from "./database-store.ts";
import { trivyEnvironment } from "./environment.ts";
import { cancelled, fatalMessage, registryFailure, retryAfterMs, shortened } from "./failures.ts";
import type { InstalledTrivy } from "./install.ts";
import { privateFolder } from "./private-file.ts";
import { loginFor } from "./registry-login.ts";

export interface DatabaseDownload {
  readonly kind: DatabaseKind;
  /** Asked in this order. */
  readonly repositories: readonly string[];
  /** The user named them: each gets the Docker login of its own host. Others are asked without any login. */
  readonly named: boolean;
  /** For all repositories together, in milliseconds. */
  readonly timeoutMs: number;
  /** A database that was built longer ago is not taken. */
  readonly maxAgeMs: number;
  /** Where it is put, from `databaseStore`. */
  readonly store: string;
}

/** One repository, asked with a login or without. */
interface Way {
  readonly repository: string;
  /** A Docker configuration with its login. */
  readonly login?: string | undefined;
}

interface FailedAttempt extends Attempt {
  /** Further tries may go better: so many, and not before so many milliseconds, where the registry says so. */
  readonly retry?: { readonly times: number; readonly afterMs: number } | undefined;
  /** It may answer somebody without a login: an expired one is refused even where none is needed. */
  readonly refusedLogin?: boolean;
}

const FIRST_PAUSE_MS = 1000;
/** What a hanging download has written is thrown away, so that it need not end well; the others need the time. */
const GRACE_MS = 200;
/** Registries name pauses of some seconds; one that names more is not waited for. */
const MAX_PAUSE_MS = 20_000;

/**
 * A fresh database, whole, sealed and in the store's place. The repositories are asked one after the other, by one Trivy
 * process each: Trivy itself goes on to the next only after HTTP 429 and 5xx. Each gets its share of the time that is left,
 * and its process is ended when that is over. Where all failed, those that may do better are asked again, after a pause.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, for Java with `java-` before;
 * `run-cancelled`
 */
export async function downloadDatabase(
  download: DatabaseDownload,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database> {
  const end = performance.now() + download.timeoutMs;
  const failed = new Map<string, FailedAttempt>();
  clearLeftovers(download.store);
  let waiting = download.repositories.map((repository) => wayTo(repository, download, world));
  for (let round = 0; waiting.length > 0; round++) {
    const again: Way[] = [];
    if (!(await pause(round, [...failed.values()], end, world))) break;
    for (let way = waiting.shift(); way !== undefined; way = waiting.shift()) {
      const timeoutMs = (end - performance.now()) / (waiting.length + 1);
      if (timeoutMs <= 0) break;
      const outcome = await attempt(way, { ...download, timeoutMs }, trivy, world);
      if (!("cause" in outcome)) return outcome;
      failed.set(way.repository, outcome);
      if (outcome.refusedLogin) waiting.unshift({ repository: way.repository });
      else if (outcome.retry && round < outcome.retry.times) again.push(way);
    }
    waiting = again;
  }
  throw databaseError(download, [...failed.values()]);
}

function wayTo(repository: string, { named }: DatabaseDownload, world: World): Way {
  return { repository, login: named ? loginFor(repository, world) : undefined };
}

/**
 * Before a further round: at random about 1 s, then 3 s, so that many runs do not come back at the same moment; longer
 * where all registries ask for it. False: there is no time for it.
 */
async function pause(round: number, failed: readonly FailedAttempt[], end: number, { signal }: World) {
  if (round === 0) return true;
  const asked = Math.min(...failed.flatMap(({ retry }) => (retry ? [retry.afterMs] : [])));
  const ms = Math.max(FIRST_PAUSE_MS * 3 ** (round - 1) * (0.5 + Math.random()), asked);
  if (ms > MAX_PAUSE_MS || performance.now() + ms >= end) return false;
  await sleep(ms, undefined, { signal }).catch(() => {
    throw cancelled();
  });
  return true;
}

/** One repository: downloaded into a fresh folder, looked at, and only then put in the store's place. One line of log. */
async function attempt(
  way: Way,
  download: DatabaseDownload,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const { kind, store } = download;
  const began = performance.now();
  const fresh = freshFolder(store);
  try {
    const outcome = await fetch(way, fresh, download, trivy, world);
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    const from = `${DATABASE_NAMES[kind]}, ${way.repository}${way.login === undefined ? "" : " (with its Docker login)"}`;
    if ("cause" in outcome) {
      world.log.info(`${from}: ${outcome.cause} (${took}).`);
      return outcome;
    }
    const folder = swapIn(store, KINDS[kind].folder, outcome.folder);
    world.log.info(`${from}: downloaded in ${took}, built ${outcome.updatedAt.toISOString()}.`);
    return { ...outcome, folder };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function fetch(
  { repository, login }: Way,
  fresh: string,
  { kind, timeoutMs, maxAgeMs }: DatabaseDownload,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const env = trivyEnvironment(world, "database");
  const result = await runProcess(trivy.path, downloadArguments({ kind, repository, cacheFolder: fresh, timeoutMs }), {
    cwd: privateFolder(world, "cwd"),
    env: login === undefined ? env : { ...env, DOCKER_CONFIG: login },
    deadlineMs: timeoutMs,
    graceMs: GRACE_MS,
    signal: world.signal,
  });
  if (result.aborted) throw cancelled();
  if (result.timedOut)
    return { repository, reason: "timeout", cause: `no answer within its ${Math.ceil(timeoutMs / 1000)} s` };
  if (result.code !== 0) return failure(repository, result, login !== undefined, world);
  const folder = join(fresh, KINDS[kind].folder);
  const health = checkDatabase(folder, kind, world.now(), maxAgeMs);
  if (health.state === "missing") return { repository, reason: "other", cause: "Trivy downloaded nothing from it" };
  if (health.state !== "healthy") return { repository, reason: health.state, cause: health.why };
  await seal(folder, filesOf(kind));
  return health.database;
}

function failure(repository: string, { stderr }: ProcessResult, loggedIn: boolean, { log }: World): FailedAttempt {
  const message = fatalMessage(stderr);
  const { reason, cause, retries: times } = registryFailure(message);
  log.debug(`${repository}: ${shortened(message)}`);
  return {
    repository,
    reason,
    cause,
    refusedLogin: loggedIn && reason === "login",
    retry: times === undefined ? undefined : { times, afterMs: retryAfterMs(message) ?? 0 },
  };
}

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "../../../system/errors.ts";
import { type ProcessResult, runProcess } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import { clearLeftovers, freshFolder, swapIn } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { InstalledTrivy } from "../install/install.ts";
import { type DatabaseKind, downloadArguments } from "../scan/arguments.ts";
import { trivyEnvironment } from "../scan/environment.ts";
import { fatalMessage, registryFailure, retryAfterMs, shortened } from "../scan/process-output.ts";
import { type Attempt, databaseError } from "./errors.ts";
import { checkDatabase, DATABASE_NAMES, type Database, filesOf, KINDS, seal } from "./health.ts";
import { type Login, logins } from "./registry-login.ts";

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
  readonly login?: Login | undefined;
}

interface FailedAttempt extends Attempt {
  readonly way: Way;
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
 * and its process is ended when that is over ({@link shareOf}). Where all failed, those that may do better are asked again, after a pause.
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
  const loginTo = download.named ? logins(world) : () => undefined;
  let waiting = download.repositories.map((repository): Way => ({ repository, login: loginTo(repository) }));
  for (let round = 0; waiting.length > 0 && (await pause(round, [...failed.values()], end, world)); round++) {
    const outcome = await askEach(waiting, { ...download, end, round }, trivy, world);
    if (!Array.isArray(outcome)) return outcome;
    // That the time is over says less than what went wrong before.
    for (const each of outcome)
      if (each.reason !== "timeout" || !failed.has(each.way.repository)) failed.set(each.way.repository, each);
    waiting = outcome.filter(({ retry }) => retry !== undefined && round < retry.times).map(({ way }) => way);
  }
  throw databaseError(download, [...failed.values()]);
}

interface Round {
  /** When the time of all rounds is over, on `performance`'s clock. */
  readonly end: number;
  readonly round: number;
}

/** The first that has one; where none has, how each failed. */
async function askEach(
  ways: readonly Way[],
  download: DatabaseDownload & Round,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt[]> {
  const failed: FailedAttempt[] = [];
  const waiting = [...ways];
  for (let way = waiting.shift(); way !== undefined; way = waiting.shift()) {
    const left = download.end - performance.now();
    if (left <= 0) break;
    const outcome = await attempt(way, { ...download, ...shareOf(left, waiting.length) }, trivy, world);
    if (!("cause" in outcome)) return outcome;
    if (outcome.refusedLogin) waiting.unshift({ repository: way.repository });
    else failed.push(outcome);
  }
  return failed;
}

/**
 * Of the time that is left a repository that sends nothing gets an equal part. One that sends may take up to a half: a slow
 * one that would have come to its end is better than the next, which may be slow as well.
 */
function shareOf(left: number, others: number): Share {
  return { silenceMs: left / (others + 1), timeoutMs: others === 0 ? left : left / 2 };
}

interface Share {
  readonly silenceMs: number;
  readonly timeoutMs: number;
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
  download: DatabaseDownload & Share,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const { kind, store } = download;
  const began = performance.now();
  const fresh = freshFolder(store);
  try {
    const outcome = await fetch(way, { ...download, fresh }, trivy, world);
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
  way: Way,
  { kind, timeoutMs, silenceMs, maxAgeMs, fresh }: DatabaseDownload & Share & { readonly fresh: string },
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const { repository, login } = way;
  const env = login?.viaHelper ? trivyEnvironment(world, "registry") : trivyEnvironment(world, "database");
  const temporary = env.TMPDIR ?? env.TMP ?? fresh;
  const result = await runProcess(trivy.path, downloadArguments({ kind, repository, cacheFolder: fresh, timeoutMs }), {
    cwd: privateFolder(world, "cwd"),
    env: login === undefined ? env : { ...env, DOCKER_CONFIG: login.folder },
    deadlineMs: timeoutMs,
    graceMs: GRACE_MS,
    idle: { afterMs: silenceMs, progress: () => bytesBelow(fresh) + bytesBelow(temporary) },
    signal: world.signal,
  });
  if (result.aborted) throw cancelled();
  if (result.timedOut) {
    const cause = result.idle
      ? `nothing came for ${seconds(silenceMs)}`
      : `it was still sending after its ${seconds(timeoutMs)}`;
    return { way, repository, reason: "timeout", cause };
  }
  if (result.code !== 0) return failure(way, result, world);
  const folder = join(fresh, KINDS[kind].folder);
  const health = await checkDatabase(folder, kind, world.now(), maxAgeMs);
  if (health.state === "missing")
    return { way, repository, reason: "other", cause: "Trivy downloaded nothing from it" };
  if (health.state !== "healthy") return { way, repository, reason: health.state, cause: health.why };
  await seal(folder, filesOf(kind));
  return health.database;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

/** What a download has written so far; files that go meanwhile count as nothing. */
function bytesBelow(folder: string): number {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return files.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  } catch {
    return 0;
  }
}

function failure(way: Way, { stderr }: ProcessResult, { log }: World): FailedAttempt {
  const { repository, login } = way;
  const message = fatalMessage(stderr);
  const { reason, cause, retries: times } = registryFailure(message);
  log.debug(`${repository}: ${shortened(message)}`);
  return {
    way,
    repository,
    reason,
    cause,
    refusedLogin: login !== undefined && reason === "login",
    retry: times === undefined ? undefined : { times, afterMs: retryAfterMs(message) ?? 0 },
  };
}

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Login, logins } from "../../../images/registry/login.ts";
import { writeChecksums } from "../../../supply/checksums.ts";
import { cancelled } from "../../../system/errors.ts";
import { type ProcessResult, runProcess } from "../../../system/process.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { clearLeftovers, freshFolder, swapIn } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { InstalledTrivy } from "../install/install.ts";
import { downloadArguments } from "../process/arguments.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { fatalMessage, shortened } from "../process/process-output.ts";
import { type Asked, type Attempt, databaseError } from "./errors.ts";
import { checkDatabase, DATABASE_NAMES, type Database, filesOf, KINDS } from "./health.ts";
import { registryFailure, retryAfterMs } from "./registry-failures.ts";

export interface DatabaseDownload extends Asked {
  /** Maximum age since it was built, in milliseconds. An older database is not used. */
  readonly maxAgeMs: number;
  /** Folder from `databaseStore` for the result. */
  readonly store: string;
}

/** One repository, contacted with or without a login. */
interface Way {
  readonly repository: string;
  readonly login?: Login | undefined;
}

interface FailedAttempt extends Attempt {
  readonly way: Way;
  /** Retries may help: how many, and after how many milliseconds at the earliest, if the registry says so. */
  readonly retry?: { readonly times: number; readonly afterMs: number } | undefined;
  /** It may answer without a login: registries refuse an expired login even if none is needed. */
  readonly refusedLogin?: boolean;
}

const FIRST_PAUSE_MS = 1000;
/** A stuck download is discarded, so it need not shut down cleanly. The other repositories need the time. */
const GRACE_MS = 200;
/** Registries ask for pauses of some seconds. If one asks for more, we do not wait. */
const MAX_PAUSE_MS = 20_000;

/**
 * Downloads a fresh database, checks and checksums it, and puts it into the store. The repositories are tried one after
 * the other, each by its own Trivy process, since Trivy itself tries the next one only after HTTP 429 and 5xx. Each
 * gets a share of the remaining time, and its process is ended after that ({@link shareOf}). If all fail, those for
 * which a retry may help are tried again after a pause.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, for Java with the prefix `java-`;
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
    // A timeout says less than an earlier failure.
    for (const each of outcome)
      if (each.reason !== "timeout" || !failed.has(each.way.repository)) failed.set(each.way.repository, each);
    waiting = outcome.filter(({ retry }) => retry !== undefined && round < retry.times).map(({ way }) => way);
  }
  throw databaseError(download, [...failed.values()]);
}

interface Round {
  /** When the time for all rounds ends, by `performance.now()`. */
  readonly end: number;
  readonly round: number;
}

/** The first repository's database, or how each repository failed. */
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
 * A repository that sends nothing gets an equal share of the remaining time. One that does send may take up to half of
 * it: a slow download that would finish is better than the next repository, which may be slow too.
 */
function shareOf(left: number, others: number): Share {
  return { silenceMs: left / (others + 1), timeoutMs: others === 0 ? left : left / 2 };
}

interface Share {
  readonly silenceMs: number;
  readonly timeoutMs: number;
}

/**
 * Waits before the next round: a random time of about 1 s, then 3 s, so that many runs do not return at the same
 * moment. Waits longer if all registries ask for it. Returns false if there is no time for that.
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

/**
 * Tries one repository: downloads into a fresh folder, checks the result, then moves it to the store. Logs one line.
 */
async function attempt(
  way: Way,
  download: DatabaseDownload & Share,
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const { kind, store } = download;
  const began = performance.now();
  const fresh = freshFolder(store);
  using _ = removedAtEnd(fresh);
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
}

async function fetch(
  way: Way,
  { kind, timeoutMs, silenceMs, maxAgeMs, fresh }: DatabaseDownload & Share & { readonly fresh: string },
  trivy: InstalledTrivy,
  world: World,
): Promise<Database | FailedAttempt> {
  const { repository, login } = way;
  const env = login?.viaHelper ? trivyEnvironment(world, "private-database") : trivyEnvironment(world, "database");
  const temporary = env.TMPDIR ?? env.TMP ?? fresh;
  const advance = { what: DATABASE_NAMES[kind], unit: "bytes" } as const;
  const written = (): number => {
    const bytes = bytesBelow(fresh) + bytesBelow(temporary);
    // Only Trivy knows how large it is in all.
    world.log.advance?.({ ...advance, done: bytes });
    return bytes;
  };
  const result = await runProcess(trivy.path, downloadArguments({ kind, repository, cacheFolder: fresh, timeoutMs }), {
    cwd: privateFolder(world, "cwd"),
    env: login === undefined ? env : { ...env, DOCKER_CONFIG: login.folder },
    deadlineMs: timeoutMs,
    graceMs: GRACE_MS,
    idle: { afterMs: silenceMs, progress: written },
    signal: world.signal,
  });
  world.log.advance?.({ ...advance, done: 0, of: 0 });
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
  await writeChecksums(folder, filesOf(kind), repository);
  return health.database;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

/** How many bytes a download has written so far. Files that disappear meanwhile count as 0. */
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

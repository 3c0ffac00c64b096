import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled, tryOr } from "../errors.ts";
import type { World } from "../world.ts";

type LockWorld = Pick<World, "signal" | "log">;

/** Milliseconds between two tries to take a lock that another run holds. */
const POLL_MS = 100;
/** SQLite's result code SQLITE_BUSY. */
const BUSY = 5;

interface LockRequest {
  /** Absolute, ours alone. */
  readonly folder: string;
  /** Of the lock; it must be a valid file name. */
  readonly name: string;
  /** What the log says that the other run is downloading: `the vulnerability database`. */
  readonly what: string;
  /** What it does with that. Absent: `downloading`. */
  readonly doing?: string | undefined;
  readonly waitMs: number;
}

/**
 * Does `work` while no other run on this machine works under the same lock. If another run holds the lock for longer
 * than `waitMs`, or the folder allows no lock, the work is done without one.
 *
 * SQLite takes a lock of the operating system on a file. It ends when the process that holds it ends, even if that is
 * killed, and it works across containers that share the folder. The file stays in `locks` and means nothing.
 * @throws GateError `run-cancelled`; also what `work` throws
 */
export async function whileLocked<T>(
  request: LockRequest,
  world: LockWorld,
  work: (lock: "held" | "not-held") => Promise<T>,
): Promise<T> {
  const lock = await take(request, world);
  try {
    return await work(lock === undefined ? "not-held" : "held");
  } finally {
    lock?.close();
  }
}

async function take(
  { folder, name, what, doing = "downloading", waitMs }: LockRequest,
  { signal, log }: LockWorld,
): Promise<DatabaseSync | undefined> {
  const end = performance.now() + waitMs;
  for (let isLogged = false; ; isLogged = true) {
    if (signal.aborted) throw cancelled();
    const lock = await tryToLock(folder, name, "BEGIN EXCLUSIVE");
    if (typeof lock === "object") return lock;
    if (lock === "impossible") return undefined;
    if (performance.now() >= end) {
      log.info("The other run takes too long: this one goes on by itself.");
      return undefined;
    }
    if (!isLogged)
      log.info(`Another run on this machine is ${doing} ${what}; waiting for at most ${Math.ceil(waitMs / 1000)} s.`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * A lock of SQLite's on a file in the store's folder of locks, until it is closed or the process ends.
 * @param statements take it
 */
export async function tryToLock(
  store: string,
  name: string,
  statements: string,
): Promise<DatabaseSync | "busy" | "impossible"> {
  // Loaded only here, as most runs find everything in place.
  const { DatabaseSync } = await import("node:sqlite");
  let file: DatabaseSync | undefined;
  try {
    const folder = join(store, "locks");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    file = new DatabaseSync(join(folder, name));
    file.exec(`PRAGMA busy_timeout = 0; ${statements}`);
    return file;
  } catch (error) {
    tryOr(() => file?.close(), undefined);
    return (error as { errcode?: number }).errcode === BUSY ? "busy" : "impossible";
  }
}

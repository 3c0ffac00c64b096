import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled, tryOr } from "../errors.ts";
import type { World } from "../world.ts";

// SQLite takes a lock of the operating system on a file. It ends when the process that holds it ends, even if that is
// killed, and it works across containers that share the folder. The file stays in `locks` and means nothing.

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
 * @throws GateError `run-cancelled`; also what `work` throws
 */
export async function whileLocked<T>(
  { folder, name, what, doing = "downloading", waitMs }: LockRequest,
  { signal, log }: Pick<World, "signal" | "log">,
  work: (lock: "held" | "not-held") => Promise<T>,
): Promise<T> {
  const wait = {
    signal,
    waitMs,
    onBusy: () =>
      log.info(`Another run on this machine is ${doing} ${what}; waiting for at most ${Math.ceil(waitMs / 1000)} s.`),
  };
  const lock = await take(folder, name, wait);
  if (lock === "busy" && !signal.aborted) log.info("The other run takes too long: this one goes on by itself.");
  const isHeld = typeof lock === "object";
  try {
    if (signal.aborted) throw cancelled();
    return await work(isHeld ? "held" : "not-held");
  } finally {
    if (isHeld) lock.close();
  }
}

interface Wait {
  readonly signal: AbortSignal;
  readonly waitMs: number;
  /** Called once, before the first pause. */
  readonly onBusy: () => void;
}

async function take(folder: string, name: string, { signal, waitMs, onBusy }: Wait) {
  const end = performance.now() + waitMs;
  for (let tries = 0; ; tries += 1) {
    const lock = await tryToLock(folder, name);
    if (lock !== "busy" || signal.aborted || performance.now() >= end) return lock;
    if (tries === 0) onBusy();
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** A lock is held until it is closed or the process ends. */
async function tryToLock(folder: string, name: string): Promise<DatabaseSync | "busy" | "impossible"> {
  // Loaded only here, as most runs find everything in place.
  const { DatabaseSync } = await import("node:sqlite");
  let file: DatabaseSync | undefined;
  try {
    const locks = join(folder, "locks");
    mkdirSync(locks, { recursive: true, mode: 0o700 });
    file = new DatabaseSync(join(locks, name));
    file.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return file;
  } catch (error) {
    tryOr(() => file?.close(), undefined);
    return (error as { errcode?: number }).errcode === BUSY ? "busy" : "impossible";
  }
}

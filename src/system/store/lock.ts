import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "../errors.ts";
import type { World } from "../world.ts";

// SQLite takes a lock of the operating system on a file. It ends when the process that holds it ends, even if that is
// killed, and it works across containers that share the folder. The file stays in `locks`, with no meaning.

/** Milliseconds between two tries to take a lock that another run holds. */
const POLL_MS = 100;
/** SQLite's result code SQLITE_BUSY. */
const BUSY = 5;

interface LockRequest {
  /** Absolute, ours alone. */
  readonly folder: string;
  /** The lock's name, which must be a valid file name. */
  readonly name: string;
  /** The other run's work, for the log: `downloading the vulnerability database`. */
  readonly doing: string;
  readonly waitMs: number;
}

/**
 * Does `work` while no other run on this machine works under the same lock. If another run holds the lock for longer
 * than `waitMs`, or the folder allows no lock, the work is done without one.
 * @throws GateError `run-cancelled`; also what `work` throws
 */
export async function whileLocked<T>(
  { folder, name, doing, waitMs }: LockRequest,
  { signal, log }: Pick<World, "signal" | "log">,
  work: (lock: "held" | "not-held") => Promise<T>,
): Promise<T> {
  const end = performance.now() + waitMs;
  let lock = await tryToLock(folder, name);
  if (lock === "busy")
    log.info(`Another run on this machine is ${doing}; waiting for at most ${Math.ceil(waitMs / 1000)} s.`);
  while (lock === "busy" && !signal.aborted && performance.now() < end) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    lock = await tryToLock(folder, name);
  }
  using held = typeof lock === "object" ? lock : undefined;
  if (signal.aborted) throw cancelled();
  if (lock === "busy") log.info("The other run takes too long: this one goes on by itself.");
  return await work(held === undefined ? "not-held" : "held");
}

/** A lock is held until it is closed or the process ends. */
async function tryToLock(folder: string, name: string): Promise<Disposable | "busy" | "impossible"> {
  // Loaded only here, as most runs find everything in place.
  const { DatabaseSync } = await import("node:sqlite");
  using cleanup = new DisposableStack();
  try {
    const locks = join(folder, "locks");
    mkdirSync(locks, { recursive: true, mode: 0o700 });
    const file = cleanup.adopt(new DatabaseSync(join(locks, name)), (each) => each.close());
    file.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return cleanup.move();
  } catch (error) {
    return (error as { errcode?: number }).errcode === BUSY ? "busy" : "impossible";
  }
}

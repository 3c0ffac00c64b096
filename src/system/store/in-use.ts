import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { World } from "../world.ts";
import { tryToLock } from "./lock.ts";
import { databaseStore } from "./store.ts";

/** The lock's file in the store's folder of locks. */
const NAME = "in-use";
const POLL_MS = 100;
/** Removing takes seconds. After that long, something else is wrong, and a scan need not wait for it. */
const WAIT_MS = 60_000;

/** What holds the store in use, until it is let go or the process ends. Without a reference, it would be collected. */
const held = new Set<DatabaseSync>();

export interface Held {
  release(): void;
}

/**
 * Says that this process uses what is in the store, beside any number of others. Waits while another one removes it.
 * SQLite's shared lock is one of the operating system, and ends with the process. Never throws.
 */
export async function holdInUse(store: string, { signal }: Pick<World, "signal">): Promise<Held> {
  const end = performance.now() + WAIT_MS;
  while (!signal.aborted && performance.now() < end) {
    const lock = await tryToLock(store, NAME, "BEGIN; SELECT 1 FROM sqlite_schema");
    if (lock === "impossible") break;
    if (lock !== "busy") {
      held.add(lock);
      return { release: () => void (held.delete(lock) && lock.close()) };
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return { release: () => {} };
}

/** So that `clean` in another terminal removes no database that this process scans with. */
export async function holdDatabases(world: World): Promise<void> {
  await holdInUse(databaseStore(world), world);
}

/**
 * Does `work` if no process uses the store, and keeps others out meanwhile.
 * @returns false if the store is in use, so that nothing was done
 */
export async function whileUnused(store: string, work: () => void): Promise<boolean> {
  const lock = await tryToLock(store, NAME, "BEGIN EXCLUSIVE");
  if (lock === "busy") return false;
  try {
    work();
    return true;
  } finally {
    if (lock !== "impossible") lock.close();
  }
}

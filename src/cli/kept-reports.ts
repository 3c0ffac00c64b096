import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { databaseStores } from "../system/store/store.ts";
import type { World } from "../system/world.ts";

/** Reports that are kept; older ones go. */
const MOST = 10;
/** Its folder in the store. */
const REPORTS_FOLDER = "reports";

type StoreWorld = Pick<World, "env" | "toolCache" | "runFolder" | "platform">;

/**
 * Keeps a run's JSON report, so that `explain` can ask it. Never throws: nothing depends on it.
 * @param report absolute path
 */
export function keepReport(report: string, world: StoreWorld & Pick<World, "now">): void {
  try {
    const { store, problem } = databaseStores(world);
    if (problem !== undefined) return;
    const folder = join(store, REPORTS_FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${world.now().toISOString().replaceAll(":", "-")}-${randomUUID().slice(0, 8)}.json`;
    copyFileSync(report, join(folder, `${name}.part`));
    renameSync(join(folder, `${name}.part`), join(folder, name));
    for (const old of keptIn(folder).slice(MOST)) rmSync(join(folder, old), { force: true });
  } catch {
    // Without it, `explain` asks for a report.
  }
}

/** Absolute path of the newest kept report; undefined if there is none. */
export function newestReport(world: StoreWorld): string | undefined {
  try {
    const { store, problem } = databaseStores(world);
    if (problem !== undefined) return undefined;
    const folder = join(store, REPORTS_FOLDER);
    const [newest] = keptIn(folder);
    return newest === undefined ? undefined : join(folder, newest);
  } catch {
    return undefined;
  }
}

/** Names of the reports, the newest first. */
function keptIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .reverse();
}

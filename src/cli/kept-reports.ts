import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryOr } from "../system/errors.ts";
import { replaceWhole } from "../system/given-files.ts";
import { databaseStore, type StoreWorld } from "../system/store/store.ts";

/** The absolute path at which the last run's report is kept. Undefined: this machine keeps none. */
function placeIn(world: StoreWorld): string | undefined {
  const { store, problem } = databaseStore(world);
  return problem === undefined ? join(store, "reports", "last.json") : undefined;
}

/**
 * Keeps a run's JSON report, so that `explain` can ask it. Never throws: without it, `explain` asks for a report.
 * @param report absolute path
 */
export function keepReport(report: string, world: StoreWorld): void {
  tryOr(() => {
    const place = placeIn(world);
    if (place === undefined) return;
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    replaceWhole(place, [readFileSync(report)], { mode: 0o600 });
  }, undefined);
}

/** Absolute path of the kept report; undefined if there is none. */
export function newestReport(world: StoreWorld): string | undefined {
  const place = tryOr(() => placeIn(world), undefined);
  return place !== undefined && existsSync(place) ? place : undefined;
}

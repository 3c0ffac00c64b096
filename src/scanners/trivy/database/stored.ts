import { background } from "../../../system/background.ts";
import { databaseStores, storedFolder } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings, StoredDatabase } from "../../scanner.ts";
import type { InstalledTrivy } from "../install/install.ts";
import { prepareDatabase, prepareJavaDatabase } from "./database.ts";
import { checkDatabase, JAVA_MAX_AGE_MS, KINDS } from "./health.ts";

/** The databases in the store, as they are; nothing is downloaded. */
export async function storedDatabases(store: string, now: Date, maxAgeMs: number): Promise<StoredDatabase[]> {
  const kinds = [
    ["vulnerability", maxAgeMs],
    ["java", JAVA_MAX_AGE_MS],
  ] as const;
  return Promise.all(
    kinds.map(async ([kind, age]): Promise<StoredDatabase> => {
      const { folder: link, name } = KINDS[kind];
      const folder = storedFolder(store, link);
      if (folder === undefined) return { name, state: "missing" };
      const health = await checkDatabase(folder, kind, now, age);
      if (health.state === "missing") return { name, state: "missing" };
      if (health.state !== "healthy") return { name, state: "unusable", why: health.why };
      const { updatedAt, nextUpdate } = health.database;
      return { name, state: health.isDue ? "due" : "current", builtAt: updatedAt, nextUpdate };
    }),
  );
}

/**
 * Downloads the databases that are missing or due.
 * @throws GateError `database-…`, `run-cancelled`
 */
export async function updateDatabases(
  trivy: InstalledTrivy,
  settings: ScannerSettings,
  { java }: { readonly java: boolean },
  world: World,
): Promise<void> {
  await using work = background(world.signal);
  const { timeout: timeoutMs, maxDbAge: maxAgeMs, offline, cache } = settings;
  const { store, readOnly } = databaseStores(world);
  const request = { timeoutMs, maxAgeMs, offline, cache, store, readOnly };
  await work.begin((signal) =>
    prepareDatabase({ ...request, repositories: settings.dbRepository }, trivy, { ...world, signal }),
  );
  if (!java) return;
  await work.begin((signal) =>
    prepareJavaDatabase({ ...request, repositories: settings.javaDbRepository }, trivy, { ...world, signal }),
  );
}

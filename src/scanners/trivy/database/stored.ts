import { readNote } from "../../../supply/kept.ts";
import { databaseStore, storedFolder } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings, StoredDatabase } from "../../scanner.ts";
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
      const { checkedAt } = readNote(folder) ?? { checkedAt: now.toISOString() };
      const checked = await checkDatabase(folder, kind, { now, maxAgeMs: age, checkedAt });
      if ("why" in checked) return { name, state: "unusable", why: checked.why };
      const { updatedAt, nextUpdate } = checked.value;
      return { name, state: checked.isDue ? "due" : "current", builtAt: updatedAt, nextUpdate };
    }),
  );
}

/**
 * Downloads the databases that are missing or due.
 * @throws GateError `database-…`, `run-cancelled`
 */
export async function updateDatabases(
  settings: ScannerSettings,
  { java }: { readonly java: boolean },
  world: World,
): Promise<void> {
  const { timeout: timeoutMs, maxDbAge: maxAgeMs, offline, cache } = settings;
  const { store } = databaseStore(world);
  const request = { timeoutMs, maxAgeMs, offline, cache, store };
  await prepareDatabase({ ...request, repositories: settings.dbRepository }, world);
  if (java) await prepareJavaDatabase({ ...request, repositories: settings.javaDbRepository }, world);
}

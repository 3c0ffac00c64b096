import { readNote } from "../../../supply/kept.ts";
import { databaseStore, storedFolder } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings, StoredDatabase } from "../../scanner.ts";
import { prepareDatabase } from "./database.ts";
import { checkDatabase, KINDS } from "./health.ts";

/** The state of the databases in the store; nothing is downloaded. */
export async function storedDatabases(store: string, now: Date, maxAgeMs: number): Promise<StoredDatabase[]> {
  return Promise.all(
    (["vulnerability", "java"] as const).map(async (kind): Promise<StoredDatabase> => {
      const { folder: link, name } = KINDS[kind];
      const folder = storedFolder(store, link);
      if (folder === undefined) return { name, state: "missing" };
      const { checkedAt } = readNote(folder) ?? { checkedAt: now.toISOString() };
      const checked = await checkDatabase(folder, kind, { now, maxAgeMs, checkedAt });
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
  const request = { ...settings, store: databaseStore(world).store };
  await prepareDatabase("vulnerability", request, world);
  if (java) await prepareDatabase("java", request, world);
}

import type { InstalledProgram } from "../../../supply/installed.ts";
import { type DataSet, kept, logOldCopy } from "../../../supply/kept.ts";
import { databaseStore } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings } from "../../scanner.ts";
import { fetchDatabase, loginsTo, newestArchive, type Place, PUBLIC, placeOf } from "./download.ts";
import { databaseError, failureOf, offlineWithoutDatabase } from "./errors.ts";
import type { DatabaseFacts } from "./facts.ts";
import { checkDatabase, type Database, FILE, FILES, type HealthRules } from "./health.ts";

/** `dbRepository` is as in `grype-db`. */
export type DatabaseRequest = Pick<ScannerSettings, "dbRepository" | "maxDbAge" | "offline" | "cache" | "timeout"> &
  Pick<HealthRules, "minBytes">;

/** Grype itself asks at most this often. */
const LOOK_AFTER_MS = 2 * 3_600_000;

/**
 * Provides a usable database of Grype's, checked against its hashes at each start. The stored one is used if it is the
 * archive that is meant, or was compared with its listing not long ago.
 * @throws GateError `grype-database-…`, `run-cancelled`
 */
export async function prepareDatabase(
  request: DatabaseRequest,
  grype: Pick<InstalledProgram, "path" | "version">,
  world: World,
): Promise<Database> {
  const { store, problem } = databaseStore(world);
  if (problem !== undefined) world.log.info(`Databases are not kept on this machine: ${problem}.`);
  const set = dataSet(request, grype, world);
  const { value, folder, note, notRefreshed } = await kept(set, { ...request, store }, world);
  if (notRefreshed !== undefined) logOldCopy(set, value.built, notRefreshed, world.log);
  return { ...value, folder, sha256: note.files[FILE] };
}

function dataSet(
  { offline, timeout, minBytes, maxDbAge: maxAgeMs, dbRepository }: DatabaseRequest,
  { path: program, version: grype }: Pick<InstalledProgram, "path" | "version">,
  world: World,
): DataSet<DatabaseFacts, Place> {
  const places = dbRepository.length > 0 ? dbRepository.map(placeOf) : offline ? [] : [PUBLIC];
  const loginTo = loginsTo(world);
  const archives = new Set(places.map(({ archive }) => archive?.sha256 ?? ""));
  /** An archive with a hash never changes. */
  const isDue = (archive: string | undefined, checkedAt: string): boolean => {
    if (archive !== undefined && archives.has(archive)) return false;
    const since = world.now().getTime() - Date.parse(checkedAt);
    return since < 0 || since >= LOOK_AFTER_MS;
  };
  return {
    name: "grype-db",
    called: "Grype's database",
    files: FILES,
    cachePrefix: "grype-db-v6-",
    sources: places.length === 0 ? undefined : places,
    async check(folder, { mark, checkedAt }) {
      const rules = { maxAgeMs, now: world.now(), minBytes, grype };
      const facts = await checkDatabase(folder, mark.grype, rules);
      return "why" in facts ? facts : { value: facts, dated: facts.built, isDue: isDue(mark.archive, checkedAt) };
    },
    async fetch(place, into, { signal, former }) {
      // A source that the user names gets its host's Docker login. The public one gets none.
      const asking = { signal, loginTo: place === PUBLIC ? undefined : loginTo };
      const archive = place.archive ?? (await newestArchive(place.name, asking));
      if (archive.sha256 === former?.mark.archive) return "unchanged";
      await fetchDatabase({ archive, into, program }, asking, world);
      return { archive: archive.sha256, grype };
    },
    faultOf: failureOf,
    error: (faults, untried) => databaseError(faults, untried, timeout),
    offline: offlineWithoutDatabase,
  };
}

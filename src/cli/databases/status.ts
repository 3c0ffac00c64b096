import { type KeptDatabases, keptDatabases } from "../../actions/gate/databases.ts";
import { age } from "../../render/shared/phrases.ts";
import { SCANNER } from "../../scanners/list.ts";
import type { StoredDatabase } from "../../scanners/scanner.ts";
import { type StoredEntry, type StoredKind, storedEntries } from "../../system/store/contents.ts";
import type { World } from "../../system/world.ts";
import { type Answer, jsonOf, linesOf } from "../reading.ts";

/** Names of what is kept, in the order in which it is listed. */
const KIND_NAMES: Readonly<Record<StoredKind | "other", string>> = {
  database: "vulnerability database",
  "java-database": "Java database",
  "exploit-data": "KEV and EPSS",
  scanner: "scanner",
  layers: "layers of images",
  reports: "reports",
  leftover: "broken downloads",
  other: "not ours",
};

/** The entries of the store, which has the scanner's programs, too. */
export function entriesIn(store: string): StoredEntry[] {
  return storedEntries(store, SCANNER.name.toLowerCase());
}

/**
 * `db status`: which databases are here and how old they are, and the sizes of all that is kept. Downloads nothing.
 * @throws GateError `input-invalid`
 */
export async function databaseStatus(
  given: ReadonlyMap<string, string>,
  { json }: { readonly json?: boolean | undefined },
  world: World,
): Promise<Answer> {
  const kept = await keptDatabases(given, world);
  const entries = kept.problem === undefined ? entriesIn(kept.store) : [];
  if (!json) return { out: linesOf(textOf(kept, entries, world.now())), err: "", code: 0 };
  const { store, problem, databases } = kept;
  const bytes = entries.reduce((sum, each) => sum + each.bytes, 0);
  return {
    out: jsonOf({ store: problem === undefined ? store : null, problem, databases, entries, bytes }),
    err: "",
    code: 0,
  };
}

function textOf({ store, problem, databases }: KeptDatabases, entries: readonly StoredEntry[], now: Date): string[] {
  if (problem !== undefined) return [`Nothing is kept on this machine: ${problem}.`];
  return [
    store,
    ...databases.map((each) => `  ${each.name.padEnd(WIDTH)} ${stateWords(each, now)}`),
    "",
    ...sizeLines(entries, now),
  ];
}

const WIDTH = 24;

function stateWords({ state, why, builtAt, nextUpdate }: StoredDatabase, now: Date): string {
  if (state === "missing") return "not here";
  if (state === "unusable" || builtAt === undefined) return `not usable: ${why}`;
  const old = age(builtAt.toISOString(), now) ?? "0 minutes";
  const built = `built ${builtAt.toISOString()}, ${old} old`;
  if (state === "due") return `${built}; a newer one is out: image-gate db update`;
  return `${built}; the next is due ${nextUpdate?.toISOString()}`;
}

/** One line for each kind that is there, and the sum. */
export function sizeLines(entries: readonly StoredEntry[], now: Date): string[] {
  if (entries.length === 0) return ["  nothing is kept"];
  const groups = Map.groupBy(entries, ({ kind }) => kind ?? "other");
  const lines = Object.entries(KIND_NAMES).flatMap(([kind, name]) => {
    const group = groups.get(kind as StoredKind | "other");
    if (group === undefined) return [];
    const bytes = group.reduce((sum, each) => sum + each.bytes, 0);
    const newest = new Date(Math.max(...group.map(({ modifiedAt }) => modifiedAt.getTime())));
    const old = age(newest.toISOString(), now);
    return [`  ${name.padEnd(WIDTH)} ${sizeOf(bytes).padStart(9)}${old === undefined ? "" : `, ${old} old`}`];
  });
  const sum = entries.reduce((all, each) => all + each.bytes, 0);
  return [...lines, `  ${"all".padEnd(WIDTH)} ${sizeOf(sum).padStart(9)}`];
}

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** `160 MB`, in powers of a thousand. */
export function sizeOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

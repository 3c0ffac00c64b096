import { existsSync } from "node:fs";
import { counted } from "../../domain/list-some.ts";
import { GateError } from "../../system/errors.ts";
import { removeEntries, type StoredKind } from "../../system/store/contents.ts";
import { foldersOfKilledRuns, removeFolders } from "../../system/store/killed-runs.ts";
import { whileUnused } from "../../system/store/lock.ts";
import { databaseStores } from "../../system/store/store.ts";
import type { World } from "../../system/world.ts";
import { type Answer, jsonOf, linesOf } from "../reading.ts";
import { entriesIn, sizeLines, sizeOf } from "./status.ts";

/** What `--only` names, and which kinds that are. */
export const PARTS = {
  databases: ["database", "java-database", "exploit-data"],
  scanner: ["scanner"],
  layers: ["layers"],
  reports: ["reports"],
} as const satisfies Record<string, readonly StoredKind[]>;
export type Part = keyof typeof PARTS;

export interface CleanArguments {
  /** Only these; absent: all. */
  readonly only?: readonly Part[] | undefined;
  /** Says what would be removed. */
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * `clean`: removes what is kept on this machine. What is not ours stays, and so does everything while a command scans.
 * @throws GateError `store-in-use`, `store-not-removed`
 */
export async function clean({ only, dryRun = false, json }: CleanArguments, world: World): Promise<Answer> {
  const { store, problem } = databaseStores(world);
  const killed = only === undefined ? foldersOfKilledRuns(world.temp, world.now()) : [];
  if (!dryRun) removeFolders(killed);
  if (problem !== undefined && world.toolCache !== undefined && existsSync(world.toolCache))
    throw notRemoved(world.toolCache, problem);
  const killedLines = killed.length === 0 ? [] : [killedWords(killed.length, world.temp, dryRun)];
  if (problem !== undefined)
    return { out: linesOf([`Nothing is kept on this machine: ${problem}.`, ...killedLines]), err: "", code: 0 };
  const wanted = only && new Set<StoredKind>([...only.flatMap((part) => PARTS[part]), "leftover"]);
  const all = entriesIn(store);
  const mine = all.filter(({ kind }) => kind !== undefined && (wanted === undefined || wanted.has(kind)));
  const others = all.filter(({ kind }) => kind === undefined);
  if (!dryRun && mine.length > 0) await remove(store, mine);
  const bytes = mine.reduce((sum, each) => sum + each.bytes, 0);
  const left = others.map(({ name }) => name);
  if (json) return { out: jsonOf({ store, dryRun, removed: mine, bytes, left, killedRuns: killed }), err: "", code: 0 };
  const head = mine.length === 0 ? "nothing to remove" : `${dryRun ? "would free" : "freed"} ${sizeOf(bytes)}`;
  const lines = [
    `${store}: ${head}`,
    ...(mine.length === 0 ? [] : sizeLines(mine, world.now())),
    ...(left.length === 0
      ? []
      : [`Left, as ${counted(left.length, "entry is", "entries are")} not ours: ${left.join(", ")}`]),
    ...killedLines,
  ];
  return { out: linesOf(lines), err: "", code: 0 };
}

function killedWords(count: number, temp: string, dryRun: boolean): string {
  return `${temp}: ${dryRun ? "would remove" : "removed"} ${counted(count, "folder")} of commands that were killed`;
}

async function remove(store: string, entries: Parameters<typeof removeEntries>[1]): Promise<void> {
  let isRemoved: boolean;
  try {
    isRemoved = await whileUnused(store, () => removeEntries(store, entries));
  } catch (cause) {
    throw notRemoved(store, String((cause as NodeJS.ErrnoException).code), cause);
  }
  if (isRemoved) return;
  throw new GateError(
    "store-in-use",
    "Another command on this machine scans with what would be removed",
    "Wait until it has ended, and run `image-gate clean` again.",
  );
}

function notRemoved(store: string, why: string, cause?: unknown): GateError {
  const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
  return new GateError("store-not-removed", what, "Remove the folder as the user that it belongs to.", { cause });
}

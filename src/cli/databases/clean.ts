import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { counted } from "../../domain/list-some.ts";
import { GateError } from "../../system/errors.ts";
import type { StoredKind } from "../../system/store/contents.ts";
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
  if (problem !== undefined && world.toolCache !== undefined && existsSync(world.toolCache))
    throw notRemoved(world.toolCache, problem);
  if (problem !== undefined)
    return { out: linesOf([`Nothing is kept on this machine: ${problem}.`]), err: "", code: 0 };
  const wanted = only && new Set<StoredKind>([...only.flatMap((part) => PARTS[part]), "leftover"]);
  const all = entriesIn(store);
  const mine = all.filter(({ kind }) => kind !== undefined && (wanted === undefined || wanted.has(kind)));
  const left = all.flatMap(({ kind, name }) => (kind === undefined ? [name] : []));
  if (!dryRun && mine.length > 0)
    await remove(
      mine.map(({ name }) => join(store, name)),
      store,
    );
  const bytes = mine.reduce((sum, each) => sum + each.bytes, 0);
  if (json) return { out: jsonOf({ store, dryRun, removed: mine, bytes, left }), err: "", code: 0 };
  const head = mine.length === 0 ? "nothing to remove" : `${dryRun ? "would free" : "freed"} ${sizeOf(bytes)}`;
  const lines = [`${store}: ${head}`, ...(mine.length === 0 ? [] : sizeLines(mine, world.now()))];
  if (left.length > 0)
    lines.push(`Left, as ${counted(left.length, "entry is", "entries are")} not ours: ${left.join(", ")}`);
  return { out: linesOf(lines), err: "", code: 0 };
}

/** Links are removed, and not what they lead to. */
async function remove(paths: readonly string[], store: string): Promise<void> {
  const isRemoved = await whileUnused(store, () => {
    for (const path of paths) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }).catch((cause: NodeJS.ErrnoException) => {
    throw notRemoved(store, String(cause.code), cause);
  });
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

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listSome } from "../../domain/list-some.ts";
import { GateError } from "../../system/errors.ts";
import { databaseStores } from "../../system/store/store.ts";
import type { World } from "../../system/world.ts";
import { type Answer, jsonOf, linesOf } from "../reading.ts";
import { sizeText, storedIn } from "./stored.ts";

/**
 * `clean`: removes what is kept on this machine. What is not ours stays.
 * @throws GateError `store-not-removed`
 */
export function clean({ json }: { readonly json?: boolean | undefined }, world: World): Answer {
  const { store, problem } = databaseStores(world);
  if (problem !== undefined && world.toolCache !== undefined && existsSync(world.toolCache))
    throw notRemoved(world.toolCache, problem);
  if (problem !== undefined)
    return { out: linesOf([`Nothing is kept on this machine: ${problem}.`]), err: "", code: 0 };
  const { ours, left, bytes } = storedIn(store);
  remove(ours, store);
  if (json) return { out: jsonOf({ store, bytes, left }), err: "", code: 0 };
  const lines = [`${store}: ${ours.length === 0 ? "nothing to remove" : `freed ${sizeText(bytes)}`}`];
  if (left.length > 0) lines.push(`Left, as it is not ours: ${listSome(left, 10)}`);
  return { out: linesOf(lines), err: "", code: 0 };
}

/** Links are removed, and not what they lead to. */
function remove(names: readonly string[], store: string): void {
  try {
    for (const name of names) rmSync(join(store, name), { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    throw notRemoved(store, String((cause as NodeJS.ErrnoException).code), cause);
  }
}

function notRemoved(store: string, why: string, cause?: unknown): GateError {
  const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
  return new GateError("store-not-removed", what, "Remove the folder as the user that it belongs to.", { cause });
}

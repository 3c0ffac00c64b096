import { listSome } from "../../domain/list-some.ts";
import { oneLine } from "../../domain/one-line.ts";
import type { ProgramWorld } from "../../system/program-folders.ts";
import type { World } from "../../system/world.ts";

/** What the live sources need of the machine. */
export type LiveWorld = ProgramWorld & Pick<World, "signal">;

/** How long one source may take by default. */
export const SOURCE_DEADLINE_MS = 600_000;

const MOST_LISTED = 20;

/** Names in a sentence; of many only the first. */
export function listed(names: readonly string[]): string {
  return listSome(names, MOST_LISTED);
}

/** Does work for each item, some at once. The results are in the order of the items. */
export async function inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** A stranger's name in a text for people: on one line, and not endless. */
export function short(text: string): string {
  const line = oneLine(text);
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

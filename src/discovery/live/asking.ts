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

/** A stranger's name in a text for people: on one line, and not endless. */
export function short(text: string): string {
  const line = oneLine(text);
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

import { existsSync, rmSync } from "node:fs";
import { listSome } from "../../domain/list-some.ts";
import { sizeWords } from "../../render/shared/phrases.ts";
import { GateError } from "../../system/errors.ts";
import { databaseStore } from "../../system/store/store.ts";
import type { Command } from "../command.ts";
import { type Answer, answered, linesOf, type ReadingRequest, reading } from "../reading.ts";
import { bytesOf, storedIn } from "./stored.ts";

export const command: Command = {
  words: "",
  options: [],
  formats: ["table", "json"],
  examples: [{ line: "image-gate clean", about: "The next scan downloads its databases again." }],
  run: reading((_, asked) => clean(asked)),
};

/**
 * `clean`: removes everything that is kept on this machine. Other files stay. Of links, only the links are removed.
 * @throws GateError `store-not-removed`
 */
export function clean({ world, format }: ReadingRequest): Answer {
  const { store, problem } = databaseStore(world);
  if (problem !== undefined && world.toolCache !== undefined && existsSync(world.toolCache))
    throw notRemoved(world.toolCache, problem);
  if (problem !== undefined)
    return { out: linesOf([`Nothing is kept on this machine: ${problem}.`]), err: "", code: 0 };
  const { ours, left } = storedIn(store);
  const bytes = bytesOf(ours);
  try {
    for (const path of ours) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    throw notRemoved(store, String((cause as NodeJS.ErrnoException).code), cause);
  }
  const what = ours.length === 0 ? "nothing to remove" : `freed ${sizeWords(bytes)}`;
  const rest = left.length === 0 ? [] : [`Left, as it is not ours: ${listSome(left, 10)}`];
  return answered(format, { store, bytes, left }, () => [`${store}: ${what}`, ...rest]);
}

function notRemoved(store: string, why: string, cause?: unknown): GateError {
  const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
  return new GateError("store-not-removed", what, "Remove the folder as the user who owns it.", { cause });
}

import { keptDatabases } from "../../actions/gate/databases.ts";
import { age, sizeWords } from "../../render/shared/phrases.ts";
import type { StoredDatabase } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";
import type { Args, Command } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";
import { type Answer, answered, type ReadingRequest, reading } from "../reading.ts";
import { bytesOf, storedIn } from "./stored.ts";

export const command: Command = {
  words: "",
  options: inputOptions("gate").filter(({ name }) => name === "max-db-age"),
  formats: ["table", "json"],
  examples: [
    { line: "image-gate db status", about: "Ages of the databases, and the size of all kept data." },
    { line: "image-gate db status --json", about: "For another program." },
  ],
  run: reading(({ options }, asked) => databaseStatus(options, asked)),
};

/**
 * `db status`: the databases here, their age, and the size of all kept data. Downloads nothing.
 * @throws GateError `input-invalid`
 */
export async function databaseStatus(
  options: Args["options"],
  { world, format }: ReadingRequest<World>,
): Promise<Answer> {
  const { store, problem, databases } = await keptDatabases(worldWithInputs("gate", options, world));
  const bytes = problem === undefined ? bytesOf(storedIn(store).ours) : 0;
  const values = { store: problem === undefined ? store : null, problem, databases, bytes };
  return answered(format, values, () => {
    if (problem !== undefined) return [`Nothing is kept on this machine: ${problem}.`];
    const row = (name: string, text: string) => `  ${name.padEnd(24)} ${text}`;
    const rows = databases.map((each) => row(each.name, stateWords(each, world.now())));
    return [store, ...rows, row("all that is kept", sizeWords(bytes))];
  });
}

function stateWords({ state, why, builtAt, nextUpdate }: StoredDatabase, now: Date): string {
  if (state === "missing") return "not here";
  if (state === "unusable" || builtAt === undefined) return `not usable: ${why}`;
  const old = age(builtAt.toISOString(), now) ?? "0 minutes";
  const built = `built ${builtAt.toISOString()}, ${old} old`;
  if (state === "due") return `${built}; a newer one is out: image-gate db update`;
  return `${built}; the next is due ${nextUpdate?.toISOString()}`;
}

import { DATABASE_INPUTS, keptDatabases, updateDatabases } from "../../actions/gate/databases.ts";
import { age } from "../../render/shared/phrases.ts";
import type { StoredDatabase } from "../../scanners/scanner.ts";
import { GateError } from "../../system/errors.ts";
import { databaseStores } from "../../system/store/store.ts";
import type { Command, Given, Seat } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";
import { type Answer, type Asked, answered, reading, say } from "../reading.ts";
import { clean } from "./clean.ts";
import { bytesOf, sizeText, storedIn } from "./stored.ts";

/** The options by which a scan finds its databases: the action's inputs. */
function databaseOptions(names: readonly string[] = DATABASE_INPUTS) {
  return inputOptions("gate").filter(({ name }) => names.includes(name));
}

export const status: Command = {
  words: "",
  options: databaseOptions(["max-db-age"]),
  formats: ["table", "json"],
  exitCodes: { 0: "it is said, whatever is there", 2: "a wrong command line" },
  examples: [
    { line: "image-gate db status", about: "Ages of the databases, and the size of all that is kept." },
    { line: "image-gate db status --json", about: "For another program." },
  ],
  run: reading(({ options }, asked) => databaseStatus(options, asked)),
};

export const update: Command = {
  words: "",
  options: [...databaseOptions(), { name: "java", kind: "switch", about: "Also the database that knows jars." }],
  formats: ["table", "json"],
  exitCodes: { 0: "the databases are current", 2: "they could not be downloaded, or a wrong command line" },
  examples: [
    { line: "image-gate db update", about: "Before a flight, or every night." },
    { line: "image-gate db update --java --db-repository registry.example/vulnerabilities:2", about: "From a mirror." },
  ],
  async run(given, seat) {
    requireStore(seat.world);
    const java = given.options.get("java") === "true";
    await updateDatabases({ java }, worldWithInputs("gate", given.options, seat.world));
    if (!java) seat.spoken.info("The Java database is fetched for the first image with jars, or by --java.");
    return say(await databaseStatus(given.options, seat), seat);
  },
};

/**
 * What is downloaded into a folder of this run alone is gone at its end.
 * @throws GateError `store-unusable`
 */
function requireStore(world: Seat["world"]): void {
  const { problem } = databaseStores(world);
  if (problem === undefined) return;
  throw new GateError(
    "store-unusable",
    `Databases cannot be kept on this machine: ${problem}`,
    "Let XDG_CACHE_HOME name a folder that only this user can write, and that has space left.",
  );
}

export const cleaning: Command = {
  words: "",
  options: [],
  formats: ["table", "json"],
  exitCodes: {
    0: "it is removed, or nothing was there",
    2: "it could not be removed, or a wrong command line",
  },
  examples: [{ line: "image-gate clean", about: "The next scan downloads its databases again." }],
  run: reading((_, asked) => clean(asked)),
};

/**
 * `db status`: which databases are here, how old they are, and how large all is that is kept. Downloads nothing.
 * @throws GateError `input-invalid`
 */
export async function databaseStatus(options: Given["options"], { world, format }: Asked): Promise<Answer> {
  const { store, problem, databases } = await keptDatabases(worldWithInputs("gate", options, world));
  const bytes = problem === undefined ? bytesOf(storedIn(store).ours) : 0;
  const values = { store: problem === undefined ? store : null, problem, databases, bytes };
  return answered(format, values, () => {
    if (problem !== undefined) return [`Nothing is kept on this machine: ${problem}.`];
    const row = (name: string, text: string) => `  ${name.padEnd(24)} ${text}`;
    const rows = databases.map((each) => row(each.name, stateWords(each, world.now())));
    return [store, ...rows, row("all that is kept", sizeText(bytes))];
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

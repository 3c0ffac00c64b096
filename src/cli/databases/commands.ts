import { DATABASE_INPUTS, updateDatabases } from "../../actions/gate/databases.ts";
import { GateError } from "../../system/errors.ts";
import { databaseStores } from "../../system/store/store.ts";
import type { Command, Given, Seat } from "../command.ts";
import { inputOptions } from "../inputs.ts";
import { say } from "../reading.ts";
import { clean, PARTS, type Part } from "./clean.ts";
import { databaseStatus } from "./status.ts";

/** The options by which a scan finds its databases: the action's inputs. */
function databaseOptions(names: readonly string[] = DATABASE_INPUTS) {
  return inputOptions("gate").filter(({ name }) => names.includes(name));
}

function inputsOf({ options }: Given): Map<string, string> {
  return new Map([...options].filter(([name]) => DATABASE_INPUTS.includes(name)));
}

export const status: Command = {
  words: "",
  options: databaseOptions(["max-db-age"]),
  formats: ["table", "json"],
  exitCodes: { 0: "it is said, whatever is there", 2: "a wrong command line" },
  examples: [
    { line: "image-gate db status", about: "Ages of the databases, and the sizes of all that is kept." },
    { line: "image-gate db status --json", about: "For another program." },
  ],
  run: async (given, seat) =>
    say(await databaseStatus(inputsOf(given), { json: seat.format === "json" }, seat.world), seat),
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
    const inputs = inputsOf(given);
    requireStore(seat.world);
    const java = given.options.get("java") === "true";
    await updateDatabases(inputs, { java }, seat.world);
    if (!java) seat.spoken.info("The Java database is fetched for the first image with jars, or by --java.");
    return say(await databaseStatus(inputs, { json: seat.format === "json" }, seat.world), seat);
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
  options: [
    { name: "only", kind: "list", value: "PART", choices: Object.keys(PARTS), about: "Removes only this part." },
    { name: "dry-run", kind: "switch", about: "Says what would be removed, and removes nothing." },
  ],
  formats: ["table", "json"],
  exitCodes: {
    0: "it is removed, or nothing was there",
    2: "it could not be removed, or another command scans; a wrong command line",
  },
  examples: [
    { line: "image-gate clean --dry-run", about: "What would go." },
    { line: "image-gate clean --only reports --only layers", about: "The databases stay." },
  ],
  async run({ options }, seat) {
    const only = options.get("only")?.split("\n") as Part[] | undefined;
    const dryRun = options.get("dry-run") === "true";
    return say(await clean({ only, dryRun, json: seat.format === "json" }, seat.world), seat);
  },
};

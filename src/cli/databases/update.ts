import { DATABASE_INPUTS, updateDatabases } from "../../actions/gate/databases.ts";
import { GateError } from "../../system/errors.ts";
import { databaseStore } from "../../system/store/store.ts";
import type { Command, Seat } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";
import { say } from "../reading.ts";
import { databaseStatus } from "./status.ts";

export const command: Command = {
  words: "",
  options: [
    ...inputOptions("gate").filter(({ name }) => DATABASE_INPUTS.includes(name)),
    { name: "java", kind: "switch", about: "Also the Java database." },
  ],
  formats: ["table", "json"],
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
 * Requires a lasting store: a download into a folder of this run alone would be gone at its end.
 * @throws GateError `store-unusable`
 */
function requireStore(world: Seat["world"]): void {
  const { problem } = databaseStore(world);
  if (problem === undefined) return;
  throw new GateError(
    "store-unusable",
    `Databases cannot be kept on this machine: ${problem}`,
    "Let XDG_CACHE_HOME name a folder that only this user can write, and that has space left.",
  );
}

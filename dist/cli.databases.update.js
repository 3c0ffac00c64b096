import { DATABASE_INPUTS, databaseStatus, updateDatabases } from "./cli.databases.status.js";
import { GateError } from "./shared.thread.js";
import { databaseStore } from "./shared.start.js";
import { inputOptions, worldWithInputs } from "./cli.inputs.js";
import { say } from "./cli.reading.js";

// src/cli/databases/update.ts
const command = {
	words: "",
	options: [...inputOptions("gate").filter(({ name }) => DATABASE_INPUTS.includes(name)), {
		name: "java",
		kind: "switch",
		about: "Also the Java database."
	}],
	formats: ["table", "json"],
	examples: [{
		line: "image-gate db update",
		about: "Before a flight, or every night."
	}, {
		line: "image-gate db update --java --db-repository registry.example/vulnerabilities:2",
		about: "From a mirror."
	}],
	async run(given, seat) {
		requireStore(seat.world);
		const java = given.options.get("java") === "true";
		await updateDatabases({ java }, worldWithInputs("gate", given.options, seat.world));
		if (!java) seat.spoken.info("The Java database is fetched for the first image with jars, or by --java.");
		return say(await databaseStatus(given.options, seat), seat);
	}
};
function requireStore(world) {
	const { problem } = databaseStore(world);
	if (problem === void 0) return;
	throw new GateError("store-unusable", `Databases cannot be kept on this machine: ${problem}`, "Let XDG_CACHE_HOME name a folder that only this user can write, and that has space left.");
}

export { command };
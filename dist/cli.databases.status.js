import { SCANNER, databaseStore } from "./shared.start.js";
import { actionInputs, programWish, scanning } from "./shared.inputs.js";
import { age, sizeWords } from "./shared.scan.js";
import { inputOptions, worldWithInputs } from "./cli.inputs.js";
import { answered, reading } from "./cli.reading.js";
import { bytesOf, storedIn } from "./cli.databases.stored.js";

// src/actions/gate/databases.ts
const { names, read } = actionInputs({
	shape: scanning,
	replaced: {},
	contradictions: () => ({}),
	page: "docs/cli.md"
});
const DATABASE_INPUTS = names.filter((name) => !["token", "cache"].includes(name));
async function keptDatabases(world) {
	const { maxDbAge } = read(world.env);
	const { store, problem } = databaseStore(world);
	return {
		store,
		problem,
		databases: await SCANNER.databases?.(store, world.now(), maxDbAge) ?? []
	};
}
async function updateDatabases(which, world) {
	const inputs = read(world.env);
	const installed = await SCANNER.install({
		...programWish(inputs),
		cache: void 0
	}, world);
	const settings = {
		...inputs,
		cache: void 0,
		scanners: ["vuln"],
		skipDirs: [],
		skipFiles: []
	};
	await installed.update?.(settings, which, world);
}

// src/cli/databases/status.ts
const command = {
	words: "",
	options: inputOptions("gate").filter(({ name }) => name === "max-db-age"),
	formats: ["table", "json"],
	examples: [{
		line: "image-gate db status",
		about: "Ages of the databases, and the size of all kept data."
	}, {
		line: "image-gate db status --json",
		about: "For another program."
	}],
	run: reading(({ options }, asked) => databaseStatus(options, asked))
};
async function databaseStatus(options, { world, format }) {
	const { store, problem, databases } = await keptDatabases(worldWithInputs("gate", options, world));
	const bytes = problem === void 0 ? bytesOf(storedIn(store).ours) : 0;
	return answered(format, {
		store: problem === void 0 ? store : null,
		problem,
		databases,
		bytes
	}, () => {
		if (problem !== void 0) return [`Nothing is kept on this machine: ${problem}.`];
		const row = (name, text) => `  ${name.padEnd(24)} ${text}`;
		const rows = databases.map((each) => row(each.name, stateWords(each, world.now())));
		return [
			store,
			...rows,
			row("all that is kept", sizeWords(bytes))
		];
	});
}
function stateWords({ state, why, builtAt, nextUpdate }, now) {
	if (state === "missing") return "not here";
	if (state === "unusable" || builtAt === void 0) return `not usable: ${why}`;
	const old = age(builtAt.toISOString(), now) ?? "0 minutes";
	const built = `built ${builtAt.toISOString()}, ${old} old`;
	if (state === "due") return `${built}; a newer one is out: image-gate db update`;
	return `${built}; the next is due ${nextUpdate?.toISOString()}`;
}

export { DATABASE_INPUTS, command, databaseStatus, updateDatabases };
import { GateError, existsSync, rmSync } from "./shared.thread.js";
import { listSome } from "./shared.inputs.js";
import { sizeWords } from "./shared.scan.js";
import { databaseStore } from "./shared.start.js";
import { answered, linesOf, reading } from "./cli.reading.js";
import { bytesOf, storedIn } from "./cli.databases.stored.js";

// src/cli/databases/clean.ts
const command = {
	words: "",
	options: [],
	formats: ["table", "json"],
	examples: [{
		line: "image-gate clean",
		about: "The next scan downloads its databases again."
	}],
	run: reading((_, asked) => clean(asked))
};
function clean({ world, format }) {
	const { store, problem } = databaseStore(world);
	if (problem !== void 0 && world.toolCache !== void 0 && existsSync(world.toolCache)) throw notRemoved(world.toolCache, problem);
	if (problem !== void 0) return {
		out: linesOf([`Nothing is kept on this machine: ${problem}.`]),
		err: "",
		code: 0
	};
	const { ours, left } = storedIn(store);
	const bytes = bytesOf(ours);
	try {
		for (const path of ours) rmSync(path, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	} catch (cause) {
		throw notRemoved(store, String(cause.code), cause);
	}
	const what = ours.length === 0 ? "nothing to remove" : `freed ${sizeWords(bytes)}`;
	const rest = left.length === 0 ? [] : [`Left, as it is not ours: ${listSome(left, 10)}`];
	return answered(format, {
		store,
		bytes,
		left
	}, () => [`${store}: ${what}`, ...rest]);
}
function notRemoved(store, why, cause) {
	const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
	return new GateError("store-not-removed", what, "Remove the folder as the user who owns it.", { cause });
}

export { clean, command };
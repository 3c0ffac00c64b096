import { SCANNER, databaseStores, entriesOf } from "./shared.start.js";
import { listSome, readWith, scannerWish, scanning } from "./shared.inputs.js";
import { strictObject } from "./package.zod.js";
import { age } from "./shared.scan.js";
import { GateError, existsSync, lstatSync, rmSync } from "./shared.thread.js";
import { inputOptions } from "./cli.inputs.js";
import { answered, linesOf, reading, say } from "./cli.reading.js";
import { join } from "node:path";

// src/actions/gate/databases.ts
const DATABASE_INPUTS = Object.keys(scanning).filter((name) => !["token", "cache"].includes(name));
async function keptDatabases(given, world) {
	const { maxDbAge } = inputsIn(given);
	const { store, problem } = databaseStores(world);
	return {
		store,
		problem,
		databases: await SCANNER.databases?.(store, world.now(), maxDbAge) ?? []
	};
}
async function updateDatabases(given, which, world) {
	const inputs = inputsIn(given);
	const installed = await SCANNER.install({
		...scannerWish(inputs),
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
function inputsIn(given) {
	return readWith(strictObject(scanning), {
		given: new Map(given),
		mistakes: []
	}, () => [], "docs/cli.md");
}

// src/cli/databases/stored.ts
const OURS = /^(?:(?:(?:java-)?db|(?:kev|epss)\.[0-9a-f]{16})(?:-\w{6}(?:\.link)?)?|layers|reports|fresh-\w{6})$/;
function storedIn(store) {
	const isOurs = (name) => OURS.test(name) || name === SCANNER.name.toLowerCase();
	const names = entriesOf(store).flatMap(({ name }) => name === "locks" ? [] : [name]);
	return {
		ours: names.filter(isOurs).map((name) => join(store, name)),
		left: names.filter((name) => !isOurs(name)).sort()
	};
}
function bytesOf(paths) {
	return paths.reduce((sum, path) => {
		const status = lstatSync(path, { throwIfNoEntry: false });
		if (!status?.isDirectory()) return sum + (status?.isFile() ? status.size : 0);
		return sum + bytesOf(entriesOf(path).map(({ name }) => join(path, name)));
	}, 0);
}
const UNITS = [
	"B",
	"kB",
	"MB",
	"GB"
];
function sizeText(bytes) {
	const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
	const value = bytes / 1e3 ** power;
	return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

// src/cli/databases/clean.ts
function clean({ world, format }) {
	const { store, problem } = databaseStores(world);
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
	const what = ours.length === 0 ? "nothing to remove" : `freed ${sizeText(bytes)}`;
	const rest = left.length === 0 ? [] : [`Left, as it is not ours: ${listSome(left, 10)}`];
	return answered(format, {
		store,
		bytes,
		left
	}, () => [`${store}: ${what}`, ...rest]);
}
function notRemoved(store, why, cause) {
	const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
	return new GateError("store-not-removed", what, "Remove the folder as the user that it belongs to.", { cause });
}

// src/cli/databases/commands.ts
function databaseOptions(names = DATABASE_INPUTS) {
	return inputOptions("gate").filter(({ name }) => names.includes(name));
}
function inputsOf(options) {
	return new Map([...options].filter(([name]) => DATABASE_INPUTS.includes(name)));
}
const status = {
	words: "",
	options: databaseOptions(["max-db-age"]),
	formats: ["table", "json"],
	exitCodes: {
		0: "it is said, whatever is there",
		2: "a wrong command line"
	},
	examples: [{
		line: "image-gate db status",
		about: "Ages of the databases, and the size of all that is kept."
	}, {
		line: "image-gate db status --json",
		about: "For another program."
	}],
	run: reading(({ options }, asked) => databaseStatus(options, asked))
};
const update = {
	words: "",
	options: [...databaseOptions(), {
		name: "java",
		kind: "switch",
		about: "Also the database that knows jars."
	}],
	formats: ["table", "json"],
	exitCodes: {
		0: "the databases are current",
		2: "they could not be downloaded, or a wrong command line"
	},
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
		await updateDatabases(inputsOf(given.options), { java }, seat.world);
		if (!java) seat.spoken.info("The Java database is fetched for the first image with jars, or by --java.");
		return say(await databaseStatus(given.options, seat), seat);
	}
};
function requireStore(world) {
	const { problem } = databaseStores(world);
	if (problem === void 0) return;
	throw new GateError("store-unusable", `Databases cannot be kept on this machine: ${problem}`, "Let XDG_CACHE_HOME name a folder that only this user can write, and that has space left.");
}
const cleaning = {
	words: "",
	options: [],
	formats: ["table", "json"],
	exitCodes: {
		0: "it is removed, or nothing was there",
		2: "it could not be removed, or a wrong command line"
	},
	examples: [{
		line: "image-gate clean",
		about: "The next scan downloads its databases again."
	}],
	run: reading((_, asked) => clean(asked))
};
async function databaseStatus(options, { world, format }) {
	const { store, problem, databases } = await keptDatabases(inputsOf(options), world);
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
			row("all that is kept", sizeText(bytes))
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

export { cleaning, databaseStatus, status, update };
import { SCANNER, age, counted, databaseStores, entriesOf, readWith, scannerContradictions, scannerWish, scanning, whileUnused } from "./shared.answer.js";
import { GateError, existsSync, lstatSync, readdirSync, rmSync } from "./shared.start.js";
import { strictObject } from "./package.zod.js";
import { inputOptions } from "./cli.inputs.js";
import { jsonOf, linesOf, say } from "./cli.reading.js";
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
	}, scannerContradictions, "docs/cli.md");
}

// src/system/store/contents.ts
const KINDS = [
	[/^db(?:-\w{6}(?:\.link)?)?$/, "database"],
	[/^java-db(?:-\w{6}(?:\.link)?)?$/, "java-database"],
	[/^(?:kev|epss)\.[0-9a-f]{16}(?:-\w{6}(?:\.link)?)?$/, "exploit-data"],
	[/^layers$/, "layers"],
	[/^reports$/, "reports"],
	[/^fresh-\w{6}$/, "leftover"]
];
const LOCKS = "locks";
function storedEntries(store, scanner) {
	return readdirSync(store, { withFileTypes: true }).filter(({ name }) => name !== LOCKS).map((entry) => ({
		name: entry.name,
		kind: kindOf(entry.name, scanner),
		...sizeOf$1(join(store, entry.name))
	})).sort((a, b) => a.name < b.name ? -1 : 1);
}
function kindOf(name, scanner) {
	if (name === scanner) return "scanner";
	return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}
function sizeOf$1(top) {
	let [bytes, newest] = [0, 0];
	const waiting = [top];
	for (let path = waiting.pop(); path !== void 0; path = waiting.pop()) {
		const status = lstatSync(path, { throwIfNoEntry: false });
		if (status === void 0) continue;
		if (status.isFile()) bytes += status.size;
		if (!status.isDirectory() || newest === 0) newest = Math.max(newest, status.mtimeMs);
		if (status.isDirectory()) waiting.push(...entriesOf(path).map(({ name }) => join(path, name)));
	}
	return {
		bytes,
		modifiedAt: new Date(newest)
	};
}

// src/cli/databases/status.ts
const KIND_NAMES = {
	database: "vulnerability database",
	"java-database": "Java database",
	"exploit-data": "KEV and EPSS",
	scanner: "scanner",
	layers: "layers of images",
	reports: "reports",
	leftover: "broken downloads",
	other: "not ours"
};
function entriesIn(store) {
	return storedEntries(store, SCANNER.name.toLowerCase());
}
async function databaseStatus(given, { json }, world) {
	const kept = await keptDatabases(given, world);
	const entries = kept.problem === void 0 ? entriesIn(kept.store) : [];
	if (!json) return {
		out: linesOf(textOf(kept, entries, world.now())),
		err: "",
		code: 0
	};
	const { store, problem, databases } = kept;
	const bytes = entries.reduce((sum, each) => sum + each.bytes, 0);
	return {
		out: jsonOf({
			store: problem === void 0 ? store : null,
			problem,
			databases,
			entries,
			bytes
		}),
		err: "",
		code: 0
	};
}
function textOf({ store, problem, databases }, entries, now) {
	if (problem !== void 0) return [`Nothing is kept on this machine: ${problem}.`];
	return [
		store,
		...databases.map((each) => `  ${each.name.padEnd(WIDTH)} ${stateWords(each, now)}`),
		"",
		...sizeLines(entries, now)
	];
}
const WIDTH = 24;
function stateWords({ state, why, builtAt, nextUpdate }, now) {
	if (state === "missing") return "not here";
	if (state === "unusable" || builtAt === void 0) return `not usable: ${why}`;
	const old = age(builtAt.toISOString(), now) ?? "0 minutes";
	const built = `built ${builtAt.toISOString()}, ${old} old`;
	if (state === "due") return `${built}; a newer one is out: image-gate db update`;
	return `${built}; the next is due ${nextUpdate?.toISOString()}`;
}
function sizeLines(entries, now) {
	if (entries.length === 0) return ["  nothing is kept"];
	const groups = Map.groupBy(entries, ({ kind }) => kind ?? "other");
	const lines = Object.entries(KIND_NAMES).flatMap(([kind, name]) => {
		const group = groups.get(kind);
		if (group === void 0) return [];
		const bytes = group.reduce((sum, each) => sum + each.bytes, 0);
		const newest = new Date(Math.max(...group.map(({ modifiedAt }) => modifiedAt.getTime())));
		const old = age(newest.toISOString(), now);
		return [`  ${name.padEnd(WIDTH)} ${sizeOf(bytes).padStart(9)}${old === void 0 ? "" : `, ${old} old`}`];
	});
	const sum = entries.reduce((all, each) => all + each.bytes, 0);
	return [...lines, `  ${"all".padEnd(WIDTH)} ${sizeOf(sum).padStart(9)}`];
}
const UNITS = [
	"B",
	"kB",
	"MB",
	"GB"
];
function sizeOf(bytes) {
	const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
	const value = bytes / 1e3 ** power;
	return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

// src/cli/databases/clean.ts
const PARTS = {
	databases: [
		"database",
		"java-database",
		"exploit-data"
	],
	scanner: ["scanner"],
	layers: ["layers"],
	reports: ["reports"]
};
async function clean({ only, dryRun = false, json }, world) {
	const { store, problem } = databaseStores(world);
	if (problem !== void 0 && world.toolCache !== void 0 && existsSync(world.toolCache)) throw notRemoved(world.toolCache, problem);
	if (problem !== void 0) return {
		out: linesOf([`Nothing is kept on this machine: ${problem}.`]),
		err: "",
		code: 0
	};
	const wanted = only && /* @__PURE__ */ new Set([...only.flatMap((part) => PARTS[part]), "leftover"]);
	const all = entriesIn(store);
	const mine = all.filter(({ kind }) => kind !== void 0 && (wanted === void 0 || wanted.has(kind)));
	const left = all.flatMap(({ kind, name }) => kind === void 0 ? [name] : []);
	if (!dryRun && mine.length > 0) await remove(mine.map(({ name }) => join(store, name)), store);
	const bytes = mine.reduce((sum, each) => sum + each.bytes, 0);
	if (json) return {
		out: jsonOf({
			store,
			dryRun,
			removed: mine,
			bytes,
			left
		}),
		err: "",
		code: 0
	};
	const lines = [`${store}: ${mine.length === 0 ? "nothing to remove" : `${dryRun ? "would free" : "freed"} ${sizeOf(bytes)}`}`, ...mine.length === 0 ? [] : sizeLines(mine, world.now())];
	if (left.length > 0) lines.push(`Left, as ${counted(left.length, "entry is", "entries are")} not ours: ${left.join(", ")}`);
	return {
		out: linesOf(lines),
		err: "",
		code: 0
	};
}
async function remove(paths, store) {
	if (await whileUnused(store, () => {
		for (const path of paths) rmSync(path, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}).catch((cause) => {
		throw notRemoved(store, String(cause.code), cause);
	})) return;
	throw new GateError("store-in-use", "Another command on this machine scans with what would be removed", "Wait until it has ended, and run `image-gate clean` again.");
}
function notRemoved(store, why, cause) {
	const what = `Not all of ${JSON.stringify(store)} could be removed (${why})`;
	return new GateError("store-not-removed", what, "Remove the folder as the user that it belongs to.", { cause });
}

// src/cli/databases/commands.ts
function databaseOptions(names = DATABASE_INPUTS) {
	return inputOptions("gate").filter(({ name }) => names.includes(name));
}
function inputsOf({ options }) {
	return new Map([...options].filter(([name]) => DATABASE_INPUTS.includes(name)));
}
const status = {
	words: "",
	count: [0, 0],
	options: databaseOptions(["max-db-age"]),
	formats: ["table", "json"],
	exitCodes: {
		0: "it is said, whatever is there",
		2: "a wrong command line"
	},
	examples: [{
		line: "image-gate db status",
		about: "Ages of the databases, and the sizes of all that is kept."
	}, {
		line: "image-gate db status --json",
		about: "For another program."
	}],
	run: async (given, seat) => say(await databaseStatus(inputsOf(given), { json: seat.format === "json" }, seat.world), seat)
};
const update = {
	words: "",
	count: [0, 0],
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
		const inputs = inputsOf(given);
		requireStore(seat.world);
		const java = given.options.get("java") === "true";
		await updateDatabases(inputs, { java }, seat.world);
		if (!java) seat.spoken.info("The Java database is fetched for the first image with jars, or by --java.");
		return say(await databaseStatus(inputs, { json: seat.format === "json" }, seat.world), seat);
	}
};
function requireStore(world) {
	const { problem } = databaseStores(world);
	if (problem === void 0) return;
	throw new GateError("store-unusable", `Databases cannot be kept on this machine: ${problem}`, "Let XDG_CACHE_HOME name a folder that only this user can write, and that has space left.");
}
const cleaning = {
	words: "",
	count: [0, 0],
	options: [{
		name: "only",
		kind: "list",
		value: "PART",
		choices: Object.keys(PARTS),
		about: "Removes only this part."
	}, {
		name: "dry-run",
		kind: "switch",
		about: "Says what would be removed, and removes nothing."
	}],
	formats: ["table", "json"],
	exitCodes: {
		0: "it is removed, or nothing was there",
		2: "it could not be removed, or another command scans; a wrong command line"
	},
	examples: [{
		line: "image-gate clean --dry-run",
		about: "What would go."
	}, {
		line: "image-gate clean --only reports --only layers",
		about: "The databases stay."
	}],
	async run({ options }, seat) {
		const only = options.get("only")?.split("\n");
		const dryRun = options.get("dry-run") === "true";
		return say(await clean({
			only,
			dryRun,
			json: seat.format === "json"
		}, seat.world), seat);
	}
};

export { cleaning, status, update };
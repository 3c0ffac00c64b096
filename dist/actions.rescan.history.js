import { isForgotten, mergeRun } from "./shared.history.js";
import { andMore, counted, isOlderRun, serverRun, someLines, stateBranch } from "./shared.inputs.js";
import { SCANNER, asClause, compareText, isWithin, openUnlinked, replaceWhole } from "./shared.start.js";
import { GateError, accessSync, asGateError, closeSync, constants, existsSync, fstatSync, hash, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, rmdirSync, statSync, tryOr } from "./shared.thread.js";
import { int, literal, record, strictObject, string } from "./package.zod.js";
import { whileLocked } from "./shared.system.js";
import { imageSchema, instantSchema, lastTimeOf } from "./shared.domain.js";
import { JsonFault, Malformed, checked, parseStrict } from "./shared.scan.js";
import { dirname, join, resolve } from "node:path";

// src/state/documents.ts
const INDEX_PATH = "index.json";
const STATE_PATH = /^(images\/[0-9a-f]{64}\.json|sboms\/[a-z0-9]+-[0-9a-f]{32,128}\.cdx\.json\.gz)$/;
function sha256(content) {
	return hash("sha256", content, "hex");
}
function imagePath(name) {
	return `images/${sha256(name)}.json`;
}
function sbomPath(digest) {
	const path = `sboms/${digest.replace(":", "-")}.cdx.json.gz`;
	return STATE_PATH.test(path) ? path : void 0;
}
function isStatePath(path) {
	return path === "index.json" || STATE_PATH.test(path);
}
function isImagePath(path) {
	return STATE_PATH.test(path) && path.startsWith("images/");
}
const MAX_BYTES = 64 << 20;
const indexSchema = strictObject({
	version: literal(1).describe("Version of this format"),
	updated: instantSchema.describe("The last run that wrote it"),
	run: strictObject({
		server: string().describe("Host of the platform"),
		number: int().nonnegative()
	}).optional().describe("The newest of the platform's runs that wrote it. Absent: none had a number"),
	files: record(string().regex(STATE_PATH), string().regex(/^[0-9a-f]{64}$/))
}).meta({ title: "Image Gate state: the SHA-256 of each file" });
function readStored(bytes, schema, path, label) {
	try {
		if (bytes.length > 67108864) throw new Malformed(`it has more than ${MAX_BYTES} bytes`);
		const value = parseStrict(bytes);
		const version = value?.version;
		if (typeof version === "number" && version > 1) throw newer(label, path, version);
		return checked(schema, value);
	} catch (cause) {
		if (cause instanceof JsonFault) throw damaged(label, `${path} ${cause.message}`);
		throw cause instanceof Malformed ? damaged(label, `${path} cannot be understood: ${cause.message}`) : cause;
	}
}
function damaged(label, what) {
	return new GateError("state-damaged", `The history in ${label} is damaged: ${what}`, "Nothing was overwritten. Restore an earlier version of it. Or remove it: the next run begins a new history.");
}
function newer(label, path, version) {
	return new GateError("state-newer", `A newer Image Gate has written the history in ${label}: the version of ${path} is ${version}`, "Nothing was written over. Use the same release of Image Gate everywhere, the newest one.");
}
function imageText({ findings, ...head }) {
	const lines = findings.map((each) => `\n${JSON.stringify(each)}`);
	return `${JSON.stringify(head).slice(0, -1)},"findings":[${lines.join(",")}\n]}\n`;
}

// src/state/folder.ts
const MAX_TOTAL_BYTES = 2 ** 30;
const MAX_FILES = 5e4;
const OBJECTS = "objects";
const FORMER = ["images", "sboms"];
const OBJECT = /^(?:[0-9a-f]{64}|\.image-gate-[0-9a-f]{12})$/;
const DURABLY = {
	mode: 420,
	isDurable: true
};
function stateFolder(path, world) {
	const label = `the folder ${path}`;
	return {
		label,
		readOnlyBecause: async () => void 0,
		read: async () => {
			const folder = realFolder(path, world);
			if (folder === void 0) return { files: /* @__PURE__ */ new Map() };
			return locked(folder, label, world, () => readAll(folder, path));
		},
		write: async (change) => {
			const folder = madeFolder(path, world);
			return locked(folder, label, world, (lock) => write(folder, path, change, lock));
		}
	};
}
function locked(folder, label, world, work) {
	const request = {
		folder,
		name: "state",
		doing: `writing ${label}`,
		waitMs: 6e4
	};
	return whileLocked(request, world, async (lock) => work(lock));
}
function realFolder(path, { workspace, temp }) {
	const wanted = resolve(workspace, path);
	let there = wanted;
	while (!isThere(there, path)) there = dirname(there);
	const real = realpathSync(there);
	for (const root of [workspace, temp]) if (isWithin(root, there) && !isWithin(realpathSync(root), real)) throw unusable(path, "is, or is behind, a link that leads out of the workspace");
	if (there !== wanted) return void 0;
	if (!lstatSync(real).isDirectory()) throw unusable(path, "is not a folder");
	for (const part of [OBJECTS, ...FORMER]) if (lstatSync(join(real, part), { throwIfNoEntry: false })?.isDirectory() === false) throw unusable(path, `has ${part}, which is a link or not a folder`);
	return real;
}
function isThere(at, path) {
	try {
		statSync(at);
		return true;
	} catch (cause) {
		const { code = "unknown error" } = cause;
		if (code === "ELOOP" || tryOr(() => lstatSync(at).isSymbolicLink(), false)) throw unusable(path, "is, or is behind, a link that leads nowhere", { cause });
		if (code !== "ENOENT" && code !== "ENOTDIR") throw unusable(path, `cannot be read (${code})`, { cause });
		return false;
	}
}
function madeFolder(path, world) {
	try {
		realFolder(path, world);
		makeFolder(join(resolve(world.workspace, path), OBJECTS));
		const folder = realFolder(path, world);
		accessSync(folder, constants.W_OK);
		requireLock(folder, path);
		return folder;
	} catch (cause) {
		throw asUnusable(path, cause);
	}
}
function requireLock(folder, path) {
	const locks = join(folder, "locks");
	if (!existsSync(locks) || tryOr(() => readdirSync(locks).length >= 0, false)) return;
	throw unusable(path, "cannot be locked by this user, since another one has locked it before", { remedy: "Let all runs that share the folder use the same user, or give each user a folder." });
}
function makeFolder(path) {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	try {
		mkdirSync(path, { mode: 493 });
	} catch (cause) {
		if (!existsSync(path)) throw cause;
	}
}
function readAll(folder, path) {
	const files = /* @__PURE__ */ new Map();
	const places = [];
	let total = 0;
	const read = (name, place) => {
		const content = readOne(join(folder, place), path);
		if (content === void 0) return void 0;
		total += content.length;
		if (total > MAX_TOTAL_BYTES) throw unreadable(path, `it has more than ${MAX_TOTAL_BYTES} bytes`);
		files.set(name, content);
		places.push(place);
		return content;
	};
	const index = read(INDEX_PATH, INDEX_PATH);
	const listed = Object.entries(filesOf(index));
	if (listed.length > MAX_FILES) throw unreadable(path, `it has more than ${MAX_FILES} files`);
	for (const [name, hash] of listed) if (read(name, join(OBJECTS, hash)) === void 0) read(name, name);
	return {
		revision: index && sha256(index),
		files,
		isOpenToAll: isOpenToAll(folder, places)
	};
}
function filesOf(index) {
	return tryOr(() => index === void 0 ? {} : readStored(index, indexSchema, INDEX_PATH, "").files, {});
}
function isOpenToAll(folder, places) {
	if (process.geteuid === void 0) return false;
	const modeOf = (at) => lstatSync(at, { throwIfNoEntry: false })?.mode ?? 0;
	if ([
		".",
		...places.map((each) => dirname(each)),
		...places
	].some((each) => (modeOf(join(folder, each)) & 2) !== 0)) return true;
	for (let at = dirname(folder);; at = dirname(at)) {
		if ((modeOf(at) & 514) === 2) return true;
		if (dirname(at) === at) return false;
	}
}
function readOne(file, path) {
	let descriptor;
	try {
		descriptor = openUnlinked(file);
	} catch (cause) {
		if (cause.code === "ENOENT") return void 0;
		throw unreadable(path, `a file of it cannot be opened, or is a link`, cause);
	}
	try {
		const found = fstatSync(descriptor);
		if (!found.isFile() || found.size > 67108864) throw unreadable(path, "a file of it is not a regular file, or too large");
		return readFileSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
function write(folder, path, { base, put }, lock) {
	try {
		const before = readAll(folder, path);
		if (before.revision !== base.revision) return { moved: true };
		const index = put.get("index.json") ?? Buffer.alloc(0);
		let listed = filesOf(before.files.get(INDEX_PATH));
		try {
			for (const [name, hash] of Object.entries(filesOf(index))) {
				const object = join(folder, OBJECTS, hash);
				const content = put.get(name) ?? (existsSync(object) ? void 0 : before.files.get(name));
				if (content !== void 0) replaceWhole(object, [content], DURABLY);
			}
			replaceWhole(join(folder, INDEX_PATH), [index], DURABLY);
			removeFormer(folder, listed);
			listed = filesOf(index);
		} finally {
			if (lock === "held") removeUnlisted(folder, listed);
		}
		return {
			revision: sha256(index),
			at: path
		};
	} catch (cause) {
		throw asUnusable(path, cause);
	}
}
function removeUnlisted(folder, files) {
	const listed = new Set(Object.values(files));
	for (const name of readdirSync(join(folder, OBJECTS))) if (OBJECT.test(name) && !listed.has(name)) remove(join(folder, OBJECTS, name));
}
function removeFormer(folder, files) {
	for (const name of Object.keys(files)) remove(join(folder, name));
	for (const part of FORMER) tryOr(() => rmdirSync(join(folder, part)), void 0);
}
function remove(path) {
	tryOr(() => rmSync(path, {
		recursive: true,
		force: true
	}), void 0);
}
function asUnusable(path, cause) {
	if (cause instanceof GateError) return cause;
	const { code = "unknown error" } = cause;
	return code === "ENOSPC" || code === "EDQUOT" ? unusable(path, "has no space left", {
		cause,
		remedy: "Free some space there; what was written before is as it was."
	}) : unusable(path, `cannot be written (${code})`, { cause });
}
function unusable(path, what, { cause, remedy = "Name a folder that this run may write, or one that does not exist yet." } = {}) {
	return new GateError("state-folder-unusable", `The folder ${JSON.stringify(path)} of state-dir ${what}`, remedy, { cause });
}
function unreadable(path, what, cause) {
	return new GateError("state-unreadable", `The history in the folder ${JSON.stringify(path)} could not be read: ${what}`, "Nothing was written over. Check what is there and who may read it; an empty folder begins a new history.", { cause });
}

// src/state/load.ts
const NOTHING = { files: /* @__PURE__ */ new Map() };
const MOST_NOTES = 20;
const WRONG_CLOCK_MS = 36e5;
async function loadState(store, now) {
	try {
		const state = decode(await store.read(), store.label);
		if (now !== void 0) requirePast(state, now, store.label);
		return state;
	} catch (thrown) {
		return {
			snapshot: NOTHING,
			records: /* @__PURE__ */ new Map(),
			whole: /* @__PURE__ */ new Map(),
			notes: [],
			problem: asGateError(thrown),
			sbom: () => void 0
		};
	}
}
function requirePast({ updated = "" }, now, label) {
	if (updated <= now || Date.parse(updated) - Date.parse(now) < WRONG_CLOCK_MS) return;
	throw new GateError("state-ahead", `The history in ${label} was last written at ${updated}, but this run's clock says ${now}: one of them is wrong`, "Nothing was written over. Set the machine's clock right; if it is right, restore the history as it was before that run.");
}
function decode(snapshot, label) {
	const { files } = snapshot;
	const index = indexOf(files, label);
	const notes = [];
	const whole = /* @__PURE__ */ new Map();
	let isPartial = false;
	for (const [path, hash] of Object.entries(index?.files ?? {})) {
		const content = files.get(path);
		if (content !== void 0 && sha256(content) === hash) whole.set(path, hash);
		else {
			notes.push(brokenNote(path, content, label));
			isPartial ||= isImagePath(path);
		}
	}
	for (const path of files.keys()) if (isStatePath(path) && path !== "index.json" && index?.files[path] === void 0) notes.push(`${path} of ${label} is not in its ${INDEX_PATH}: it is ignored, and removed.`);
	const updated = index?.updated;
	const records = recordsOf(files, whole.keys(), {
		label,
		updated
	});
	const isOpen = snapshot.isOpenToAll === true && files.size > 0;
	const shown = [...someLines(notes, MOST_NOTES, { what: "such file" }), ...isOpen ? [openNote(label)] : []];
	const sbom = sbomsOf(snapshot, whole);
	return {
		snapshot,
		records,
		whole,
		notes: shown,
		isPartial,
		updated,
		run: index?.run,
		sbom
	};
}
function recordsOf(files, whole, { label, updated = "" }) {
	const records = /* @__PURE__ */ new Map();
	for (const path of whole) {
		const content = files.get(path);
		if (content === void 0 || !isImagePath(path)) continue;
		const record = readStored(content, imageSchema, path, label);
		if (imagePath(record.image) !== path) throw damaged(label, `${path} is about another image`);
		if (lastTimeOf(record) > updated) throw damaged(label, `${path} has a time after its last run`);
		records.set(record.image, record);
	}
	return records;
}
function sbomsOf({ files, isOpenToAll }, whole) {
	if (isOpenToAll === true) return () => void 0;
	return (digest) => {
		const path = sbomPath(digest);
		return path !== void 0 && whole.has(path) ? files.get(path) : void 0;
	};
}
function indexOf(files, label) {
	const content = files.get(INDEX_PATH);
	if (content !== void 0) return readStored(content, indexSchema, INDEX_PATH, label);
	if ([...files.keys()].some(isStatePath)) throw damaged(label, `it has files, but no ${INDEX_PATH}`);
}
function openNote(label) {
	return `Every account on this machine can write ${label}: the SBOMs in it are not used, and the images are read instead. Take the right to write from others (chmod -R o-w), also for the folders above it.`;
}
function brokenNote(path, content, label) {
	const happened = content === void 0 ? "is missing" : "was changed outside of Image Gate";
	if (!isImagePath(path)) return `${path} of ${label} ${happened}: it is not used, and made again.`;
	return `${path} of ${label} ${happened}: the history of its image begins again with this scan.`;
}

// src/state/save.ts
const TRIES = 5;
async function saveState(store, loaded, update) {
	const [now = update.seen.now] = [update.seen.now, loaded.updated ?? ""].sort().reverse();
	const seen = {
		...update.seen,
		now
	};
	let state = loaded;
	let changes = [];
	const failed = (error, isUnread = false) => ({
		changes,
		notWritten: {
			why: asClause(error.what),
			error,
			isUnread
		}
	});
	try {
		for (let tried = 0;; tried++) {
			const supersededBecause = supersededBy(state, now, update.run);
			if (tried === 0 || supersededBecause === void 0) changes = mergeRun(state.records, seen);
			if (state.problem !== void 0) return failed(state.problem, true);
			const why = (tried === 0 ? await store.readOnlyBecause() : void 0) ?? supersededBecause;
			if (why !== void 0) return {
				changes,
				notWritten: { why },
				supersededBecause
			};
			const { change, tooLarge } = changeOf(state, {
				...update,
				seen
			}, changes);
			const written = await store.write(change);
			const [image] = tooLarge;
			if (!("moved" in written)) return image === void 0 ? {
				changes,
				at: written.at
			} : {
				...failed(largeError(image, tooLarge.length - 1)),
				at: written.at
			};
			if (tried + 1 === TRIES) return failed(contended(store));
			state = await loadState(store);
		}
	} catch (thrown) {
		return failed(asGateError(thrown));
	}
}
function supersededBy({ run, updated = "" }, now, own) {
	if (isOlderRun(own, run)) return `a newer run has written it (${run?.number}, this is ${own?.number})`;
	return updated > now ? `a later run has written it (at ${updated}, this is of ${now})` : void 0;
}
function largeError(image, others) {
	return new GateError("state-image-too-large", `The history of ${[image, andMore(others)].join(" ").trimEnd()} would have more than ${MAX_BYTES >> 20} MiB, and stays as it was`, "Look at the image: it has an unusual number of findings, or paths of unusual length.");
}
function contended({ label, oneAtATime }) {
	return new GateError("state-contended", `Other runs wrote ${label} ${TRIES} times while this one tried to`, oneAtATime === void 0 ? "Let one run at a time write it." : `Let one run at a time write it: ${oneAtATime}.`);
}
function changeOf(state, { seen, run, sboms }, changes) {
	const { files } = state.snapshot;
	const tooLarge = [];
	const put = /* @__PURE__ */ new Map();
	const hashes = /* @__PURE__ */ new Map();
	const keep = (path, content) => {
		hashes.set(path, sha256(content));
		if (files.get(path)?.equals(content) !== true) put.set(path, content);
	};
	const leave = (path) => {
		const hash = state.whole.get(path);
		if (hash !== void 0) hashes.set(path, hash);
	};
	const records = changes.filter(({ after }) => !isForgotten(after, seen.now));
	for (const { before, after, image } of records) {
		const path = imagePath(image);
		const content = after === before && state.whole.has(path) ? void 0 : Buffer.from(imageText(after));
		const isTooLarge = content !== void 0 && content.length > 67108864;
		if (isTooLarge) tooLarge.push(image);
		if (content === void 0 || isTooLarge) leave(path);
		else keep(path, content);
	}
	for (const path of neededSboms(records.map(({ after }) => after))) leave(path);
	for (const [digest, content] of sboms) {
		const path = sbomPath(digest);
		if (path !== void 0) keep(path, content);
	}
	const listed = Object.fromEntries([...hashes].sort(([a], [b]) => compareText(a, b)));
	const index = {
		version: 1,
		updated: seen.now,
		run: run ?? state.run,
		files: listed
	};
	put.set(INDEX_PATH, Buffer.from(`${JSON.stringify(index, null, 1)}\n`));
	const remove = [...files.keys()].filter((path) => isStatePath(path) && path !== "index.json" && !hashes.has(path)).sort();
	return {
		change: {
			base: state.snapshot,
			put,
			remove,
			message: messageOf(seen, changes)
		},
		tooLarge
	};
}
function neededSboms(records) {
	return records.flatMap((record) => record["gone-since"] === void 0 ? record.running : []).flatMap(({ digest }) => sbomPath(digest ?? "") ?? []);
}
function messageOf({ now, images }, changes) {
	const opened = changes.flatMap((change) => change.opened).length;
	const closed = changes.flatMap((change) => change.closed).length;
	return `Rescan of ${now.slice(0, 10)}: ${counted(images.length, "image")}, findings: ${opened} opened, ${closed} closed`;
}

// src/actions/rescan/history.ts
const NO_STATE = {
	snapshot: { files: /* @__PURE__ */ new Map() },
	records: /* @__PURE__ */ new Map(),
	whole: /* @__PURE__ */ new Map(),
	notes: [],
	sbom: () => void 0
};
async function storeOf({ stateDir, stateBranch: branch }, connect, platform, world) {
	const { words, change } = platform;
	const { trigger, readOnlyBecause } = change;
	if (stateDir !== void 0 && readOnlyBecause !== void 0) return { none: readOnlyBecause };
	if (stateDir !== void 0) return stateFolder(resolve(world.workspace, stateDir), world);
	const none = { none: `${words.lacking}, and \`state-dir\` names no folder` };
	if (trigger === "") return none;
	return await stateBranch(branch, await connect()) ?? none;
}
async function loadHistory(inputs, run, platform, world) {
	const store = await storeOf(inputs, run.forge, platform, world);
	run.history = {
		..."none" in store ? NO_STATE : await loadState(store, run.now.toISOString()),
		store
	};
	return run.history;
}
async function saveHistory({ failure, history, now, rescanned, sources, sboms }, { stamp, runUrl }) {
	if (failure !== void 0 || history === void 0) return {
		changes: [],
		notWritten: { why: "nothing was judged" }
	};
	const unreadSources = unreadOf(sources, history.records);
	const seen = {
		now: now.toISOString(),
		images: rescanned,
		unreadSources,
		usualScanner: SCANNER.name
	};
	const notWritten = (why) => ({
		changes: mergeRun(history.records, seen),
		notWritten: { why }
	});
	if ("none" in history.store) return notWritten(history.store.none);
	if (rescanned.every(({ verdict }) => verdict.answer === "error")) return notWritten("no image could be judged");
	return saveState(history.store, history, {
		seen,
		run: serverRun(stamp, runUrl),
		sboms
	});
}
function unreadOf(sources, records) {
	const unread = sources.filter(({ error }) => error !== void 0).map(({ source }) => source);
	if (unread.length === 0) return [];
	const asked = new Set(sources.map(({ source }) => source));
	const places = [...records.values()].flatMap(({ running }) => running.flatMap(({ where }) => where));
	return [.../* @__PURE__ */ new Set([...unread, ...places.map(({ source }) => source).filter((source) => !asked.has(source))])];
}
async function mayKeepIssues({ history }, { supersededBecause }) {
	if (history === void 0) return "nothing was judged";
	if (supersededBecause !== void 0) return `the history says that ${supersededBecause}`;
	if ("none" in history.store) return history.store.none;
	return history.store.readOnlyBecause().catch((thrown) => asGateError(thrown).what);
}

export { loadHistory, mayKeepIssues, saveHistory };
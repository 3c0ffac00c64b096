import { GateError, cancelled, mkdirSync, tryOr } from "./shared.thread.js";
import { isoSeconds } from "./shared.inputs.js";
import { timeLimit } from "./shared.scan.js";
import { datetime, literal, object, record, string } from "./package.zod.js";
import { clearLeftovers, freshFolder, hashedBeside, readSmallText, removedAtEnd, replaceWhole, statusOf, storedFolder, swapIn } from "./shared.start.js";
import { datedKey, unusableEntry } from "./system.shared-cache.js";
import { whileLocked } from "./system.store.lock.js";
import { join } from "node:path";

// src/supply/kept.ts
const NOTE_FILE = "image-gate.json";
const MAX_NOTE = 65536;
const noteSchema = object({
	version: literal(1),
	from: string().max(2e3),
	checkedAt: datetime().default("1970-01-01T00:00:00.000Z"),
	files: record(string(), string()),
	mark: record(string(), string()).default({})
});
async function kept(set, request, world) {
	const { store, timeoutMs } = request;
	const end = performance.now() + timeoutMs;
	const before = storedFolder(store, set.name);
	const first = await fromStore(set, request);
	if (first.copy !== void 0 && !first.copy.isDue) return told(first.copy, set, world);
	const lock = {
		folder: store,
		name: set.name,
		what: set.called,
		waitMs: timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const stored = storedFolder(store, set.name) === before ? first : await fromStore(set, request);
		if (stored.copy !== void 0 && !stored.copy.isDue) {
			world.log.info(`${start(set)}: another run on this machine has fetched it meanwhile.`);
			return stored.copy;
		}
		for (const { reason, why } of stored.faults) world.log[levelOf(reason)](`${start(set)}: the stored one is not used: ${why}.`);
		return refresh(set, {
			...request,
			stored,
			end
		}, world);
	});
}
function told(copy, set, { log }) {
	const { from, checkedAt } = copy.note;
	const shown = set.sources?.find(({ name }) => name === from)?.shown ?? from;
	log.info(`${start(set)}: that of ${shown.slice(0, 200)}, kept on this machine (${isoSeconds(new Date(checkedAt))}).`);
	return copy;
}
function tellOld(set, dated, error, log) {
	const words = `${start(set)} of ${dated.toISOString()} is used`;
	if (error.code.endsWith("-offline")) log.info(`${words}: \`offline\` names no source to refresh it from.`);
	else log.warning(`${words}, as it could not be refreshed. ${error.message}`);
}
const start = ({ called }) => called.slice(0, 1).toUpperCase() + called.slice(1);
const levelOf = (reason) => reason === "replaced" ? "warning" : "info";
async function fromStore(set, { store, readOnly = [] }) {
	const faults = [];
	let due;
	for (const each of [store, ...readOnly]) {
		const folder = storedFolder(each, set.name);
		if (folder === void 0) continue;
		const found = await look(set, folder);
		if ("why" in found) faults.push({
			place: "this machine's store",
			...found
		});
		else if (!found.isDue) return {
			copy: found,
			faults
		};
		else due ??= found;
	}
	return {
		copy: due,
		faults
	};
}
async function look(set, folder) {
	const [main = ""] = set.files;
	if (statusOf(join(folder, main))?.isFile() !== true) return {
		reason: "missing",
		why: `its ${main} is missing`
	};
	const note = readNote(folder);
	if (note === void 0) return {
		reason: "replaced",
		why: `it has no usable ${NOTE_FILE}, which holds its SHA-256`
	};
	if (set.sources?.every(({ name }) => name !== note.from)) return {
		reason: "foreign",
		why: `it came from ${JSON.stringify(note.from.slice(0, 200))}, which this run does not ask`
	};
	const sha256 = await hashesOf(folder, set.files);
	const wrong = set.files.find((file) => sha256[file] === void 0 || sha256[file] !== note.files[file]);
	if (wrong !== void 0) return {
		reason: "replaced",
		why: `the SHA-256 of its ${wrong} is wrong`
	};
	const checked = await set.check(folder, note);
	return "why" in checked ? checked : {
		...checked,
		folder,
		note,
		sha256
	};
}
async function hashesOf(folder, files) {
	const hashes = {};
	for (const file of files) {
		const sha256 = await hashedBeside({ path: join(folder, file) }).catch(() => void 0);
		if (sha256 !== void 0) hashes[file] = sha256;
	}
	return hashes;
}
function readNote(folder) {
	return tryOr(() => noteSchema.safeParse(JSON.parse(readSmallText(join(folder, NOTE_FILE), MAX_NOTE)), { jitless: true }).data, void 0);
}
async function writeNote(folder, files, { from, checkedAt, mark }) {
	const note = {
		from,
		checkedAt,
		files: await hashesOf(folder, files),
		mark
	};
	putNote(folder, note);
	return note;
}
function putNote(folder, note) {
	replaceWhole(join(folder, NOTE_FILE), [`${JSON.stringify({
		version: 1,
		...note
	})}\n`], { mode: 384 });
}
async function refresh(set, request, world) {
	const { stored, cache, end } = request;
	const cached = stored.copy === void 0 ? await fromCache(set, request, world) : void 0;
	if (cached?.copy !== void 0 && !cached.copy.isDue) return cached.copy;
	const usable = stored.copy ?? cached?.copy;
	const unrefreshed = (error) => {
		if (usable === void 0) throw error;
		return {
			...told(usable, set, world),
			notRefreshed: error
		};
	};
	const faults = [...stored.faults, ...cached?.faults ?? []].filter(({ reason }) => reason === "replaced");
	if (set.sources === void 0) return unrefreshed(usable === void 0 && faults.length > 0 ? set.error(faults, 0) : set.offline());
	clearLeftovers(request.store);
	for (const at of set.sources.keys()) {
		const left = end - performance.now();
		const waiting = set.sources.slice(at);
		if (left <= 0) return unrefreshed(set.error(faults, waiting.length));
		const found = await ask(set, waiting, {
			left,
			usable,
			store: request.store
		}, world);
		if ("why" in found) faults.push(found);
		else {
			const entry = entryOf(set, found);
			if (stored.copy === void 0 && (usable === void 0 || entryOf(set, usable).key !== entry.key)) cache?.save(entry, found.folder);
			return found;
		}
	}
	return unrefreshed(set.error(faults, 0));
}
async function fromCache(set, { cache, store }, world) {
	if (cache === void 0) return void 0;
	const folder = freshFolder(store);
	using _ = removedAtEnd(folder);
	const key = await cache.restore({
		key: set.cachePrefix,
		files: [...set.files, NOTE_FILE]
	}, folder);
	if (key === void 0) return void 0;
	const found = await look(set, folder);
	if (!("why" in found) && entryOf(set, found).key === key) return {
		copy: {
			...found,
			folder: swapIn(store, set.name, folder)
		},
		faults: []
	};
	const fault = "why" in found ? found : {
		reason: "misnamed",
		why: `it is of ${isoSeconds(found.dated)}`
	};
	if (["stale", "foreign"].includes(fault.reason)) world.log.info(`Cache: ${key} is not used: ${fault.why}.`);
	else world.log.warning(unusableEntry(key, fault.why).message);
	return { faults: [{
		place: "the shared cache",
		...fault
	}] };
}
function entryOf({ cachePrefix, files }, { dated }) {
	return {
		key: datedKey(cachePrefix, dated),
		files: [...files, NOTE_FILE]
	};
}
async function ask(set, [source, ...others], { left, usable, store }, world) {
	const began = performance.now();
	const place = source.shown ?? source.name;
	const fresh = freshFolder(store);
	using _ = removedAtEnd(fresh);
	const clock = timeLimit(others.length === 0 ? left : left / 2);
	const asking = {
		signal: AbortSignal.any([world.signal, clock]),
		silenceMs: left / (others.length + 1),
		former: usable?.note
	};
	const fetched = async () => {
		const into = join(fresh, "kept");
		mkdirSync(into, { mode: 448 });
		const mark = await set.fetch(source, into, asking);
		const checkedAt = world.now().toISOString();
		if (mark === "unchanged") {
			if (usable === void 0) throw new TypeError("nothing is there that could be unchanged");
			const note = {
				...usable.note,
				checkedAt
			};
			tryOr(() => putNote(usable.folder, note), void 0);
			const checked = await set.check(usable.folder, note);
			return "why" in checked ? checked : {
				...usable,
				...checked,
				note
			};
		}
		const note = await writeNote(into, set.files, {
			from: source.name,
			checkedAt,
			mark
		});
		const checked = await set.check(into, note);
		return "why" in checked ? checked : {
			...checked,
			folder: into,
			note,
			sha256: note.files
		};
	};
	let found;
	try {
		found = await fetched();
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		if (thrown instanceof GateError && !clock.aborted) throw thrown;
		const { code = "" } = thrown;
		if (clock.aborted) found = {
			reason: "timeout",
			why: "it did not answer in time"
		};
		else if ([
			"ENOSPC",
			"EDQUOT",
			"EFBIG"
		].includes(code)) found = {
			reason: "disk-full",
			why: "the disk is full"
		};
		else found = set.faultOf(thrown);
	}
	const took = `${((performance.now() - began) / 1e3).toFixed(1)} s`;
	if ("why" in found) {
		world.log[levelOf(found.reason)](`${start(set)}, ${place}: ${found.why} (${took}).`);
		return {
			place,
			...found
		};
	}
	if (found.folder === usable?.folder) return found;
	const folder = swapIn(store, set.name, found.folder);
	world.log.info(`${start(set)}, ${place}: downloaded in ${took}, of ${found.dated.toISOString()}.`);
	return {
		...found,
		folder
	};
}

export { kept, readNote, tellOld };
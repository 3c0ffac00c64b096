import { asGateError } from "./shared.start.js";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/scan/held-log.ts
async function withHeldLog(log, joined, work) {
	const kept = [];
	const hold = (write) => (...args) => {
		if (joined.aborted) kept.push(() => write(...args));
		else write(...args);
	};
	let group;
	const leaveGroup = () => {
		if (group === void 0) return;
		const title = `${group} (continued)`;
		log.endGroup();
		kept.push(() => log.startGroup(title));
	};
	joined.addEventListener("abort", leaveGroup, { once: true });
	try {
		return await work({
			info: hold(log.info),
			debug: hold(log.debug),
			startGroup: hold((title) => {
				group = title;
				log.startGroup(title);
			}),
			endGroup: hold(() => {
				group = void 0;
				log.endGroup();
			}),
			notice: hold(log.notice),
			warning: hold(log.warning),
			error: hold(log.error),
			annotate: hold(log.annotate),
			annotationsLeft: log.annotationsLeft,
			mask: log.mask,
			advance: log.advance
		});
	} finally {
		joined.removeEventListener("abort", leaveGroup);
		for (const write of kept) write();
	}
}

// src/scan/workers.ts
function thisMachine() {
	return {
		cores: availableParallelism(),
		memory: process.availableMemory()
	};
}
const MEMORY_EACH = 15e8;
const MOST_WORKERS = 8;
const PATIENCE_MS = 1e4;
const LEAD_MS = 6e4;
function workersOn({ cores, memory }, scans) {
	return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}
async function scanAll(work) {
	const { machine, folder, scan, session, leadMs = LEAD_MS } = work;
	const waiting = [...work.items];
	const company = new AbortController();
	const cacheFolder = join(folder, "cache");
	const first = {
		session: session(cacheFolder),
		joined: company.signal,
		memory: machine.memory
	};
	const began = performance.now();
	let hasLead = false;
	let late;
	while (!hasLead && late === void 0 && waiting.length > 0) {
		if (workersOn(machine, waiting.length) > 1 && performance.now() - began > PATIENCE_MS) break;
		const scanning = scan(waiting.shift(), first);
		const ended = workersOn(machine, waiting.length + 1) > 1 ? await within(leadMs, scanning) : await scanning;
		if (ended === void 0) late = scanning;
		hasLead = ended ?? false;
	}
	const count = workersOn(machine, waiting.length + (late === void 0 ? 0 : 1));
	if (count > 1) company.abort();
	const share = {
		joined: company.signal,
		memory: machine.memory / count
	};
	const others = Array.from({ length: count - 1 }, (_, index) => {
		const own = `${cacheFolder}-${index + 2}`;
		return hasLead ? first.session.fork(own) : session(own);
	});
	const workers = [first.session, ...others].map((own, index) => each({
		...share,
		session: own
	}, waiting, scan, index === 0 ? late : void 0));
	const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
	if (failed !== void 0) throw failed.reason;
}
async function within(milliseconds, work) {
	const stop = new AbortController();
	const timer = setTimeout(milliseconds, void 0, { signal: stop.signal }).catch(() => void 0);
	try {
		return await Promise.race([work, timer]);
	} finally {
		stop.abort();
	}
}
async function each(worker, waiting, scan, before) {
	try {
		await before;
		for (let item = waiting.shift(); item !== void 0; item = waiting.shift()) await scan(item, worker);
	} catch (thrown) {
		waiting.length = 0;
		throw thrown;
	}
}

// src/scan/obtain.ts
async function obtain(units, ways) {
	let learnt = /* @__PURE__ */ new Map();
	for (const way of ways) {
		const open = units.filter((unit) => learnt.get(unit)?.outcome === void 0);
		if (open.length === 0) break;
		learnt = new Map([...learnt, ...await way(open, learnt)]);
	}
	return learnt;
}
function outcomeOf(unit, learnt) {
	const outcome = learnt.get(unit)?.outcome;
	if (outcome === void 0) throw new TypeError("a scan needs a scanner");
	return outcome;
}
async function settled(act, { signal }) {
	try {
		return await act();
	} catch (thrown) {
		if (signal.aborted) throw thrown;
		return { error: errorOf(thrown) };
	}
}
function errorOf(thrown) {
	const { code, what, remedy } = asGateError(thrown);
	return {
		code,
		what,
		remedy
	};
}
async function scanEach(units, { scanner, machine }, scan, world) {
	const found = /* @__PURE__ */ new Map();
	const one = (unit, worker) => withHeldLog(world.log, worker.joined, async (log) => {
		const learnt = await scan(unit, worker, {
			...world,
			log
		});
		found.set(unit, learnt);
		return learnt.outcome !== void 0 && "scan" in learnt.outcome;
	});
	await scanAll({
		items: units,
		machine,
		folder: world.runFolder,
		session: scanner.session,
		scan: one
	});
	return found;
}
function sayEnds(of, progress, { advance }) {
	let count = 0;
	const show = () => advance?.({
		what: "scans",
		unit: "targets",
		done: count,
		of
	});
	if (of > 1) show();
	return ({ label, outcome, began }, log) => {
		if (of < 2) return;
		const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
		log.info(progress({
			count: ++count,
			of,
			label,
			result,
			milliseconds: performance.now() - began
		}));
		show();
	};
}

export { errorOf, obtain, outcomeOf, sayEnds, scanEach, settled, thisMachine, withHeldLog, workersOn };
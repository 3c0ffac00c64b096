import { on as GIVEN_REPORT, sn as GIVEN_REPORT_NAME, zt as readGivenFile } from "./shared.js";
import { n as asGateError, r as cancelled, t as GateError } from "./start.js";
import { i as requireMatch, n as requireName, t as locateTarget } from "./targets.js";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";

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
	const { machine, folder, scan, lane, leadMs = LEAD_MS } = work;
	const waiting = [...work.items];
	const company = new AbortController();
	const cacheFolder = join(folder, "cache");
	const first = {
		lane: lane(cacheFolder),
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
		return hasLead ? first.lane.fork(own) : lane(own);
	});
	const workers = [first.lane, ...others].map((own, index) => each({
		...share,
		lane: own
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

// src/scan/scan-targets.ts
async function scanTargets(targets, scanning, world) {
	const { scanner, machine = thisMachine() } = scanning;
	const run = collect(targets, scanning, world);
	for (const target of targets.filter(isReport)) {
		await run.settle(target, world, async () => readGivenReport(target, scanning, world));
		await setImmediate();
		if (world.signal.aborted) throw cancelled();
	}
	const items = targets.filter((target) => !isReport(target));
	if (scanner instanceof GateError) {
		for (const target of items) await run.settle(target, world, () => Promise.reject(scanner));
		return run.collected();
	}
	if (scanner === void 0) return run.collected();
	const scan = (target, { lane, memory, joined }) => withHeldLog(world.log, joined, (log) => run.settle(target, { log }, () => {
		const options = {
			reportFile: run.reportFile(target),
			memory,
			onReport: showing(target, scanning)
		};
		return lane.scan(target, locateTarget(target, world), options, {
			...world,
			log
		});
	}));
	await scanAll({
		items,
		machine,
		folder: world.runFolder,
		lane: scanner.lane,
		scan
	}).catch(run.abandon);
	const { databaseUpdatedAt, checkVersions } = scanner;
	const check = checkVersions && ((questions) => checkVersions(questions, world));
	return {
		...run.collected(),
		databaseUpdatedAt,
		rescan: rescanWith(scanner, world),
		checkVersions: check
	};
}
function readGivenReport(target, { reports, descriptions, ...scanning }, world) {
	requireName(target, true);
	requireMatch(target);
	const bytes = readGivenFile({
		what: GIVEN_REPORT_NAME,
		path: target.input
	}, world);
	return reports.given(bytes, target, {
		descriptions,
		onReport: showing(target, scanning)
	});
}
function showing(target, { onReport }) {
	return onReport && ((report) => onReport(target, report));
}
function isReport({ kind }) {
	return kind === GIVEN_REPORT;
}
function collect(targets, { scanner, progress }, { runFolder, signal }) {
	const name = scanner === void 0 || scanner instanceof GateError ? "report" : `${scanner.name.toLowerCase()}-report`;
	const outcomes = /* @__PURE__ */ new Map();
	const scans = targets.filter((target) => !isReport(target)).length;
	let ended = 0;
	const reportFile = (target) => join(runFolder, targets.length === 1 ? `${name}.json` : `${name}-${targets.indexOf(target) + 1}.json`);
	const settled = async (target, act) => {
		try {
			return {
				target,
				scan: await act()
			};
		} catch (thrown) {
			if (signal.aborted) throw thrown;
			const { code, what, remedy } = asGateError(thrown);
			return {
				target,
				error: {
					code,
					what,
					remedy
				}
			};
		}
	};
	return {
		reportFile,
		async settle(target, { log }, act) {
			const began = performance.now();
			const outcome = await settled(target, act);
			outcomes.set(target, outcome);
			const isScanned = "scan" in outcome;
			if (scans === 1 || isReport(target)) return isScanned;
			const result = isScanned ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
			const milliseconds = performance.now() - began;
			log.info(progress({
				count: ++ended,
				of: scans,
				label: target.label,
				result,
				milliseconds
			}));
			return isScanned;
		},
		abandon(why) {
			for (const target of targets) rmSync(reportFile(target), { force: true });
			throw why;
		},
		collected() {
			const inOrder = targets.map((target) => {
				const outcome = outcomes.get(target);
				if (outcome === void 0) throw new TypeError("a scan needs a scanner");
				return outcome;
			});
			const scanned = inOrder.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
			const reportFileOf = new Map(scanned.map(({ target }) => [target, reportFile(target)]));
			return {
				outcomes: inOrder,
				reportFiles: [...reportFileOf.values()],
				reportFileOf
			};
		}
	};
}
function rescanWith(scanner, world) {
	const lane = scanner.lane(join(world.runFolder, "compared-cache"));
	return async (target, options = {}) => {
		const located = options.anonymous ? strangersImage(target) : locateTarget(target, world);
		const folder = mkdtempSync(join(world.runFolder, "rescan-"));
		try {
			return await lane.scan(target, located, {
				...options,
				reportFile: join(folder, "report.json")
			}, world);
		} finally {
			rmSync(folder, {
				recursive: true,
				force: true
			});
		}
	};
}
function strangersImage({ input, platform }) {
	return {
		how: "reference",
		location: input,
		platform
	};
}
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
			mask: log.mask
		});
	} finally {
		joined.removeEventListener("abort", leaveGroup);
		for (const write of kept) write();
	}
}

export { workersOn as a, thisMachine as i, withHeldLog as n, scanAll as r, scanTargets as t };
import { availableParallelism } from "node:os";
import { join } from "node:path";

// src/scan/held-log.ts
async function withHeldLog(log, isAlone, work) {
	if (isAlone) return work(log);
	const kept = [];
	const hold = (write) => (...args) => {
		kept.push(() => write(...args));
	};
	try {
		return await work({
			...log,
			info: hold(log.info),
			debug: hold(log.debug),
			startGroup: hold(log.startGroup),
			endGroup: hold(log.endGroup),
			notice: hold(log.notice),
			warning: hold(log.warning),
			error: hold(log.error),
			annotate: hold(log.annotate)
		});
	} finally {
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
function workersOn({ cores, memory }, scans) {
	return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}
async function scanEach(units, { scanner, machine }, scan, world) {
	const found = /* @__PURE__ */ new Map();
	const waiting = [...units];
	const count = workersOn(machine, units.length);
	const work = async (index) => {
		const worker = {
			session: scanner.session(join(world.runFolder, "cache", String(index))),
			memory: machine.memory / count
		};
		try {
			for (let unit = waiting.shift(); unit !== void 0; unit = waiting.shift()) {
				const one = unit;
				const scanned = withHeldLog(world.log, count === 1, (log) => scan(one, worker, {
					...world,
					log
				}));
				found.set(one, await scanned);
			}
		} catch (thrown) {
			waiting.length = 0;
			throw thrown;
		}
	};
	const failed = (await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)))).find((result) => result.status === "rejected");
	if (failed !== void 0) throw failed.reason;
	return found;
}

export { scanEach, thisMachine, withHeldLog, workersOn };
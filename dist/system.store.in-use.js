import { tryToLock } from "./system.store.lock.js";
import { databaseStore } from "./shared.answer.js";
import { setTimeout } from "node:timers/promises";

// src/system/store/in-use.ts
const NAME = "in-use";
const POLL_MS = 100;
const WAIT_MS = 6e4;
const held = /* @__PURE__ */ new Set();
async function holdInUse(store, { signal }) {
	const end = performance.now() + WAIT_MS;
	while (!signal.aborted && performance.now() < end) {
		const lock = await tryToLock(store, NAME, "BEGIN; SELECT 1 FROM sqlite_schema");
		if (lock === "impossible") break;
		if (lock !== "busy") {
			held.add(lock);
			return { release: () => void (held.delete(lock) && lock.close()) };
		}
		await setTimeout(POLL_MS, void 0, { signal }).catch(() => {});
	}
	return { release: () => {} };
}
async function holdDatabases(world) {
	await holdInUse(databaseStore(world), world);
}
async function whileUnused(store, work) {
	const lock = await tryToLock(store, NAME, "BEGIN EXCLUSIVE");
	if (lock === "busy") return false;
	try {
		work();
		return true;
	} finally {
		if (lock !== "impossible") lock.close();
	}
}

export { holdDatabases, holdInUse, whileUnused };
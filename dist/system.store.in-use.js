import { mkdirSync } from "./shared.start.js";
import { databaseStore } from "./shared.answer.js";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/system/store/in-use.ts
const NAME = "in-use";
const POLL_MS = 100;
const WAIT_MS = 6e4;
const held = /* @__PURE__ */ new Set();
async function holdInUse(store, { signal }) {
	const end = performance.now() + WAIT_MS;
	while (!signal.aborted && performance.now() < end) {
		const lock = await tryLock(store, "BEGIN; SELECT 1 FROM sqlite_schema");
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
	const lock = await tryLock(store, "BEGIN EXCLUSIVE");
	if (lock === "busy") return false;
	try {
		work();
		return true;
	} finally {
		if (lock !== "impossible") lock.close();
	}
}
const BUSY = 5;
async function tryLock(store, statements) {
	const { DatabaseSync } = await import("node:sqlite");
	let file;
	try {
		const folder = join(store, "locks");
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		file = new DatabaseSync(join(folder, NAME));
		file.exec(`PRAGMA busy_timeout = 0; ${statements}`);
		return file;
	} catch (error) {
		try {
			file?.close();
		} catch {}
		return error.errcode === BUSY ? "busy" : "impossible";
	}
}

export { holdDatabases, holdInUse, whileUnused };
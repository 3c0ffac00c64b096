import { cancelled, mkdirSync, tryOr } from "./shared.start.js";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/system/store/lock.ts
const POLL_MS = 100;
const BUSY = 5;
async function whileLocked(request, world, work) {
	const lock = await take(request, world);
	try {
		return await work(lock === void 0 ? "not-held" : "held");
	} finally {
		lock?.close();
	}
}
async function take({ folder, name, what, doing = "downloading", waitMs }, { signal, log }) {
	const end = performance.now() + waitMs;
	for (let isLogged = false;; isLogged = true) {
		if (signal.aborted) throw cancelled();
		const lock = await tryToLock(folder, name, "BEGIN EXCLUSIVE");
		if (typeof lock === "object") return lock;
		if (lock === "impossible") return void 0;
		if (performance.now() >= end) {
			log.info("The other run takes too long: this one goes on by itself.");
			return;
		}
		if (!isLogged) log.info(`Another run on this machine is ${doing} ${what}; waiting for at most ${Math.ceil(waitMs / 1e3)} s.`);
		await setTimeout(POLL_MS, void 0, { signal }).catch(() => {});
	}
}
async function tryToLock(store, name, statements) {
	const { DatabaseSync } = await import("node:sqlite");
	let file;
	try {
		const folder = join(store, "locks");
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		file = new DatabaseSync(join(folder, name));
		file.exec(`PRAGMA busy_timeout = 0; ${statements}`);
		return file;
	} catch (error) {
		tryOr(() => file?.close(), void 0);
		return error.errcode === BUSY ? "busy" : "impossible";
	}
}

export { tryToLock, whileLocked };
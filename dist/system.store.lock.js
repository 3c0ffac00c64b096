import { cancelled, mkdirSync, tryOr } from "./shared.thread.js";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/system/store/lock.ts
const POLL_MS = 100;
const BUSY = 5;
async function whileLocked({ folder, name, what, doing = "downloading", waitMs }, { signal, log }, work) {
	const lock = await take(folder, name, {
		signal,
		waitMs,
		onBusy: () => log.info(`Another run on this machine is ${doing} ${what}; waiting for at most ${Math.ceil(waitMs / 1e3)} s.`)
	});
	if (lock === "busy" && !signal.aborted) log.info("The other run takes too long: this one goes on by itself.");
	const isHeld = typeof lock === "object";
	try {
		if (signal.aborted) throw cancelled();
		return await work(isHeld ? "held" : "not-held");
	} finally {
		if (isHeld) lock.close();
	}
}
async function take(folder, name, { signal, waitMs, onBusy }) {
	const end = performance.now() + waitMs;
	for (let tries = 0;; tries += 1) {
		const lock = await tryToLock(folder, name);
		if (lock !== "busy" || signal.aborted || performance.now() >= end) return lock;
		if (tries === 0) onBusy();
		await setTimeout(POLL_MS, void 0, { signal }).catch(() => {});
	}
}
async function tryToLock(folder, name) {
	const { DatabaseSync } = await import("node:sqlite");
	let file;
	try {
		const locks = join(folder, "locks");
		mkdirSync(locks, {
			recursive: true,
			mode: 448
		});
		file = new DatabaseSync(join(locks, name));
		file.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
		return file;
	} catch (error) {
		tryOr(() => file?.close(), void 0);
		return error.errcode === BUSY ? "busy" : "impossible";
	}
}

export { whileLocked };
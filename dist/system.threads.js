import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

// src/system/threads.ts
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "../images/thread.ts" : "./thread.js", import.meta.url);
const MEMORY_MB = 1024;
const MOST = 3;
const idle = [];
function otherCores() {
	return Math.min(MOST, availableParallelism() - 1);
}
function prepareThreads(count = otherCores()) {
	try {
		while (idle.length < count) rest(start());
	} catch {}
}
function takeThread(work) {
	const thread = idle.pop() ?? start();
	thread.removeAllListeners();
	thread.ref();
	thread.postMessage(work);
	return thread;
}
function rest(thread) {
	thread.removeAllListeners();
	thread.on("error", () => {});
	thread.once("exit", () => {
		const at = idle.indexOf(thread);
		if (at !== -1) idle.splice(at, 1);
	});
	thread.unref();
	idle.push(thread);
}
function start() {
	return new Worker(PROGRAM, {
		env: {},
		argv: [],
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }
	});
}

export { otherCores, prepareThreads, rest, takeThread };
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

// src/system/threads.ts
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "../images/layers/thread.ts" : "./thread.js", import.meta.url);
const MEMORY_MB = 1024;
const MOST = 3;
const idle = [];
let started = [];
const brief = /* @__PURE__ */ new Set();
function otherCores() {
	return Math.min(MOST, availableParallelism() - 1);
}
function freeThreads() {
	started = started.filter(({ threadId }) => threadId !== -1);
	return Math.min(otherCores(), idle.length + Math.max(0, otherCores() - started.length));
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
function endsSoon(work) {
	brief.add(work);
	work.then(() => brief.delete(work));
}
async function awaitIdle() {
	while (idle.length === 0 && brief.size > 0) await Promise.race(brief);
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
	const thread = new Worker(PROGRAM, {
		env: {},
		argv: [],
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }
	});
	started.push(thread);
	return thread;
}

export { awaitIdle, endsSoon, freeThreads, prepareThreads, rest, takeThread };
import { closeSync, createHash, openSync, readSync, statSync, writeSync } from "./shared.start.js";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { setImmediate } from "node:timers/promises";

// src/system/threads.ts
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "../images/thread.ts" : "./thread.js", import.meta.url);
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

// src/system/store/parts.ts
const PARTS = 32;
const PIECE = 1 << 20;
const SMALL = 16 << 20;
async function hasParts({ path, copy }, { size, sha256 }) {
	if (sha256.length === 0 || statSync(path).size !== size) return false;
	const found = await hashTogether({
		path,
		copy,
		size,
		length: Math.ceil(size / sha256.length)
	});
	if (copy !== void 0 && statSync(copy).size !== size) return false;
	return sha256.every((expected, at) => found.get(at) === expected);
}
async function partsOf(path) {
	const { size } = statSync(path);
	return {
		size,
		sha256: [...await hashTogether({
			path,
			size,
			length: Math.ceil(size / 32)
		})].sort(([a], [b]) => a - b).map(([, sha256]) => sha256)
	};
}
async function hashTogether(file) {
	const work = {
		...file,
		next: new Int32Array(new SharedArrayBuffer(4))
	};
	const threads = Array.from({ length: file.size < SMALL ? 0 : freeThreads() }, () => inThread(work));
	for (const thread of threads) endsSoon(thread);
	const own = /* @__PURE__ */ new Map();
	for (const _ of hashParts(work, own)) await setImmediate();
	const all = new Map([...own, ...(await Promise.all(threads)).flat()]);
	if (all.size < Math.ceil(file.size / file.length)) for (const _ of hashParts({
		...work,
		next: /* @__PURE__ */ new Int32Array(1)
	}, all)) await setImmediate();
	return all;
}
async function inThread(data) {
	try {
		const thread = takeThread({
			program: "parts",
			data
		});
		return await new Promise((resolve) => {
			thread.once("message", (parts) => {
				rest(thread);
				resolve(parts);
			});
			for (const end of ["error", "exit"]) thread.once(end, () => resolve([]));
		});
	} catch {
		return [];
	}
}
function hashedParts(work) {
	const found = /* @__PURE__ */ new Map();
	for (const _ of hashParts(work, found));
	return [...found];
}
function* hashParts({ path, copy, size, length, next }, found) {
	const count = Math.ceil(size / length);
	const from = openSync(path, "r");
	const to = copy === void 0 ? void 0 : openSync(copy, "r+");
	try {
		const room = Buffer.allocUnsafeSlow(PIECE);
		for (let part = Atomics.add(next, 0, 1); part < count; part = Atomics.add(next, 0, 1)) {
			const hash = createHash("sha256");
			const end = Math.min(size, (part + 1) * length);
			for (let at = part * length; at < end;) {
				const bytes = room.subarray(0, readSync(from, room, 0, Math.min(PIECE, end - at), at));
				if (bytes.length === 0) break;
				hash.update(bytes);
				if (to !== void 0) writeAll(to, bytes, at);
				at += bytes.length;
				yield;
			}
			found.set(part, hash.digest("hex"));
		}
	} finally {
		closeSync(from);
		if (to !== void 0) closeSync(to);
	}
}
function writeAll(file, bytes, position) {
	for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

export { awaitIdle, hasParts, hashedParts, partsOf, prepareThreads, rest, takeThread, writeAll };
import { isDigest, repositoryName } from "./shared.names.js";
import { HttpStatusError } from "./system.http.js";
import { createHash, createWriteStream, rm } from "./shared.thread.js";
import { countUsedBuffers } from "./system.used-buffers.js";
import { askOnce, newSession } from "./images.registry.client.js";
import { RegistryFault, otherBytes, registryFault } from "./images.registry.fault.js";
import { once } from "node:events";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { finished } from "node:stream/promises";

// src/images/registry/blob-file.ts
const BATCH = 1048576;
var BlobFile = class BlobFile {
	length = 0;
	#output;
	#hash;
	constructor(output, hash) {
		this.#output = output;
		this.#hash = hash;
		output.on("error", () => {});
	}
	static async make(path, { isHashed }) {
		const output = createWriteStream(path, {
			flags: "wx",
			mode: 384,
			highWaterMark: BATCH
		});
		await once(output, "open");
		return new BlobFile(output, isHashed ? createHash("sha256") : void 0);
	}
	async add(piece) {
		this.#hash?.update(piece);
		this.length += piece.length;
		countUsedBuffers(2 * piece.length);
		if (this.#output.errored) throw this.#output.errored;
		if (!this.#output.write(piece)) await once(this.#output, "drain");
	}
	async finish() {
		this.#output.end();
		await finished(this.#output);
		return this.#hash && `sha256:${this.#hash.digest("hex")}`;
	}
	async discard() {
		this.#output.destroy();
		await finished(this.#output).catch(() => {});
		await rm(this.#output.path, { force: true });
	}
};

// src/images/registry/blobs.ts
const SILENCE_MS = 3e4;
const MAX_IDLE = 5;
const MAX_TRIES = 25;
const MAX_PAUSE_MS = 12e4;
const SYSTEM_CLOCK = {
	now: () => Date.now(),
	pause: (ms, signal) => setTimeout$1(ms, void 0, { signal })
};
function blobFetcher(repository, options) {
	const { credentials, allowHttp = false } = options;
	const session = newSession(repositoryName(repository), credentials, { allowHttp });
	return { fetch: (request, signal) => fetchBlob({
		session,
		options,
		request,
		signal
	}) };
}
async function fetchBlob(fetching) {
	const { request, signal } = fetching;
	if (!isDigest(request.digest)) throw new RegistryFault("image-unreadable", "has a manifest that names a part by something other than a SHA-256");
	signal.throwIfAborted();
	const file = await BlobFile.make(request.file, { isHashed: request.isUnhashed !== true });
	try {
		await fill(file, fetching);
		const digest = await file.finish();
		if (request.isUnhashed !== true && digest !== request.digest) throw otherBytes();
		signal.throwIfAborted();
	} catch (error) {
		await file.discard();
		throw error;
	}
}
async function fill(file, fetching) {
	const { options, signal } = fetching;
	let [idle, ranges] = [0, true];
	for (let tries = 1;; tries++) {
		const before = file.length;
		const problem = await attempt(file, ranges, fetching);
		if (problem === void 0) return;
		signal.throwIfAborted();
		idle = file.length > before ? 0 : idle + 1;
		if (problem.message === otherRange().message) ranges = false;
		if (!mayPass(problem) || idle === MAX_IDLE || tries === MAX_TRIES) throw problem;
		await pauseBefore(idle, problem, options, signal);
	}
}
async function pauseBefore(idle, problem, options, signal) {
	const { clock = SYSTEM_CLOCK } = options;
	const now = clock.now();
	const own = 500 * 2 ** idle * (.5 + Math.random() / 2);
	const wanted = problem.cause instanceof HttpStatusError ? problem.cause.retryAfterMs(now) : void 0;
	const ms = Math.max(own, wanted ?? 0);
	if (ms > MAX_PAUSE_MS) throw problem;
	await clock.pause(ms, signal);
}
async function attempt(file, ranges, fetching) {
	const { session, options, request } = fetching;
	const watch = silenceWatch(options.silenceMs ?? SILENCE_MS, fetching.signal);
	const blob = {
		path: `blobs/${request.digest}`,
		accept: "*/*",
		rangeFrom: ranges ? file.length : 0
	};
	let message;
	const stop = () => void message?.destroy(watch.signal.reason);
	watch.signal.addEventListener("abort", stop, { once: true });
	try {
		({message} = await watch.during(askOnce(session, blob, watch.signal)));
		message.on("error", () => {});
	} catch (cause) {
		watch.end();
		return registryFault(cause, {
			wasSilent: watch.wasSilent,
			part: request.digest
		});
	}
	try {
		return await receive(message, file, watch, fetching);
	} finally {
		watch.end();
		message.destroy();
	}
}
async function receive(message, file, watch, { request }) {
	const { size, onBytes } = request;
	const start = startOf(message);
	if (start === void 0 || start !== 0 && start !== file.length) return otherRange();
	if (start + Number(message.headers["content-length"] ?? 0) > size) return tooLong();
	const before = file.length;
	const problem = await append(message, file, {
		known: before - start,
		most: size,
		watch,
		onBytes
	});
	if (file.length === size && problem?.code !== "layer-too-large") return void 0;
	if (problem !== void 0) return problem;
	return file.length > before ? new RegistryFault("registry-broken-off", "broke off the connection, again and again", { mayPass: true }) : new RegistryFault("image-damaged", "has a part that is smaller than the manifest says", { mayPass: true });
}
function mayPass(fault) {
	return fault instanceof RegistryFault && fault.mayPass;
}
function otherRange() {
	return new RegistryFault("registry-unreachable", "answered with another part than was asked for", { mayPass: true });
}
function tooLong() {
	return new RegistryFault("layer-too-large", "sends a part that is larger than the manifest says");
}
async function append(message, file, { known, most, watch, onBytes }) {
	const pieces = message[Symbol.asyncIterator]();
	for (;;) {
		let next;
		try {
			next = await watch.during(pieces.next());
		} catch (cause) {
			return registryFault(cause, {
				wasSilent: watch.wasSilent,
				hasBegun: true
			});
		}
		if (next.done) return void 0;
		const fresh = next.value.subarray(known);
		known -= next.value.length - fresh.length;
		if (fresh.length === 0) continue;
		if (file.length + fresh.length > most) return tooLong();
		await file.add(fresh);
		onBytes?.(fresh.length);
	}
}
function startOf({ statusCode, headers }) {
	if (statusCode === 200) return 0;
	const [, first] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/i.exec(headers["content-range"] ?? "") ?? [];
	return first === void 0 ? void 0 : Number(first);
}
function silenceWatch(ms, run) {
	const silence = new AbortController();
	let waiting = false;
	const timer = setTimeout(() => waiting && silence.abort(/* @__PURE__ */ new Error("nothing came for a long time")), ms);
	return {
		signal: AbortSignal.any([run, silence.signal]),
		get wasSilent() {
			return silence.signal.aborted;
		},
		async during(work) {
			waiting = true;
			timer.refresh();
			try {
				return await work;
			} finally {
				waiting = false;
			}
		},
		end() {
			clearTimeout(timer);
		}
	};
}

export { blobFetcher };
import { createHash } from "./shared.thread.js";
import { isDigest, repositoryName } from "./shared.names.js";
import { HttpStatusError } from "./system.http.js";
import { countUsedBuffers } from "./system.used-buffers.js";
import { inconsistent } from "./images.fault.js";
import { SparseFile } from "./images.layers.output.sparse-file.js";
import { sha256Of } from "./images.oci.documents.js";
import { MAX_DOCUMENT } from "./images.oci.strict-json.js";
import { askOnce, askRegistry, newSession } from "./images.registry.client.js";
import { RegistryFault, otherBytes, registryFault } from "./images.registry.fault.js";
import { addAbortSignal } from "node:stream";
import { setTimeout as setTimeout$1 } from "node:timers/promises";

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
	return {
		fetch: (request, signal) => fetchBlob({
			session,
			options,
			request,
			signal
		}),
		async bytes({ digest, size }, signal) {
			if (size > 8388608) throw inconsistent(`its configuration has more than ${MAX_DOCUMENT} bytes`);
			const asked = {
				path: `blobs/${digest}`,
				accept: "*/*",
				maxBytes: MAX_DOCUMENT
			};
			const { body } = await askRegistry(session, asked, signal).catch((cause) => {
				throw registryFault(cause, {
					signal,
					part: digest
				});
			});
			if (sha256Of(body) === digest) return body;
			throw otherBytes();
		}
	};
}
async function fetchBlob(fetching) {
	const { request, signal } = fetching;
	if (!isDigest(request.digest)) throw new RegistryFault("image-unreadable", "has a manifest that names a part by something other than a SHA-256");
	signal.throwIfAborted();
	const output = new SparseFile(request.file);
	const hash = request.isUnhashed === true ? void 0 : createHash("sha256");
	try {
		await fill({
			output,
			hash
		}, fetching);
		if (hash !== void 0 && `sha256:${hash.digest("hex")}` !== request.digest) throw otherBytes();
		signal.throwIfAborted();
	} catch (error) {
		output.discard();
		throw error;
	}
	output.finish();
}
async function fill(file, fetching) {
	const { options, signal } = fetching;
	let [idle, ranges] = [0, true];
	for (let tries = 1;; tries++) {
		const before = file.output.size;
		const problem = await attempt(file, ranges, fetching);
		if (problem === void 0) return;
		signal.throwIfAborted();
		idle = file.output.size > before ? 0 : idle + 1;
		if (problem.message === otherRange().message) ranges = false;
		if (!(problem instanceof RegistryFault && problem.mayPass) || idle === MAX_IDLE || tries === MAX_TRIES) throw problem;
		await pauseBefore(idle, problem, options, signal);
	}
}
async function pauseBefore(idle, problem, { clock = SYSTEM_CLOCK }, signal) {
	const own = 500 * 2 ** idle * (.5 + Math.random() / 2);
	const wanted = problem.cause instanceof HttpStatusError ? problem.cause.retryAfterMs(clock.now()) : void 0;
	const ms = Math.max(own, wanted ?? 0);
	if (ms > MAX_PAUSE_MS) throw problem;
	await clock.pause(ms, signal);
}
async function attempt(file, ranges, fetching) {
	const { session, options, request, signal } = fetching;
	const silence = new AbortController();
	const timer = setTimeout(() => silence.abort(), options.silenceMs ?? SILENCE_MS);
	const either = AbortSignal.any([signal, silence.signal]);
	const rangeFrom = ranges ? file.output.size : 0;
	let message;
	let isWriting = false;
	try {
		({message} = await askOnce(session, {
			path: `blobs/${request.digest}`,
			accept: "*/*",
			rangeFrom
		}, either));
		addAbortSignal(either, message).on("error", () => {});
		timer.refresh();
		return await receive(message, file, request, (write) => {
			isWriting = true;
			write();
			isWriting = false;
			timer.refresh();
		});
	} catch (cause) {
		if (isWriting) throw cause;
		if (message !== void 0 && file.output.size === request.size) return void 0;
		const begun = message === void 0 ? { part: request.digest } : { hasBegun: true };
		return registryFault(cause, {
			wasSilent: silence.signal.aborted,
			...begun
		});
	} finally {
		clearTimeout(timer);
		message?.destroy();
	}
}
async function receive(message, { output, hash }, { size, onBytes }, writing) {
	const start = startOf(message);
	const before = output.size;
	if (start === void 0 || start !== 0 && start !== before) return otherRange();
	if (start + Number(message.headers["content-length"] ?? 0) > size) return tooLong();
	let known = before - start;
	for await (const piece of message) {
		const fresh = piece.subarray(known);
		known -= piece.length - fresh.length;
		if (output.size + fresh.length > size) return tooLong();
		writing(() => output.write(fresh));
		hash?.update(fresh);
		countUsedBuffers(2 * piece.length);
		if (fresh.length > 0) onBytes?.(fresh.length);
	}
	if (output.size === size) return void 0;
	return output.size > before ? new RegistryFault("registry-broken-off", "broke off the connection, again and again", { mayPass: true }) : new RegistryFault("image-damaged", "has a part that is smaller than the manifest says", { mayPass: true });
}
function otherRange() {
	return new RegistryFault("registry-unreachable", "answered with another part than was asked for", { mayPass: true });
}
function tooLong() {
	return new RegistryFault("layer-too-large", "sends a part that is larger than the manifest says");
}
function startOf({ statusCode, headers }) {
	if (statusCode === 200) return 0;
	const [, first] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/i.exec(headers["content-range"] ?? "") ?? [];
	return first === void 0 ? void 0 : Number(first);
}

export { blobFetcher };
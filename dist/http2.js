import { setTimeout } from "node:timers/promises";

// src/system/http.ts
var HttpStatusError = class extends Error {
	name = "HttpStatusError";
	httpStatusCode;
	challenge;
	constructor(status, challenge) {
		super(`HTTP ${status}`);
		this.httpStatusCode = status;
		this.challenge = challenge;
	}
};
var FinalError = class extends Error {
	name = "FinalError";
};
const MAX_REDIRECTS = 5;
const ATTEMPTS = 3;
const SILENCE_MS = 6e4;
async function get(request) {
	const { address, authorization, headers, form, put, atHome = false, signal } = request;
	const { origin } = new URL(address);
	let url = new URL(address);
	for (let step = 0;; step++) {
		const own = url.origin === origin && authorization !== void 0 ? {
			...headers,
			authorization
		} : { ...headers };
		const message = await getOnce(url, own, {
			form,
			put
		}, signal);
		const status = message.statusCode ?? 0;
		if (status === 200) return message;
		message.destroy();
		const { location, "www-authenticate": challenge } = message.headers;
		if (!([
			301,
			302,
			303,
			307,
			308
		].includes(status) && form === void 0 && put === void 0) || location === void 0 || step === MAX_REDIRECTS) throw new HttpStatusError(status, url.origin === origin ? challenge : void 0);
		url = new URL(location, url);
		requireAllowed(url, new URL(address), atHome);
	}
}
function requireAllowed(url, from, atHome) {
	if (url.protocol !== "https:" && url.protocol !== "http:") throw new FinalError(`it is redirected to ${url.protocol}`);
	if (from.protocol === "https:" && url.protocol !== "https:") throw new FinalError("it is redirected from https to http");
	if (atHome && url.origin !== from.origin) throw new FinalError("it is redirected elsewhere");
}
async function getOnce(url, headers, { form, put }, signal) {
	const { HttpClient } = await import("./lib.js");
	signal.throwIfAborted();
	const client = new HttpClient("image-gate", [], {
		allowRedirects: false,
		socketTimeout: SILENCE_MS
	});
	const answer = (put !== void 0 ? client.put(url.href, put.text, {
		...headers,
		"content-type": put.type
	}) : form === void 0 ? client.get(url.href, headers) : client.post(url.href, ...formOf(form, headers))).then(({ message }) => message);
	const { promise: aborted, reject } = Promise.withResolvers();
	const stop = () => {
		client.dispose();
		answer.then((message) => message.destroy()).catch(() => {});
		reject(signal.reason);
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		return await Promise.race([answer, aborted]);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
function formOf(form, headers) {
	const type = { "content-type": "application/x-www-form-urlencoded" };
	return [new URLSearchParams(form).toString(), {
		...headers,
		...type
	}];
}
async function readBody(message, maxBytes, signal) {
	const stop = () => void message.destroy(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	try {
		signal.throwIfAborted();
		const pieces = [];
		let length = 0;
		for await (const piece of message) {
			length += piece.length;
			if (length > maxBytes) throw new FinalError(`it has more than ${maxBytes} bytes`);
			pieces.push(piece);
		}
		return Buffer.concat(pieces);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
async function retrying(work, signal) {
	for (let attempt = 1;; attempt++) try {
		return await work();
	} catch (error) {
		if (attempt === ATTEMPTS || signal.aborted || !mayPass(error)) throw error;
		await setTimeout(attempt * (300 + Math.random() * 700), void 0, { signal });
	}
}
function getPatiently(address, signal) {
	return retrying(() => get({
		address,
		signal
	}), signal);
}
function mayPass(error) {
	if (error instanceof FinalError) return false;
	if (!(error instanceof HttpStatusError)) return true;
	return error.httpStatusCode >= 500 || error.httpStatusCode === 408 || error.httpStatusCode === 429;
}

export { readBody as a, getPatiently as i, HttpStatusError as n, retrying as o, get as r, FinalError as t };
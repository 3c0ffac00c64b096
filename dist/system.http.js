import { withAuthorities } from "./system.authorities.js";
import { BlockList, isIP, isIPv4 } from "node:net";
import { lookup } from "node:dns";
import { setTimeout } from "node:timers/promises";

// src/system/reach.ts
var ReachError = class extends Error {
	name = "ReachError";
};
const RANGES = {
	"link-local": [
		"169.254.0.0/16",
		"fe80::/10",
		"168.63.129.16/32",
		"100.100.100.200/32",
		"192.0.0.192/32",
		"fd00:ec2::254/128",
		"fd20:ce::254/128",
		"2002::/16"
	],
	loopback: ["0.0.0.0/8", "127.0.0.0/8"],
	private: [
		"10.0.0.0/8",
		"172.16.0.0/12",
		"192.168.0.0/16",
		"192.0.0.0/24",
		"100.64.0.0/10",
		"198.18.0.0/15",
		"224.0.0.0/3"
	]
};
const PUBLIC = blockList([
	"2000::/3",
	"64:ff9b::/96",
	"::ffff:0:0/96"
]);
const KINDS = Object.entries(RANGES).map(([kind, ranges]) => ({
	kind,
	list: blockList(ranges)
}));
function blockList(ranges) {
	const list = new BlockList();
	for (const range of ranges) {
		const [address = "", bits = ""] = range.split("/");
		if (!isIPv4(address)) list.addSubnet(address, Number(bits), "ipv6");
		else {
			list.addSubnet(address, Number(bits), "ipv4");
			for (const prefix of ["::", "64:ff9b::"]) list.addSubnet(`${prefix}${address}`, 96 + Number(bits), "ipv6");
		}
	}
	return list;
}
const METADATA_NAMES = /* @__PURE__ */ new Set([
	"metadata",
	"metadata.google.internal",
	"metadata.goog",
	"metadata.azure.internal",
	"metadata.tencentyun.com",
	"instance-data",
	"instance-data.ec2.internal"
]);
function hostKind(hostname) {
	const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
	if (isIP(host) !== 0) return addressKind(host);
	if (METADATA_NAMES.has(host)) return "link-local";
	if (/(?:^|\.)localhost$/.test(host)) return "loopback";
	return host.endsWith(".local") ? "private" : void 0;
}
function addressKind(address) {
	const plain = address.replace(/%.*$/, "");
	const family = isIPv4(plain) ? "ipv4" : "ipv6";
	const [found] = KINDS.filter(({ list }) => list.check(plain, family));
	if (found !== void 0) return found.kind;
	return family === "ipv4" || PUBLIC.check(plain, family) ? "public" : "private";
}
function isWithin(kind, reach) {
	return reach === "any" || kind === "public" || kind === reach;
}
function reachFrom(kinds) {
	const [first = "public"] = kinds;
	return first === "link-local" || kinds.some((kind) => kind !== first) ? "public" : first;
}
function lookupWithin(reach, found) {
	return (hostname, options, callback) => {
		lookup(hostname, {
			...options,
			all: true
		}, (error, addresses) => {
			if (error !== null) return callback(error, "", 0);
			found(addresses.map(({ address }) => addressKind(address)));
			const allowed = addresses.filter(({ address }) => isWithin(addressKind(address), reach));
			const [first] = allowed;
			if (first === void 0) return callback(new ReachError("it is redirected into a private network"), "", 0);
			if (options.all) callback(null, allowed);
			else callback(null, first.address, first.family);
		});
	};
}

// src/system/http.ts
var HttpStatusError = class extends Error {
	name = "HttpStatusError";
	httpStatusCode;
	challenge;
	retryAfter;
	isElsewhere;
	constructor(status, { "www-authenticate": challenge, "retry-after": retryAfter } = {}, isElsewhere = false) {
		super(`HTTP ${status}`);
		this.httpStatusCode = status;
		this.challenge = isElsewhere ? void 0 : challenge;
		this.retryAfter = retryAfter;
		this.isElsewhere = isElsewhere;
	}
	retryAfterMs(now) {
		const text = this.retryAfter?.trim() ?? "";
		if (/^\d{1,9}$/.test(text)) return Number(text) * 1e3;
		const date = Date.parse(text);
		return Number.isNaN(date) ? void 0 : Math.max(0, date - now);
	}
};
var FinalError = class extends Error {
	name = "FinalError";
};
var TooLongError = class extends FinalError {
	most;
	constructor(most) {
		super(`it has more than ${most} bytes`);
		this.most = most;
	}
};
var RedirectError = class extends FinalError {
	name = "RedirectError";
};
const MAX_REDIRECTS = 5;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 5e3;
const SILENCE_MS = 6e4;
async function get(request) {
	const { send, rangeFrom, signal } = request;
	const first = new URL(request.address);
	let url = first;
	let reach = request.reach ?? "any";
	for (let step = 0;; step++) {
		const { message, from } = await withAuthorities(() => getOnce({
			url,
			headers: headersFor(url, request),
			send,
			reach
		}, signal));
		if (step === 0 && from !== void 0) request.onReached?.(from);
		reach = from === void 0 || reach === "public" ? "public" : from;
		const status = message.statusCode ?? 0;
		if (status === 200 || status === 206 && rangeFrom || request.alsoTakes?.includes(status)) return message;
		message.destroy();
		const location = redirectOf(message, request);
		if (location === void 0 || step === MAX_REDIRECTS) throw new HttpStatusError(status, message.headers, url.origin !== first.origin);
		url = redirected(location, url);
		requireAllowed(url, first, request.atHome ?? false);
	}
}
function headersFor(url, { address, authorization, headers, rangeFrom }) {
	const isAtHome = url.origin === new URL(address).origin;
	return {
		...headers,
		...rangeFrom ? { range: `bytes=${rangeFrom}-` } : {},
		...isAtHome && authorization !== void 0 ? { authorization } : {}
	};
}
function redirectOf({ statusCode = 0, headers }, { send }) {
	return send === void 0 && [
		301,
		302,
		303,
		307,
		308
	].includes(statusCode) ? headers.location : void 0;
}
function redirected(location, from) {
	if (!URL.canParse(location, from.href)) throw new RedirectError("it is redirected to what is no address");
	return new URL(location, from);
}
function requireAllowed(url, from, atHome) {
	if (url.protocol !== "https:" && url.protocol !== "http:") throw new RedirectError(`it is redirected to ${url.protocol}`);
	if (from.protocol === "https:" && url.protocol !== "https:") throw new RedirectError("it is redirected from https to http");
	if (atHome && url.origin !== from.origin) throw new RedirectError("it is redirected elsewhere");
}
async function getOnce(request, signal) {
	const { url, headers, send, reach } = request;
	const literal = hostKind(url.hostname);
	if (literal !== void 0 && !isWithin(literal, reach)) throw new RedirectError("it is redirected into a private network");
	let from = literal && reachFrom([literal]);
	const handler = lookingUp(reach, (kinds) => {
		from = reachFrom(kinds);
	});
	const { HttpClient } = await import("./package.@actions.http-client.lib.entry.js");
	signal.throwIfAborted();
	const client = new HttpClient("image-gate", [handler], {
		allowRedirects: false,
		socketTimeout: SILENCE_MS
	});
	const type = send && { "content-type": send.type };
	const answer = client.request(send?.method ?? "GET", url.href, send?.text ?? null, {
		...headers,
		...type
	}).then(({ message }) => message);
	const { promise: aborted, reject } = Promise.withResolvers();
	const stop = () => {
		client.dispose();
		answer.then((message) => message.destroy()).catch(() => {});
		reject(signal.reason);
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		return {
			message: await Promise.race([answer, aborted]),
			from
		};
	} catch (error) {
		throw error instanceof ReachError ? new RedirectError(error.message) : error;
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
function lookingUp(reach, found) {
	return {
		prepareRequest: (options) => {
			options.lookup = lookupWithin(reach, found);
		},
		canHandleAuthentication: () => false,
		handleAuthentication: () => Promise.reject(/* @__PURE__ */ new Error("there is no login to add"))
	};
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
			if (length > maxBytes) throw new TooLongError(maxBytes);
			pieces.push(piece);
		}
		return Buffer.concat(pieces);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
async function retrying(work, signal, attempts = ATTEMPTS) {
	for (let attempt = 1;; attempt++) try {
		return await work();
	} catch (error) {
		if (attempt >= attempts || signal.aborted || !mayPass(error)) throw error;
		const wanted = (error instanceof HttpStatusError ? error.retryAfterMs(Date.now()) : void 0) ?? 0;
		if (wanted > MAX_WAIT_MS) throw error;
		await setTimeout(Math.max(wanted, attempt * (300 + Math.random() * 700)), void 0, { signal });
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

export { FinalError, HttpStatusError, RedirectError, TooLongError, get, getPatiently, hostKind, isWithin, reachFrom, readBody, retrying };
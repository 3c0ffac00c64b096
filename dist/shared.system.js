import { __toESM } from "./rolldown-runtime.js";
import { GateError, cancelled, mkdirSync, readFileSync, spawn, tryOr } from "./shared.thread.js";
import { programPath } from "./shared.start.js";
import { require_tls } from "./package.node.js";
import { timeLimit, untilAborted } from "./shared.scan.js";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { BlockList, isIP, isIPv4 } from "node:net";
import { lookup } from "node:dns";
import { setTimeout as setTimeout$1 } from "node:timers/promises";

// src/system/own-environment.ts
var import_tls = /* @__PURE__ */ __toESM(require_tls(), 1);
const PROXY_VARIABLES = [
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY",
	"ALL_PROXY"
].flatMap((name) => [name, name.toLowerCase()]);
const WINDOWS_VARIABLES = [
	"SystemRoot",
	"windir",
	"ComSpec",
	"PATHEXT",
	"SystemDrive"
];
function cloudVariables(env) {
	return Object.keys(env).filter((name) => /^(?:AWS|GOOGLE|AZURE|CLOUDSDK)_/.test(name));
}
const NETWORK_VARIABLES = [
	...PROXY_VARIABLES,
	"SSL_CERT_FILE",
	"SSL_CERT_DIR"
];
function handedOn(env, names) {
	return Object.fromEntries(names.flatMap((name) => env[name] ? [[name, env[name]]] : []));
}
function inherited({ env, platform }, names) {
	return handedOn(env, [
		"RUNNER_TRACKING_ID",
		...platform === "win32" ? WINDOWS_VARIABLES : [],
		...names
	]);
}
function ownEnvironment(world, names = []) {
	return {
		...inherited(world, names),
		PATH: programPath(world),
		...ownFolders(world)
	};
}
function folder({ runFolder }, name) {
	const path = join(runFolder, "private", name);
	mkdirSync(path, {
		recursive: true,
		mode: 448
	});
	return path;
}
function ownFolders(world) {
	const home = folder(world, "home");
	const temporary = folder(world, "tmp");
	const shared = {
		HOME: home,
		TMPDIR: temporary,
		XDG_CACHE_HOME: join(home, "cache"),
		XDG_CONFIG_HOME: join(home, "config"),
		XDG_DATA_HOME: join(home, "data"),
		XDG_STATE_HOME: join(home, "state")
	};
	if (world.platform !== "win32") return shared;
	return {
		...shared,
		USERPROFILE: home,
		LOCALAPPDATA: home,
		APPDATA: home,
		TEMP: temporary,
		TMP: temporary
	};
}
function realHome({ env, platform }) {
	return (platform === "win32" ? env.USERPROFILE : env.HOME) || void 0;
}
function loginEnvironment(world, names) {
	const home = realHome(world);
	const docker = world.env.DOCKER_CONFIG || home && join(home, ".docker");
	return {
		...ownEnvironment(world, [
			...NETWORK_VARIABLES,
			"REGISTRY_AUTH_FILE",
			...cloudVariables(world.env),
			...names
		]),
		...docker ? { DOCKER_CONFIG: docker } : noLogin(world),
		...cloudFiles(world)
	};
}
function noLogin(world) {
	return { DOCKER_CONFIG: folder(world, "no-login") };
}
function cloudFiles(world) {
	const home = realHome(world);
	if (home === void 0) return {};
	const files = {
		AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "credentials"),
		AWS_CONFIG_FILE: join(home, ".aws", "config"),
		CLOUDSDK_CONFIG: join(home, ".config", "gcloud"),
		AZURE_CONFIG_DIR: join(home, ".azure")
	};
	return Object.fromEntries(Object.entries(files).filter(([name]) => !world.env[name]));
}

// src/system/authorities.ts
const CERTIFICATE = /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|INVALID_CA)/;
function isCertificateError(error) {
	const { code, cause } = error ?? {};
	return CERTIFICATE.test(code ?? cause?.code ?? "");
}
let isTrusted = false;
async function withAuthorities(request) {
	const knewThem = isTrusted;
	try {
		return await request();
	} catch (error) {
		if (knewThem || !isCertificateError(error) || import_tls.default.setDefaultCACertificates === void 0) throw error;
		if (!isTrusted) import_tls.default.setDefaultCACertificates([...import_tls.default.getCACertificates("default"), ...import_tls.default.getCACertificates("system")]);
		isTrusted = true;
		return await request();
	}
}
const AUTHORITIES = [
	"NODE_EXTRA_CA_CERTS",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR"
];
function authorityVariables(env, isOwnServer) {
	const given = handedOn(env, AUTHORITIES);
	const areNamed = given.SSL_CERT_FILE !== void 0 || given.SSL_CERT_DIR !== void 0;
	return {
		...given,
		...isOwnServer || areNamed ? { NODE_USE_SYSTEM_CA: "1" } : {}
	};
}
function authorityBundle(file) {
	const given = file ? tryOr(() => [readFileSync(file, "utf8")], []) : [];
	const known = [
		...import_tls.default.getCACertificates("default"),
		...import_tls.default.getCACertificates("system"),
		...given
	];
	return `${[...new Set(known)].join("\n")}\n`;
}

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
		const isElsewhere = url.origin !== first.origin;
		const headers = headersFor(request, isElsewhere);
		const { message, from } = await withAuthorities(() => getOnce(url, {
			headers,
			send,
			reach,
			signal
		}));
		if (step === 0 && from !== void 0) request.onReached?.(from);
		reach = from === void 0 || reach === "public" ? "public" : from;
		const status = message.statusCode ?? 0;
		if (status === 200 || status === 206 && rangeFrom || request.alsoTakes?.includes(status)) return message;
		message.destroy();
		const next = step === MAX_REDIRECTS ? void 0 : redirected(message, url, request);
		if (next === void 0) throw new HttpStatusError(status, message.headers, isElsewhere);
		url = next;
	}
}
function headersFor({ authorization, headers, rangeFrom }, isElsewhere) {
	return {
		...headers,
		...rangeFrom ? { range: `bytes=${rangeFrom}-` } : {},
		...isElsewhere || authorization === void 0 ? {} : { authorization }
	};
}
function redirected({ statusCode = 0, headers: { location } }, from, { address, send, atHome }) {
	if (![
		301,
		302,
		303,
		307,
		308
	].includes(statusCode) || send !== void 0 || location === void 0) return void 0;
	if (!URL.canParse(location, from.href)) throw new RedirectError("it is redirected to an invalid address");
	const first = new URL(address);
	const url = new URL(location, from);
	if (url.protocol !== "https:" && url.protocol !== "http:") throw new RedirectError(`it is redirected to ${url.protocol}`);
	if (first.protocol === "https:" && url.protocol !== "https:") throw new RedirectError("it is redirected from https to http");
	if (atHome && url.origin !== first.origin) throw new RedirectError("it is redirected elsewhere");
	return url;
}
async function getOnce(url, { headers, send, reach, signal }) {
	const literal = hostKind(url.hostname);
	if (literal !== void 0 && !isWithin(literal, reach)) throw new RedirectError("it is redirected into a private network");
	let from = literal && reachFrom([literal]);
	const handler = {
		prepareRequest: (options) => {
			options.lookup = lookupWithin(reach, (kinds) => {
				from = reachFrom(kinds);
			});
		},
		canHandleAuthentication: () => false,
		handleAuthentication: () => Promise.reject(/* @__PURE__ */ new Error("there is no login to add"))
	};
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
	});
	try {
		const { message } = await untilAborted(answer, signal);
		return {
			message,
			from
		};
	} catch (error) {
		if (signal.aborted) {
			client.dispose();
			answer.then(({ message }) => message.destroy()).catch(() => {});
		}
		throw error instanceof ReachError ? new RedirectError(error.message) : error;
	}
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
async function retrying(work, signal) {
	for (let attempt = 1;; attempt++) try {
		return await work();
	} catch (error) {
		if (attempt === ATTEMPTS || signal.aborted || !mayPass(error)) throw error;
		const wanted = (error instanceof HttpStatusError ? error.retryAfterMs(Date.now()) : void 0) ?? 0;
		if (wanted > MAX_WAIT_MS) throw error;
		await setTimeout$1(Math.max(wanted, attempt * (300 + Math.random() * 700)), void 0, { signal });
	}
}
function mayPass(error) {
	if (error instanceof FinalError) return false;
	if (!(error instanceof HttpStatusError)) return true;
	return error.httpStatusCode >= 500 || error.httpStatusCode === 408 || error.httpStatusCode === 429;
}

// src/system/process.ts
const GRACE_MS = 2e3;
const DRAIN_MS = 500;
const MAX_TAIL = 65536;
const MAX_LINE = 8192;
const MAX_CAPTURE = 1048576;
async function runProcess(file, args, options) {
	if (options.signal.aborted) return {
		code: null,
		signal: null,
		stdout: "",
		stderr: "",
		timedOut: false,
		aborted: true
	};
	const child = await start(file, args, options);
	const stdout = keepHead(child.stdout, options.onStdout ? 0 : options.maxCapture ?? MAX_CAPTURE);
	if (options.onStdout) child.stdout.on("data", options.onStdout);
	const stderr = keepTail(child.stderr, options.onStderrLine);
	const ending = endInTime(child, options);
	const { code, signal } = await ended(child);
	return {
		code,
		signal,
		stdout: stdout(),
		stderr: stderr(),
		...ending.stop()
	};
}
async function talkTo(file, args, options) {
	options.signal.throwIfAborted();
	const child = await start(file, args, options, "pipe");
	const stderr = keepTail(child.stderr, void 0);
	const stream = Duplex.from({
		readable: child.stdout,
		writable: child.stdin
	});
	const closing = new AbortController();
	const ending = endInTime(child, {
		...options,
		signal: AbortSignal.any([options.signal, closing.signal])
	});
	stream.on("error", () => {}).once("close", () => closing.abort());
	return {
		stream,
		ended: ended(child).then(({ code, signal }) => ({
			code,
			signal,
			stderr: stderr(),
			...ending.stop()
		}))
	};
}
async function start(file, args, options, input = "whole") {
	try {
		const child = spawn(file, args, {
			cwd: options.cwd,
			env: options.env,
			detached: process.platform !== "win32",
			windowsHide: true,
			stdio: [
				input === "whole" && options.stdin === void 0 ? "ignore" : "pipe",
				"pipe",
				"pipe"
			]
		});
		await new Promise((resolve, reject) => {
			child.once("spawn", resolve);
			child.once("error", reject);
		});
		child.stdin?.on("error", () => {});
		if (input === "whole") child.stdin?.end(options.stdin);
		return child;
	} catch (cause) {
		throw notStarted(file, cause);
	}
}
function notStarted(file, cause) {
	const { code, message } = cause;
	return new GateError("program-not-started", `The program ${JSON.stringify(file)} could not be started (${code ?? message.replace(/\.$/, "")})`, "Check that it exists, and that the user of this run may execute it (chmod +x, no file system mounted noexec). It must be made for this operating system and processor, and the machine needs free memory.", { cause });
}
const running = /* @__PURE__ */ new Set();
process.prependListener("exit", () => {
	for (const child of running) kill(child, "SIGKILL");
});
function ended(child) {
	running.add(child);
	return new Promise((resolve) => {
		let drain;
		child.once("exit", () => {
			running.delete(child);
			drain = setTimeout(() => {
				child.stdout.destroy();
				child.stderr.destroy();
			}, DRAIN_MS);
			kill(child, "SIGKILL");
		});
		child.once("close", (code, signal) => {
			clearTimeout(drain);
			resolve({
				code,
				signal
			});
		});
	});
}
function endInTime(child, { deadlineMs, graceMs = GRACE_MS, signal }) {
	const deadline = timeLimit(deadlineMs);
	const either = AbortSignal.any([signal, deadline]);
	const timers = [];
	const end = () => {
		kill(child, "SIGTERM");
		timers.push(setTimeout(() => kill(child, "SIGTERM"), graceMs));
		timers.push(setTimeout(() => kill(child, "SIGKILL"), 2 * graceMs));
	};
	either.addEventListener("abort", end, { once: true });
	if (either.aborted) end();
	return { stop() {
		for (const timer of timers) clearTimeout(timer);
		either.removeEventListener("abort", end);
		const timedOut = either.aborted && either.reason === deadline.reason;
		return {
			timedOut,
			aborted: either.aborted && !timedOut
		};
	} };
}
function kill(child, signal) {
	if (child.pid === void 0) return;
	try {
		if (process.platform === "win32") child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch {}
}
function keepHead(stream, max) {
	const chunks = [];
	let left = max;
	stream.on("data", (chunk) => {
		if (left <= 0) return;
		chunks.push(chunk.subarray(0, left));
		left -= chunk.length;
	});
	stream.on("error", () => {});
	return () => Buffer.concat(chunks).toString("utf8");
}
function keepTail(stream, onLine) {
	let tail = "";
	let rest = "";
	const pass = (line) => onLine?.(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line.replace(/\r$/, ""));
	stream.setEncoding("utf8").on("data", (text) => {
		tail = tail.length + text.length > 2 * MAX_TAIL ? (tail + text).slice(-65536) : tail + text;
		const lines = (rest + text).split("\n");
		rest = (lines.pop() ?? "").slice(0, 8193);
		lines.forEach(pass);
	});
	stream.on("error", () => {});
	stream.once("close", () => rest !== "" && pass(rest));
	return () => tail.slice(-65536);
}

// src/system/store/lock.ts
const POLL_MS = 100;
const BUSY = 5;
async function whileLocked({ folder, name, doing, waitMs }, { signal, log }, work) {
	const end = performance.now() + waitMs;
	let lock = await tryToLock(folder, name);
	if (lock === "busy") log.info(`Another run on this machine is ${doing}; waiting for at most ${Math.ceil(waitMs / 1e3)} s.`);
	while (lock === "busy" && !signal.aborted && performance.now() < end) {
		await setTimeout$1(POLL_MS, void 0, { signal }).catch(() => {});
		lock = await tryToLock(folder, name);
	}
	using held = typeof lock === "object" ? lock : void 0;
	if (signal.aborted) throw cancelled();
	if (lock === "busy") log.info("The other run takes too long: this one goes on by itself.");
	return await work(held === void 0 ? "not-held" : "held");
}
async function tryToLock(folder, name) {
	const { DatabaseSync } = await import("node:sqlite");
	using cleanup = new DisposableStack();
	try {
		const locks = join(folder, "locks");
		mkdirSync(locks, {
			recursive: true,
			mode: 448
		});
		cleanup.adopt(new DatabaseSync(join(locks, name)), (each) => each.close()).exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
		return cleanup.move();
	} catch (error) {
		return error.errcode === BUSY ? "busy" : "impossible";
	}
}

// src/system/shared-cache.ts
function unusableEntry(key, reason) {
	return new GateError("cache-entry-unusable", `The entry ${key.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 300)} of the repository's cache is not one that Image Gate has kept, and counts as absent: ${reason}`, "Delete it (on the page Actions, Caches; or on the page Pipelines, Clear runner caches), and see who may write to it.");
}

export { FinalError, HttpStatusError, NETWORK_VARIABLES, PROXY_VARIABLES, RedirectError, TooLongError, WINDOWS_VARIABLES, authorityBundle, authorityVariables, cloudVariables, get, handedOn, hostKind, inherited, isCertificateError, isWithin, loginEnvironment, noLogin, notStarted, ownEnvironment, ownFolders, reachFrom, readBody, realHome, retrying, runProcess, talkTo, unusableEntry, whileLocked, withAuthorities };
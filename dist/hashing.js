import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

// src/store/private-file.ts
function isPrivate(path, platform) {
	const me = process.geteuid?.();
	if (platform === "win32" || me === void 0) return false;
	for (let at = path, first = true;; at = dirname(at), first = false) {
		const { mode, uid } = lstatSync(at);
		const isSticky = !first && (mode & 512) !== 0;
		if (uid !== me && uid !== 0 || (mode & 18) !== 0 && !isSticky) return false;
		if (dirname(at) === at) return true;
	}
}
function privateFolder({ runFolder }, name) {
	const parent = join(runFolder, "trivy");
	mkdirSync(parent, {
		recursive: true,
		mode: 448
	});
	return mkdtempSync(join(parent, `${name}-`));
}

// src/net/http.ts
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
async function get({ address, authorization, headers, form, signal }) {
	const { origin, protocol } = new URL(address);
	let url = new URL(address);
	for (let step = 0;; step++) {
		const isAtHome = url.origin === origin && authorization !== void 0;
		const message = await getOnce(url, isAtHome ? {
			...headers,
			authorization
		} : { ...headers }, form, signal);
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
		].includes(status) && form === void 0) || location === void 0 || step === MAX_REDIRECTS) throw new HttpStatusError(status, url.origin === origin ? challenge : void 0);
		url = new URL(location, url);
		if (url.protocol !== "https:" && url.protocol !== "http:") throw new FinalError(`it is redirected to ${url.protocol}`);
		if (protocol === "https:" && url.protocol !== "https:") throw new FinalError("it is redirected from https to http");
	}
}
async function getOnce(url, headers, form, signal) {
	const { HttpClient } = await import("./download.js");
	signal.throwIfAborted();
	const client = new HttpClient("image-gate", [], {
		allowRedirects: false,
		socketTimeout: SILENCE_MS
	});
	const answer = (form === void 0 ? client.get(url.href, headers) : client.post(url.href, ...formOf(form, headers))).then(({ message }) => message);
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

// src/store/store.ts
function databaseStores(world) {
	const readOnly = [];
	const refused = [];
	for (const root of [world.env.RUNNER_TOOL_CACHE, userCache(world)]) {
		if (!root) continue;
		const folder = join(root, "image-gate");
		const use = usableAs(folder, world.platform);
		if (use === "store") return {
			store: realpathSync(folder),
			readOnly
		};
		if (use === "read-only") readOnly.push(realpathSync(folder));
		refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
	}
	const problem = refused.length === 0 ? "there is no tool cache and no cache folder of the user" : refused.join(", ");
	return {
		store: privateFolder(world, "store"),
		readOnly,
		problem
	};
}
function databaseStore(world) {
	return databaseStores(world).store;
}
function usableAs(folder, platform) {
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		if (!isOursAlone(folder, platform)) return "can be changed by others";
	} catch (error) {
		return `cannot be used (${error.code})`;
	}
	try {
		rmdirSync(freshFolder(folder));
		return "store";
	} catch {
		return isReadable(folder) ? "read-only" : "belongs to somebody else";
	}
}
function isReadable(folder) {
	try {
		return readdirSync(folder).length >= 0;
	} catch {
		return false;
	}
}
function userCache({ env, platform }) {
	if (platform === "win32") return env.LOCALAPPDATA;
	return env.XDG_CACHE_HOME || env.HOME && join(env.HOME, ".cache");
}
function isOursAlone(folder, platform) {
	if (!lstatSync(folder).isDirectory()) return false;
	if (platform === "win32") return true;
	return isPrivate(realpathSync(folder), platform);
}
const FRESH = "fresh-";
function freshFolder(store) {
	return mkdtempSync(join(store, FRESH));
}
function storedFolder(store, name) {
	try {
		return realpathSync(join(store, name));
	} catch {
		return;
	}
}
function swapIn(store, name, fresh) {
	const link = join(store, name);
	const folder = mkdtempSync(`${link}-`);
	chmodSync(folder, 448);
	renameSync(fresh, folder);
	const before = targetOf(link);
	const newLink = `${folder}.link`;
	symlinkSync(folder, newLink, "junction");
	if (before === void 0) rmSync(link, {
		recursive: true,
		force: true
	});
	renameSync(newLink, link);
	clearOld(store, name, [folder, before]);
	return folder;
}
function targetOf(link) {
	try {
		return lstatSync(link).isSymbolicLink() ? realpathSync(link) : void 0;
	} catch {
		return;
	}
}
function clearOld(store, name, keep) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
function clearLeftovers(store) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
const DAY_MS = 864e5;
function isOld(path) {
	const status = lstatSync(path, { throwIfNoEntry: false });
	return status !== void 0 && status.mtimeMs < Date.now() - DAY_MS;
}

// src/store/hashing.ts
const CHUNK = 1 << 20;
function sha256OfBytes(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
async function sha256OfFile(path) {
	const file = await open(path, "r");
	try {
		return await sha256Of(file);
	} finally {
		await file.close();
	}
}
async function copyHashed(from, to, mode) {
	const source = await open(from, "r");
	try {
		const copy = await open(to, "wx", mode);
		try {
			return await sha256Of(source, copy);
		} finally {
			await copy.close();
		}
	} finally {
		await source.close();
	}
}
async function sha256Of(source, copy) {
	const hash = createHash("sha256");
	let current = Buffer.allocUnsafe(CHUNK);
	let other = Buffer.allocUnsafe(CHUNK);
	let reading = source.read(current, 0, CHUNK, null);
	for (;;) {
		const { bytesRead } = await reading;
		if (bytesRead === 0) return hash.digest("hex");
		const bytes = current.subarray(0, bytesRead);
		[current, other] = [other, current];
		reading = source.read(current, 0, CHUNK, null);
		hash.update(bytes);
		if (copy !== void 0) await writeAll(copy, bytes);
	}
}
async function writeAll(file, bytes) {
	for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}

export { privateFolder as _, databaseStore as a, storedFolder as c, HttpStatusError as d, get as f, isPrivate as g, retrying as h, clearLeftovers as i, swapIn as l, readBody as m, sha256OfBytes as n, databaseStores as o, getPatiently as p, sha256OfFile as r, freshFolder as s, copyHashed as t, FinalError as u };
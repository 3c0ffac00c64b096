import { chmodSync, closeSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync, readSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, statSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";

// src/domain/one-line.ts
function oneLine$1(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
function quoted(reason) {
	const line = oneLine$1(reason).replace(/[\s.]+$/, "");
	return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

// src/system/harmless-text.ts
const HIDDEN = /(?!\n|\t|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
function harmless(text) {
	return text.replaceAll("\r\n", "\n").replace(HIDDEN, (character) => {
		return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
	}).replace(/#(?=(?:\uFE0E|\uFE0F)*#(?:\uFE0E|\uFE0F)*\[)/g, "# ").replace(/^((?:[^\S\n]|\uFE0E|\uFE0F)*):(?=(?:\uFE0E|\uFE0F)*:)/gm, "$1: ");
}

// src/platforms/github/log.ts
const ANNOTATIONS_PER_LEVEL = 10;
const MAX_MESSAGE = 4e3;
function escapeData(text) {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty(text) {
	return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
function oneLine(text) {
	return harmless(text).replaceAll("\n", " ");
}
function shortened(message) {
	if (message.length <= MAX_MESSAGE) return message;
	return `${message.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/, "")} … (shortened)`;
}
function annotation(level, message, place) {
	return `::${level}${place ? ` file=${escapeProperty(oneLine(place.file))},line=${place.line}` : ""}::${escapeData(shortened(harmless(message)))}`;
}
function secretForms(value) {
	const whole = value.trim();
	if (whole.length < 4) return [];
	const forms = [
		...value.split(/\r?\n/),
		Buffer.from(whole).toString("base64"),
		encodeURIComponent(whole.toWellFormed()),
		JSON.stringify(whole).slice(1, -1)
	];
	return [.../* @__PURE__ */ new Set([whole, ...forms.map((form) => form.trim())])].filter((form) => form.length >= 4);
}
function workflowLog(out, { colours = false } = {}) {
	const shown = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const line = (text) => {
		out.write(`${text}\n`);
	};
	const annotationsLeft = (level) => 10 - shown[level];
	const annotate = (level, message, place, room = annotationsLeft(level)) => {
		const suffix = place ? ` (${place.file}:${place.line})` : "";
		if (room <= 0) return line(harmless(`${level}: ${message}${suffix}`));
		shown[level] += 1;
		line(annotation(level, message, place));
	};
	const troubles = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const trouble = (level) => (message, place) => {
		troubles[level] += 1;
		annotate(level, message, place, Math.min(annotationsLeft(level), 6 - troubles[level]));
	};
	return {
		info: (text, paint) => line(colours && paint ? paint(harmless(text)) : harmless(text)),
		debug: (text) => line(`::debug::${escapeData(harmless(text))}`),
		startGroup: (title) => line(`::group::${escapeData(oneLine(title))}`),
		endGroup: () => line("::endgroup::"),
		notice: trouble("notice"),
		warning: trouble("warning"),
		error: trouble("error"),
		annotate: (level, message, place) => annotate(level, message, place),
		annotationsLeft,
		mask: (value) => {
			for (const form of secretForms(value)) line(`::add-mask::${escapeData(form)}`);
		}
	};
}

// src/platforms/terminal/log.ts
function terminalLog(out, { colours = false } = {}) {
	const line = (text) => {
		out.write(`${harmless(text)}\n`);
	};
	const labelled = (level) => (message, place) => {
		const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
		line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
	};
	return {
		info: (text, paint) => colours && paint ? out.write(`${paint(harmless(text))}\n`) : line(text),
		debug: () => {},
		startGroup: line,
		endGroup: () => {},
		notice: labelled("notice"),
		warning: labelled("warning"),
		error: labelled("error"),
		annotate: (level, message, place) => labelled(level)(message, place),
		annotationsLeft: () => Number.POSITIVE_INFINITY,
		mask: () => {}
	};
}

// src/system/store/hashing.ts
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
		if (copy !== void 0) await writeAll$1(copy, bytes);
	}
}
async function writeAll$1(file, bytes) {
	for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}

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

// src/system/store/parts.ts
const PARTS$1 = 32;
const PIECE = 1 << 20;
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
	const threads = Array.from({ length: otherCores() }, () => inThread(work));
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

// src/system/store/private-file.ts
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
	const parent = join(runFolder, "private");
	mkdirSync(parent, {
		recursive: true,
		mode: 448
	});
	return mkdtempSync(join(parent, `${name}-`));
}

// src/system/errors.ts
var GateError = class extends Error {
	name = "GateError";
	code;
	what;
	remedy;
	constructor(code, what, remedy, options) {
		super(`[${code}] ${what}. ${remedy}`, options);
		this.code = code;
		this.what = what;
		this.remedy = remedy;
	}
};
function cancelled() {
	return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}
function asGateError(thrown) {
	if (thrown instanceof GateError) return thrown;
	const code = thrown?.code;
	if (code === "ENOSPC" || code === "EDQUOT") return new GateError("disk-full", "The disk is full", "Free some space where RUNNER_TEMP and RUNNER_TOOL_CACHE lie: layers, databases and reports need it.", { cause: thrown });
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	return new GateError("internal-error", `Image Gate itself failed: ${text}`, "This is a fault of Image Gate, not of your image. Please report it with this log.", { cause: thrown });
}

// src/system/store/store.ts
function databaseStores(world) {
	const readOnly = [];
	const refused = [];
	for (const root of [world.toolCache, userCache(world)]) {
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

// src/system/store/program-folder.ts
const elsewhere = /* @__PURE__ */ new Map();
function programFolder(world) {
	const { runFolder, platform } = world;
	if (platform === "win32" || !isOpenToOthers(realpathSync(runFolder))) return privateFolder(world, "bin");
	const folder = folderElsewhere(world);
	elsewhere.set(runFolder, [...elsewhere.get(runFolder) ?? [], folder]);
	return folder;
}
function removeProgramFolders({ runFolder }) {
	for (const folder of elsewhere.get(runFolder) ?? []) rmSync(folder, {
		recursive: true,
		force: true
	});
	elsewhere.delete(runFolder);
}
function folderElsewhere(world) {
	const { store, problem } = databaseStores(world);
	if (problem === void 0) return freshFolder(store);
	const shared = realpathSync(tmpdir());
	const folder = mkdtempSync(join(shared, "image-gate-"));
	if (isPrivate(folder, world.platform)) return folder;
	rmSync(folder, { recursive: true });
	throw new GateError("temporary-folder-open", "RUNNER_TEMP may be written by other users, who could replace the scanner between its check and its start; so may every other place for it", "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on RUNNER_TEMP and the folders above it, or on the system's temporary folder.");
}
function isOpenToOthers(path) {
	for (let at = path;; at = dirname(at)) {
		const { mode, uid, gid } = lstatSync(at);
		if (((mode & 2) !== 0 || (mode & 16) !== 0 && gid !== uid) && (mode & 512) === 0) return true;
		if (dirname(at) === at) return false;
	}
}

// src/scanners/trivy/install/program.ts
const begun = /* @__PURE__ */ new Map();
function beginHashing(path, world, expected) {
	try {
		const real = realpathSync(path);
		const work = programWithParts(real, ownPlace(world), world, expected);
		begun.set(keyOf(real, expected), work.catch(() => void 0));
	} catch {}
}
async function hashedProgram(path, world, expected) {
	const real = realpathSync(path);
	if (expected?.parts !== void 0) {
		const key = keyOf(real, expected);
		const early = await begun.get(key);
		begun.delete(key);
		if (early !== void 0) return early;
		const program = await programWithParts(real, ownPlace(world), world, {
			...expected,
			parts: expected.parts
		});
		if (program !== void 0) return program;
	}
	const own = ownPlace(world);
	if (isPrivate(real, world.platform) && isLinked(real, own)) return {
		path: own,
		sha256: await sha256OfFile(own)
	};
	return {
		path: own,
		sha256: await copyHashed(real, own, 448)
	};
}
function ownPlace(world) {
	return join(programFolder(world), world.platform === "win32" ? "trivy.exe" : "trivy");
}
function keyOf(real, { sha256 }) {
	return `${sha256} ${real}`;
}
async function programWithParts(real, own, { platform }, { sha256, parts }) {
	const isOurs = isPrivate(real, platform) && isLinked(real, own);
	if (!isOurs) writeFileSync(own, "", {
		flag: "wx",
		mode: 448
	});
	if (await hasParts(isOurs ? { path: own } : {
		path: real,
		copy: own
	}, parts)) return {
		path: own,
		sha256
	};
	rmSync(own, { force: true });
}
function isLinked(from, to) {
	try {
		linkSync(from, to);
	} catch {
		return false;
	}
	const status = lstatSync(to);
	if ((status.uid === 0 || status.uid === process.geteuid?.()) && status.isFile() && (status.mode & 82) === 64) return true;
	rmSync(to);
	return false;
}

// src/scanners/trivy/install/release-table.json
var archives = { "0.76.0": {
	"Linux-64bit.tar.gz": "e24b1c51293c1b15e4ba8d45bbc7891ba053f90278ec2698f3562c993e145fe7",
	"Linux-ARM64.tar.gz": "aab21e677a7b7071fc79f1711480840754c18a1b9d9cefa7ccd06af63a0e8f4c",
	"Linux-ARM.tar.gz": "d25542149a0a50d2bc12fb7fa4c0ca58c42a0a9ae0cef4318f287aa3d1feb7fe",
	"macOS-ARM64.tar.gz": "e7ec0d21fe842553f59af99aba2efbcc822369fbaed27019c575408b6d135fce",
	"macOS-64bit.tar.gz": "89563d4d495cf4ef06a0d1950f8710b124e9f7bd2615ec6c47b03673f4ad45a2",
	"windows-64bit.zip": "7b4762a5a5326cb4b83dfd2bb5d9aaf15a1ed867c75cad7dd8b38840a28e7be6"
} };
var programs = { "0.76.0": { "Linux-64bit.tar.gz": "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19" } };
var parts = { "0.76.0": { "Linux-64bit.tar.gz": {
	"size": 174563488,
	"sha256": [
		"11a9ea14f591a350d3611153d7ffa9b42c9e9b37cd3e5cdedec73b2d27349093",
		"008be88d2593cdac38effc033a2a6592b27fa131bc2b4a62d6a81454f68bb7f3",
		"5555665a0b68051256e0fe6cce64bc9a0c25b8c5c78940b0a9af285f9050b90f",
		"701ad5fbc7ab8e4fac39f35e3153eeb738461f9b7b867ee3d098a366210e28e3",
		"3007ea2d6d68ecd4ebcea022bed57e08988afd1a779b7253bb90af50f8ce3951",
		"6f488553812a171f5bafebb87f0b32253ff133a343fd778c2553ce8c4ef4ac01",
		"2af9fd2e9045287def140658d9dd34d8a157fd4dc08cc0b7e4ae7e1d78b1b2e7",
		"c9d9dddde8027ec540a1985d1f3d6b02d5972ebc3ae5a8574fc8561fa7f37157",
		"ba02277fc626ef68581d1e8588840599ea505592953caa6849e7a3caaff5b097",
		"30fe6fbe7a2a015af1b8c78d373f23823e9dcb88a80f8ada13df876b96919b27",
		"c2acdc052faa1ada5ebc6590a0169727ab49c5a75f76ce02837eff76c9f0c634",
		"36567d64a6ce6fbdf7e88b1d305cf8b5d4f39851ea05f02fc7a8381c6f032c2d",
		"5e916e2d375f14ef2ead8db689b061e0736dc20c9a0e971f91e834bc68cf7ccb",
		"5b35cafcc509afc41821bf667cf38ec729aa6e780c14480f4aeb2b4f2094d6bc",
		"8f62602caa2339a4a3b4ce862af77e6fa0da073ffd2a7974592f89e7b7a9d8fa",
		"fdc299361fc36b005ba4bc962247a0db59f6291463ca9a89853bec31b0ad21ba",
		"3b8c2d88ab1e30140d305f769b972923a827a83498ed65707d5f1ef312f94b49",
		"11e54256faba5496f4d3a8ab57c9091f20ad35da611aa7555c2edfcaf7a86876",
		"ed355adf5b5d29996617417f3b10bb612ff41f1936c2ec37977616cef3171d09",
		"7fad297b3a9964c433696033a2bb1faf4ba115bcd47e578a879d5ca194b9484d",
		"75f0a559ede044b65479b01ace5c2ca37b390986f122495c8743c205f70837a1",
		"23e8ea42b62781f925eb46867cecfff97b93683e68b48f5f97e74f5f366b4ea2",
		"31415a4c7553e0ff4c4f1f9cca850d2e677b148918a4bac2ad36adda7c92c62a",
		"3e1abcce6b36def633ca03f12879c6f4382c17b5d26213acee67a5cc67cd979a",
		"a1a74a98caba85eaa6cd1ee11d091789d865a668368c9516dca0c6dda3498bdb",
		"3958b2653c28c1fb3e4b03e79484887bae086ace6f8481d44be1894ea5144836",
		"16037912ac7af38b4ebda38b90aa9c32e631c61578962e823045ff52e4ca55ba",
		"30991eb32d1f718323d9d386385de5658734dccdf7440b07e1cb82bdbf299d9f",
		"1fb3221fbbb219cd7e63760f6ede365ece212d4b72520b7d44e4d9987207ce22",
		"7eba9dbbcb947d0667950a0d2789afd73d1a2ff41afc47e7f15b38bbfe448a16",
		"06155d3aad8f976795d64c61986141c0d9e0d5d0ebe79be33e727cb4eec9c4c7",
		"5455db5a074a2faa57973c7ebe4605abc94c7dd1be247eb229ebe58e787b946b"
	]
} } };
var release_table_default = {
	"default": "0.76.0",
	archives,
	programs,
	parts
};

// src/scanners/trivy/install/release.ts
const DEFAULT_VERSION = release_table_default.default;
const ARCHIVES = archives;
const PROGRAMS = programs;
const PARTS = parts;
const PROOF_FILE = "signature.json";
const LOWEST_VERSION = "0.63.0";
const GITHUB_RELEASES = "https://github.com/aquasecurity/trivy/releases/download";
const KNOWN_BAD = /* @__PURE__ */ new Map([
	["0.69.4", "0.69.3"],
	["0.69.5", "0.70.0"],
	["0.69.6", "0.70.0"]
]);
const ARCHIVE_NAMES = {
	"linux x64": "Linux-64bit.tar.gz",
	"linux ia32": "Linux-32bit.tar.gz",
	"linux arm": "Linux-ARM.tar.gz",
	"linux arm64": "Linux-ARM64.tar.gz",
	"linux ppc64": "Linux-PPC64LE.tar.gz",
	"linux s390x": "Linux-s390x.tar.gz",
	"freebsd x64": "FreeBSD-64bit.tar.gz",
	"darwin x64": "macOS-64bit.tar.gz",
	"darwin arm64": "macOS-ARM64.tar.gz",
	"win32 x64": "windows-64bit.zip"
};
function parseVersion(text) {
	const match = /^v?(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(text);
	if (match) return match.slice(1).join(".");
	throw new GateError("trivy-version-invalid", `${JSON.stringify(text.slice(0, 60))} is not a released version of Trivy`, `Give an exact version such as \`${DEFAULT_VERSION}\`; pre-releases are not supported.`);
}
function compareVersions(a, b) {
	const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
	for (let part = 0; part < 3; part++) {
		const difference = (left[part] ?? 0) - (right[part] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
function refuseBadVersion(version) {
	const good = KNOWN_BAD.get(version);
	if (good !== void 0) throw new GateError("trivy-known-bad", `Trivy ${version} is malware: it was published by attackers in March 2026 (CVE-2026-33634)`, `Use ${DEFAULT_VERSION}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`);
	if (compareVersions(version, LOWEST_VERSION) < 0) throw new GateError("trivy-too-old", `Trivy ${version} is too old: it lacks flags that Image Gate needs`, `Use ${DEFAULT_VERSION}; the oldest that works is ${LOWEST_VERSION}, the oldest on GitHub 0.69.2.`);
}
function refuseDeletedVersion(version) {
	if (compareVersions(version, "0.27.0") < 0 || compareVersions(version, "0.69.1") > 0) return;
	throw new GateError("trivy-deleted", `Trivy ${version} cannot be downloaded: its project deleted all release files from v0.27.0 to v0.69.1 on 2026-03-01`, `Use ${DEFAULT_VERSION}; the nearest version that still exists is 0.69.2. A copy of your own can be given by \`trivy-mirror\` or \`trivy-binary\`.`);
}
function releaseFor(version, { platform, arch }) {
	const name = ARCHIVE_NAMES[`${platform} ${arch}`];
	if (name === void 0) throw new GateError("runner-unsupported", `Trivy is not released for ${platform} on ${arch}`, "Use a runner on Linux (x64, arm64, arm), macOS or Windows x64, or give a Trivy of your own by `trivy-binary`.");
	return {
		version,
		archive: `trivy_${version}_${name}`,
		member: platform === "win32" ? "trivy.exe" : "trivy",
		archiveSha256: ARCHIVES[version]?.[name],
		binarySha256: PROGRAMS[version]?.[name]
	};
}
function versionOfBinary(sha256) {
	return Object.keys(PROGRAMS).find((version) => Object.values(PROGRAMS[version] ?? {}).includes(sha256));
}
function partsOfBinary(sha256) {
	const version = versionOfBinary(sha256) ?? "";
	const [name = ""] = Object.entries(PROGRAMS[version] ?? {}).find(([, program]) => program === sha256) ?? [];
	return PARTS[version]?.[name];
}

// src/scanners/trivy/install/tool-cache.ts
function entryFolder({ version }, { toolCache, arch }) {
	return toolCache === void 0 ? void 0 : join(toolCache, "trivy", version, arch);
}
function findInToolCache(release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0 || !existsSync(`${folder}.complete`) || !isFolder(folder)) return void 0;
	return {
		folder,
		binary: fileIn(folder, release.member),
		archive: fileIn(folder, release.archive),
		proof: fileIn(folder, PROOF_FILE)
	};
}
function isFolder(path) {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
function fileIn(folder, name) {
	const path = join(folder, name);
	return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : void 0;
}

// src/scanners/trivy/install/early.ts
function hashEarly(wish, world) {
	const program = likelyProgram(wish, world);
	if (program === void 0) return;
	const parts = partsOfBinary(program.sha256);
	if (parts !== void 0) beginHashing(program.path, world, {
		sha256: program.sha256,
		parts
	});
}
function likelyProgram({ version, sha256, binary }, world) {
	try {
		if (binary) return sha256 && /[\\/]/.test(binary) ? {
			path: resolve(world.workspace, binary),
			sha256
		} : void 0;
		const release = releaseFor(parseVersion(version || DEFAULT_VERSION), world);
		const path = findInToolCache(release, world)?.binary;
		if (path === void 0 || release.binarySha256 === void 0) return void 0;
		return sha256 && sha256 !== release.archiveSha256 ? void 0 : {
			path,
			sha256: release.binarySha256
		};
	} catch {
		return;
	}
}

export { prepareThreads as A, asGateError as C, hasParts as D, privateFolder as E, workflowLog as F, oneLine$1 as I, quoted as L, sha256OfBytes as M, sha256OfFile as N, hashedParts as O, terminalLog as P, GateError as S, isPrivate as T, databaseStore as _, GITHUB_RELEASES as a, storedFolder as b, partsOfBinary as c, releaseFor as d, versionOfBinary as f, clearLeftovers as g, removeProgramFolders as h, DEFAULT_VERSION as i, takeThread as j, partsOf as k, refuseBadVersion as l, programFolder as m, entryFolder as n, PROOF_FILE as o, hashedProgram as p, findInToolCache as r, parseVersion as s, hashEarly as t, refuseDeletedVersion as u, databaseStores as v, cancelled as w, swapIn as x, freshFolder as y };
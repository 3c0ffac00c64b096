import { availableParallelism, tmpdir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, posix, relative, resolve, sep, win32 } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";

// \0own-builtin/fs
const own = (key) => process.getBuiltinModule("node:fs")[key];
const appendFileSync = /* @__PURE__ */ own("appendFileSync");
const accessSync = /* @__PURE__ */ own("accessSync");
const chmodSync = /* @__PURE__ */ own("chmodSync");
const closeSync = /* @__PURE__ */ own("closeSync");
const copyFileSync = /* @__PURE__ */ own("copyFileSync");
const createReadStream = /* @__PURE__ */ own("createReadStream");
const createWriteStream = /* @__PURE__ */ own("createWriteStream");
const existsSync = /* @__PURE__ */ own("existsSync");
const fstatSync = /* @__PURE__ */ own("fstatSync");
const fsyncSync = /* @__PURE__ */ own("fsyncSync");
const ftruncateSync = /* @__PURE__ */ own("ftruncateSync");
const globSync = /* @__PURE__ */ own("globSync");
const linkSync = /* @__PURE__ */ own("linkSync");
const lstatSync = /* @__PURE__ */ own("lstatSync");
const mkdirSync = /* @__PURE__ */ own("mkdirSync");
const mkdtempSync = /* @__PURE__ */ own("mkdtempSync");
const openSync = /* @__PURE__ */ own("openSync");
const readdirSync = /* @__PURE__ */ own("readdirSync");
const readSync = /* @__PURE__ */ own("readSync");
const readFileSync = /* @__PURE__ */ own("readFileSync");
const readlinkSync = /* @__PURE__ */ own("readlinkSync");
const realpathSync = /* @__PURE__ */ own("realpathSync");
const renameSync = /* @__PURE__ */ own("renameSync");
const rmSync = /* @__PURE__ */ own("rmSync");
const rmdirSync = /* @__PURE__ */ own("rmdirSync");
const statSync = /* @__PURE__ */ own("statSync");
const statfsSync = /* @__PURE__ */ own("statfsSync");
const symlinkSync = /* @__PURE__ */ own("symlinkSync");
const utimesSync = /* @__PURE__ */ own("utimesSync");
const writeFileSync = /* @__PURE__ */ own("writeFileSync");
const writeSync = /* @__PURE__ */ own("writeSync");
const constants = /* @__PURE__ */ own("constants");

// src/domain/one-line.ts
function oneLine$1(text) {
	return text.replace(/[\t-\r\u0085\u2028\u2029]+/g, " ").replace(/\p{Cc}/gu, (control) => `\\u{${control.charCodeAt(0).toString(16).toUpperCase()}}`);
}
function quoted(reason) {
	const line = oneLine$1(reason).replace(/(?<![\s.])[\s.]+$/, "");
	return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
function clipped(text, most) {
	return text.length <= most ? text : `${text.slice(0, most)}…`;
}

// src/system/world.ts
function inputVariable(name) {
	return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
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
		info: (text) => line(harmless(text)),
		show: (print) => line(print({ colours })),
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

// src/system/store/user-cache.ts
const OWN_FOLDER = "image-gate";
function userCache({ env, platform }) {
	const { isAbsolute, join } = platform === "win32" ? win32 : posix;
	if (isAbsolute(env.XDG_CACHE_HOME ?? "")) return env.XDG_CACHE_HOME;
	if (platform === "win32") return env.LOCALAPPDATA || void 0;
	if (!env.HOME) return void 0;
	return platform === "darwin" ? join(env.HOME, "Library", "Caches") : join(env.HOME, ".cache");
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
		info: line,
		show: (print) => out.write(`${print({ colours })}\n`),
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

// src/system/errors.ts
var GateError = class extends Error {
	name = "GateError";
	code;
	what;
	remedy;
	constructor(code, what, remedy, options) {
		super(errorText({
			code,
			what,
			remedy
		}), options);
		this.code = code;
		this.what = what;
		this.remedy = remedy;
	}
};
function errorText({ code, what, remedy }) {
	return `[${code}] ${what}${what.includes("\n") ? "\n" : ". "}${remedy}`;
}
function cancelled() {
	return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}
function asGateError(thrown) {
	if (thrown instanceof GateError) return thrown;
	if (thrown instanceof SuppressedError) return asGateError(thrown.suppressed);
	if (isDescribed(thrown)) return new GateError(thrown.code, thrown.what, thrown.remedy, { cause: thrown });
	const code = thrown?.code;
	if (code === "ENOSPC" || code === "EDQUOT") return new GateError("disk-full", "The disk is full", "Free some space for temporary files and the cache: layers, databases and reports need it.", { cause: thrown });
	const text = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
	return new GateError("internal-error", `Image Gate itself failed: ${text}`, "This is a fault of Image Gate, not of your image. Please report it with this log.", { cause: thrown });
}
function isDescribed(thrown) {
	if (!(thrown instanceof Error)) return false;
	const { code, what, remedy } = thrown;
	return [
		code,
		what,
		remedy
	].every((each) => typeof each === "string");
}
function withoutQueries(cause) {
	return (cause instanceof Error ? cause.message : String(cause)).replace(/\?\S*/g, "");
}
function tryOr(work, otherwise) {
	try {
		return work();
	} catch {
		return otherwise;
	}
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
function removedAtEnd(path) {
	return { [Symbol.dispose]: () => rmSync(path, {
		recursive: true,
		force: true
	}) };
}

// src/system/store/store.ts
function databaseStores(world) {
	const readOnly = [];
	const refused = [];
	const roots = [world.toolCache, userCache(world)].flatMap((root) => root ? [root] : []);
	const folders = new Set(roots.map((root) => basename(root) === "image-gate" ? root : join(root, OWN_FOLDER)));
	for (const folder of folders) {
		const use = usableAs(folder, world.platform);
		if (use === "store") return {
			store: realpathSync(folder),
			readOnly
		};
		if (use === "read-only") readOnly.push(realpathSync(folder));
		refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
	}
	const problem = refused.length === 0 ? "there is no cache folder of the user" : refused.join(", ");
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
	return tryOr(() => readdirSync(folder).length >= 0, false);
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
	return tryOr(() => realpathSync(join(store, name)), void 0);
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
	return tryOr(() => lstatSync(link).isSymbolicLink() ? realpathSync(link) : void 0, void 0);
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

// src/system/store/lock.ts
const POLL_MS = 100;
const BUSY = 5;
const STATEMENTS = {
	shared: "BEGIN; SELECT 1 FROM sqlite_schema",
	alone: "BEGIN EXCLUSIVE"
};
async function whileLocked({ folder, name, what, doing = "downloading", waitMs }, { signal, log }, work) {
	const lock = await take(folder, name, "alone", {
		signal,
		waitMs,
		onBusy: () => log.info(`Another run on this machine is ${doing} ${what}; waiting for at most ${Math.ceil(waitMs / 1e3)} s.`)
	});
	if (lock === "busy" && !signal.aborted) log.info("The other run takes too long: this one goes on by itself.");
	const isHeld = typeof lock === "object";
	try {
		if (signal.aborted) throw cancelled();
		return await work(isHeld ? "held" : "not-held");
	} finally {
		if (isHeld) lock.close();
	}
}
const IN_USE = "in-use";
const REMOVAL_MS = 6e4;
const held = [];
async function holdInUse(world) {
	const wait = {
		signal: world.signal,
		waitMs: REMOVAL_MS
	};
	held.push(await take(databaseStore(world), IN_USE, "shared", wait));
}
async function whileUnused(store, work) {
	const lock = await tryToLock(store, IN_USE, "alone");
	if (lock === "busy") return false;
	try {
		work();
		return true;
	} finally {
		if (lock !== "impossible") lock.close();
	}
}
async function take(folder, name, how, { signal, waitMs, onBusy }) {
	const end = performance.now() + waitMs;
	for (let tries = 0;; tries += 1) {
		const lock = await tryToLock(folder, name, how);
		if (lock !== "busy" || signal.aborted || performance.now() >= end) return lock;
		if (tries === 0) onBusy?.();
		await setTimeout(POLL_MS, void 0, { signal }).catch(() => {});
	}
}
async function tryToLock(folder, name, how) {
	const { DatabaseSync } = await import("node:sqlite");
	let file;
	try {
		const locks = join(folder, "locks");
		mkdirSync(locks, {
			recursive: true,
			mode: 448
		});
		file = new DatabaseSync(join(locks, name));
		file.exec(`PRAGMA busy_timeout = 0; ${STATEMENTS[how]}`);
		return file;
	} catch (error) {
		tryOr(() => file?.close(), void 0);
		return error.errcode === BUSY ? "busy" : "impossible";
	}
}

// \0own-builtin/crypto
const createHash = (...given) => process.getBuiltinModule("node:crypto").createHash(...given);
const createPublicKey = (...given) => process.getBuiltinModule("node:crypto").createPublicKey(...given);
const randomBytes = (...given) => process.getBuiltinModule("node:crypto").randomBytes(...given);
const randomInt = (...given) => process.getBuiltinModule("node:crypto").randomInt(...given);
const randomUUID = (...given) => process.getBuiltinModule("node:crypto").randomUUID(...given);
const hash = (...given) => process.getBuiltinModule("node:crypto").hash(...given);

// src/system/given-files.ts
const MAX_TEXT_BYTES = 536870888;
function writePieces(path, pieces, { flags = "w", mode = 384, onPiece, isDurable = false } = {}) {
	using cleanup = new DisposableStack();
	const file = cleanup.adopt(openSync(path, flags, mode), closeSync);
	for (const piece of pieces) {
		writeFileSync(file, piece);
		onPiece?.(piece);
	}
	if (isDurable) fsyncSync(file);
}
function replaceWhole(path, pieces, options) {
	const fresh = join(dirname(path), `.image-gate-${randomBytes(6).toString("hex")}`);
	try {
		writePieces(fresh, pieces, {
			...options,
			flags: "wx"
		});
		renameSync(fresh, path);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw error;
	}
}
function openUnlinked(path) {
	return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}
function readSmallText(path, most) {
	const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile() || status.size > most) throw new Error("not a small regular file");
		return readFileSync(descriptor, "utf8");
	} finally {
		closeSync(descriptor);
	}
}
function isWithin(folder, path) {
	const inner = relative(folder, path);
	return inner === "" || inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
function repositoryPath(path, workspace) {
	const inner = relative(workspace, resolve(workspace, path));
	return inner.startsWith("..") || isAbsolute(inner) || inner === "" ? path : inner.split(sep).join("/");
}
function isInRepository(path) {
	return !isAbsolute(path) && !path.split("/").includes("..");
}
function realGivenPath(given, { workspace, temp, isAtTerminal }) {
	const named = resolve(workspace, given.path);
	let real;
	try {
		real = realpathSync(named);
	} catch (cause) {
		throw unreachable(given, cause);
	}
	if ([workspace, temp].map((folder) => {
		return tryOr(() => realpathSync(folder), resolve(folder));
	}).some((root) => isWithin(root, real))) return real;
	if (isAtTerminal && !isWithin(workspace, named)) return real;
	throw new GateError("file-outside-workspace", `The ${given.what} ${JSON.stringify(given.path)} lies outside of the workspace, or is a link that leads out of it`, "Put the file itself into the workspace or the folder for temporary files.");
}
function unreachable(given, cause) {
	const named = `The ${given.what} ${JSON.stringify(given.path)}`;
	if (cause.code === "EACCES") return new GateError("file-unreadable", `${named} lies in a folder that may not be read`, "Give the user of this run the right to read it.", { cause });
	if (cause.code === "ELOOP") return new GateError("file-missing", `${named} is, or lies behind, a symbolic link that leads back to itself`, "Put the file itself there.", { cause });
	return new GateError("file-missing", `${named} does not exist`, "Check the path, which is relative to the workspace; in a job, it must have been checked out or written before.", { cause });
}
function readGivenFile(given, folders) {
	const limit = given.maxBytes ?? MAX_TEXT_BYTES;
	return withGivenFile(given, folders, (descriptor, size) => {
		if (size > limit) throw new GateError("file-too-large", `The ${given.what} ${JSON.stringify(given.path)} has ${size} bytes; at most ${limit} are read`, "Make the file smaller.");
		return readFileSync(descriptor);
	});
}
function readGivenStart(given, bytes, folders) {
	return withGivenFile(given, folders, (descriptor) => {
		const start = Buffer.alloc(bytes);
		return start.subarray(0, readSync(descriptor, start, 0, bytes, 0));
	});
}
function withGivenFile(given, folders, read) {
	const real = realGivenPath(given, folders);
	let descriptor;
	try {
		descriptor = openUnlinked(real);
	} catch (cause) {
		if (cause.code === "ENXIO") throw notRegular(given);
		throw new GateError("file-unreadable", `The ${given.what} ${JSON.stringify(given.path)} cannot be opened`, "Give the user of this run the right to read it.", { cause });
	}
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw notRegular(given);
		return read(descriptor, status.size);
	} finally {
		closeSync(descriptor);
	}
}
function notRegular(given) {
	return new GateError("file-not-regular", `The ${given.what} ${JSON.stringify(given.path)} is not a regular file`, "Name a file, not a folder, device or pipe.");
}
function entriesOf(folder) {
	return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}
function statusOf(path) {
	return tryOr(() => statSync(path, { throwIfNoEntry: false }), void 0);
}

// src/system/program-folders.ts
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
function programFolders(world) {
	const isOfJob = jobsPlaces(world);
	return (world.env.PATH ?? DEFAULT_PATH).split(delimiter).filter((folder) => isRooted(folder, world) && isFolder(folder) && !isOfJob(folder));
}
function programPath(world) {
	return programFolders(world).join(delimiter) || join(world.runFolder, "no-programs");
}
function findProgram(name, world) {
	const isOfJob = jobsPlaces(world);
	const names = world.platform === "win32" ? [name, `${name}.exe`] : [name];
	return programFolders(world).flatMap((folder) => names.map((name) => join(folder, name))).find((path) => isExecutable(path) && !isOfJob(path));
}
function isRooted(folder, { platform }) {
	if (platform !== "win32") return folder.startsWith("/");
	return isAbsolute(folder) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder);
}
function jobsPlaces({ workspace, temp, runFolder, checkouts }) {
	const named = [
		workspace,
		temp,
		runFolder,
		...checkouts ? [checkouts] : []
	];
	const places = new Set(named.flatMap((path) => identity(path) ?? []));
	const isBelow = (path) => {
		for (let at = path;; at = dirname(at)) {
			const here = identity(at);
			if (here !== void 0 && places.has(here)) return true;
			if (dirname(at) === at) return false;
		}
	};
	return (path) => {
		return tryOr(() => isBelow(resolve(path)) || isBelow(realpathSync(path)), true);
	};
}
function identity(path) {
	try {
		const { dev, ino } = statSync(path, { bigint: true });
		return `${dev} ${ino}`;
	} catch {
		return;
	}
}
function isFolder(path) {
	return statusOf(path)?.isDirectory() === true;
}
function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
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
	throw new GateError("temporary-folder-open", "The folder for temporary files may be written by other users, who could replace the scanner between its check and its start; so may every other place for it", "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on that folder and the folders above it, or on the system's temporary folder.");
}
function isOpenToOthers(path) {
	for (let at = path;; at = dirname(at)) {
		const { mode, uid, gid } = lstatSync(at);
		if (((mode & 2) !== 0 || (mode & 16) !== 0 && gid !== uid) && (mode & 512) === 0) return true;
		if (dirname(at) === at) return false;
	}
}

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

// \0own-builtin/fs/promises
const copyFile = (...given) => process.getBuiltinModule("node:fs/promises").copyFile(...given);
const open = (...given) => process.getBuiltinModule("node:fs/promises").open(...given);
const rename = (...given) => process.getBuiltinModule("node:fs/promises").rename(...given);
const rm = (...given) => process.getBuiltinModule("node:fs/promises").rm(...given);

// src/system/store/hashing.ts
const CHUNK = 1 << 20;
function sha256OfBytes(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
async function sha256OfFile(path) {
	await using file = await open(path, "r");
	return await sha256Of(file);
}
async function copyHashed(from, to, mode) {
	await using source = await open(from, "r");
	const copy = await open(to, "wx", mode);
	try {
		return await sha256Of(source, copy);
	} catch (error) {
		rmSync(to, { force: true });
		throw error;
	} finally {
		await copy.close();
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
function writeAllAt(file, bytes, position) {
	for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}
function readAllAt(file, bytes, position) {
	for (let at = 0; at < bytes.length;) {
		const count = readSync(file, bytes, at, bytes.length - at, position + at);
		if (count === 0) return false;
		at += count;
	}
	return true;
}
function hashed({ path, copy }) {
	return copy === void 0 ? sha256OfFile(path) : copyHashed(path, copy, 448);
}

// src/system/store/thread-hash.ts
const SMALL = 16 << 20;
async function hashedBeside(work) {
	return (statSync(work.path).size < SMALL || freeThreads() === 0 ? void 0 : await inThread(work)) ?? hashed(work);
}
function inThread(data) {
	const { promise, resolve } = Promise.withResolvers();
	try {
		const thread = takeThread({
			program: "hash",
			data
		});
		thread.once("message", (sha256) => {
			rest(thread);
			resolve(sha256);
		});
		for (const end of ["error", "exit"]) thread.once(end, () => resolve(void 0));
	} catch {
		resolve(void 0);
	}
	endsSoon(promise);
	return promise;
}

// src/system/store/hashed-program.ts
const begun = /* @__PURE__ */ new Map();
function beginHashing(path, world) {
	try {
		const real = realpathSync(path);
		if (!lstatSync(real).isFile()) return;
		begun.set(real, placed(path, real, world).catch(() => void 0));
	} catch {}
}
async function hashedProgram(path, world) {
	const real = realpathSync(path);
	const early = begun.get(real);
	begun.delete(real);
	return await early ?? placed(path, real, world);
}
async function placed(path, real, world) {
	const { platform } = world;
	const name = basename(path);
	const own = join(programFolder(world), platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
	const isOurs = isPrivate(real, platform) && isLinked(real, own);
	return {
		path: own,
		sha256: await hashedBeside(isOurs ? { path: own } : {
			path: real,
			copy: own
		})
	};
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

// src/supply/version-order.ts
function compareVersions(a, b) {
	const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
	for (let part = 0; part < 3; part++) {
		const difference = (left[part] ?? 0) - (right[part] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

// \0own-builtin/v8
const setFlagsFromString = (...given) => process.getBuiltinModule("node:v8").setFlagsFromString(...given);

// \0own-builtin/vm
const runInNewContext = (...given) => process.getBuiltinModule("node:vm").runInNewContext(...given);

// \0own-builtin/child_process
const spawn = (...given) => process.getBuiltinModule("node:child_process").spawn(...given);

export { GateError, OWN_FOLDER, accessSync, appendFileSync, asGateError, awaitIdle, beginHashing, cancelled, chmodSync, clearLeftovers, clipped, closeSync, compareVersions, constants, copyFile, copyFileSync, copyHashed, createHash, createPublicKey, createReadStream, createWriteStream, databaseStore, databaseStores, entriesOf, errorText, existsSync, findProgram, freshFolder, fstatSync, ftruncateSync, globSync, harmless, hash, hashed, hashedBeside, hashedProgram, holdInUse, inputVariable, isFolder, isInRepository, isWithin, linkSync, lstatSync, mkdirSync, mkdtempSync, oneLine$1 as oneLine, open, openSync, openUnlinked, prepareThreads, privateFolder, programFolder, programPath, quoted, randomInt, randomUUID, readAllAt, readFileSync, readGivenFile, readGivenStart, readSmallText, readSync, readdirSync, readlinkSync, realGivenPath, realpathSync, removeProgramFolders, removedAtEnd, rename, renameSync, replaceWhole, repositoryPath, rest, rm, rmSync, rmdirSync, runInNewContext, setFlagsFromString, sha256OfBytes, sha256OfFile, spawn, statSync, statfsSync, statusOf, storedFolder, swapIn, symlinkSync, takeThread, terminalLog, tryOr, userCache, utimesSync, whileLocked, whileUnused, withoutQueries, workflowLog, writeAll, writeAllAt, writeFileSync, writePieces, writeSync };
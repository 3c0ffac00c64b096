// \0own-builtin/fs
const own = (key) => process.getBuiltinModule("node:fs")[key];
const accessSync = /* @__PURE__ */ own("accessSync");
const appendFileSync = /* @__PURE__ */ own("appendFileSync");
const chmodSync = /* @__PURE__ */ own("chmodSync");
const closeSync = /* @__PURE__ */ own("closeSync");
const constants = /* @__PURE__ */ own("constants");
const copyFileSync = /* @__PURE__ */ own("copyFileSync");
const cpSync = /* @__PURE__ */ own("cpSync");
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
const readFileSync = /* @__PURE__ */ own("readFileSync");
const readSync = /* @__PURE__ */ own("readSync");
const readdirSync = /* @__PURE__ */ own("readdirSync");
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

// src/system/errors.ts
var GateError = class extends Error {
	name = "GateError";
	code;
	what;
	remedy;
	byInput;
	constructor(code, what, remedy, options = {}) {
		super(errorText({
			code,
			what,
			remedy
		}), options);
		this.code = code;
		this.what = what;
		this.remedy = remedy;
		this.byInput = options.byInput;
	}
};
function described({ code, what, remedy }) {
	return {
		code,
		what,
		remedy
	};
}
function errorText({ code, what, remedy }) {
	return `[${code}] ${what}${what.includes("\n") ? "\n" : ". "}${remedy}`;
}
function cancelled() {
	return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}
function asGateError(thrown) {
	if (thrown instanceof GateError) return thrown;
	if (thrown instanceof SuppressedError) return asGateError(thrown.suppressed);
	const { code, what, remedy } = thrown ?? {};
	if (typeof code === "string" && typeof what === "string" && typeof remedy === "string") return new GateError(code, what, remedy, { cause: thrown });
	if (code === "ENOSPC" || code === "EDQUOT") return new GateError("disk-full", "The disk is full", "Free some space for temporary files and the cache: layers, databases and reports need it.", { cause: thrown });
	const text = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
	return new GateError("internal-error", `Image Gate itself failed: ${text}`, "This is a fault of Image Gate, not of your image. Please report it with this log.", { cause: thrown });
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

// \0own-builtin/crypto
const createHash = (...given) => process.getBuiltinModule("node:crypto").createHash(...given);
const createPublicKey = (...given) => process.getBuiltinModule("node:crypto").createPublicKey(...given);
const hash = (...given) => process.getBuiltinModule("node:crypto").hash(...given);
const randomBytes = (...given) => process.getBuiltinModule("node:crypto").randomBytes(...given);
const randomInt = (...given) => process.getBuiltinModule("node:crypto").randomInt(...given);
const randomUUID = (...given) => process.getBuiltinModule("node:crypto").randomUUID(...given);

// src/system/store/hashing.ts
const CHUNK = 1 << 18;
function sha256OfBytes(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
function openFile(path) {
	const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
	if (fstatSync(file).isFile()) return file;
	closeSync(file);
	const what = `${JSON.stringify(path)} is not a regular file`;
	throw new GateError("file-not-regular", what, "Name a file, not a folder, device or pipe.");
}
function hashOf(source, { from = 0, to = Number.MAX_SAFE_INTEGER }, copy) {
	const hash = createHash("sha256");
	const room = Buffer.allocUnsafe(CHUNK);
	for (let at = from;;) {
		const count = readSync(source, room, 0, Math.min(CHUNK, to - at), at);
		if (count === 0) return hash.digest("hex");
		const bytes = room.subarray(0, count);
		hash.update(bytes);
		if (copy !== void 0) writeAllAt(copy, bytes, at);
		at += count;
	}
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
function hashed(work) {
	const { path, copy } = work;
	using cleanup = new DisposableStack();
	const file = cleanup.adopt(openFile(path), closeSync);
	if (copy === void 0) return hashOf(file, work);
	const flags = (work.from ?? work.to) === void 0 ? "wx" : constants.O_WRONLY | constants.O_CREAT;
	const to = cleanup.adopt(openSync(copy, flags, 448), closeSync);
	try {
		return hashOf(file, work, to);
	} catch (error) {
		if (flags === "wx") rmSync(copy, { force: true });
		throw error;
	}
}

// \0own-builtin/fs/promises
const copyFile = (...given) => process.getBuiltinModule("node:fs/promises").copyFile(...given);
const open = (...given) => process.getBuiltinModule("node:fs/promises").open(...given);
const rename = (...given) => process.getBuiltinModule("node:fs/promises").rename(...given);
const rm = (...given) => process.getBuiltinModule("node:fs/promises").rm(...given);

// \0own-builtin/v8
const setFlagsFromString = (...given) => process.getBuiltinModule("node:v8").setFlagsFromString(...given);

// \0own-builtin/vm
const runInNewContext = (...given) => process.getBuiltinModule("node:vm").runInNewContext(...given);

// \0own-builtin/child_process
const spawn = (...given) => process.getBuiltinModule("node:child_process").spawn(...given);

export { GateError, accessSync, appendFileSync, asGateError, cancelled, chmodSync, closeSync, constants, copyFile, copyFileSync, cpSync, createHash, createPublicKey, createReadStream, createWriteStream, described, errorText, existsSync, fstatSync, fsyncSync, ftruncateSync, globSync, hash, hashOf, hashed, linkSync, lstatSync, mkdirSync, mkdtempSync, open, openSync, randomBytes, randomInt, randomUUID, readAllAt, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, rename, renameSync, rm, rmSync, rmdirSync, runInNewContext, setFlagsFromString, sha256OfBytes, spawn, statSync, statfsSync, symlinkSync, tryOr, utimesSync, withoutQueries, writeAllAt, writeFileSync, writeSync };
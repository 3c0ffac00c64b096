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

// \0own-builtin/crypto
const createHash = (...given) => process.getBuiltinModule("node:crypto").createHash(...given);
const createPublicKey = (...given) => process.getBuiltinModule("node:crypto").createPublicKey(...given);
const randomBytes = (...given) => process.getBuiltinModule("node:crypto").randomBytes(...given);
const randomInt = (...given) => process.getBuiltinModule("node:crypto").randomInt(...given);
const randomUUID = (...given) => process.getBuiltinModule("node:crypto").randomUUID(...given);
const hash = (...given) => process.getBuiltinModule("node:crypto").hash(...given);

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
function hashed({ path, copy }) {
	return copy === void 0 ? sha256OfFile(path) : copyHashed(path, copy, 448);
}

// \0own-builtin/v8
const setFlagsFromString = (...given) => process.getBuiltinModule("node:v8").setFlagsFromString(...given);

// \0own-builtin/vm
const runInNewContext = (...given) => process.getBuiltinModule("node:vm").runInNewContext(...given);

// src/domain/json/is-object.ts
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function textIn(value) {
	return typeof value === "string" ? value : "";
}
function listIn(value) {
	return Array.isArray(value) ? value : [];
}

// \0own-builtin/child_process
const spawn = (...given) => process.getBuiltinModule("node:child_process").spawn(...given);

// src/supply/version-order.ts
function compareVersions(a, b) {
	const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
	for (let part = 0; part < 3; part++) {
		const difference = (left[part] ?? 0) - (right[part] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

export { GateError, accessSync, appendFileSync, asGateError, cancelled, chmodSync, clipped, closeSync, compareVersions, constants, copyFile, copyFileSync, copyHashed, createHash, createPublicKey, createReadStream, createWriteStream, errorText, existsSync, fstatSync, fsyncSync, ftruncateSync, globSync, harmless, hash, hashed, inputVariable, isObject, linkSync, listIn, lstatSync, mkdirSync, mkdtempSync, oneLine$1 as oneLine, open, openSync, quoted, randomBytes, randomInt, randomUUID, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, rename, renameSync, rm, rmSync, rmdirSync, runInNewContext, setFlagsFromString, sha256OfBytes, sha256OfFile, spawn, statSync, statfsSync, symlinkSync, terminalLog, textIn, tryOr, utimesSync, withoutQueries, workflowLog, writeAll, writeAllAt, writeFileSync, writeSync };
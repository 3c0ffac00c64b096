import { GateError, closeSync, mkdirSync, openSync, readSync, rmSync, statSync, symlinkSync, tryOr } from "./shared.thread.js";
import { clipped, readSmallText } from "./shared.start.js";
import { compileGlobs, isPackagePlace, withoutUrlLogins } from "./shared.scan.js";
import { datetime, number, object } from "./package.zod.js";
import { isoSeconds, listSome, spanWords } from "./shared.inputs.js";
import { join } from "node:path";

// src/scanners/report-too-large.ts
function reportTooLarge(name, cause) {
	return new GateError("report-too-large", `The ${name} report is too large to be read at once`, "Scan less at a time: name parts of the target.", {
		cause,
		byInput: { "skip-dirs": "Or leave folders out with `skip-dirs`." }
	});
}

// src/scanners/database-fault.ts
function faultOfAge(date, what, { now, maxAgeMs }) {
	const age = now.getTime() - date.getTime();
	const dated = `${what} ${isoSeconds(date)}`;
	if (age < -36e5) return {
		reason: "damaged",
		why: `it says that ${dated}, which is in the future`
	};
	return age > maxAgeMs ? {
		reason: "stale",
		why: `${dated}, more than ${spanWords(maxAgeMs)} ago`
	} : void 0;
}
const MOST_NAMED = 10;
function placesError({ what, codes, remedies, otherwise }, faults, untried) {
	const reasons = [...new Set(faults.map(({ reason }) => reason))];
	const [only = "", ...others] = reasons.filter((reason) => reason !== "replaced");
	const replaced = reasons.includes("replaced") ? codes.replaced : void 0;
	const list = listSome(faults, MOST_NAMED, {
		show: ({ place, why }) => `${place}: ${why}`,
		clauses: true
	});
	const rest = (faults.length > MOST_NAMED ? ", in the log" : "") + (untried > 0 ? `; no time was left for ${untried} more` : "");
	return new GateError(replaced ?? (others.length === 0 ? codes[only] : void 0) ?? codes.unavailable, `${what} (${list}${rest})`, [...new Set(reasons.flatMap((reason) => remedies[reason] ?? otherwise))].join(" "));
}

// src/scanners/trivy/database/health.ts
const HOUR_MS = 36e5;
const MIB = 1048576;
const KINDS = {
	vulnerability: {
		name: "vulnerability database",
		folder: "db",
		file: "trivy.db",
		schema: 2,
		minBytes: MIB,
		artifact: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
		refreshAfterMs: HOUR_MS,
		maxAgeMs: void 0,
		cachePrefix: "trivy-db-v2-"
	},
	java: {
		name: "Java database",
		folder: "java-db",
		file: "trivy-java.db",
		schema: 1,
		minBytes: 1,
		artifact: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
		refreshAfterMs: 24 * HOUR_MS,
		maxAgeMs: 720 * HOUR_MS,
		cachePrefix: "trivy-java-db-v1-"
	}
};
function filesOf(kind) {
	return [KINDS[kind].file, METADATA];
}
const METADATA = "metadata.json";
const metadataSchema = object({
	Version: number(),
	UpdatedAt: datetime({ offset: true }),
	NextUpdate: datetime({ offset: true })
});
async function checkDatabase(folder, kind, rules) {
	try {
		const metadata = readMetadata(folder);
		if (metadata === void 0) return {
			reason: "damaged",
			why: "its metadata.json is unusable"
		};
		return await damageOf(folder, kind, metadata) ?? judgeAge(metadata, kind, rules);
	} catch (error) {
		return {
			reason: "damaged",
			why: `it cannot be read (${error.code ?? String(error)})`
		};
	}
}
async function damageOf(folder, kind, metadata) {
	const { file, schema, minBytes } = KINDS[kind];
	const path = join(folder, file);
	const status = statSync(path, { throwIfNoEntry: false });
	if (status?.isFile() !== true) return {
		reason: "damaged",
		why: `${file} is missing`
	};
	const { size } = status;
	if (metadata.Version !== schema) return {
		reason: "schema",
		why: `it has schema ${metadata.Version}, not ${schema}`
	};
	if (size < minBytes) return {
		reason: "empty",
		why: `it has only ${size} bytes, so it is empty`
	};
	const damage = kind === "java" ? sqliteDamage(path, size) : bboltDamage(path, size);
	if (damage !== void 0) return {
		reason: "damaged",
		why: damage
	};
	return kind === "java" ? jarsMissing(path) : void 0;
}
function judgeAge(metadata, kind, { now, maxAgeMs: asked, checkedAt }) {
	const updatedAt = new Date(metadata.UpdatedAt);
	const nextUpdate = new Date(metadata.NextUpdate);
	const { refreshAfterMs, maxAgeMs = asked } = KINDS[kind];
	const fault = faultOfAge(updatedAt, "it was built on", {
		now,
		maxAgeMs
	});
	if (fault !== void 0) return fault;
	const sinceCheck = now.getTime() - Date.parse(checkedAt);
	const isFresh = sinceCheck <= refreshAfterMs && sinceCheck > -36e5;
	const isDue = now.getTime() >= nextUpdate.getTime() && !isFresh;
	return {
		value: {
			updatedAt,
			nextUpdate
		},
		dated: updatedAt,
		isDue
	};
}
const MOST_METADATA = 65536;
function readMetadata(folder) {
	const text = () => readSmallText(join(folder, METADATA), MOST_METADATA);
	return tryOr(() => metadataSchema.safeParse(JSON.parse(text()), { jitless: true }).data, void 0);
}
function bboltDamage(path, size) {
	using cleanup = new DisposableStack();
	const meta = boltMeta(cleanup.adopt(openSync(path, "r"), closeSync));
	if (meta === void 0) return "it is not a database";
	return meta.pages * meta.size > size ? "it is cut off" : void 0;
}
function sqliteDamage(path, size) {
	using cleanup = new DisposableStack();
	const head = Buffer.alloc(100);
	if (readSync(cleanup.adopt(openSync(path, "r"), closeSync), head, 0, 100, 0) < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is not a database";
	const stored = head.readUInt16BE(16);
	const pages = head.readUInt32BE(28);
	if (pages === 0) return "it is not a database";
	return (stored === 1 ? 65536 : stored) * pages > size ? "it is cut off" : void 0;
}
async function jarsMissing(path) {
	const { DatabaseSync } = await import("node:sqlite");
	try {
		using cleanup = new DisposableStack();
		const file = cleanup.adopt(new DatabaseSync(path, { readOnly: true }), (each) => each.close());
		return ["artifacts", "indices"].some((table) => !file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get()) ? {
			reason: "empty",
			why: "it knows no jar, so it is empty"
		} : void 0;
	} catch {
		return {
			reason: "damaged",
			why: "it is not a Java database of Trivy's"
		};
	}
}
function linkDatabase(cacheFolder, kind, database) {
	const path = join(cacheFolder, KINDS[kind].folder);
	mkdirSync(cacheFolder, {
		recursive: true,
		mode: 448
	});
	rmSync(path, {
		recursive: true,
		force: true
	});
	symlinkSync(database.folder, path, "junction");
}
function boltMeta(file) {
	const metaAt = (at) => {
		const meta = Buffer.alloc(80);
		if (!(readSync(file, meta, 0, 80, at) === 80) || meta.readUInt32LE(16) !== 3977042669 || meta.readUInt32LE(20) !== 2) return void 0;
		const [root, pages, transaction] = [
			meta.readBigUInt64LE(32),
			meta.readBigUInt64LE(56),
			meta.readBigUInt64LE(64)
		];
		return {
			size: meta.readUInt32LE(24),
			root: Number(root),
			pages: Number(pages),
			transaction
		};
	};
	const first = metaAt(0);
	return [first, metaAt(first?.size ?? 4096)].filter((meta) => meta !== void 0).sort((a, b) => Number(b.transaction - a.transaction))[0];
}

// src/scanners/trivy/process/left-out.ts
function leftOutPaths({ skipDirs, skipFiles }) {
	const globs = (entries) => compileGlobs(entries.map((entry) => ({
		glob: entry.replace(/^\.?\/+/, "").replace(/\/+$/, ""),
		value: true
	})));
	const [isFolder, isFile] = [globs(skipDirs), globs(skipFiles)];
	return (path) => {
		if (isFile(path).length > 0) return true;
		for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) if (isFolder(path.slice(0, at)).length > 0) return true;
		return false;
	};
}

// src/scanners/trivy/process/log-facts.ts
const MOST_UNREAD = 200;
const MOST_SAID = 10;
const LONGEST = 300;
const LINE = /^\S+\t(DEBUG|INFO|WARN|ERROR)\t(?:\[([^\]]{1,40})\] )?([^\t]*)(?:\t(.*))?$/s;
const HARMLESS = /^(?:Unable to get vulnerability details|No OS package is detected|e\.g\. files under|Unsupported os|This OS version is no longer supported|The vulnerability detection may be insufficient|Third-party SBOM may lead|Recommend using Trivy|Falling back to embedded checks|Unable to find python|Multiple OS components are not supported|Ignore the OS package as no OS|Using severities from other vendors|For OSS Maintainers)/;
var LogListener = class {
	#unread = /* @__PURE__ */ new Map();
	#repositories = /* @__PURE__ */ new Set();
	#unsupportedTypes = /* @__PURE__ */ new Set();
	#otherWarnings = /* @__PURE__ */ new Set();
	#unreadVersions = /* @__PURE__ */ new Set();
	#unreadSystemVersion;
	#withoutDevelopment = false;
	#told = {
		unreadMore: 0,
		understood: false,
		releaseUnlisted: false,
		skippedPackages: 0
	};
	line(text) {
		if (text.includes("	DEBUG	[secret]")) return;
		const parts = LINE.exec(text);
		if (parts === null) return;
		const [, level = "", source = "", message = "", values = ""] = parts;
		if (level === "DEBUG") this.#told.understood = true;
		const file = unreadFile(level, source, message, values);
		const why = /installed package version/i.test(message) ? goValue("err", values) ?? message : void 0;
		if (why !== void 0) this.#unreadSystemVersion ??= shortened(why);
		else if (file !== void 0) this.#cannotRead(file);
		else if (source === "alpine" && message.startsWith("Detecting vulnerabilities")) this.#repositories.add(goValue("repository", values) ?? "");
		else if (message.startsWith("Suppressing dependencies for development")) this.#withoutDevelopment = true;
		else if (level === "WARN" || level === "ERROR") this.#warned(source, message, values);
	}
	facts() {
		return {
			unread: [...this.#unread.values()],
			...this.#told,
			repositories: [...this.#repositories].filter((release) => release !== ""),
			unsupportedTypes: [...this.#unsupportedTypes],
			unreadVersions: [...this.#unreadVersions],
			unreadSystemVersion: this.#unreadSystemVersion,
			withoutDevelopment: this.#withoutDevelopment,
			otherWarnings: [...this.#otherWarnings]
		};
	}
	#cannotRead(file) {
		const key = `${file.kind}\0${file.path ?? file.why}`;
		if (this.#unread.has(key)) return;
		if (this.#unread.size < MOST_UNREAD) this.#unread.set(key, file);
		else if (file.kind !== "no-package") this.#told.unreadMore += 1;
	}
	#warned(source, message, values) {
		const type = /^The library type is not supported/.test(message) ? goValue("type", values) : void 0;
		if (type !== void 0 && this.#unsupportedTypes.size < MOST_UNREAD) this.#unsupportedTypes.add(type);
		const versions = message === "Version matching error" ? unreadVersions(goValue("err", values)) : [];
		if (versions.length > 0) for (const version of versions) this.#unreadVersions.add(version);
		else if (message.startsWith("This OS version is not on the EOL list")) this.#told.releaseUnlisted = true;
		else if (message.startsWith("Some OS packages were skipped")) this.#told.skippedPackages += Math.max(1, Number(goValue("pkg_count", values)) || 0);
		else if (!HARMLESS.test(message) && this.#otherWarnings.size < MOST_SAID) this.#otherWarnings.add(spoken(source, message, values));
	}
};
function unreadFile(level, source, message, values) {
	const why = goValue("err", values) ?? message;
	if (message === "Walk error" || message === "Analysis error") return packagesFile(goValue("file_path", values) ?? pathIn(why), why);
	if (level !== "WARN" && level !== "ERROR") return void 0;
	if (message === "Failed to parse component") return {
		kind: "packages",
		why: shortened(why)
	};
	if (/scanner\]?$/.test(source)) {
		const path = goValue("file_path", values);
		return {
			path: path && inTarget(path),
			kind: "config",
			why: shortened(why)
		};
	}
	if (/parse error|failed to parse/i.test(message)) return packagesFile(goValue("file_path", values) ?? pathIn(why), why);
}
function packagesFile(path, why) {
	const known = path && inTarget(path);
	return {
		path: known,
		kind: known !== void 0 && /(?:^|\/)package\.json$/.test(known) && !isPackagePlace(known) ? "no-package" : "packages",
		why: shortened(reasonIn(why, path))
	};
}
function inTarget(path) {
	return path.replace(/^\/+/, "");
}
const MOST_READINGS = 1e3;
function unreadVersions(error = "") {
	const start = /\bversion error \(/.exec(error);
	if (start === null) return [];
	const rest = error.slice(start.index + start[0].length);
	return [...rest.matchAll(/\): /g)].slice(0, MOST_READINGS).map(({ index }) => rest.slice(0, index));
}
const PARSING = "failed to parse ";
function pathIn(error) {
	for (const part of error.split(/(?<=: )/)) {
		const [before = ""] = part.endsWith(": ") ? part.slice(0, -2).split(":").slice(-1) : [];
		const start = before.indexOf(PARSING);
		const path = start === -1 ? "" : before.slice(start + 16);
		if (/^\S/.test(path)) return path;
	}
}
function reasonIn(error, path) {
	const at = path === void 0 ? -1 : error.lastIndexOf(`${path}: `);
	return at === -1 ? error : error.slice(at + path.length + 2);
}
function goValue(name, values) {
	const found = new RegExp(`(?:^| )${name}=(?:"((?:[^"\\\\]|\\\\.)*)"?|(\\S*))`, "s").exec(values);
	if (found === null) return void 0;
	const [, quoted, bare] = found;
	return quoted === void 0 ? bare : unquoted(quoted);
}
const ESCAPES = {
	n: "\n",
	t: "	",
	r: "\r",
	"\"": "\"",
	"\\": "\\"
};
function unquoted(text) {
	return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (whole, written) => {
		if (written.length > 1) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
		return ESCAPES[written] ?? whole;
	});
}
const OF_THE_PROGRAM = /(?:^| )err\.(?:time|trace|stacktrace|span|duration|domain|tags)=(?:"(?:[^"\\]|\\.)*(?:"|$)|\S*)/gs;
function spoken(source, message, all) {
	const values = all.replace(OF_THE_PROGRAM, "").trim();
	return shortened(`${source === "" ? "" : `${source}: `}${message}${values === "" ? "" : ` (${values})`}`);
}
function shortened(untrusted) {
	const text = withoutUrlLogins(untrusted);
	return clipped(text, LONGEST);
}
function needsJavaDatabase(line) {
	return /^\S+\t(?:ERROR|FATAL)\t/.test(line) && line.includes("[javadb] The first run cannot skip");
}

export { KINDS, LogListener, METADATA, boltMeta, checkDatabase, faultOfAge, filesOf, leftOutPaths, linkDatabase, needsJavaDatabase, placesError, reportTooLarge, shortened };
import { isPackagePlace, withoutUrlLogins } from "./shared.scan.js";
import { clipped } from "./shared.start.js";

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
			...this.#withoutDevelopment && { withoutDevelopment: true },
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
	const from = start.index + start[0].length;
	const versions = [];
	let end = error.indexOf("): ", from);
	while (end !== -1 && versions.length < MOST_READINGS) {
		versions.push(error.slice(from, end));
		end = error.indexOf("): ", end + 1);
	}
	return versions;
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

export { LogListener, needsJavaDatabase, shortened };
import { GateError, cancelled, clipped, readFileSync } from "./shared.start.js";
import { privateFolder } from "./shared.answer.js";
import { runProcess } from "./system.process.js";
import { isPackagePlace, withoutUrlLogins } from "./shared.domain.js";
import { lastWords, trivyEnvironment } from "./scanners.trivy.process.process-output.js";

// src/scanners/trivy/process/convert.ts
const DEADLINE_MS = 12e4;
const MARKS = {
	cyclonedx: /"bomFormat":\s*"CycloneDX"/,
	"spdx-json": /"spdxVersion":\s*"SPDX-/
};
const HEAD = 2e3;
async function convertReport(conversion, world) {
	const { trivy, format, report, output } = conversion;
	const args = [
		"convert",
		`--format=${format}`,
		`--output=${output}`,
		"--quiet",
		"--",
		report
	];
	const { code, stderr, timedOut, aborted } = await runProcess(trivy, args, {
		cwd: privateFolder(world, "cwd"),
		env: trivyEnvironment(world, "files"),
		deadlineMs: DEADLINE_MS,
		signal: world.signal
	});
	if (aborted) throw cancelled();
	if (timedOut) throw notMade(format, `it took longer than ${DEADLINE_MS / 1e3} s`);
	if (code !== 0) throw notMade(format, lastWords(stderr) ?? "it gave no reason");
	if (!isWhole(output, format)) throw notMade(format, "what it wrote is none, or only a part of one");
}
function notMade(format, why) {
	return new GateError("sbom-not-made", `Trivy could not make the ${format} report: ${why}`, "The verdict stands. Leave `trivy-version` and `trivy-binary` at their defaults, and see whether the disk is full; the output `trivy-report` has the packages as well.");
}
function isWhole(file, format) {
	try {
		const text = readFileSync(file, "utf8");
		return text.startsWith("{") && text.trimEnd().endsWith("}") && MARKS[format].test(text.slice(0, HEAD));
	} catch {
		return false;
	}
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
	#unreadMore = 0;
	#understood = false;
	#releaseUnlisted = false;
	#skippedPackages = 0;
	#withoutDevelopment = false;
	line(text) {
		if (text.includes("	DEBUG	[secret]")) return;
		const parts = LINE.exec(text);
		if (parts === null) return;
		const [, level = "", source = "", message = "", values = ""] = parts;
		if (level === "DEBUG") this.#understood = true;
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
			unreadMore: this.#unreadMore,
			understood: this.#understood,
			repositories: [...this.#repositories].filter((release) => release !== ""),
			releaseUnlisted: this.#releaseUnlisted,
			skippedPackages: this.#skippedPackages,
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
		else if (file.kind !== "no-package") this.#unreadMore += 1;
	}
	#warned(source, message, values) {
		const type = /^The library type is not supported/.test(message) ? goValue("type", values) : void 0;
		if (type !== void 0 && this.#unsupportedTypes.size < MOST_UNREAD) this.#unsupportedTypes.add(type);
		const version = message === "Version matching error" ? unreadVersion(goValue("err", values)) : void 0;
		if (version !== void 0) {
			if (this.#unreadVersions.size < MOST_UNREAD) this.#unreadVersions.add(shortened(version));
			return;
		}
		if (message.startsWith("This OS version is not on the EOL list")) this.#releaseUnlisted = true;
		else if (message.startsWith("Some OS packages were skipped")) this.#skippedPackages += Math.max(1, Number(goValue("pkg_count", values)) || 0);
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
function unreadVersion(error = "") {
	const start = /\bversion error \(/.exec(error);
	const end = error.lastIndexOf("): ");
	const from = start === null ? Number.POSITIVE_INFINITY : start.index + start[0].length;
	return end < from ? void 0 : error.slice(from, end);
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

export { LogListener, convertReport };
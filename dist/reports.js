import { t as reportFacts } from "./facts.js";
import { $ as GateError, G as closest, d as isWithin } from "./shared.js";
import { n as REPORT_FORMATS, t as ONE_TARGET_EACH } from "./formats.js";
import { n as cutsOf } from "./sarif-limits.js";
import { closeSync, lstatSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { hash, randomBytes } from "node:crypto";

// src/reports/file-name.ts
const HASH_LENGTH = 8;
function fileNameOf({ kind, input, platform, label }) {
	const mark = hash("sha256", `${kind}\0${input}\0${platform ?? ""}`).slice(0, HASH_LENGTH);
	const readable = label.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/\.{2,}/g, ".").slice(0, 91).replace(/^[.-]+|[.-]+$/g, "");
	return readable === "" ? mark : `${readable}-${mark}`;
}

// src/reports/path.ts
function outputPath(given, folders) {
	const path = resolve(folders.workspace, given);
	const root = rootOf(path, folders);
	if (root === void 0) return { wrong: "lies outside the workspace and RUNNER_TEMP" };
	if (path === root || /[/\\]$/.test(given)) return { wrong: "is a folder" };
	const parts = relative(root, path).split(sep);
	let at = root;
	for (const [index, part] of parts.entries()) {
		at = resolve(at, part);
		const status = statusOf(at);
		if (status === void 0) break;
		const wrong = "wrong" in status ? status.wrong : wrongAt(status, index === parts.length - 1, relative(root, at));
		if (wrong !== void 0) return { wrong };
	}
	return { path };
}
function rootOf(path, { workspace, temp }) {
	return [workspace, temp].flatMap((folder) => [resolve(folder), real(folder)]).filter((folder) => isWithin(folder, path)).sort((a, b) => b.length - a.length)[0];
}
function real(folder) {
	try {
		return realpathSync(folder);
	} catch {
		return resolve(folder);
	}
}
function statusOf(path) {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch (error) {
		const { code } = error;
		return { wrong: code === "ENAMETOOLONG" ? "has too long a name" : `cannot be looked at (${code})` };
	}
}
function wrongAt(status, isLast, way) {
	const name = JSON.stringify(way.split(sep).join("/"));
	if (status.isSymbolicLink()) return isLast ? "is a symbolic link" : `leads through the symbolic link ${name}`;
	if (!isLast) return status.isDirectory() ? void 0 : `leads through ${name}, which is no folder`;
	if (status.isDirectory()) return "is a folder";
	return status.isFile() ? void 0 : "is no regular file";
}

// src/reports/plan.ts
const PLACEHOLDER = "{target}";
function planReports(lines, targets, world) {
	const mistakes = [];
	const planned = [];
	const users = pathUsers();
	for (const line of lines) {
		const parsed = parseLine(line, targets.length);
		if ("wrong" in parsed) {
			mistakes.push(`${quoted(line)} ${parsed.wrong}`);
			continue;
		}
		const wrongs = /* @__PURE__ */ new Set();
		for (const file of filesOf(parsed, targets)) {
			const checked = outputPath(file.shown, world);
			if ("wrong" in checked) {
				wrongs.add(checked.wrong);
				continue;
			}
			const clash = users.take(checked.path, line);
			if (clash !== void 0) wrongs.add(clash);
			planned.push({
				...file,
				path: checked.path
			});
		}
		for (const wrong of wrongs) mistakes.push(`the path of ${quoted(line)} ${wrong}`);
	}
	if (mistakes.length === 0) return planned;
	throw new GateError("reports-invalid", mistakes.length === 1 ? `A line of \`reports\` is wrong: ${mistakes[0]}` : `${mistakes.length} lines of \`reports\` are wrong: ${mistakes.join("; ")}`, "Write `format: path`, one a line; a path is relative to the workspace, and stays in it or in RUNNER_TEMP.");
}
function pathUsers() {
	const files = /* @__PURE__ */ new Map();
	const folders = /* @__PURE__ */ new Map();
	return { take(path, line) {
		const key = path.normalize("NFC").toLowerCase();
		const parents = foldersOf(key);
		const same = files.get(key);
		const within = parents.find((folder) => files.has(folder));
		const around = folders.get(key);
		files.set(key, line);
		for (const folder of parents) folders.set(folder, line);
		if (same !== void 0) return `is the same file as that of ${quoted(same)}`;
		if (within !== void 0) return `lies below the file of ${quoted(files.get(within) ?? "")}`;
		return around === void 0 ? void 0 : `is a folder of ${quoted(around)}`;
	} };
}
function foldersOf(path) {
	const parent = dirname(path);
	return parent === path ? [] : [parent, ...foldersOf(parent)];
}
function parseLine(line, targets) {
	const [, word = "", path = ""] = /^([^:]*):(.*)$/.exec(line)?.map((part) => part.trim()) ?? [];
	if (word === "") return { wrong: "is not `format: path`" };
	const format = REPORT_FORMATS.find((each) => each === word);
	if (format === void 0) {
		const meant = closest(word, REPORT_FORMATS);
		const formats = REPORT_FORMATS.map((each) => `\`${each}\``).join(", ");
		return { wrong: `has an unknown format${meant ? `; did you mean \`${meant}\`?` : `; there are ${formats}`}` };
	}
	if (path === "") return { wrong: "has no path" };
	const unknown = /\{[^{}]*\}/g.exec(path.replaceAll(PLACEHOLDER, ""))?.[0];
	if (unknown !== void 0) return { wrong: `has ${quoted(unknown)} in its path; only \`${PLACEHOLDER}\` stands for something` };
	if (targets > 1 && ONE_TARGET_EACH.has(format) && !path.includes(PLACEHOLDER)) return { wrong: `is one file for ${targets} targets, and \`${format}\` holds one: put \`${PLACEHOLDER}\` into its path` };
	return {
		format,
		path
	};
}
function filesOf({ format, path }, targets) {
	if (!path.includes(PLACEHOLDER)) return [{
		format,
		shown: path,
		...onlyOne(format, targets)
	}];
	return targets.map((target) => ({
		format,
		shown: path.replaceAll(PLACEHOLDER, fileNameOf(target)),
		target
	}));
}
function onlyOne(format, [target]) {
	return ONE_TARGET_EACH.has(format) ? { target } : {};
}
function quoted(text) {
	return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

// src/reports/renderers.ts
async function rendererOf(format) {
	switch (format) {
		case "sarif": return (await import("./sarif2.js")).renderSarif;
		case "gitlab": return (await import("./gitlab.js")).renderGitlab;
		case "junit": return (await import("./junit.js")).renderJunit;
		case "html": return (await import("./html.js")).renderHtml;
		case "markdown": return (await import("./whole-markdown.js")).renderWholeMarkdown;
		case "csv": return (await import("./csv.js")).renderCsv;
	}
}

// src/reports/write.ts
async function writeReports(planned, view, facts, world) {
	for (const report of planned) try {
		replaceFile(report, await piecesOf(report, view, facts), world);
		world.log.info(`Report: ${report.format} in ${report.shown}`);
		if (report.format === "sarif") tellCuts(viewOf(view, report.target), world);
	} catch (error) {
		world.log.warning(notWritten(report, error).message);
	}
}
async function piecesOf({ format, target }, view, facts) {
	if (format === "cyclonedx" || format === "spdx-json") throw new Error("not written yet");
	return (await rendererOf(format))(viewOf(view, target), facts);
}
function viewOf(view, only) {
	if (only === void 0) return view;
	const { verdict } = view;
	return {
		...view,
		verdict: {
			...verdict,
			targets: verdict.targets.filter(({ target }) => target === only)
		}
	};
}
function replaceFile({ path }, pieces, world) {
	const checked = outputPath(path, world);
	if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
	mkdirSync(dirname(path), { recursive: true });
	const fresh = join(dirname(path), `.image-gate-${randomBytes(6).toString("hex")}`);
	try {
		const file = openSync(fresh, "wx");
		try {
			for (const piece of pieces) writeFileSync(file, piece);
		} finally {
			closeSync(file);
		}
		renameSync(fresh, path);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw error;
	}
}
function tellCuts({ verdict }, { log }) {
	for (const cut of cutsOf(verdict.targets)) log.warning(new GateError("sarif-cut", cut, "The other formats hold every finding; the verdict stands on all of them.").message);
}
function notWritten({ format, shown }, error) {
	return new GateError("report-file-not-written", `The ${format} report ${JSON.stringify(shown)} could not be written: ${error instanceof Error ? error.message : String(error)}`, "The verdict stands; see whether the runner's user may write there, and whether the disk is full.");
}

export { planReports, reportFacts, writeReports };
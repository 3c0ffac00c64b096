import { cutsOf, isOfTheRun, keyOf, outputPath, renderSarif, reportFacts, waysTo } from "./shared.reports.js";
import { GateError, existsSync, globSync, hash, mkdirSync, readFileSync, rmSync } from "./shared.thread.js";
import { closest, isNamedAsFile, severityName, withoutTag } from "./shared.names.js";
import { clipped, oneLine, replaceWhole } from "./shared.start.js";
import { REPORT_FORMATS, code, isAboutOne, join as join$1, listsPackages, name, para, prose, say } from "./shared.scan.js";
import { breaks, counted, isSbomFormat, joined, judgedAmong, listSome, shorten, visible } from "./shared.inputs.js";
import { markdown, markdownLine, partOf, renderWholeMarkdown, uniqueTexts, uuidOf } from "./shared.render.js";
import { advisoryUrl, fixAdvisor, gapNotes, identityOf, joined as joined$1, jsonPieces, placed, shortInstruction, sparingRule, statusOf, whyExempted } from "./shared.answer.js";
import { dirname, join, relative, resolve, sep } from "node:path";

// src/reports/planned-reports.ts
const PLACEHOLDER = "{target}";
const HASH_LENGTH = 8;
const ANY_TARGET = `*${"[0-9a-f]".repeat(HASH_LENGTH)}`;
function planLines(lines, targets, world, read = []) {
	const whatIsRead = sources(targets, read, world);
	const usedBy = pathUsers();
	return lines.map((line) => {
		const planned = filesOf(line, targets);
		if ("wrong" in planned) return {
			line,
			files: [],
			mistakes: [`${quoted(line)} ${planned.wrong}`]
		};
		const checked = planned.map((file) => ({
			...file,
			...outputPath(file.shown, world)
		}));
		const wrongs = checked.flatMap((file) => "wrong" in file ? file.wrong : [whatIsRead(file.path), usedBy(file.path, line)]);
		const mistakes = [...new Set(wrongs.filter((wrong) => wrong !== void 0))].map((wrong) => `the path of ${quoted(line)} ${wrong}`);
		return {
			line,
			files: checked.filter((file) => "path" in file),
			mistakes
		};
	});
}
function planReports(wanted, targets, world, read = []) {
	const all = planLines(linesWanted(wanted), targets, world, read);
	const mistakes = all.slice(0, wanted.lines.length).flatMap((each) => each.mistakes);
	if (mistakes.length > 0) throw invalid(mistakes, world);
	for (const { line, mistakes: wrong } of all) if (wrong.length > 0) world.log.warning(leftOut$1(line, wrong).message);
	return cleared(all, [], world);
}
function linesWanted({ lines, defaults }) {
	const withoutBlanks = (line) => line.replace(/^\s*([^:]*?)\s*:\s*(?:\.\/)?/, "$1:").trim();
	const written = new Set(lines.map(withoutBlanks));
	return [...lines, ...(defaults?.lines ?? []).filter((line) => !written.has(withoutBlanks(line)))];
}
function cleared(planned, others, folders) {
	const reports = planned.flatMap(({ files, mistakes }) => mistakes.length === 0 ? files : []);
	clearPlaces([...reports, ...others], folders);
	return reports;
}
function leftOut$1(line, mistakes) {
	return new GateError("default-report-left-out", `The platform's own report ${JSON.stringify(line)} is not written: ${mistakes.join("; ")}`, "The verdict is unaffected. Give your own report another path, or remove the folder of that name.");
}
function invalid(mistakes, { isAtTerminal }) {
	const count = mistakes.length;
	return new GateError("reports-invalid", `${count === 1 ? "A line of `reports` is" : `${count} lines of \`reports\` are`} wrong: ${mistakes.join("; ")}`, isAtTerminal ? "Write `--reports FORMAT=PATH` once for each report. A relative path begins at the working directory." : "Write `format: path`, one a line; a path is relative to the workspace, and stays in it or in the folder for temporary files.");
}
function clearPlaces(planned, folders) {
	for (const { path, shown } of planned) try {
		if (isOfTheRun(path, folders)) rmSync(path, { force: true });
	} catch (cause) {
		throw new GateError("report-file-not-written", `The file in the place of the report ${JSON.stringify(shown)} could not be removed (${cause.code})`, "Let the user of this run write in that folder, or name another path.", { cause });
	}
}
function planAnyway(wanted, targets, folders, read) {
	const lines = linesWanted(wanted);
	const isRead = sources(targets, read, folders);
	const left = lines.flatMap((line) => leftBy(line, targets, folders)).filter(({ path }) => !isRead(path));
	return cleared(planLines(lines, targets, folders, read), left, folders);
}
function leftBy(line, targets, folders) {
	const { word, path: named } = partsOf(line);
	if (named === "" || closest(word, REPORT_FORMATS) === void 0) return [];
	const pattern = named.replaceAll(/[\\*?[\]{}()!+@|]/g, "\\$&").replaceAll("\\{target\\}", ANY_TARGET);
	const isAny = targets.length === 0 && named.includes(PLACEHOLDER);
	const some = targets.map((target) => named.replaceAll(PLACEHOLDER, fileNameOf(target)));
	return [...isAny ? globSync(pattern, { cwd: folders.workspace }) : /* @__PURE__ */ new Set([...some, named])].flatMap((shown) => {
		const checked = outputPath(shown, folders);
		return "path" in checked ? [{
			path: checked.path,
			shown
		}] : [];
	});
}
function foldersOf(path) {
	const parent = dirname(path);
	return parent === path ? [] : [parent, ...foldersOf(parent)];
}
function sources(targets, read, { workspace }) {
	const keys = (paths) => new Set(paths.flatMap(waysTo).map(keyOf));
	const files = keys(read.map((path) => resolve(workspace, path)));
	const layouts = keys(targets.flatMap(({ kind, input }) => kind === "image" ? [input, withoutTag(input)] : []).map((input) => resolve(workspace, input)).filter((folder) => existsSync(join(folder, "index.json"))));
	return (path) => {
		const key = keyOf(path);
		if (files.has(key)) return "is a file that this run reads";
		return foldersOf(key).some((folder) => layouts.has(folder)) ? "is in an OCI layout that this run reads" : void 0;
	};
}
function pathUsers() {
	const [files, folders] = [/* @__PURE__ */ new Map(), /* @__PURE__ */ new Map()];
	return (path, line) => {
		const key = keyOf(path);
		const parents = foldersOf(key);
		const same = files.get(key);
		const other = folders.get(key) ?? parents.map((folder) => files.get(folder)).find((user) => user !== void 0);
		files.set(key, line);
		for (const folder of parents) folders.set(folder, line);
		if (same !== void 0) return `uses the same file as ${quoted(same)}`;
		return other && `contains, or is below, the file of ${quoted(other)}`;
	};
}
function partsOf(line) {
	const [, word = "", path = ""] = /^([^:]*):(.*)$/.exec(line)?.map((part) => part.trim()) ?? [];
	return {
		word,
		path
	};
}
function filesOf(line, targets) {
	const { word, path } = partsOf(line);
	if (word === "") return { wrong: "does not give a format and a path" };
	const format = REPORT_FORMATS.find((each) => each === word);
	if (format === void 0) {
		const meant = closest(word, REPORT_FORMATS);
		const formats = REPORT_FORMATS.map((each) => `\`${each}\``).join(", ");
		return { wrong: `has an unknown format${meant ? ` (did you mean \`${meant}\`?)` : `; there are ${formats}`}` };
	}
	if (path === "") return { wrong: "has no path" };
	const unknown = /\{[^{}]*\}/g.exec(path.replaceAll(PLACEHOLDER, ""))?.[0];
	if (unknown !== void 0) return { wrong: `has ${quoted(unknown)} in its path; only \`${PLACEHOLDER}\` stands for something` };
	if (path.includes(PLACEHOLDER)) return targets.map((target) => ({
		format,
		shown: path.replaceAll(PLACEHOLDER, fileNameOf(target)),
		target
	}));
	if (targets.length > 1 && isAboutOne(format)) return { wrong: `is one file for ${targets.length} targets, and \`${format}\` holds one: put \`${PLACEHOLDER}\` into its path` };
	return [{
		format,
		shown: path,
		target: isAboutOne(format) ? targets[0] : void 0
	}];
}
function quoted(text) {
	return JSON.stringify(clipped(text, 200));
}
function fileNameOf({ kind, input, platform, label }) {
	const mark = hash("sha256", `${kind}\0${input}\0${platform ?? ""}`).slice(0, HASH_LENGTH);
	const readable = label.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/\.{2,}/g, ".").slice(0, 91).replace(/^[.-]+|[.-]+$/g, "");
	return readable === "" ? mark : `${readable}-${mark}`;
}

// src/render/formats/csv.ts
const COLUMNS = {
	target: ({ label }) => label,
	advisory: ({ finding }) => finding.id,
	severity: ({ finding }) => finding.severity,
	package: ({ finding }) => finding.package?.name,
	version: ({ finding }) => finding.package?.version,
	fixed: ({ finding }) => finding.fixedVersions.join(", "),
	path: ({ finding: { path, line } }) => path === void 0 ? "" : placed(path, line),
	status: ({ judged }) => statusOf(judged),
	no_fix: ({ finding, none }) => finding.kind === "vulnerability" ? none : "",
	spared_by: ({ judged }) => judged.outcome === "not-counted" ? sparingRule(judged) : "",
	owner: ({ judged: { outcome, exceptions, vex } }) => outcome === "accepted" ? (exceptions[0] ?? { owner: vex?.author }).owner : "",
	until: ({ judged: { outcome, exceptions } }) => outcome === "accepted" ? exceptions[0]?.expires : "",
	layer: ({ finding }) => layerOf(finding.layer),
	title: ({ finding }) => finding.title,
	url: ({ finding }) => advisoryUrl(finding.id, finding.url)
};
const LONGEST$1 = 32e3;
function renderCsv(view) {
	return joined$1(linesOf$1(view));
}
function* linesOf$1({ verdict }) {
	const names = Object.keys(COLUMNS);
	yield line(names);
	const adviceOn = fixAdvisor();
	for (const { target, ...judging } of verdict.targets) if (judging.answer === "error") {
		const { code, what } = judging.error;
		const cells = {
			target: target.label,
			status: `error: [${code}] ${oneLine(what)}`
		};
		yield line(names.map((name) => cells[name]));
	} else for (const judged of judging.findings) {
		const { finding } = judged;
		const row = {
			label: target.label,
			judged,
			finding,
			none: adviceOn(finding).none
		};
		yield line(Object.values(COLUMNS).map((show) => show(row)));
	}
}
function layerOf(layer) {
	if (layer?.instruction !== void 0) return shortInstruction(layer.instruction, 500);
	return layer?.number === void 0 ? "" : `layer ${layer.number}`;
}
function line(cells) {
	return `${cells.map((text) => cell(text)).join(",")}\r\n`;
}
const FORMULA = /(?:^|[;|])(?=[\s"']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
function cell(untrusted = "") {
	const text = shorten(visible(shorten(untrusted, LONGEST$1)).replace(FORMULA, "$&'"), LONGEST$1);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

// src/render/formats/gitlab.ts
const SCHEMA_VERSION = "15.2.1";
const LONGEST_NAME = 255;
const LONGEST_DESCRIPTION = 1e4;
function renderGitlab(view, facts) {
	const vulnerabilities = vulnerabilitiesOf(view.verdict.targets);
	return jsonPieces({
		version: SCHEMA_VERSION,
		scan: scanOf(view, facts),
		vulnerabilities,
		remediations: []
	}, 1);
}
function* vulnerabilitiesOf(targets) {
	const unique = uniqueTexts("\0");
	const adviceOn = fixAdvisor();
	for (const judged of judgedAmong(targets)) {
		const place = placeOf(judged);
		const { kind, input, platform = "" } = judged.target;
		for (const { finding } of judged.findings.filter(isReported)) yield vulnerability(finding, uuidOf(unique([
			kind,
			input,
			platform,
			identityOf(finding)
		].join("\0"))), place, adviceOn(finding));
	}
}
function isReported({ outcome, finding }) {
	return outcome === "open" && finding.kind === "vulnerability";
}
function messagesOf(target) {
	const { label } = target.target;
	if (target.answer !== "error") return gapNotes(target).map(({ words }) => ({
		level: "warn",
		value: visible(`${label}: ${words}`)
	}));
	const { code: id, what, remedy } = target.error;
	return [{
		level: "fatal",
		value: visible(`${label}: [${id}] ${what}. ${remedy}`)
	}];
}
function scanOf({ verdict, now }, { tool, endedAt }) {
	const { targets } = verdict;
	const messages = [...targets.flatMap(messagesOf), ...leftOut(targets)];
	return {
		analyzer: {
			id: "image-gate",
			name: tool.name,
			url: tool.url,
			version: tool.version,
			vendor: { name: tool.name }
		},
		scanner: scannerOf(targets),
		type: "container_scanning",
		start_time: time(now),
		end_time: time(endedAt),
		status: targets.some(({ answer }) => answer === "error") ? "failure" : "success",
		messages: messages.length === 0 ? void 0 : messages
	};
}
function time(when) {
	return when.toISOString().slice(0, 19);
}
function scannerOf(targets) {
	const { scanner = "", scannerVersion = "" } = judgedAmong(targets)[0]?.scan.provenance ?? {};
	const name = scanner === "" ? "Trivy" : /^[a-z][\w .,()/-]{0,99}$/i.test(scanner) ? scanner : "Another scanner";
	const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
	const vendor = { name: name === "Trivy" ? "Aqua Security" : name };
	return {
		id,
		name,
		version: visible(scannerVersion) || "unknown",
		vendor
	};
}
function leftOut(targets) {
	const findings = judgedAmong(targets).flatMap((target) => target.findings);
	const count = (wanted, isVulnerability) => findings.filter(({ outcome, finding: { kind } }) => {
		return outcome === wanted && kind === "vulnerability" === isVulnerability;
	}).length;
	const [others, accepted, notCounted] = [
		count("open", false),
		count("accepted", true),
		count("not-counted", true)
	];
	const messages = [];
	if (others > 0) messages.push({
		level: "warn",
		value: `Not in this report, which is about vulnerabilities: ${counted(others, "other finding")}.`
	});
	if (accepted + notCounted > 0) messages.push({
		level: "info",
		value: `Left out: ${accepted} accepted, ${notCounted} not counted.`
	});
	return messages;
}
function placeOf({ target, scan }) {
	const { os } = scan.artifact;
	return {
		operating_system: (os === void 0 ? "" : visible(`${os.family} ${os.name}`.trim())) || "Unknown",
		image: visible(imageOf(target)) || "Unknown"
	};
}
function imageOf({ kind, as, input, label }) {
	if ((kind !== "image" || isNamedAsFile(input)) && as === void 0) return label;
	const reference = as ?? input;
	return /:\w[\w.-]*$/.test(reference) || reference.includes("@") ? reference : `${reference}:latest`;
}
function vulnerability(finding, id, place, advice) {
	const { severity, package: about } = finding;
	const url = advisoryUrl(finding.id, finding.url);
	return {
		id,
		name: nameOf$1(finding),
		description: descriptionOf(finding),
		severity: severity.charAt(0) + severityName(severity).slice(1),
		solution: solutionOf(finding, advice) || void 0,
		identifiers: [identifierOf(finding.id, url)],
		links: url && [{ url }],
		details: detailsOf(finding),
		location: {
			dependency: {
				package: { name: bounded(about?.name) },
				version: bounded(about?.version)
			},
			...place
		}
	};
}
function bounded(text = "") {
	return visible(shorten(text, LONGEST_DESCRIPTION, "middle"));
}
function nameOf$1({ id, title }) {
	const name = visible(joined(": ", [id, title]));
	return shorten(name, LONGEST_NAME) || "An advisory without a name";
}
function descriptionOf({ title, description, package: about, path }) {
	const subject = about === void 0 ? "" : join$1(" ", [name(about.name), versionWords(about.version)]);
	const found = about === void 0 ? "" : say`Found: ${subject}${path === void 0 ? "" : say` in ${code(path)}`}`;
	return markdown(para(prose(description || title, LONGEST_DESCRIPTION)), para(found));
}
function versionWords(untrusted) {
	return untrusted === "" ? "" : code(untrusted, 60);
}
const MOST_VERSIONS = 5;
function solutionOf({ package: about }, { to }) {
	const versions = (to ?? []).slice(0, MOST_VERSIONS).map(versionWords);
	if (to === void 0 || about === void 0) return "";
	const some = [versions.length > 1 ? "one of " : "", join$1(", ", [...versions, to.length > MOST_VERSIONS ? "…" : ""])];
	return markdownLine(say`Upgrade ${name(about.name)} to ${some}`);
}
function identifierOf(id, url) {
	const known = shorten(visible(id), LONGEST_NAME) || "unknown";
	return {
		type: /^([A-Za-z]{2,10})-/.exec(id)?.[1]?.toLowerCase() ?? "other",
		name: known,
		value: known,
		url
	};
}
function detailsOf({ path, layer }) {
	const field = (name, value) => ({
		type: "text",
		name,
		value: visible(value)
	});
	const instruction = layer?.instruction;
	return {
		path: path === void 0 ? void 0 : field("Path", path),
		layer: instruction === void 0 ? void 0 : field("Layer", shortInstruction(instruction, 500))
	};
}

// src/render/formats/junit.ts
const LONGEST = 1e5;
function renderJunit(view) {
	return joined$1(linesOf(view));
}
function* linesOf({ name, now, verdict }) {
	const suites = verdict.targets.map((target) => ({
		label: target.target.label,
		cases: casesOf(target)
	}));
	const count = (cases, wanted) => cases.filter(({ kind }) => kind === wanted).length;
	const countsOf = (cases) => {
		return {
			tests: cases.length,
			failures: count(cases, "failure"),
			errors: count(cases, "error")
		};
	};
	const sums = countsOf(suites.flatMap(({ cases }) => cases));
	yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({
		name: `Image Gate: ${name}`,
		...sums
	})}>\n`;
	const timestamp = now.toISOString().slice(0, 19);
	for (const { label, cases } of suites) {
		yield `  <testsuite${attributes({
			name: label,
			...countsOf(cases),
			skipped: count(cases, "skipped"),
			timestamp
		})}>\n`;
		for (const each of cases) yield caseText(each, label);
		yield "  </testsuite>\n";
	}
	yield "</testsuites>\n";
}
function casesOf(target) {
	if (target.answer === "error") {
		const { code, what, remedy } = target.error;
		const lines = `${what}.\n${remedy}`.split("\n");
		return [{
			name: "scan",
			kind: "error",
			type: code,
			message: `[${code}] ${what}`,
			lines
		}];
	}
	const unique = uniqueTexts(" #");
	const adviceOn = fixAdvisor();
	const fails = breaks(target);
	const gaps = gapNotes(target).map(({ code, words }) => {
		return {
			name: unique(`looked at: ${code}`),
			kind: "skipped",
			message: words
		};
	});
	const found = target.findings.map((judged) => {
		const name = unique(nameOf(judged));
		if (judged.outcome !== "open") return {
			name,
			kind: "skipped",
			message: whyExempted(judged)
		};
		return fails(judged) ? {
			name,
			...failure(judged.finding, adviceOn(judged.finding))
		} : { name };
	});
	return [
		...found.length === 0 ? [{ name: "no findings" }] : [],
		...gaps,
		...found
	];
}
function caseText({ name, kind, type, message, lines }, classname) {
	const start = `    <testcase${attributes({
		name,
		classname
	})}`;
	if (kind === void 0) return `${start}/>\n`;
	const body = lines === void 0 ? "/>" : `>${lines.map(xml).join("\n")}</${kind}>`;
	return `${start}><${kind}${attributes({
		type,
		message
	})}${body}</testcase>\n`;
}
function nameOf({ finding }) {
	const { id, package: about, path, title } = finding;
	const parts = [
		id,
		about === void 0 ? title : `${about.name} ${about.version}`.trim(),
		path === void 0 ? "" : `in ${path}`
	].filter((part) => part !== "");
	return shorten(parts.join(" "), LONGEST, "middle");
}
function failure({ id, severity, title, path, line, layer, kind, url }, { to, none }) {
	const page = advisoryUrl(id, url);
	const lines = [
		kind === "vulnerability" ? `Fix: ${to?.join(" or ") ?? none}` : "",
		path === void 0 ? "" : `Path: ${placed(path, line)}`,
		layer?.instruction === void 0 ? "" : `Layer: ${layer.instruction}`,
		page === void 0 ? "" : `See: ${page}`
	].filter((part) => part !== "");
	return {
		kind: "failure",
		type: severity,
		message: `${severity}: ${title || id}`,
		lines
	};
}
function attributes(values) {
	return Object.entries(values).map(([name, value]) => value === void 0 ? "" : ` ${name}="${xml(`${value}`)}"`).join("");
}
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;"
};
function xml(untrusted) {
	return visible(shorten(untrusted, LONGEST)).replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

// src/reports/write.ts
const MOST_NAMED = 10;
async function writeReports(planned, view, facts, world) {
	const written = [];
	const failed = new Set(view.verdict.targets.flatMap(({ answer, target }) => answer === "error" ? [target] : []));
	const lost = planned.filter(({ format, target }) => listsPackages(format) && (target === void 0 || failed.has(target)));
	for (const report of lost) removeOlder(report, world);
	if (lost.length > 0) world.log.warning(notScanned(lost).message);
	const others = planned.filter((report) => !lost.includes(report));
	for (const report of others.toSorted((a, b) => turnOf(a) - turnOf(b))) try {
		const own = viewOf(view, report.target);
		replaceFile(report, await piecesOf(report, own, {
			...facts,
			links: linksTo(written, facts, world)
		}), world);
		written.push(report);
		world.log.info(`Report: ${report.format} in ${report.shown}`);
		if (report.format === "sarif") logLimits(report, own, world);
	} catch (error) {
		removeOlder(report, world);
		world.log.warning(notWritten(report, error).message);
	}
	await facts.sboms?.end();
	return written;
}
function turnOf({ format }) {
	if (isSbomFormat(format)) return 2;
	return format === "gitlab-annotations" ? 1 : 0;
}
async function piecesOf(report, view, { sboms, links, ...facts }) {
	const { format } = report;
	if (isSbomFormat(format)) {
		if (sboms === void 0) throw new TypeError("no SBOM was begun with");
		return [readFileSync(await sboms.fileOf(report))];
	}
	if (format === "gitlab-annotations") return (await import("./render.formats.gitlab-annotations.js")).renderJobLinks(links);
	return (await RENDERERS[format]())(view, facts);
}
function linksTo(written, { pageOf }, { workspace }) {
	return written.flatMap(({ format, path, target }) => {
		const way = relative(workspace, path).split(sep).join("/");
		const url = format === "html" && !way.startsWith("../") ? pageOf?.(way) : void 0;
		if (url === void 0) return [];
		return [{
			label: target === void 0 ? "The whole report" : `The whole report: ${target.label}`,
			url
		}];
	});
}
function viewOf(view, only) {
	if (only === void 0 || view.verdict.targets.length === 1) return view;
	const targets = view.verdict.targets.filter(({ target }) => target === only || target.opinions?.includes(only));
	return {
		...view,
		name: only.label,
		verdict: partOf(view.verdict, targets)
	};
}
function replaceFile({ path }, pieces, world) {
	const checked = outputPath(path, world);
	if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
	mkdirSync(dirname(path), { recursive: true });
	replaceWhole(path, pieces, { mode: 438 });
}
function logLimits({ shown }, { verdict }, { log }) {
	for (const cut of cutsOf(verdict.targets)) log.warning(new GateError("sarif-cut", cut, "The other formats hold every finding; the verdict covers all of them.").message);
	const runs = judgedAmong(verdict.targets).length;
	if (runs > 20) log.warning(new GateError("sarif-many-runs", `The sarif report ${JSON.stringify(shown)} has ${runs} runs, and code scanning takes ${20} in one file`, "Have Image Gate upload it (`upload-sarif: true`), or put `{target}` into its path; other tools take it as it is.").message);
}
function removeOlder({ path }, world) {
	try {
		if ("path" in outputPath(path, world)) rmSync(path, { force: true });
	} catch {}
}
function notWritten({ format, shown }, error) {
	if (error instanceof GateError) return new GateError(error.code, `There is no ${format} report ${JSON.stringify(shown)}: ${error.what}`, error.remedy);
	return new GateError("report-file-not-written", `The ${format} report ${JSON.stringify(shown)} could not be written: ${error instanceof Error ? error.message : String(error)}`, "The verdict is unaffected; see whether the user of this run may write there, and whether the disk is full.");
}
function notScanned(reports) {
	const show = ({ format, shown }) => `${format} in ${JSON.stringify(shown)}`;
	return new GateError("sbom-not-made", `Targets that ended in an error have no SBOM: ${listSome(reports, MOST_NAMED, { show })}; files of an earlier run there are removed`, "Correct that error; the verdict is unaffected.");
}
const RENDERERS = {
	sarif: async () => renderSarif,
	gitlab: async () => renderGitlab,
	"gitlab-code-quality": async () => (await import("./render.formats.gitlab-code-quality.js")).renderCodeQuality,
	"gitlab-sbom": async () => (await import("./render.formats.gitlab-sbom.js")).renderGitlabSbom,
	junit: async () => renderJunit,
	html: async () => (await import("./render.html.html.js")).renderHtml,
	markdown: async () => renderWholeMarkdown,
	csv: async () => renderCsv,
	verdict: async () => (await import("./reports.verdict.js")).renderVerdict
};

export { linksTo, planAnyway, planReports, reportFacts, writeReports };
import { hash, lstatSync, realpathSync, statSync, tryOr } from "./shared.thread.js";
import { isInRepository, isWithin, memoize, repositoryPath } from "./shared.start.js";
import { countSeverities, referenceParts, severityName } from "./shared.names.js";
import { SEVERITY_STYLES, blockLines, code, join as join$1, link, name, para, prose, severityList, strong, textLine, version } from "./shared.scan.js";
import { counted, distinct$1 as distinct, imageOf, isCommit, joined, judgedAmong, lastingName, number, plain, shorten, visible, withSavedTags, withoutCommits } from "./shared.inputs.js";
import { advisoryUrl, fixAdvisor, gapNotes, jsonPieces, lastingIdentity, scannersLine, statusOf, whereWords, whyAccepted, whyExempted } from "./shared.answer.js";
import { CATEGORY_PREFIX, markdown } from "./shared.render.js";
import { relative, resolve, sep } from "node:path";

// src/reports/output-path.ts
const LONGEST_NAME$1 = 255;
const UNTOUCHED = /^\.git(?:hub)?[. ]*(?::|$)/i;
function outputPath(given, folders) {
	const path = resolve(folders.workspace, given);
	const root = rootOf$1(path, folders);
	if (root === void 0 && folders.isAtTerminal !== true) return { wrong: "is outside of the workspace and the folder for temporary files" };
	if (path === root || /[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
	const parts = (root === void 0 ? path : relative(root, path)).split(sep);
	if (parts.some((part) => UNTOUCHED.test(part))) return { wrong: "is in `.git/` or `.github/`" };
	if (belongsToRunner(path, folders)) return { wrong: "belongs to the machine that runs the job" };
	if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME$1)) return { wrong: "has too long a name" };
	const wrong = root === void 0 ? wrongAt(path, path, statSync) : wrongOnTheWay(root, parts);
	return wrong === void 0 ? { path } : { wrong };
}
function belongsToRunner(path, { workspace, temp, runnerFiles = [] }) {
	const own = new Set(runnerFiles.flatMap(waysTo).map(keyOf));
	if (waysTo(path).some((way) => own.has(keyOf(way)))) return true;
	return waysTo(resolve(temp)).some((folder) => relative(folder, path).startsWith("_") && !(isWithin(folder, workspace) && isWithin(workspace, path)));
}
function waysTo(path) {
	return tryOr(() => [path, realpathSync.native(path)], [path]);
}
function keyOf(name) {
	return name.normalize("NFC").toLowerCase();
}
function wrongOnTheWay(root, parts) {
	for (const index of parts.keys()) {
		const way = parts.slice(0, index + 1).join(sep);
		const wrong = wrongAt(resolve(root, way), way, lstatSync, index === parts.length - 1);
		if (wrong !== void 0) return wrong;
	}
}
function isOfTheRun(path, folders) {
	return rootOf$1(path, folders) !== void 0;
}
function rootOf$1(path, { workspace, temp }) {
	return [workspace, temp].flatMap((folder) => [resolve(folder), real(folder)]).filter((folder) => isWithin(folder, path)).sort((a, b) => b.length - a.length)[0];
}
function real(folder) {
	return tryOr(() => realpathSync(folder), resolve(folder));
}
function wrongAt(path, way, look, isLast = true) {
	let status;
	try {
		status = look(path, { throwIfNoEntry: false });
	} catch (error) {
		const { code } = error;
		return code === "ENAMETOOLONG" ? "has too long a name" : `cannot be looked at (${code})`;
	}
	if (status === void 0) return void 0;
	const name = JSON.stringify(way.split(sep).join("/"));
	if (status.isSymbolicLink()) return isLast ? void 0 : `leads through the symbolic link ${name}`;
	if (!isLast) return status.isDirectory() ? void 0 : `leads through ${name}, which is not a folder`;
	if (status.isDirectory()) return "is a folder";
	return status.isFile() ? void 0 : "is not a regular file";
}

// src/reports/facts.ts
function reportFacts(view, { action, change, workflowFile: workflow }, { workspace, now }) {
	return {
		tool: action,
		endedAt: now(),
		categories: categoriesOf(withSavedTags(view.verdict.targets, view.savedTags), change.commits),
		placeOf: placesIn(workspace, {
			policy: view.policy.path,
			workflow
		})
	};
}
function placesIn(workspace, { policy, workflow }) {
	const exists = memoize((file) => isFile(file, workspace));
	const otherwise = {
		file: [policy, workflow].filter((file) => file !== void 0 && exists(file))[0] ?? workflow ?? ".github/image-gate.yml",
		line: 1
	};
	const root = memoize((input) => rootOf(input, workspace, exists));
	return ({ kind, input }, { layer, path, line = 1 }) => {
		const source = layer?.source;
		if (source !== void 0 && isInRepository(source.file)) return source;
		if (path === void 0 || kind !== "path" && kind !== "repository") return otherwise;
		const file = root(input)?.(path);
		return file !== void 0 && exists(file) ? {
			file,
			line
		} : otherwise;
	};
}
function rootOf(input, workspace, exists) {
	if (resolve(workspace, input) === resolve(workspace)) return (path) => path;
	const way = repositoryPath(input, workspace);
	if (!isInRepository(way)) return void 0;
	return exists(way) ? () => way : (path) => `${way}/${path}`;
}
function isFile(file, workspace) {
	const path = resolve(workspace, file);
	if (!isInRepository(file) || !isWithin(workspace, path)) return false;
	return tryOr(() => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true, false);
}
const LONGEST = 200;
function categoriesOf(targets, commits) {
	const categories = /* @__PURE__ */ new Map();
	const taken = /* @__PURE__ */ new Set();
	const give = ({ target }, wanted) => {
		let category = wanted;
		for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
		taken.add(category);
		categories.set(target, category);
	};
	let alike = targets.map((judged) => ({
		judged,
		name: CATEGORY_PREFIX
	}));
	for (const part of [
		lastingName,
		tagPart,
		pathPart
	]) {
		const named = alike.map(({ judged, name }) => {
			const more = part(judged, commits);
			return {
				judged,
				name: more === "" ? name : distinct(name + more, LONGEST)
			};
		});
		const groups = [...Map.groupBy(named, ({ name }) => name).values()];
		for (const [first, second] of groups) if (first && !second) give(first.judged, first.name);
		alike = groups.filter((group) => group.length > 1).flat();
	}
	for (const { judged, name } of alike) give(judged, name);
	return categories;
}
function tagPart(judged, commits) {
	const { tag = "" } = referenceParts(imageOf(judged) ?? "");
	const stable = tag.split("-").filter((part) => !isCommit(part, commits)).join("-");
	return stable === "" ? "" : `:${stable}`;
}
function pathPart({ target: { as, file } }, commits) {
	return as === void 0 || file === void 0 ? "" : ` (${withoutCommits(file, commits)})`;
}

// src/render/sarif/rules.ts
const LONGEST_DESCRIPTION = 1024;
const LONGEST_ID = 150;
const LONGEST_TITLE = 300;
const PROBLEM_SEVERITY = {
	error: "error",
	warning: "warning",
	note: "recommendation"
};
const NAMES = {
	vulnerability: "VulnerablePackage",
	misconfiguration: "Misconfiguration",
	secret: "Secret",
	license: "License"
};
function rulesOf(findings) {
	const rules = /* @__PURE__ */ new Map();
	for (const { finding } of findings) {
		const id = ruleId(finding);
		if (!rules.has(id)) rules.set(id, {
			index: rules.size,
			finding
		});
	}
	return rules;
}
function ruleId({ kind, id, severity }) {
	return `${kind === "vulnerability" ? "" : `${kind} `}${distinct(id, LONGEST_ID)} (${severity})`;
}
function ruleWords(finding) {
	const { id, severity } = finding;
	return `${sarifText(id, LONGEST_ID)} (${severity})${titleOf(finding)}`;
}
function titleOf({ id, title }) {
	return title === "" || title === id ? "" : `: ${sarifText(title, LONGEST_TITLE)}`;
}
function descriptorOf({ finding }) {
	const { id, kind, severity, title, description = "" } = finding;
	const { sarifLevel: level, sarifScore } = SEVERITY_STYLES[severity];
	const short = `${sarifText(id, LONGEST_ID)}${titleOf(finding)}`;
	const url = advisoryUrl(id, finding.url);
	const named = title === "" || title === id ? "" : [": ", prose(title, LONGEST_TITLE)];
	const help = [para(strong(link(code(id), url)), ` (${severity})`, named), para(prose(description, LONGEST_DESCRIPTION))];
	return {
		id: ruleId(finding),
		name: NAMES[kind],
		shortDescription: { text: short },
		fullDescription: { text: sarifText(description, LONGEST_DESCRIPTION) || short },
		helpUri: url,
		defaultConfiguration: { level },
		properties: {
			"security-severity": sarifScore,
			"problem.severity": PROBLEM_SEVERITY[level],
			precision: "very-high",
			tags: [
				"security",
				kind,
				severityName(severity)
			]
		},
		help: {
			text: withoutMarks(blockLines(help).join("\n")),
			markdown: markdown(...help)
		}
	};
}
function sarifText(untrusted, most) {
	return withoutMarks(visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most)));
}
function withoutMarks(text) {
	return text.replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}
function packageWords({ package: about }) {
	return about === void 0 ? "" : sarifLine(join$1(" ", [name(about.name, 160), version(about.version, 80)]));
}
function fixWords({ kind }, { to, none }) {
	if (kind !== "vulnerability") return "";
	return to === void 0 ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}
function placeWords(finding) {
	const words = sarifLine(whereWords(finding));
	return words === "" || finding.owner !== void 0 ? words : `in ${words}`;
}
function sarifLine(inline) {
	return sarifText(textLine(inline), 1e3);
}

// src/render/sarif/results.ts
const LONGEST_REASON = 1e3;
const LONGEST_PATH = 1e3;
const LONGEST_NAME = 500;
const LONGEST_TARGET = 200;
const MOST_VERSIONS = 20;
function resultsOf({ target, name, category, facts, suppressing, rules, adviceOn }) {
	const fingerprintOf = fingerprints(target, category);
	const where = sarifText(name, LONGEST_TARGET);
	return (judged) => {
		const { finding } = judged;
		const id = ruleId(finding);
		const rule = rules.get(id);
		return {
			ruleId: id,
			ruleIndex: rule?.index,
			level: SEVERITY_STYLES[finding.severity].sarifLevel,
			message: { text: messageOf(finding, where, ruleWords(rule?.finding ?? finding), adviceOn(finding)) },
			locations: [locationOf(finding, facts.placeOf(target.target, finding))],
			partialFingerprints: { primaryLocationLineHash: fingerprintOf(judged) },
			suppressions: suppressing ? suppressionsOf(judged) : void 0,
			properties: propertiesOf(judged)
		};
	};
}
function fingerprints({ findings }, category) {
	const alike = Map.groupBy(findings, ({ finding }) => lastingIdentity(finding));
	const places = new Map([...alike.values()].flatMap((group) => group.map((judged, at) => [judged, at + 1])));
	return (judged) => `${hash("sha256", `${category}\0${lastingIdentity(judged.finding)}`)}:${places.get(judged)}`;
}
function messageOf(finding, target, rule, advice) {
	return `${joined(" in ", [packageWords(finding), target])} has ${rule}${rule.endsWith(".") ? "" : "."}${sentence(fixWords(finding, advice))}${sentence(placeWords(finding))}`;
}
function sentence(words) {
	return words === "" ? "" : ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
function locationOf({ path }, { file, line }) {
	return {
		physicalLocation: {
			artifactLocation: {
				uri: encodedPath(file),
				uriBaseId: "%SRCROOT%"
			},
			region: { startLine: line }
		},
		logicalLocations: path === void 0 ? void 0 : [{
			fullyQualifiedName: shown(path, LONGEST_PATH),
			kind: "resource"
		}]
	};
}
function encodedPath(file) {
	return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}
function propertiesOf(judged) {
	const { package: about, fixedVersions, line, layer } = judged.finding;
	const fixes = fixedVersions.slice(0, MOST_VERSIONS).map((each) => shown(each));
	return {
		status: statusOf(judged),
		package: about && shown(about.name),
		installedVersion: about && shown(about.version),
		fixedVersions: fixes.length === 0 ? void 0 : fixes,
		line,
		layer: layer && visible(layer.diffId)
	};
}
function shown(text, most = LONGEST_NAME) {
	return visible(shorten(text, most, "middle"));
}
function suppressionsOf(judged) {
	if (judged.outcome === "open") return [];
	const why = judged.outcome === "accepted" ? acceptance(judged) : whyExempted(judged);
	return [{
		kind: "external",
		status: "accepted",
		justification: shorten(why, LONGEST_REASON)
	}];
}
function acceptance(judged) {
	const { exceptions, vex } = judged;
	const [exception] = exceptions;
	const more = exception === void 0 ? [vex?.author && `author: ${plain(vex.author)}`, vex && plain(vex.document)] : [exception.owner && `owner: ${plain(exception.owner)}`, `until ${plain(exception.expires)}`];
	return [shorten(whyAccepted(judged), 700).replace(/\.$/, ""), ...more].filter((part) => part).join("; ");
}

// src/render/sarif/sarif.ts
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
function renderSarif({ verdict }, facts) {
	return sarifOf(judgedAmong(verdict.targets).map((target) => sarifRun(target)), facts);
}
function sarifOf(runs, facts) {
	const adviceOn = fixAdvisor();
	const written = runs.values().map((run) => runOf(run, facts, adviceOn));
	return jsonPieces({
		$schema: SCHEMA,
		version: "2.1.0",
		runs: written
	}, 2);
}
function runOf(run, facts, adviceOn) {
	const { target, kept } = run;
	const category = facts.categories.get(target.target) ?? visible(target.target.label);
	const rules = rulesOf(kept);
	const { name, version, url } = facts.tool;
	const suppressing = kept.some(({ outcome }) => outcome !== "open");
	const resultOf = resultsOf({
		target,
		name: nameIn(category, target),
		category,
		facts,
		suppressing,
		rules,
		adviceOn
	});
	return {
		tool: { driver: {
			name,
			version,
			semanticVersion: version,
			informationUri: url,
			rules: rules.values().map((rule) => descriptorOf(rule))
		} },
		...runFacts(run, category, facts),
		results: kept.values().map(resultOf)
	};
}
function nameIn(category, { target: { kind, file, label } }) {
	const name = category.startsWith("image-gate/") ? category.slice(CATEGORY_PREFIX.length) : category;
	return name.startsWith(`${kind}/${file ?? label}`) ? name.slice(kind.length + 1) : name;
}
function runFacts({ target: judged, cut }, category, facts) {
	const { target, scan, answer } = judged;
	const { provenance, artifact } = scan;
	const notifications = [...gapNotes(judged).map(({ code, words }) => ({
		level: "warning",
		descriptor: { id: code },
		message: { text: plain(words) }
	})), ...cut === void 0 ? [] : [{
		level: "warning",
		message: { text: `${cut}.` }
	}]];
	return {
		automationDetails: { id: `${category}/` },
		invocations: [{
			executionSuccessful: true,
			endTimeUtc: facts.endedAt.toISOString(),
			...notifications.length > 0 && { toolExecutionNotifications: notifications }
		}],
		columnKind: "utf16CodeUnits",
		properties: {
			target: visible(target.label),
			platform: target.platform,
			verdict: answer,
			digest: artifact.digest,
			indexDigest: artifact.index?.digest,
			imageId: artifact.imageId,
			scanner: plain(scannersLine(scan)),
			databaseUpdatedAt: provenance.databaseUpdatedAt
		}
	};
}
const MOST_RESULTS = 25e3;
function sarifRun(target, findings = target.findings, most = MOST_RESULTS) {
	const { open = [], others = [] } = Object.groupBy(findings, ({ outcome }) => outcome === "open" ? outcome : "others");
	const dropped = new Set([...open, ...others].slice(most));
	const kept = findings.filter((each) => !dropped.has(each));
	return {
		target,
		kept,
		cut: dropped.size === 0 ? void 0 : cutWords(target, kept, [...dropped])
	};
}
function cutWords({ target }, kept, dropped) {
	const list = severityList(countSeverities(dropped, ({ finding }) => finding.severity));
	const all = counted(kept.length + dropped.length, "finding");
	return `SARIF of ${plain(target.label)} leaves out ${number(dropped.length)} of its ${all} (${list}), the least severe, as code scanning takes no more`;
}
function cutsOf(targets) {
	return judgedAmong(targets).flatMap((target) => sarifRun(target).cut ?? []);
}

export { cutsOf, isOfTheRun, keyOf, outputPath, renderSarif, reportFacts, sarifOf, sarifRun, waysTo };
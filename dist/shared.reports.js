import { hash, lstatSync, realpathSync, statSync, tryOr } from "./shared.start.js";
import { SEVERITY_STYLES, advisoryUrl, andMore, code, counted, distinct, fixAdvisor, gapNotes, imageOf, isCommit, isInRepository, isSbomFormat, isWithin, lastingIdentity, lastingName, link, memoize, number, packageName, perSeverity, placed, plain, referenceParts, repositoryPath, scannersLine, severityList, severityName, shortInstruction, shorten, statusOf as statusOf$1, statusWords, tableCell, tableHead, text, version, visible, whereCell, whyAccepted, whyExempted, withSavedTags, withoutCommits } from "./shared.answer.js";
import { CATEGORY_PREFIX, jsonLines } from "./shared.render.js";
import { relative, resolve, sep } from "node:path";

// src/reports/formats.ts
const REPORT_FORMATS = [
	"sarif",
	"cyclonedx",
	"spdx-json",
	"gitlab",
	"gitlab-code-quality",
	"gitlab-sbom",
	"gitlab-annotations",
	"junit",
	"html",
	"markdown",
	"csv",
	"verdict"
];
function isAboutOne(format) {
	return listsPackages(format) || format === "verdict";
}
function listsPackages(format) {
	return isSbomFormat(format) || format === "gitlab-sbom";
}
const EXPLAINING = /* @__PURE__ */ new Set([
	"sarif",
	"gitlab",
	"html"
]);
function showDescriptions({ reports, uploadSarif }, defaults = []) {
	return uploadSarif || [...reports, ...defaults].some((line) => EXPLAINING.has(line.split(":")[0]?.trim() ?? ""));
}

// src/reports/output-path.ts
const LONGEST_NAME$1 = 255;
const UNTOUCHED = /^\.git(?:hub)?[. ]*(?::|$)/i;
function outputPath(given, folders) {
	const path = resolve(folders.workspace, given);
	const root = rootOf$1(path, folders);
	if (root === void 0 && folders.isAtTerminal !== true) return { wrong: "lies outside of the workspace and RUNNER_TEMP" };
	if (path === root || /[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
	const parts = (root === void 0 ? path : relative(root, path)).split(sep);
	if (parts.some((part) => UNTOUCHED.test(part))) return { wrong: "lies in `.git/` or `.github/`" };
	if (belongsToRunner(path, folders)) return { wrong: "belongs to the machine that runs the job" };
	if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME$1)) return { wrong: "has too long a name" };
	if (root === void 0) return usersPath(path);
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
function usersPath(path) {
	const status = statusOf(path, statSync);
	if (status === void 0) return { path };
	const wrong = "wrong" in status ? status.wrong : wrongAt(status, true, path);
	return wrong === void 0 ? { path } : { wrong };
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
function statusOf(path, status = lstatSync) {
	try {
		return status(path, { throwIfNoEntry: false });
	} catch (error) {
		const { code } = error;
		return { wrong: code === "ENAMETOOLONG" ? "has too long a name" : `cannot be looked at (${code})` };
	}
}
function wrongAt(status, isLast, way) {
	const name = JSON.stringify(way.split(sep).join("/"));
	if (status.isSymbolicLink()) return isLast ? void 0 : `leads through the symbolic link ${name}`;
	if (!isLast) return status.isDirectory() ? void 0 : `leads through ${name}, which is no folder`;
	if (status.isDirectory()) return "is a folder";
	return status.isFile() ? void 0 : "is no regular file";
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
	const give = (target, wanted) => {
		let category = wanted;
		for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
		taken.add(category);
		categories.set(target, category);
	};
	const byImage = [...Map.groupBy(targets, (target) => distinct(CATEGORY_PREFIX + lastingName(target, commits), LONGEST))];
	for (const [name, [first, second]] of byImage) if (first && !second) give(first.target, name);
	for (const [name, group] of byImage) {
		if (group.length === 1) continue;
		for (const [tagged, alike] of Map.groupBy(group, (each) => withTag(name, each, commits))) {
			const isAlone = alike.length === 1;
			for (const { target } of alike) give(target, isAlone ? tagged : withPath(tagged, target, commits));
		}
	}
	return categories;
}
function withTag(name, judged, commits) {
	const tag = stableTag(imageOf(judged) ?? "", commits);
	return tag === "" ? name : distinct(`${name}:${tag}`, LONGEST);
}
function withPath(name, { as, file }, commits) {
	return as === void 0 || file === void 0 ? name : distinct(`${name} (${withoutCommits(file, commits)})`, LONGEST);
}
function stableTag(image, commits) {
	const { tag = "" } = referenceParts(image);
	return tag.split("-").filter((part) => !isCommit(part, commits)).join("-");
}

// src/render/sarif/messages.ts
const PLAIN = /^[!-Z\\^-z|~]+(?: [!-Z\\^-z|~]+)*$/;
function sarifText(untrusted, most) {
	if (untrusted.length <= most && PLAIN.test(untrusted)) return untrusted;
	return visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most)).replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}
function jsonText(text) {
	const json = JSON.stringify(text).slice(1, -1);
	return /^[ -~]*$/.test(json) ? json : json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function sarifWords() {
	const packageText = memoize((about) => jsonText(packageWords(about)));
	const packageCells = memoize((about) => jsonText(cellsOf(about)));
	const layerText = memoize((layer) => jsonText(layerWords(layer)));
	const ownerText = memoize((owner) => jsonText(ownerWords(owner)));
	const adviceOn = fixAdvisor();
	const fixText = memoize((advice) => jsonText(fixWords(advice)));
	const unfixedCells = memoize((status) => jsonText(tableCell(text(statusWords(status), 60))));
	const fixCells = memoize((versions) => jsonText(tableCell(fixCell(versions))));
	const layerCells = memoize((layer) => jsonText(tableCell(whereCell({
		...NOWHERE,
		layer
	}))));
	function place({ path, line, layer, owner }) {
		const layerPart = layer === void 0 ? "" : layerText(layer);
		if (path === void 0) return layerPart;
		const file = jsonText(sarifText(placed(path, line), 300));
		const within = owner === void 0 ? `in ${file}` : `in ${ownerText(owner)}: ${file}`;
		return layerPart === "" ? within : `${within}, ${layerPart}`;
	}
	const fix = (finding) => finding.kind === "vulnerability" ? fixText(adviceOn(finding)) : "";
	const sentenceOf = memoize(sentence);
	return {
		about: ({ package: about }) => about === void 0 ? "" : packageText(about),
		fix,
		place,
		sentences: (finding) => {
			const where = place(finding);
			return sentenceOf(fix(finding)) + (finding.path === void 0 ? sentenceOf(where) : sentence(where));
		},
		row: (finding) => {
			const { package: about, fixedVersions, status, path, owner, layer } = finding;
			const where = path === void 0 && owner === void 0 ? layerCells(layer) : jsonText(tableCell(whereCell(finding)));
			const known = fixedVersions.length > 0 ? fixCells(fixedVersions) : unfixedCells(status);
			const fixed = finding.kind === "vulnerability" ? known : DASH;
			return `| ${packageCells(about)} | ${fixed} | ${where} |`;
		}
	};
}
function sentence(words) {
	return words === "" ? "" : ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
const DASH = jsonText("–");
const NOWHERE = {
	kind: "vulnerability",
	id: "",
	severity: "UNKNOWN",
	title: "",
	fixedVersions: [],
	status: ""
};
function packageWords({ name, version: installed }) {
	const shown = sarifText(name, 160);
	return installed === "" ? shown : `${shown} ${sarifText(installed, 80)}`;
}
function cellsOf(about) {
	return (about === void 0 ? ["–", "–"] : [packageName(about.name), about.version === "" ? "–" : version(about.version)]).map(tableCell).join(" | ");
}
function fixWords({ to, none }) {
	return to === void 0 ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}
function fixCell(versions) {
	return versions.slice(0, 5).map(version).join(", ");
}
function ownerWords({ ecosystem, name, version: installed = "" }) {
	const words = `${sarifText(ecosystem, 40)} ${sarifText(name, 160)}`;
	return installed === "" ? words : `${words} ${sarifText(installed, 80)}`;
}
function layerWords({ number, instruction, source }) {
	if (number === void 0) return "";
	return `layer ${number}${instruction === void 0 ? "" : ` (${sarifText(shortInstruction(instruction, 120), 120)})`}${source === void 0 ? "" : `, ${sarifText(placed(source.file, source.line), 200)}`}`;
}

// src/render/sarif/results.ts
const LONGEST_REASON = 1e3;
const LONGEST_PATH = 1e3;
const LONGEST_NAME = 500;
const LONGEST_TARGET = 200;
const MOST_VERSIONS = 20;
function resultsOf({ target, name, category, facts, suppressing, last, words }) {
	const fingerprintOf = fingerprints(target, category, last);
	const locationOf = memoize(physicalLocation);
	const packageOf = memoize(packageProperties);
	const layerOf = memoize(layerProperties);
	const fixedOf = memoize(fixedProperties);
	const where = jsonText(sarifText(name, LONGEST_TARGET));
	const heads = [];
	function locations(finding) {
		const place = locationOf(facts.placeOf(target.target, finding));
		if (finding.path === void 0) return place;
		return `${place},"logicalLocations":[{"fullyQualifiedName":"${jsonText(visible(shorten(finding.path, LONGEST_PATH, "middle")))}","kind":"resource"}]`;
	}
	function properties(judged) {
		const { package: about, fixedVersions, line, layer } = judged.finding;
		let all = `"status":"${judged.outcome === "open" ? "open" : jsonText(statusOf$1(judged))}"`;
		if (about !== void 0) all += packageOf(about);
		if (fixedVersions.length > 0) all += fixedOf(fixedVersions);
		if (line !== void 0) all += `,"line":${line}`;
		return layer === void 0 ? all : all + layerOf(layer);
	}
	return (judged, rule, ruleIndex) => {
		const { finding } = judged;
		heads[ruleIndex] ??= headOf(rule, ruleIndex);
		const message = messageOf(finding, where, rule, words);
		const suppressions = suppressing ? `,"suppressions":${JSON.stringify(suppressionsOf(judged))}` : "";
		return `${heads[ruleIndex]}${message}"},"locations":[{${locations(finding)}}],"partialFingerprints":{"primaryLocationLineHash":"${fingerprintOf(judged)}"}${suppressions},"properties":{${properties(judged)}}}`;
	};
}
function fingerprints({ findings }, category, last) {
	const seen = /* @__PURE__ */ new Map();
	const places = /* @__PURE__ */ new Map();
	for (const judged of findings) {
		const identity = lastingIdentity(judged.finding);
		const times = (seen.get(identity) ?? 0) + 1;
		seen.set(identity, times);
		if (times > 1) places.set(judged, times);
		if (judged === last) break;
	}
	return (judged) => `${hash("sha256", `${category}\0${lastingIdentity(judged.finding)}`)}:${places.get(judged) ?? 1}`;
}
function headOf({ id, finding: { severity } }, ruleIndex) {
	return `{"ruleId":${JSON.stringify(id)},"ruleIndex":${ruleIndex},"level":"${SEVERITY_STYLES[severity].sarifLevel}","message":{"text":"`;
}
function messageOf(finding, target, rule, words) {
	const about = words.about(finding);
	const end = rule.words.endsWith(".") ? "" : ".";
	return `${about === "" ? target : `${about} in ${target}`} has ${rule.words}${end}${words.sentences(finding)}`;
}
function physicalLocation({ file, line }) {
	const uri = encodedPath(file);
	return `"physicalLocation":${JSON.stringify({
		artifactLocation: {
			uri,
			uriBaseId: "%SRCROOT%"
		},
		region: { startLine: line }
	})}`;
}
function encodedPath(file) {
	return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}
function packageProperties({ name, version }) {
	return `,"package":${JSON.stringify(bounded(name))},"installedVersion":${JSON.stringify(bounded(version))}`;
}
function fixedProperties(versions) {
	return `,"fixedVersions":${JSON.stringify(versions.slice(0, MOST_VERSIONS).map(bounded))}`;
}
function bounded(text) {
	return visible(shorten(text, LONGEST_NAME, "middle"));
}
function layerProperties({ diffId }) {
	return `,"layer":${JSON.stringify(visible(diffId))}`;
}
function suppressionsOf(judged) {
	if (judged.outcome === "open") return [];
	return [{
		kind: "external",
		status: "accepted",
		justification: shorten(judged.outcome === "accepted" ? acceptance(judged) : whyExempted(judged), LONGEST_REASON)
	}];
}
function acceptance(judged) {
	const { exceptions, vex } = judged;
	const [exception] = exceptions;
	const more = exception === void 0 ? [vex?.author && `author: ${plain(vex.author)}`, vex && plain(vex.document)] : [exception.owner && `owner: ${plain(exception.owner)}`, `until ${plain(exception.expires)}`];
	return [shorten(whyAccepted(judged), 700).replace(/\.$/, ""), ...more].filter((part) => part).join("; ");
}

// src/render/sarif/rules.ts
const LONGEST_DESCRIPTION = 1024;
const LONGEST_ID = 150;
const LONGEST_TITLE = 300;
const MOST_PLACES = 10;
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
	const bySeverity = perSeverity(() => /* @__PURE__ */ new Map());
	const rules = [];
	return {
		rules,
		indexes: findings.map(({ finding }) => {
			const places = bySeverity[finding.severity];
			const key = finding.kind === "vulnerability" ? finding.id : `${finding.kind}\0${finding.id}`;
			let place = places.get(key);
			if (place === void 0) {
				place = rules.length;
				places.set(key, place);
				rules.push({
					id: ruleId(finding),
					words: jsonText(ruleWords(finding)),
					finding,
					affected: [],
					count: 0
				});
			}
			const rule = rules[place];
			rule.count += 1;
			if (rule.affected.length < MOST_PLACES) rule.affected.push(finding);
			return place;
		})
	};
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
function ruleJson(rule, words) {
	const { id, finding } = rule;
	const { kind, severity } = finding;
	const { sarifLevel: level, sarifScore } = SEVERITY_STYLES[severity];
	const short = `${sarifText(finding.id, LONGEST_ID)}${titleOf(finding)}`;
	const explanation = sarifText(finding.description ?? "", LONGEST_DESCRIPTION);
	const url = advisoryUrl(finding.id, finding.url);
	const head = {
		id,
		name: NAMES[kind],
		shortDescription: { text: short },
		fullDescription: { text: explanation || short },
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
		}
	};
	const help = `"text":"${helpText(rule, explanation, url, words)}","markdown":"${helpMarkdown(rule, url, words)}"`;
	return `${JSON.stringify(head).slice(0, -1)},"help":{${help}}}`;
}
const LINE = "\\n";
const GAP = "\\n\\n";
function helpText(rule, explanation, url, words) {
	let places = "Found in:";
	for (const finding of rule.affected) {
		const parts = [
			words.about(finding),
			words.fix(finding),
			words.place(finding)
		].filter((part) => part !== "");
		places += `${LINE}- ${parts.join("; ")}`;
	}
	const more = moreWords(rule);
	if (more !== "") places += `${LINE}- ${more}`;
	const middle = explanation === "" ? "" : `${jsonText(explanation)}${GAP}`;
	return `${rule.words}${GAP}${middle}${places}${url === void 0 ? "" : GAP + jsonText(url)}`;
}
const HEAD = jsonText(tableHead([
	"package",
	"installed",
	"fixed in",
	"where"
]));
function helpMarkdown(rule, url, words) {
	const { id, severity, title, description } = rule.finding;
	const name = title === "" || title === id ? "" : `: ${text(title, LONGEST_TITLE)}`;
	const explanation = description === void 0 ? "" : `\n\n${text(description, LONGEST_DESCRIPTION)}`;
	const head = `**${link(code(id), url)}** (${severity})${name}${explanation}`;
	const more = moreWords(rule);
	let table = HEAD;
	for (const finding of rule.affected) table += LINE + words.row(finding);
	return `${jsonText(head)}${GAP}${table}${more === "" ? "" : GAP + more}`;
}
function moreWords({ affected, count }) {
	return andMore(count - affected.length, "place");
}

// src/render/sarif/sarif.ts
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
function renderSarif({ verdict }, facts) {
	return sarifOf(judgedTargets(verdict.targets).map((target) => ({ target })), facts);
}
function* sarifOf(runs, facts) {
	yield `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[`;
	const words = sarifWords();
	for (const [index, run] of runs.entries()) {
		yield index === 0 ? "\n" : ",\n";
		yield* runPieces(run, facts, words);
	}
	yield "]}\n";
}
function* runPieces(run, facts, words) {
	const { target } = run;
	const category = facts.categories.get(target.target) ?? visible(target.target.label);
	const name = nameIn(category, target);
	const selection = selectionOf(run);
	const { kept } = selection;
	const { rules, indexes } = rulesOf(kept);
	const { version, url } = facts.tool;
	const driver = {
		name: facts.tool.name,
		version,
		semanticVersion: version,
		informationUri: url
	};
	yield `{"tool":{"driver":${JSON.stringify(driver).slice(0, -1)},"rules":[`;
	yield* jsonLines()(rules, (rule) => ruleJson(rule, words));
	yield `]}},\n${JSON.stringify(runFacts(target, selection, category, facts)).slice(1, -1)},"results":[`;
	const suppressing = kept.some(({ outcome }) => outcome !== "open");
	const resultJson = resultsOf({
		target,
		name,
		category,
		facts,
		suppressing,
		last: kept.at(-1),
		words
	});
	yield* jsonLines()(kept, (judged, index) => {
		const rule = indexes[index];
		return resultJson(judged, rules[rule], rule);
	});
	yield "]}";
}
function nameIn(category, { target: { kind, file, label } }) {
	const name = category.startsWith("image-gate/") ? category.slice(CATEGORY_PREFIX.length) : category;
	return name.startsWith(`${kind}/${file ?? label}`) ? name.slice(kind.length + 1) : name;
}
function selectionOf({ target, onlyOpen = false, most = MOST_RESULTS }) {
	const { findings } = target;
	return selectFindings(onlyOpen ? findings.filter(({ outcome }) => outcome === "open") : findings, most);
}
function runFacts(judged, selection, category, facts) {
	const { target, scan, answer } = judged;
	const { provenance, artifact } = scan;
	const notifications = [...gapNotes(judged).map(({ code, words }) => gapNotification(code, words)), ...selection.dropped.length > 0 ? [cutNotification(selection)] : []];
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
function gapNotification(code, words) {
	return {
		level: "warning",
		descriptor: { id: code },
		message: { text: plain(words) }
	};
}
function cutNotification(selection) {
	return {
		level: "warning",
		message: { text: `The report leaves out ${droppedWords(selection)}, the least severe, as it would be too large for code scanning.` }
	};
}
const MOST_RESULTS = 25e3;
function selectFindings(findings, most = MOST_RESULTS) {
	if (findings.length <= most) return {
		kept: findings,
		dropped: []
	};
	const open = findings.filter(({ outcome }) => outcome === "open").length;
	let roomForOpen = Math.min(open, most);
	let roomForOthers = most - roomForOpen;
	const kept = [];
	const dropped = [];
	for (const judged of findings) ((judged.outcome === "open" ? roomForOpen-- > 0 : roomForOthers-- > 0) ? kept : dropped).push(judged);
	return {
		kept,
		dropped
	};
}
function judgedTargets(targets) {
	return targets.filter((target) => target.answer !== "error");
}
function droppedWords({ dropped, kept }) {
	const counts = perSeverity((severity) => dropped.filter(({ finding }) => finding.severity === severity).length);
	const all = counted(kept.length + dropped.length, "finding");
	return `${number(dropped.length)} of its ${all} (${severityList(counts)})`;
}
function cutsOf(targets) {
	return judgedTargets(targets).flatMap(({ target, findings }) => {
		const selection = selectFindings(findings);
		if (selection.dropped.length === 0) return [];
		const left = droppedWords(selection);
		return [`SARIF of ${plain(target.label)} leaves out ${left}, the least severe: code scanning takes ${number(MOST_RESULTS)} a run`];
	});
}

export { REPORT_FORMATS, cutsOf, isAboutOne, isOfTheRun, judgedTargets, keyOf, listsPackages, outputPath, renderSarif, reportFacts, sarifOf, selectionOf, showDescriptions, waysTo };
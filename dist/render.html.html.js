import { MOVING_MEANS, MOVING_REMEDY, MOVING_WHY, NOT_KNOWN, SEVERITY_STYLES, STATUS_WORDS, acceptedWords, advisoryUrl, attentionWords, baselineWords, branchWords, breakable, briefInstruction, briefLayer, changeWords, clearsWords, code, colonFor, documentHead, endOfLifeWords, escaped, exploitWords, fixedIn, fixedWords as fixedWords$1, forceWords, inPieces, isLinkable, link, listWord, looseningFirst, movingWords, name, needingAttention, noFixEntries, nothingSeenWords, pathCode, placed, proofWords, prose, reasonText, savedAs, sentence, shortInstruction, statusOf, stepWords, suppressedLine, systemWords, titleWords as titleWords$1, uncomparedWords, unjudgedWords, unmatchedLines, unseenOf, unseenWords, upgradeText, verdictWords, worstFirst } from "./shared.render.js";
import { SEVERITIES, age, clearingVersion, counted, countsLine, ecosystemOf, exploitWords as exploitWords$1, inOrder, newFirst, number, packageRows, pathEnd, severityList, severityRank, shorten, split, statusWords, wholeNames } from "./shared.domain.js";

// src/render/html/description.ts
function description(untrusted, most) {
	const text = shorten(untrusted.slice(0, most * 2).trim(), most);
	const blocks = new Blocks();
	for (const line of text.split(/\r\n|\r|\n/)) blocks.add(line);
	return blocks.end() || (text === "" ? "" : `<p>${escaped(text.replace(/\s+/g, " "))}</p>`);
}
const FENCE = /^\s{0,3}(?:```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s+([\s\S]*)$/;
const UNDERLINE = /^\s{0,3}(?:=+|-{3,}|\*{3,}|_{3,})\s*$/;
const ITEM = /^\s{0,8}(?:[*+-]|\d{1,3}[.)])\s+([\s\S]*)$/;
var Blocks = class {
	#html = "";
	#paragraph = [];
	#items = [];
	#code;
	add(line) {
		if (FENCE.test(line)) this.#turnCode();
		else if (this.#code !== void 0) this.#code.push(line);
		else if (line.trim() === "" || UNDERLINE.test(line)) this.#close();
		else if (HEADING.test(line)) this.#addHeading((HEADING.exec(line)?.[1] ?? "").replace(/(?<![\s#])[\s#]+$/, ""));
		else if (ITEM.test(line)) this.#addItem(ITEM.exec(line)?.[1] ?? "");
		else if (this.#items.length > 0) this.#items.push(`${this.#items.pop()} ${line.trim()}`);
		else this.#paragraph.push(line.trim());
	}
	end() {
		this.#close();
		this.#closeCode();
		return this.#html;
	}
	#addHeading(words) {
		this.#close();
		if (words !== "") this.#html += `<p><b>${inline(words)}</b></p>`;
	}
	#addItem(words) {
		this.#closeParagraph();
		this.#items.push(words);
	}
	#turnCode() {
		const isOpen = this.#code !== void 0;
		this.#close();
		this.#closeCode();
		if (!isOpen) this.#code = [];
	}
	#closeCode() {
		const lines = (this.#code ?? []).map((line) => `<code>${escaped(line.replaceAll("	", "  "))}</code>`);
		if (lines.length > 0) this.#html += `<p class="code">${lines.join("<br>")}</p>`;
		this.#code = void 0;
	}
	#close() {
		this.#closeParagraph();
		if (this.#items.length > 0) this.#html += `<ul>${this.#items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
		this.#items = [];
	}
	#closeParagraph() {
		if (this.#items.length > 0 || this.#paragraph.length === 0) return;
		this.#html += `<p>${inline(this.#paragraph.join(" "))}</p>`;
		this.#paragraph = [];
	}
};
const MARKS = new RegExp([
	"(?<!`)`+([^`]{1,2000})`+",
	String.raw`!?\[([^\[\]]{1,300})\]\([^()\s]{0,500}(?:\s"[^"]{0,200}")?\)`,
	String.raw`<(https?:[^<>\s]{1,500})>`,
	String.raw`\*\*([^*]{1,500})\*\*`,
	String.raw`<\/?(?:p|br|b|i|em|strong|ul|ol|li|h[1-6]|div|span|details|summary)(?:\s[^<>]{0,100})?\/?>`,
	String.raw`\\([!-/:-@[-\x60{-~])`
].join("|"), "gi");
function inline(line, inside = false) {
	const text = line.replace(/\s+/g, " ");
	let html = "";
	let from = 0;
	for (const match of text.matchAll(MARKS)) {
		const [whole, code, label, address, bold, mark] = match;
		html += escaped(text.slice(from, match.index));
		from = match.index + whole.length;
		const within = bold ?? label;
		if (code !== void 0) html += `<code>${escaped(code)}</code>`;
		else if (within === void 0) html += escaped(address ?? mark ?? " ");
		else {
			const words = inside ? escaped(within) : inline(within, true);
			html += bold === void 0 ? words : `<b>${words}</b>`;
		}
	}
	return html + escaped(text.slice(from));
}

// src/render/html/row.ts
const NAME$1 = 200;
const VERSION = 100;
const PATH$2 = 400;
const TITLE$1 = 200;
const DESCRIPTION = 1200;
const REASON$1 = 400;
const INSTRUCTION = 100;
const FIXES = 5;
const NAMES = 20;
const STATUS = [
	["open", "open"],
	["accepted", "accepted"],
	["not-counted", "not counted"]
];
const OUTCOMES = {
	open: 0,
	accepted: 1,
	"not-counted": 2
};
function* packageGroup(row, place) {
	const shared = sharedBy(row.findings);
	const layer = place.layerKey === void 0 ? "" : ` data-l="${place.layerKey}"`;
	const [{ finding }] = row.findings;
	const [head = "", ...rest] = [
		nameCell(row),
		versionCell(row),
		shared.fix ?? fixOfAll(row),
		number(row.findings.length),
		shared.place ?? `${placeOf(finding)} <small>and other places</small>`,
		layerCell(finding.layer),
		...place.target === void 0 ? [] : [place.target],
		shared.status ?? outcomeCounts(row.findings)
	];
	yield `<tbody${place.atFirst > 0 ? "" : " class=\"later\""} data-s="${severityRank(finding.severity)}" data-t="${place.targetKey}"${layer}>
<tr><td>${severity(finding.severity)}</td><th scope="rowgroup">${head}</th><td>${rest.join("</td><td>")}</td></tr>
<tr><td colspan="${place.columns}"><ul>
`;
	let before = 0;
	yield* inPieces(itemsOf(row, shared), (alike) => {
		const isLater = before >= place.atFirst;
		before += alike.length;
		return advisoryItem(alike, {
			...place,
			shared,
			isLater,
			packages: row.packages.length
		});
	});
	yield "</ul></td></tr>\n</tbody>\n";
}
function sharedBy(findings) {
	return {
		severity: common(findings, ({ finding }) => finding.severity),
		fix: common(findings, ({ finding }) => fixedWords(finding)),
		place: common(findings, ({ finding }) => placeOf(finding)),
		status: common(findings, statusWordsOf)
	};
}
function common(findings, textOf) {
	const first = textOf(findings[0]);
	return findings.every((each, index) => index === 0 || textOf(each) === first) ? first : void 0;
}
function itemsOf({ packages, findings }, shared) {
	if (packages.length < 2) return findings.map((judged) => [judged]);
	return [...Map.groupBy(findings, (judged) => {
		const { id, severity, title } = judged.finding;
		return JSON.stringify([
			id,
			severity,
			title,
			judged.outcome,
			...ownNotes(judged, shared)
		]);
	}).values()];
}
function ownNotes(judged, shared) {
	const { finding } = judged;
	const fix = shared.fix === void 0 ? fixedWords(finding) : "";
	return [
		fix !== "" && finding.fixedVersions.length > 0 ? `fixed in ${fix}` : fix,
		shared.place === void 0 ? placeOf(finding) : "",
		shared.status === void 0 ? statusWordsOf(judged) : ""
	].filter((part) => part !== "");
}
function itemPackages(alike, packages) {
	const names = new Set(alike.map(({ finding }) => finding.package?.name ?? ""));
	if (packages < 2 || names.size === packages) return "";
	return `<span class="of">${[...names].slice(0, NAMES).map((each) => name(each, NAME$1)).join(", ")}${names.size > NAMES ? ", …" : ""}</span>`;
}
function advisoryItem(alike, place) {
	const { shared, packages } = place;
	const [judged] = alike;
	const { finding } = judged;
	const notes = [itemPackages(alike, packages), ...ownNotes(judged, shared)].filter((part) => part !== "");
	const parts = [
		shared.severity === void 0 ? severity(finding.severity) : "",
		advisory(finding.id, finding.url),
		titleWords(finding),
		notes.length === 0 ? "" : `<small>${notes.join("; ")}</small>`,
		explanation(finding, place.descriptions)
	].filter((part) => part !== "");
	const later = place.isLater ? "class=\"later\" " : "";
	const count = alike.length > 1 ? ` data-n="${alike.length}"` : "";
	return `<li ${later}data-s="${severityRank(finding.severity)}" data-o="${OUTCOMES[judged.outcome]}"${count}>${parts.join(" ")}</li>\n`;
}
function titleWords({ id, title }) {
	return title === id ? "" : prose(title, TITLE$1);
}
function explanation({ description: text }, shown) {
	if (shown === "none" || text === void 0) return "";
	const made = description(text, DESCRIPTION);
	return made === "" ? "" : `<details${shown === "open" ? " open" : ""}><summary>Description</summary>${made}</details>`;
}
const KINDS = {
	vulnerability: "Vulnerability",
	secret: "Secret",
	misconfiguration: "Misconfiguration",
	license: "Licence"
};
function nameCell({ source, packages, findings: [{ finding }] }) {
	const [only] = packages;
	if (only === void 0) return `<b>${KINDS[finding.kind]}</b>`;
	if (source === void 0) return `<b>${headName(only.name)}</b>`;
	const names = packages.slice(0, NAMES).map((each) => name(each.name, NAME$1));
	const more = packages.length > NAMES ? ", …" : "";
	return `<b>${headName(source.name)}</b> <small>${number(packages.length)} packages: ${names.join(", ")}${more}</small>`;
}
function headName(of) {
	return of.trim() === "" ? code("") : breakable(name(of, NAME$1));
}
function versionCell({ source, packages: [first] }) {
	return name(source?.version ?? first?.version ?? "", VERSION);
}
const MOST_COMPARED = 500;
function fixOfAll({ packages: [about, ...others], findings }) {
	const fixes = findings.map(({ finding }) => finding.fixedVersions).filter(({ length }) => length > 0);
	const count = `${number(fixes.length)} of ${number(findings.length)}`;
	const isOne = about !== void 0 && others.every(({ version }) => version === about.version);
	if (fixes.length === 0) return "none";
	if (!isOne || fixes.length > MOST_COMPARED) return count;
	const version = clearingVersion(ecosystemOf(about), about.version, fixes);
	if (version === void 0) return count;
	return `${name(version, VERSION)}${fixes.length === findings.length ? "" : ` <small>for ${count}</small>`}`;
}
function outcomeCounts(findings) {
	return STATUS.map(([outcome, words]) => [findings.filter((each) => each.outcome === outcome).length, words]).filter(([count]) => count > 0).map(([count, words]) => `${number(count)} ${words}`).join(", ");
}
function severity(of) {
	return `<span class="severity ${SEVERITY_STYLES[of].cssClass}">${of}</span>`;
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	return page === void 0 ? code(id, NAME$1) : link(name(id, NAME$1), page);
}
function fixedWords({ kind, fixedVersions, status }) {
	if (kind !== "vulnerability") return "";
	if (fixedVersions.length === 0) return prose(statusWords(status), VERSION);
	return fixedVersions.slice(0, FIXES).map((version) => name(version, VERSION)).join(", ") + (fixedVersions.length > FIXES ? ", …" : "");
}
function placeOf({ owner, path, line }) {
	const file = path === void 0 ? "" : pathCode(placed(path, line), PATH$2);
	if (owner === void 0) return file;
	return `<small class="owner">in ${ownerWords(owner)}</small> ${file}`;
}
function ownerWords({ ecosystem, name: of, version }) {
	return [
		name(ecosystem, 40),
		name(of, NAME$1),
		name(version ?? "", VERSION)
	].filter((part) => part !== "").join(" ");
}
const LAYER_CELLS = /* @__PURE__ */ new WeakMap();
function layerCell(layer) {
	if (layer === void 0) return "";
	const known = LAYER_CELLS.get(layer);
	if (known !== void 0) return known;
	const { number, instruction, source } = layer;
	const short = instruction === void 0 ? "" : briefInstruction(instruction, INSTRUCTION);
	const cell = [
		number === void 0 ? "" : `<b>${number}</b>`,
		short === "" ? "" : `<code>${escaped(short)}</code>`,
		source === void 0 ? "" : `<small>${escaped(pathEnd(placed(source.file, source.line), PATH$2))}</small>`
	].filter((part) => part !== "").join(" ");
	LAYER_CELLS.set(layer, cell);
	return cell;
}
function statusWordsOf(judged) {
	const details = statusDetails(judged);
	const status = prose(statusOf(judged), REASON$1);
	return details.length === 0 ? status : `${status} <small>${details.join("; ")}</small>`;
}
const CHANGES = {
	new: "new",
	"newly-disclosed": "newly disclosed",
	unchanged: ""
};
const EXEMPTED = {
	unfixed: "without a fix",
	grace: "in its grace period",
	"not-introduced": "not brought in by this change"
};
const ORIGINS = {
	base: "from the base image",
	own: "ours"
};
function statusDetails(judged) {
	const { outcome, spared = "unfixed", change, origin, exceptions, vex, ended, countsFrom } = judged;
	return [
		outcome === "not-counted" ? EXEMPTED[spared] : "",
		countsFrom === void 0 ? "" : `counts from ${escaped(countsFrom)}`,
		...holderWords(exceptions[0], vex),
		ended !== void 0 && outcome === "open" ? `exception ended ${escaped(ended.expires)}` : "",
		change === void 0 ? "" : CHANGES[change],
		...judged.exploitation === void 0 ? [] : exploitWords(judged).map((words) => prose(words, VERSION)),
		origin === void 0 ? "" : ORIGINS[origin]
	].filter((part) => part !== "");
}
function holderWords(exception, vex) {
	if (exception !== void 0) {
		const owner = exception.owner === void 0 ? "" : `, ${name(exception.owner, 80)}`;
		return [`until ${escaped(exception.expires)}${owner}`];
	}
	return vex === void 0 ? [] : [`by ${name(vex.document, NAME$1)}`];
}

// src/render/html/findings.ts
const FIRST = 500;
const MOST_DESCRIBED = 3e3;
const MOST_OPEN$2 = 10;
const COLUMNS = [
	["severity", "Severity"],
	["package", "Package"],
	["installed", "Installed"],
	["fixed", "Fixed"],
	["findings", "Findings"],
	["where", "Where"],
	["layer", "Layer"],
	["target", "Target"],
	["status", "Status"]
];
function columnsFor(targets) {
	return targets.length > 1 ? COLUMNS : COLUMNS.filter(([column]) => column !== "target");
}
function* findingsSection(targets) {
	const count = targets.reduce((sum, target) => sum + findingsOf(target).length, 0);
	yield "<section id=\"findings\" aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n";
	if (count === 0) {
		yield `<p>${nothingFound(targets)}</p>\n</section>\n`;
		return;
	}
	const layers = knownLayers(targets);
	const columns = columnsFor(targets);
	yield controls(targets, layers.options);
	yield `<p class="state" id="state" role="status" aria-live="polite">${counted(count, "finding")}.</p>\n`;
	yield tableHead(count, columns);
	yield* groups(targets, {
		layers,
		columns: columns.length,
		descriptions: descriptionsFor(count)
	});
	yield `</table>\n${MORE}</section>\n`;
}
function descriptionsFor(count) {
	if (count > MOST_DESCRIBED) return "none";
	return count > MOST_OPEN$2 ? "folded" : "open";
}
const PIECE = 1e5;
function* groups(targets, shared) {
	const { layers, ...rest } = shared;
	const names = targets.map(({ target }) => breakable(name(target.label, 120)));
	let left = FIRST;
	let piece = "";
	for (const { row, index } of bySeverity(targets)) {
		const [{ finding }] = row.findings;
		const target = targets.length > 1 ? names[index] : void 0;
		const place = {
			...rest,
			target,
			targetKey: index,
			layerKey: layers.keyOf(finding.layer),
			atFirst: left
		};
		for (const part of packageGroup(row, place)) {
			piece += part;
			if (piece.length < PIECE) continue;
			yield piece;
			piece = "";
		}
		left -= row.findings.length;
	}
	yield piece;
}
function findingsOf(target) {
	return target.answer === "error" ? [] : target.findings;
}
function nothingFound(targets) {
	const failed = targets.filter(({ answer }) => answer === "error").length;
	if (failed === 0) return "No findings.";
	return failed === targets.length ? "Nothing is known, as nothing could be judged." : "No findings in what could be judged.";
}
function bySeverity(targets) {
	const all = targets.flatMap((target, index) => {
		return (target.answer === "error" ? [] : packageRows(newFirst(target.findings), target.scan.packages)).map((row) => ({
			row,
			index
		}));
	});
	return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}
function controls(targets, layers) {
	const severities = SEVERITIES.map((severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`).join("");
	const status = STATUS.map(([outcome, words]) => `<option value="${OUTCOMES[outcome]}">${words}</option>`).join("");
	const labels = targets.map(({ target }, index) => `<option value="${index}">${name(target.label, 120)}</option>`).join("");
	return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
<div class="field"><label for="by-status">Status</label><select id="by-status" name="status"><option value="">all</option>${status}</select></div>
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
<div class="field"><label for="by-layer">Layer</label><select id="by-layer" name="layer"><option value="">all</option>${layers}</select></div>
${targets.length === 1 ? "" : `<div class="field"><label for="by-target">Target</label><select id="by-target" name="target"><option value="">all</option>${labels}</select></div>\n`}<button type="reset">Reset</button>
</form>
`;
}
function tableHead(count, columns) {
	const heads = columns.map(([column, words]) => {
		const sorted = column === "severity" ? "descending" : "none";
		return `<th scope="col" class="w-${column}" data-column="${column}" data-name="${escaped(words)}" aria-sort="${sorted}"><button type="button">${words}</button></th>`;
	});
	return `<table class="findings">
<caption>${counted(count, "finding")}</caption>
<thead><tr>${heads.join("")}</tr></thead>
`;
}
const MORE = `<p class="more" id="more" hidden><button type="button" id="show-more">Show more</button> <button type="button" id="show-all">Show all</button></p>
`;
function knownLayers(targets) {
	const byDigest = /* @__PURE__ */ new Map();
	for (const [index, target] of targets.entries()) for (const layer of layersOf(target)) {
		const known = byDigest.get(layer.diffId) ?? {
			layer,
			key: byDigest.size,
			targets: /* @__PURE__ */ new Set()
		};
		known.targets.add(index);
		byDigest.set(layer.diffId, known);
	}
	return {
		keyOf: (layer) => layer === void 0 ? void 0 : byDigest.get(layer.diffId)?.key,
		options: optionsOf([...byDigest.values()], targets)
	};
}
function layersOf(target) {
	const layers = /* @__PURE__ */ new Set();
	if (target.answer === "error") return layers;
	for (const { finding } of target.findings) if (finding.layer !== void 0) layers.add(finding.layer);
	return layers;
}
function optionsOf(known, targets) {
	const groups = targets.map(({ target }, index) => ({
		label: name(target.label, 100),
		layers: known.filter((each) => each.targets.size === 1 && each.targets.has(index))
	}));
	return [{
		label: "in several targets",
		layers: known.filter((each) => each.targets.size > 1)
	}, ...groups].filter(({ layers }) => layers.length > 0).map(({ label, layers }) => {
		const options = [...layers].sort(byNumber).map(option).join("");
		return targets.length === 1 ? options : `<optgroup label="${label}">${options}</optgroup>`;
	}).join("");
}
function byNumber(a, b) {
	return (a.layer.number ?? Number.MAX_SAFE_INTEGER) - (b.layer.number ?? Number.MAX_SAFE_INTEGER);
}
function option({ layer, key }) {
	const instruction = layer.instruction === void 0 ? "" : shortInstruction(layer.instruction, 80);
	return `<option value="${key}">${[layer.number === void 0 ? "" : `${layer.number}`, escaped(instruction)].filter((part) => part !== "").join(": ") || escaped(layer.diffId.slice(0, 19))}</option>`;
}

// src/render/html/fix-plan.ts
const OPEN_ROWS = 12;
const MOST_ROWS$1 = 500;
const MOST_OPEN$1 = 3;
const PATH$1 = 300;
const OF_BASE = 200;
const HEAD = [
	"What to do",
	"Clears",
	"Where and how"
];
function planSection(targets) {
	const parts = targets.flatMap((target) => {
		if (target.answer !== "fail") return [];
		const rows = planRows(target);
		return rows.length === 0 ? [] : [{
			label: name(target.target.label),
			rows,
			plan: split(target).plan
		}];
	});
	if (parts.length === 0) return "";
	const made = parts.map(({ label, rows }) => {
		if (targets.length === 1) return tables(label, rows);
		return `<details${parts.length <= MOST_OPEN$1 ? " open" : ""}><summary><h3>${label}</h3></summary>\n${tables(label, rows)}</details>\n`;
	});
	const proof = proofWords(parts.map(({ plan }) => plan), INK.prose);
	if (proof !== "") made.push(`<p>${proof}</p>\n`);
	return `<section aria-labelledby="plan-title">\n<h2 id="plan-title">What to do</h2>\n${made.join("")}</section>\n`;
}
function planRows(target) {
	const { plan } = split(target);
	return [...plan.steps.map(stepRow), ...noFixEntries(plan.noFix).map(noFixRow)];
}
function planPath(path) {
	return pathCode(path, PATH$1);
}
const INK = {
	name: packageName,
	version: (version) => name(version, 100),
	path: planPath,
	layer: (layer) => briefLayer(layer, planPath),
	prose: (words) => prose(words, 100),
	strong: (own) => `<b>${own}</b>`,
	fire: ""
};
function tables(label, rows) {
	const open = table(`What to do for ${label}, what matters most first`, rows.slice(0, OPEN_ROWS));
	if (rows.length <= OPEN_ROWS) return open;
	const folded = table(`Further steps for ${label}`, rows.slice(OPEN_ROWS, MOST_ROWS$1));
	const left = rows.length - MOST_ROWS$1;
	const rest = left > 0 ? `<p>${counted(left, "more package")} in the JSON report only.</p>` : "";
	return `${open}<details><summary>${counted(rows.length - OPEN_ROWS, "more package")}</summary>\n${folded}${rest}</details>\n`;
}
function table(caption, rows) {
	return `<table class="cards plan">\n<caption>${caption}</caption>\n<thead><tr>${HEAD.map((words) => `<th scope="col">${words}</th>`).join("")}</tr></thead>\n<tbody>\n${rows.join("")}</tbody>\n</table>\n`;
}
function stepRow(step) {
	const { what, clears, notes, paste } = stepWords(step, INK);
	const pasted = paste === void 0 ? "" : `<code>${escaped(paste.text)}</code>${paste.file === void 0 ? "" : ` in ${code(paste.file)}`}`;
	const members = step.kind === "base" ? baseMembers(step) : "";
	return row(what, clears, [notes.join("; "), pasted].filter((part) => part !== "").join("<br>") + members);
}
function baseMembers({ members }) {
	if (members.length === 0) return "";
	const shown = members.slice(0, OF_BASE).map((each) => `<li>${escaped(upgradeText(each))}</li>`);
	const left = members.length - shown.length;
	const rest = left > 0 ? `<li>${counted(left, "more package")} in the JSON report only</li>` : "";
	return `<details><summary>${counted(members.length, "package")}</summary><ul>${shown.join("")}${rest}</ul></details>`;
}
function noFixRow({ name: of, packages, version, statuses, count, bySeverity, owner }) {
	const several = packages === 1 ? "" : ` (${counted(packages, "package")})`;
	const why = statuses.map((status) => prose(statusWords(status), 100)).join(", ");
	const bundled = owner === void 0 ? "" : `; in ${ownerWords(owner)}`;
	return row(`${packageName(of)}${several} ${name(version, 100)}: ${why}`, "", `${clearsWords({
		clears: count,
		bySeverity
	})} stay${count === 1 ? "s" : ""}${bundled}`);
}
function packageName(of) {
	return of.trim() === "" ? code("", 1) : breakable(name(of, 200));
}
function row(head, ...cells) {
	return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
}

// src/render/html/page.generated.ts
const STYLE = `/* The HTML report, after base.css. Each colour pair has a contrast of at least 4.5:1. */
:root {
  --edge: #7a8592;
  --pass: #14652f;
  --fail: #a61b1b;
  --error: #7a3e00;
  --critical-ink: #fff;
  --critical: #a61b1b;
  --high-ink: #8a2f00;
  --high: #fde6d8;
  --medium-ink: #634c00;
  --medium: #fbf0c4;
  --low-ink: #2c4a6e;
  --low: #e4edf7;
  --unknown-ink: #4a525c;
  --unknown: #eceef1;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    --edge: #7f8a97;
    --pass: #6fd08c;
    --fail: #ff9a92;
    --error: #f5b66b;
    --critical-ink: #fff;
    --critical: #b3261e;
    --high-ink: #ffbd94;
    --high: #4a2714;
    --medium-ink: #f0d678;
    --medium: #413509;
    --low-ink: #a9cbf2;
    --low: #1e3350;
    --unknown-ink: #c3cad2;
    --unknown: #2e353d;
  }
}

body {
  max-width: 120rem;
}

small,
.soft {
  font-size: 0.85rem;
  color: var(--soft);
}

.skip {
  position: absolute;
  left: -100vw;
  padding: 0.5rem 1rem;
  background: var(--paper);
}

.skip:focus {
  left: 0.75rem;
  top: 0.75rem;
  z-index: 2;
}

/* Head */
.top {
  border-left: 0.4rem solid var(--edge);
  padding: 0.1rem 0 0.1rem 1rem;
}

.top .reason {
  margin-top: 0.5rem;
  font-size: 1.05rem;
}

.top .facts,
footer {
  margin-top: 0.6rem;
  color: var(--soft);
  font-size: 0.9rem;
}

.top.pass {
  border-color: var(--pass);
}

.top.fail {
  border-color: var(--fail);
}

.top.error {
  border-color: var(--error);
}

.answer {
  font-weight: 700;
}

.answer.pass {
  color: var(--pass);
}

.answer.fail,
.broken {
  color: var(--fail);
  font-weight: 700;
}

.answer.error {
  color: var(--error);
}

.note {
  margin: 0.75rem 0;
  padding: 0.6rem 0.9rem;
  border: 1px solid var(--line);
  border-left: 0.3rem solid var(--edge);
  background: var(--panel);
}

.note.error {
  border-left-color: var(--error);
}

.note.warning {
  border-left-color: var(--error);
}

.note > h2 {
  margin: 0;
  font-size: 1.05rem;
}

.note > * + * {
  margin-top: 0.4rem;
}

.note ul {
  padding-left: 1.2rem;
}

/* Tables */
table {
  border-collapse: collapse;
  width: 100%;
  font-variant-numeric: tabular-nums;
}

caption,
.caption {
  text-align: left;
  color: var(--soft);
  font-size: 0.9rem;
  padding: 0 0 0.4rem;
}

th,
td {
  text-align: left;
  vertical-align: top;
  padding: 0.35rem 0.6rem;
  border-bottom: 1px solid var(--line);
}

th {
  font-size: 0.85rem;
  font-weight: 600;
}

thead th {
  border-bottom: 2px solid var(--edge);
  vertical-align: bottom;
  overflow-wrap: normal;
}

tbody th {
  font-size: inherit;
}

.number {
  text-align: right;
}

.scroll {
  overflow-x: auto;
}

/* Numbers do not wrap, because the table can scroll. A target's name can have any length. */
.overview tbody th {
  min-width: 12rem;
}

.overview td:first-child,
.overview .number,
.limit {
  white-space: nowrap;
}

@media screen and (min-width: 68.01rem) {
  .plan td:nth-child(2) {
    white-space: nowrap;
  }
}

/* If text lengths decided, a long reason would squeeze the owner to a few letters a line. */
.exceptions {
  table-layout: fixed;
}

.exceptions th:nth-child(1) {
  width: 4rem;
}

.exceptions th:nth-child(2) {
  width: 22%;
}

.exceptions th:nth-child(3) {
  width: 26%;
}

.exceptions th:nth-child(4) {
  width: 18%;
}

.counts {
  width: auto;
  min-width: 24rem;
  max-width: 100%;
}

/* Targets */
.target {
  display: flex;
  flex-wrap: wrap;
  align-items: flex-start;
  gap: 1rem 3rem;
  margin: 0.75rem 0 1.25rem;
}

.target > :is(.notes, details) {
  flex: 1 0 100%;
}

.fixed ul {
  padding-left: 1.2rem;
}

.fixed li {
  margin: 0.2rem 0;
}

.target > dl {
  flex: 1 1 24rem;
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 0.2rem 1rem;
  align-content: start;
  font-size: 0.92rem;
}

dt {
  color: var(--soft);
}

dd {
  min-width: 0;
}

summary {
  cursor: pointer;
  padding: 0.3rem 0;
}

summary h3 {
  display: inline;
}

details + details,
.scroll + details {
  margin-top: 0.5rem;
}

/* Severities: the word carries the meaning, the colour helps. */
.severity {
  display: inline-block;
  min-width: 5.4rem;
  padding: 0.05rem 0.45rem;
  border: 1px solid transparent;
  border-radius: 0.2rem;
  font-size: 0.78rem;
  font-weight: 650;
  letter-spacing: 0.02em;
  text-align: center;
  overflow-wrap: normal;
}

.s0 {
  color: var(--critical-ink);
  background: var(--critical);
}

.s1 {
  color: var(--high-ink);
  background: var(--high);
}

.s2 {
  color: var(--medium-ink);
  background: var(--medium);
}

.s3 {
  color: var(--low-ink);
  background: var(--low);
}

.s4 {
  color: var(--unknown-ink);
  background: var(--unknown);
}

input,
select,
button {
  font: inherit;
  font-size: 0.9rem;
  color: inherit;
}

button {
  cursor: pointer;
}

fieldset label {
  display: inline-flex;
  align-items: center;
  gap: 0.35rem;
  min-height: 2.1rem;
  font-size: 0.9rem;
}

/* Controls are hidden unless the script runs. */
form,
.more,
th > button {
  display: none;
}

.js form {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 0.75rem 1.25rem;
  padding: 0.8rem 1rem;
  background: var(--panel);
  border: 1px solid var(--line);
}

form fieldset {
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 0.9rem;
  border: 0;
  margin: 0;
  padding: 0;
  min-width: 0;
}

form legend,
form .field > label {
  display: block;
  padding: 0;
  margin-bottom: 0.25rem;
  font-size: 0.85rem;
  font-weight: 600;
}

form .field {
  flex: 0 1 auto;
  min-width: 0;
}

input[type="checkbox"] {
  width: 1.05rem;
  height: 1.05rem;
  margin: 0;
  accent-color: var(--link);
}

input[type="search"],
select,
form button,
.more button {
  min-height: 2.1rem;
  max-width: 100%;
  padding: 0.2rem 0.55rem;
  background: var(--paper);
  border: 1px solid var(--edge);
  border-radius: 0.25rem;
}

input[type="search"] {
  width: 12rem;
}

select {
  width: 11.5rem;
}

.state {
  margin: 0.75rem 0;
  font-size: 0.95rem;
}

.js .more {
  display: block;
  margin: 1rem 0;
}

.js .more[hidden],
.js .more [hidden] {
  display: none;
}

/* Findings */
@media screen {
  /* The line above the table says more than the caption. */
  .js .findings caption {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

.findings {
  table-layout: fixed;
  font-size: 0.9rem;
}

.findings thead th {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--paper);
  padding: 0;
}

.findings thead th::before {
  display: block;
  padding: 0.35rem 0.6rem;
  content: attr(data-name);
}

.js .findings thead th::before {
  content: none;
}

.js .findings th > button {
  display: block;
  width: 100%;
  padding: 0.4rem 0.6rem;
  border: 0;
  background: none;
  text-align: left;
  font-weight: 600;
  font-size: 0.85rem;
}

.js .findings th > button:focus-visible {
  outline-offset: -3px;
}

.findings th > button::after {
  content: " \\2195" / "";
  color: var(--soft);
}

.findings th[aria-sort="ascending"] > button::after {
  content: " \\2191" / "";
  color: var(--ink);
}

.findings th[aria-sort="descending"] > button::after {
  content: " \\2193" / "";
  color: var(--ink);
}

.findings :is(td, th) > small {
  display: block;
  font-weight: 400;
}

/* The two rows of a package look like one. */
.findings tbody tr:first-child > :is(td, th) {
  padding-top: 0.7rem;
  border-bottom: 0;
}

.findings tbody tr:last-child > td {
  padding: 0 0.6rem 0.7rem 8rem;
}

.findings ul {
  padding: 0;
  list-style: none;
}

.findings tbody ul > li {
  padding: 0.12rem 0;
}

.findings li > .severity {
  margin-right: 0.3rem;
}

/* The explanation takes the whole width, so it starts on a line of its own when it is open. */
.findings li > details {
  display: inline;
}

.findings li > details[open] {
  display: block;
  max-width: 70rem;
  margin: 0.3rem 0 0.6rem;
}

.findings summary {
  display: inline;
  padding: 0;
  font-size: 0.85rem;
  color: var(--soft);
  text-decoration: underline dotted;
  text-underline-offset: 0.2em;
}

.findings details > :is(p, ul) {
  margin: 0.45rem 0;
}

.findings details ul {
  padding-left: 1.2rem;
  list-style: disc;
}

.findings .code {
  padding: 0.4rem 0.6rem;
  background: var(--panel);
  white-space: pre-wrap;
}

.w-severity {
  width: 7.4rem;
}

.w-package {
  width: 15%;
}

.w-installed {
  width: 10%;
}

.w-fixed,
.w-target {
  width: 11%;
}

.w-findings {
  width: 6.6rem;
}

.w-status {
  width: 13%;
}

/*
 * Before the script has started, a large report would be laid out completely, only to be hidden again. No rule for the groups
 * depends on their number (:nth-child): a browser would look at all that follow whenever one moves, and sorting 50,000 takes 20 s.
 */
.js:not(.ready) .findings .later {
  display: none;
}

footer {
  margin-top: 2.5rem;
  padding-top: 0.75rem;
  border-top: 1px solid var(--line);
}

/* Narrow screens: each package is a card. */
@media screen and (max-width: 68rem) {
  th,
  td {
    padding: 0.35rem 0.4rem;
  }

  .findings,
  .findings thead,
  .findings :is(tbody, td, tbody th) {
    display: block;
  }

  .findings [hidden] {
    display: none;
  }

  .cards,
  .cards caption,
  .cards tbody,
  .cards tr,
  .cards :is(th, td) {
    display: block;
  }

  .cards thead {
    display: none;
  }

  .cards tbody tr {
    padding: 0.5rem 0;
    border-bottom: 1px solid var(--line);
  }

  .cards :is(th, td) {
    border: 0;
    padding: 0.1rem 0;
  }

  .cards td {
    display: flow-root;
    padding-left: 5.6rem;
  }

  .cards td:empty {
    display: none;
  }

  .plan td:nth-child(2)::before {
    content: "Clears ";
  }

  .plan td:nth-child(3)::before {
    content: "How ";
  }

  .exceptions td:nth-child(1)::before {
    content: "Line ";
  }

  .exceptions td:nth-child(2)::before {
    content: "Exception ";
  }

  .exceptions td:nth-child(3)::before {
    content: "State ";
  }

  .exceptions td:nth-child(4)::before {
    content: "Owner ";
  }

  .exceptions td:nth-child(5)::before {
    content: "Reason ";
  }

  .counts {
    font-size: 0.9rem;
  }

  .findings thead tr {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    border-bottom: 2px solid var(--edge);
  }

  .findings thead th {
    position: static;
    width: auto;
    border: 0;
  }

  .findings tbody {
    padding: 0.8rem 0.2rem;
    border-bottom: 1px solid var(--line);
  }

  .findings tbody tr:first-child {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
  }

  .findings tbody tr:last-child {
    display: block;
  }

  .findings tbody tr:first-child > :is(td, th) {
    flex: 1 0 min(100%, 17rem);
    min-width: 0;
    padding: 0;
  }

  .findings tbody tr:last-child > td {
    border: 0;
    padding: 0;
  }

  .findings tbody td:empty {
    display: none;
  }

  /* Severity and name are the card's heading. */
  .findings tbody tr:first-child > td:first-child {
    flex: 0 0 auto;
  }

  .findings tbody tr:first-child > th {
    flex: 1 0 calc(100% - 8rem);
    font-size: 1rem;
  }

  .findings tbody ul {
    margin-top: 0.5rem;
  }

  .findings tbody ul > li {
    padding: 0.3rem 0;
  }

  .findings summary {
    display: inline-block;
    padding: 0.2rem 0;
  }

  /* All lines of a value stand beside its label. A grid would give each piece of a cell a place of its own. */
  .findings tbody tr:first-child > td:nth-child(n + 3) {
    padding-left: 5.6rem;
  }

  .cards td::before,
  .findings tr:first-child > td:nth-child(n + 3)::before {
    float: left;
    width: 5.2rem;
    margin-left: -5.6rem;
    color: var(--soft);
    font-size: 0.85rem;
    line-height: 1.6;
  }

  .findings tr:first-child > td:nth-child(3)::before {
    content: "Installed ";
  }

  .findings tr:first-child > td:nth-child(4)::before {
    content: "Fixed ";
  }

  .findings tr:first-child > td:nth-child(5)::before {
    content: "Findings ";
  }

  .findings tr:first-child > td:nth-child(6)::before {
    content: "Where ";
  }

  .findings tr:first-child > td:nth-child(7)::before {
    content: "Layer ";
  }

  .findings tr:first-child > td:nth-child(8):not(:last-child)::before {
    content: "Target ";
  }

  .findings tr:first-child > td:last-child:nth-child(n + 3)::before {
    content: "Status ";
  }

  .counts {
    min-width: 0;
  }
}

@media screen and (max-width: 36rem) {
  .counts {
    width: 100%;
  }

  .counts :is(th, td) {
    padding-inline: 0.2rem;
  }

  .counts thead th {
    font-size: 0.78rem;
  }

  .counts .severity {
    min-width: 0;
    font-size: 0.72rem;
  }

  .target > dl {
    grid-template-columns: 1fr;
    gap: 0;
  }

  dd {
    margin-bottom: 0.35rem;
  }
}

/* Too narrow for the overview: each target is a card, with its counts side by side. */
@media screen and (max-width: 54rem) {
  .overview,
  .overview tbody {
    display: block;
  }

  .overview thead {
    display: none;
  }

  .overview tr {
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 0.6rem;
    padding: 0.6rem 0;
    border-bottom: 1px solid var(--line);
  }

  .overview tbody :is(th, td) {
    min-width: 0;
    padding: 0;
    border: 0;
  }

  .overview td:first-child {
    flex: 0 0 3rem;
  }

  .overview tbody th {
    flex: 1 0 calc(100% - 5rem);
  }

  .overview .number {
    display: grid;
    flex: 0 0 11.5rem;
    grid-template-columns: 5.3rem minmax(0, 1fr);
    align-items: baseline;
    font-size: 0.95rem;
    text-align: left;
    white-space: normal;
  }

  .overview .number::before {
    content: attr(data-name);
    color: var(--soft);
    font-size: 0.8rem;
  }
}

/* Paper: all findings, also those that are filtered out, and no controls. */
@media print {
  @page {
    size: a4 landscape;
    margin: 12mm;
  }

  :root {
    color-scheme: light;
  }

  html {
    font-size: 9.5pt;
  }

  body {
    max-width: none;
    padding: 0;
  }

  tr,
  .note,
  .target {
    break-inside: avoid;
  }

  /* A short table stays on one page. A long one would start on a new page and leave the last one empty. */
  .cards:not(:has(tbody tr:nth-child(9))) {
    break-inside: avoid;
  }

  /* Headings stay with what follows them. The findings are exempt, because there can be thousands. */
  caption,
  .caption,
  thead,
  .cards tr:first-child,
  section > details > summary {
    break-after: avoid;
  }

  .cards tr:last-child {
    break-before: avoid;
  }

  /* Three targets fit on a page. */
  .counts :is(th, td) {
    padding-block: 0.15rem;
  }

  .target {
    margin: 0.4rem 0 0.9rem;
  }

  .js form,
  .js .more,
  .js .findings th > button,
  .state,
  .skip {
    display: none;
  }

  .js .findings thead th::before {
    content: attr(data-name);
  }

  .js .findings tbody,
  .js:not(.ready) .findings tbody.later {
    display: table-row-group;
  }

  .findings li {
    break-inside: avoid;
  }

  .js .findings li,
  .js:not(.ready) .findings li.later {
    display: list-item;
  }

  .findings tbody tr:first-child {
    break-after: avoid;
  }

  .findings tbody tr:last-child {
    break-inside: auto;
  }

  .findings tbody tr:last-child > td {
    padding-left: 6.8rem;
  }

  .findings thead th {
    position: static;
  }

  .findings {
    font-size: 7.5pt;
  }

  .findings small,
  .findings summary {
    font-size: 6.8pt;
  }

  .w-severity {
    width: 6.2rem;
  }

  .severity {
    min-width: 0;
    border-color: currentcolor;
    font-size: 0.9em;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
  }

  h2,
  h3 {
    break-after: avoid;
  }

  .scroll {
    overflow: visible;
  }

  main > section > details::details-content,
  .fixed::details-content {
    content-visibility: visible;
    block-size: auto;
  }
}
`;
const SCRIPT = `// The script of the HTML report: it sorts and filters. Without it, the page shows everything.
// It reads the table in the page, and never turns text into markup.

(() => {
  /** Number of findings that are laid out at a time. */
  const STEP = 500;
  /** Most findings that can be shown at once. For 50,000, a browser needs many seconds. */
  const MOST_AT_ONCE = 5_000;
  /** The rank of a package whose cell is empty. Such packages come last in either direction. */
  const NOTHING = -1;
  const BY_DEFAULT = { column: "severity", descending: true };
  /** Columns that begin with the highest value. All others begin with A. */
  const HIGHEST_FIRST = ["severity", "findings"];
  const number = new Intl.NumberFormat("en");

  /** An advisory in a package's list, with its findings. */
  class Finding {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLElement} item */
    constructor(item) {
      this.item = item;
      this.severity = item.dataset.s ?? "";
      this.outcome = item.dataset.o ?? "";
      /** One item can stand for the findings of several packages. */
      this.count = Number(item.dataset.n ?? 1);
    }

    /** Its id and its package, to search in. */
    get words() {
      this.#words ??= [...this.item.querySelectorAll(":scope > :is(a, code), .of")]
        .map((each) => each.textContent)
        .join(" ")
        .toLowerCase();
      return this.#words;
    }
  }

  /** A package: its group of rows, its position in the file, and its findings. */
  class Package {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLTableSectionElement} group @param {number} place */
    constructor(group, place) {
      this.group = group;
      this.place = place;
      this.severity = group.dataset.s ?? "";
      this.layer = group.dataset.l ?? "";
      this.target = group.dataset.t ?? "";
      this.cells = /** @type {HTMLTableRowElement} */ (group.rows[0]).cells;
      this.findings = [...group.querySelectorAll("li[data-s]")].map(
        (item) => new Finding(/** @type {HTMLElement} */ (item)),
      );
      this.count = this.findings.reduce((sum, { count }) => sum + count, 0);
    }

    /** Its names and the package that ships it, to search in. */
    get words() {
      this.#words ??= \`\${this.#text(1)} \${this.group.querySelector(".owner")?.textContent ?? ""}\`.toLowerCase();
      return this.#words;
    }

    /** The text that the package is sorted by. @param {string} column @param {number} cell */
    key(column, cell) {
      if (column === "severity") return this.severity;
      if (column === "status") return \`\${this.findings[0]?.outcome ?? ""} \${this.#text(cell)}\`;
      if (column === "findings") return \`\${this.count}\`;
      return column === "package" || column === "layer" ? this.#first(cell) : this.#text(cell);
    }

    /** @param {number} cell */
    #text(cell) {
      return this.cells[cell]?.textContent ?? "";
    }

    /** @param {number} cell */
    #first(cell) {
      return this.cells[cell]?.firstElementChild?.textContent ?? "";
    }
  }

  /** The values of the controls. */
  class Filter {
    /** @param {FormData} data */
    constructor(data) {
      const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
      this.severities = new Set(data.getAll("severity"));
      this.outcome = text("status");
      this.layer = text("layer");
      this.target = text("target");
      this.words = text("package").toLowerCase().split(/\\s+/).filter(Boolean);
    }

    /** Whether findings of the package can match. @param {Package} each */
    admits(each) {
      return (this.layer === "" || this.layer === each.layer) && (this.target === "" || this.target === each.target);
    }

    /** @param {Finding} finding @param {Package} of */
    matches(finding, of) {
      return (
        (this.severities.size === 0 || this.severities.has(finding.severity)) &&
        (this.outcome === "" || this.outcome === finding.outcome) &&
        this.words.every((word) => of.words.includes(word) || finding.words.includes(word))
      );
    }
  }

  /** The table in its current order. */
  class Table {
    /** For each column, the rank of each package. Kept, because comparing texts takes most of the time. */
    #ranks = /** @type {Map<string, number[]>} */ (new Map());
    sorting = BY_DEFAULT;

    /** @param {HTMLTableElement} table */
    constructor(table) {
      this.element = table;
      this.heads = [...table.querySelectorAll("thead th")].map((head) => /** @type {HTMLElement} */ (head));
      this.columns = this.heads.map((head) => head.dataset.column ?? "");
      this.packages = [...table.tBodies].map((group, place) => new Package(group, place));
      this.size = this.packages.reduce((sum, { count }) => sum + count, 0);
      this.order = this.packages;
    }

    /** @param {string} column @param {boolean} descending */
    sort(column, descending) {
      this.sorting = { column, descending };
      const ranks = this.#rank(column);
      const at = (/** @type {Package} */ { place }) => ranks[place] ?? NOTHING;
      // The highest severity has the lowest rank.
      const sign = descending === (column !== "severity") ? -1 : 1;
      this.order = [...this.packages].sort(
        (a, b) => Number(at(a) === NOTHING) - Number(at(b) === NOTHING) || sign * (at(a) - at(b)) || a.place - b.place,
      );
      const groups = document.createDocumentFragment();
      for (const { group } of this.order) groups.append(group);
      this.element.append(groups);
      for (const head of this.heads) {
        const sorted = descending ? "descending" : "ascending";
        head.setAttribute("aria-sort", head.dataset.column === column ? sorted : "none");
      }
    }

    /** @param {string} column */
    #rank(column) {
      const known = this.#ranks.get(column);
      if (known !== undefined) return known;
      const cell = this.columns.indexOf(column);
      const keys = this.packages.map((each) => each.key(column, cell));
      const { compare } = new Intl.Collator("en", { numeric: true });
      const places = new Map([...new Set(keys)].sort(compare).map((key, place) => [key, place]));
      const ranks = keys.map((key) => (key === "" ? NOTHING : (places.get(key) ?? NOTHING)));
      this.#ranks.set(column, ranks);
      return ranks;
    }

    /** Shows the first findings that match, and hides all others. @param {Filter} filter @param {number} most */
    show(filter, most) {
      let found = 0;
      let shown = 0;
      for (const each of this.order) {
        const before = shown;
        const admitted = filter.admits(each);
        for (const finding of each.findings) {
          const matches = admitted && filter.matches(finding, each);
          const isShown = matches && shown < most;
          if (matches) found += finding.count;
          if (isShown) shown += finding.count;
          hide(finding.item, !isShown);
        }
        hide(each.group, shown === before);
      }
      return { found, shown };
    }

    /** The last finding that is shown. */
    lastShown() {
      const last = this.order.filter(({ group }) => !group.hidden).at(-1);
      return last?.findings.filter(({ item }) => !item.hidden).at(-1)?.item;
    }
  }

  /** Leaves an element alone that is as it should be, because changing it costs time. @param {HTMLElement} element @param {boolean} hidden */
  function hide(element, hidden) {
    if (element.hidden !== hidden) element.hidden = hidden;
  }

  /** Controls, table, and the line that says what is shown. */
  class Page {
    #most = STEP;
    #waiting = 0;

    /** @param {HTMLTableElement} table @param {HTMLFormElement} form */
    constructor(table, form) {
      this.table = new Table(table);
      this.form = form;
      this.state = /** @type {HTMLElement} */ (document.getElementById("state"));
      this.more = /** @type {HTMLElement} */ (document.getElementById("more"));
      this.all = /** @type {HTMLElement} */ (document.getElementById("show-all"));
    }

    start() {
      this.form.addEventListener("input", ({ target }) => {
        const typing = target instanceof HTMLInputElement && target.type === "search";
        clearTimeout(this.#waiting);
        this.#waiting = setTimeout(() => this.changed(), typing ? 150 : 0);
      });
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.changed();
      });
      // The controls are reset only after the event.
      this.form.addEventListener("reset", () => setTimeout(() => this.reset()));
      for (const head of this.table.heads)
        head.querySelector("button")?.addEventListener("click", () => this.sortBy(head.dataset.column ?? ""));
      document.getElementById("show-more")?.addEventListener("click", () => this.showMore(STEP));
      this.all.addEventListener("click", () => this.showMore(Number.POSITIVE_INFINITY));
      this.recall();
      this.show();
    }

    show() {
      const { found, shown } = this.table.show(new Filter(new FormData(this.form)), this.#most);
      const all = this.table.size;
      const left = found - shown;
      const count = found === all ? "" : \`\${number.format(found)} of \`;
      const first = left > 0 ? \`, the first \${number.format(shown)} shown\` : "";
      const { column } = this.table.sorting;
      const findings = all === 1 ? "finding" : "findings";
      this.state.textContent = \`\${count}\${number.format(all)} \${findings}\${first}. Sorted by \${column}, \${this.direction()}.\`;
      this.more.hidden = left <= 0;
      this.all.hidden = found > MOST_AT_ONCE;
    }

    direction() {
      const { column, descending } = this.table.sorting;
      if (column === "severity") return descending ? "most severe first" : "least severe first";
      return descending ? "descending" : "ascending";
    }

    /** Called when the controls or the order have changed. */
    changed() {
      this.#most = STEP;
      this.show();
      this.remember();
    }

    reset() {
      this.table.sort(BY_DEFAULT.column, BY_DEFAULT.descending);
      this.changed();
    }

    /** Sorts by a column. A second time reverses the order. @param {string} column */
    sortBy(column) {
      const { sorting } = this.table;
      this.table.sort(column, sorting.column === column ? !sorting.descending : HIGHEST_FIRST.includes(column));
      this.changed();
    }

    /** @param {number} findings */
    showMore(findings) {
      const last = this.table.lastShown();
      this.#most += findings;
      this.show();
      // Keyboard users continue at the first new finding.
      if (last === undefined) return;
      last.tabIndex = -1;
      last.focus();
    }

    /** Stores controls and order in the address, so that a copied address shows the same. */
    remember() {
      const kept = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) if (value !== "") kept.append(name, String(value));
      const { column, descending } = this.table.sorting;
      if (column !== BY_DEFAULT.column || !descending) kept.set("sort", \`\${descending ? "-" : ""}\${column}\`);
      try {
        history.replaceState(null, "", \`#\${kept}\`);
      } catch {
        // Some browsers refuse this for files. The page works without it.
      }
    }

    recall() {
      if (!location.hash.includes("=")) return;
      const kept = new URLSearchParams(location.hash.slice(1));
      for (const control of this.form.elements) set(control, kept);
      const [, minus, column = ""] = /^(-?)(\\w+)$/.exec(kept.get("sort") ?? "") ?? [];
      if (this.table.columns.includes(column)) this.table.sort(column, minus === "-");
    }
  }

  /** Sets a control to its value in the address. @param {Element} control @param {URLSearchParams} kept */
  function set(control, kept) {
    if (control instanceof HTMLInputElement && control.type === "checkbox")
      control.checked = kept.getAll(control.name).includes(control.value);
    else if (control instanceof HTMLInputElement) control.value = kept.get(control.name) ?? "";
    else if (control instanceof HTMLSelectElement) {
      const value = kept.get(control.name) ?? "";
      if ([...control.options].some((option) => option.value === value)) control.value = value;
    }
  }

  /** Opens everything folded for printing, except the explanations in the table of findings. */
  function unfoldForPrint() {
    /** @type {HTMLDetailsElement[]} */
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = [...document.querySelectorAll("details")].filter(
        (details) => !details.open && details.closest(".findings") === null,
      );
      for (const details of unfolded) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of unfolded) details.open = false;
    });
  }

  document.documentElement.classList.add("js");
  document.addEventListener("DOMContentLoaded", () => {
    const table = document.querySelector("table.findings");
    const form = document.querySelector("form");
    if (table instanceof HTMLTableElement && form !== null) new Page(table, form).start();
    document.documentElement.classList.add("ready");
    unfoldForPrint();
  });
})();
`;

// src/render/html/policy-sections.ts
const MOST_CHANGES = 500;
const WHY$1 = 1e3;
function changesSection(view) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return section(NOT_KNOWN, "warning", `<p>${sentence(change.unreadable, WHY$1)}</p>`);
	const changes = looseningFirst(change.changes);
	if (changes.length === 0) return "";
	const { path } = view.policy;
	const about = [path === void 0 || changes.every(({ file }) => file !== void 0) ? "" : `In ${code(path)}.`, sentence(forceWords(view))].filter((part) => part !== "");
	const items = changes.slice(0, MOST_CHANGES).map(changeItem);
	const left = changes.length - items.length;
	return section(titleWords$1(changes), changes.some(({ loosens }) => loosens) ? "warning" : "", `${about.length === 0 ? "" : `<p>${about.join(" ")}</p>\n`}<ul>\n${items.join("")}</ul>${left > 0 ? `\n<p>${counted(left, "more change")} in the JSON report only.</p>` : ""}`);
}
function section(title, kind, inside) {
	return `<section class="${`note ${kind}`.trim()}" aria-labelledby="policy-title">
<h2 id="policy-title">${title}</h2>
${inside}
</section>
`;
}
function changeItem(change) {
	return `<li>${change.loosens ? "<b class=\"broken\">loosens:</b> " : ""}${changeWords(change, whole)}</li>\n`;
}
function whole(untrusted) {
	return code(untrusted);
}
const MOST_FROMS = 50;
function unmatchedSection({ dockerfile }) {
	const lines = unmatchedLines(dockerfile, (label) => code(label, 200)).map(({ names, why }) => {
		return `<p><b>${code(dockerfile?.file ?? "")} was not matched with ${names}:</b> ${why}</p>\n`;
	});
	if (lines.length === 0) return "";
	return `<section class="note warning" aria-label="The Dockerfile">\n${lines.join("")}</section>\n`;
}
function movingSection({ dockerfile }) {
	if (dockerfile === void 0 || dockerfile.moving.length === 0) return "";
	const { file, moving } = dockerfile;
	const items = moving.slice(0, MOST_FROMS).map(({ line, image, why }) => {
		return `<li>${code(`${file}:${line}`)} ${code(`FROM ${image}`)}: ${sentence(MOVING_WHY[why])}</li>`;
	});
	const left = moving.length - items.length;
	if (left > 0) items.push(`<li>and ${counted(left, "more FROM")}</li>`);
	return `<section class="note" aria-labelledby="moving-title">
<h2 id="moving-title">${movingWords(moving)}: ${MOVING_MEANS}</h2>
<p>${MOVING_REMEDY}</p>
<ul>${items.join("")}</ul>
</section>
`;
}
const MOST_ROWS = 1e3;
function exceptionsSection({ verdict, policy }) {
	const items = needingAttention(verdict);
	if (items.length === 0) return "";
	const rows = items.slice(0, MOST_ROWS).map((item) => {
		const { id, package: about, owner, reason, line } = item.use.exception;
		return `<tr>${[
			`${line}`,
			`${listWord(item)}${advisory(id)}${about === void 0 ? "" : ` on ${breakable(name(about, 200))}`}`,
			prose(attentionWords(item)),
			owner === void 0 ? "" : breakable(name(owner, 100)),
			prose(reason, 400)
		].map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
	});
	const heads = [
		"Line",
		"Exception",
		"State",
		"Owner",
		"Reason"
	];
	const left = items.length - rows.length;
	return `<section aria-labelledby="exceptions-title">
<h2 id="exceptions-title">Exceptions that need attention</h2>
<table class="cards exceptions">
<caption>In ${policy.path === void 0 ? "the policy file" : code(policy.path)}, most pressing first</caption>
<thead><tr>${heads.map((words) => `<th scope="col">${words}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
${left > 0 ? `<p>${counted(left, "more exception")} in the JSON report only.</p>\n` : ""}</section>
`;
}

// src/render/html/comparison.ts
const WHY = 600;
const NAME = 200;
const TITLE = 100;
const PATH = 400;
const MOST_NOTES$1 = 20;
const MOST_FIXED = 500;
function comparisonWords({ target }, view) {
	const comparison = view.comparisons?.get(target);
	if (comparison === void 0) return "";
	if ("none" in comparison) return comparison.quiet === true ? "" : `Not compared: ${sentence(comparison.none, WHY)}.`;
	const { source } = comparison.baseline;
	const words = baselineWords(source, view.now, (untrusted) => code(untrusted, NAME));
	const run = source.url !== void 0 && isLinkable(source.url) ? `, ${link("its run", source.url)}` : "";
	const notes = (source.notes ?? []).slice(0, MOST_NOTES$1).map((note) => sentence(note, WHY));
	return [
		`<b>${countsLine(comparison.counts)}</b>, compared with ${words}${run}.`,
		systemWords(comparison, (untrusted) => code(untrusted, NAME)),
		...notes
	].filter((part) => part !== "").join(" ");
}
function fixedList(target, view) {
	return goneList(unseenOf(target, view), unseenWords) + goneList(fixedIn(target, view), fixedWords$1);
}
function goneList(fixed, words) {
	if (fixed.length === 0) return "";
	const items = fixed.slice(0, MOST_FIXED).map(fixedItem);
	const left = fixed.length - items.length;
	if (left > 0) items.push(`<li>and ${number(left)} more in the JSON report only</li>\n`);
	return `<details class="fixed"><summary>${words(fixed.length)}</summary>\n<ul>\n${items.join("")}</ul>\n</details>\n`;
}
function fixedItem({ severity: of, id, url, package: about, title, path }) {
	const what = about === void 0 ? prose(title, TITLE) : [breakable(name(about.name, NAME)), name(about.version, NAME)].filter((part) => part !== "").join(" ");
	return `<li>${[
		severity(of),
		advisory(id, url),
		what,
		path === void 0 ? "" : pathCode(path, PATH)
	].filter((part) => part !== "").join(" ")}</li>\n`;
}

// src/render/html/targets.ts
const WHAT = 2e3;
const NOTE$1 = 600;
const REFERENCE = 200;
const MOST_LISTED = 20;
const MOST_COVERED = 200;
const MOST_OPEN = 1;
function answerWord(answer) {
	return `<span class="answer ${answer}">${answer}</span>`;
}
function* targetsSection(view) {
	const targets = worstFirst(view.verdict.targets);
	yield "<section aria-labelledby=\"targets-title\">\n";
	yield `<h2 id="targets-title">${targets.length === 1 ? "Target" : `${number(targets.length)} targets`}</h2>\n`;
	for (const target of targets) if (target.answer === "error") yield errorNote(target);
	if (targets.length > 1) yield overview(targets);
	for (const target of targets) if (target.answer !== "error") yield targetDetails(target, view, targets.length <= MOST_OPEN);
	yield "</section>\n";
}
function errorNote(failed) {
	const { target, error } = failed;
	const [first = "", ...list] = error.what.split("\n");
	const items = list.slice(0, MOST_LISTED).map((line) => `<li>${sentence(line, NOTE$1)}</li>`);
	const left = list.length - items.length;
	if (left > 0) items.push(`<li>and ${counted(left, "more line")}</li>`);
	return `<div class="note error">
<h3>${answerWord("error")}: ${name(target.label)} could not be judged</h3>
<p>${code(`[${error.code}]`, 100)} ${sentence(first, WHAT)}</p>
${items.length === 0 ? "" : `<ul>${items.join("")}</ul>\n`}<p><strong>What to do:</strong> ${sentence(error.remedy, WHAT)}</p>
${coverageTable(failed)}</div>
`;
}
const COUNTED = [
	...SEVERITIES,
	"Accepted",
	"Not counted"
];
function overview(targets) {
	return `<p class="caption" id="overview-title">Open findings of each target; what is over its limit says so</p>
<div class="scroll" role="region" aria-labelledby="overview-title" tabindex="0">
<table class="overview" aria-labelledby="overview-title">
<thead><tr><th scope="col">Verdict</th><th scope="col">Target</th>${COUNTED.map((each) => `<th scope="col" class="number">${each}</th>`).join("")}</tr></thead>
<tbody>
${targets.map(overviewRow).join("")}</tbody>
</table>
</div>
`;
}
function overviewRow(target) {
	const label = `<td>${answerWord(target.answer)}</td><th scope="row">${[target.target.label, ...savedAs(target)].map((each) => breakable(name(each))).join("<br>")}`;
	if (target.answer === "error") return `<tr>${label}</th><td colspan="${COUNTED.length}">not judged: ${code(target.error.code, 100)}</td></tr>\n`;
	const exploits = (target.exploitRows ?? []).filter(({ broken }) => broken).map((row) => `<br>${overLimit(`${number(row.open)} ${escaped(exploitWords$1(row))}`, row.limit)}`);
	const sum = (read) => number(target.rows.reduce((all, row) => all + read(row), 0));
	const counts = [
		...target.rows.map(openWords),
		sum((row) => row.accepted),
		sum((row) => row.notCounted)
	].map((cell, index) => `<td class="number" data-name="${COUNTED[index]}">${cell}</td>`);
	return `<tr>${label}${exploits.join("")}</th>${counts.join("")}</tr>\n`;
}
function openWords(row) {
	return row.broken ? overLimit(number(row.open), row.limit) : number(row.open);
}
function overLimit(words, limit) {
	return `<span class="broken">${words} <span class="limit">(limit ${limitWords(limit)})</span></span>`;
}
function limitWords(limit) {
	return limit === "unlimited" ? "no limit" : number(limit);
}
function targetDetails(target, view, open) {
	const inside = `<div class="target">
${notes(target, view.bases?.get(target.target))}${countsTable(target)}${facts(target, view)}${coverageTable(target)}${fixedList(target, view)}</div>
`;
	const title = `<h3>${answerWord(target.answer)}: ${name(target.target.label)}</h3>`;
	return open ? `${title}\n${inside}` : `<details><summary>${title}</summary>\n${inside}</details>\n`;
}
function notes(target, base) {
	const said = [
		endOfLifeWords(target),
		nothingSeenWords(target),
		...(target.scan.provenance.notes ?? []).slice(0, MOST_LISTED),
		suppressedLine(target),
		uncomparedWords(target),
		base?.problem ?? "",
		base?.note ?? ""
	].filter((words) => words !== "");
	if (said.length === 0) return "";
	return `<div class="notes note warning">${said.map((words) => `<p>${sentence(words, NOTE$1)}</p>`).join("")}</div>\n`;
}
function coverageTable({ coverage }) {
	if (coverage === void 0 || coverage.rows.length === 0) return "";
	const rows = coverage.rows.slice(0, MOST_COVERED).map(({ subject, status, detail }) => {
		const words = status === "gap" ? `<span class="broken">${STATUS_WORDS[status]}</span>` : STATUS_WORDS[status];
		return `<tr><th scope="row">${name(subject, 100)}</th><td>${words}</td><td>${sentence(detail, NOTE$1)}</td></tr>\n`;
	});
	const gaps = coverage.gaps.slice(0, MOST_COVERED).map((judged) => {
		const path = judged.gap.path === void 0 ? "" : ` ${code(judged.gap.path, REFERENCE)}`;
		return `<li>${code(judged.gap.code, 60)}${path}: ${sentence(acceptedWords(judged), NOTE$1)}</li>`;
	});
	const table = `<table class="counts coverage">
<caption>What was looked at</caption>
<thead><tr><th scope="col">What</th><th scope="col">State</th><th scope="col">Seen</th></tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
${gaps.length === 0 ? "" : `<ul>${gaps.join("")}</ul>\n`}`;
	return gaps.length > 0 ? table : `<details><summary>What was looked at</summary>\n${table}</details>\n`;
}
function countsTable(target) {
	return `<table class="counts">
<caption>Findings and limits</caption>
<thead><tr><th scope="col">Severity</th><th scope="col" class="number">Open</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Accepted</th><th scope="col" class="number">Not counted</th></tr></thead>
<tbody>
${[...target.rows.map((row) => countsRow(severity(row.severity), row)), ...(target.exploitRows ?? []).map((row) => countsRow(escaped(exploitWords$1(row)), row))].join("")}</tbody>
</table>
`;
}
function countsRow(head, row) {
	return `<tr><th scope="row">${head}</th>${[
		row.broken ? `<span class="broken">${number(row.open)} (over the limit)</span>` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	].map((cell) => `<td class="number">${cell}</td>`).join("")}</tr>\n`;
}
function unknownDigest({ scan }) {
	const { digestUnknown } = scan.provenance;
	return digestUnknown === void 0 ? "" : `not known, as ${digestUnknown}`;
}
function facts(target, view) {
	const { artifact, provenance } = target.scan;
	const scanner = [provenance.scanner, provenance.scannerVersion ?? ""].filter((part) => part !== "").join(" ");
	return `<dl>${[
		["Image", savedAs(target).map((saved) => code(saved, REFERENCE)).join("")],
		["Digest", artifact.digest === void 0 ? sentence(unknownDigest(target)) : code(artifact.digest, 200)],
		["Index", artifact.index?.digest === void 0 ? "" : code(artifact.index.digest, 200)],
		["Image id", artifact.imageId === void 0 ? "" : code(artifact.imageId, 200)],
		["Platform", name(artifact.platform ?? "", 60)],
		["Other platforms", sentence(unjudgedWords(target, view))],
		["System", artifact.os === void 0 || artifact.os.family === "none" ? "" : name(`${artifact.os.family} ${artifact.os.name}`.trim(), 100)],
		["Packages", artifact.packages === void 0 ? "not listed in the report" : number(artifact.packages)],
		["Source", sentence(provenance.source ?? "")],
		["Scanner", name(scanner, 100)],
		["Looked for", (provenance.scanners ?? []).map((kind) => name(kind, 40)).join(", ")],
		["Database", databaseWords(provenance.databaseUpdatedAt, view)],
		["Skipped", listed(provenance.skipped ?? [])],
		["Base image", baseWords(view.bases?.get(target.target))],
		["Baseline", comparisonWords(target, view)]
	].filter(([, words]) => words !== "").map(([term, words]) => `<dt>${term}</dt><dd>${words}</dd>`).join("\n")}</dl>\n`;
}
function databaseWords(updatedAt, view) {
	const old = updatedAt === void 0 ? void 0 : age(updatedAt, view.now);
	return updatedAt === void 0 || old === void 0 ? "" : `of ${name(updatedAt, 40)}, ${old} old`;
}
function listed(paths) {
	const shown = paths.slice(0, MOST_LISTED).map((path) => code(path));
	return shown.join(", ") + (paths.length > shown.length ? ", …" : "");
}
function baseWords(base) {
	if (base?.counts === void 0) return "";
	const { reference, layers, counts, newer } = base;
	const place = layers === 1 ? "layer 1" : `layers 1 to ${number(layers)}`;
	const from = (words, whose) => `${words === "" ? "no findings" : words} ${whose}`;
	const split = `${from(severityList(counts.base), "from it")}; ${from(severityList(counts.own), "ours")}`;
	const rebuild = newer === void 0 ? "" : ` Rebuilding on ${code(newer.reference, REFERENCE)} clears ${number(newer.clears)} of ${number(newer.of)}.`;
	return `${reference === void 0 ? "" : `${code(reference, REFERENCE)}, `}${place}: ${split}.${rebuild}`;
}

// src/render/html/html.ts
function* renderHtml(view, facts) {
	const { targets } = view.verdict;
	const title = `${name(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}`;
	yield documentHead({
		title,
		style: STYLE,
		script: SCRIPT
	});
	yield "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n";
	yield headSection(view);
	yield "<main>\n";
	yield changesSection(view);
	yield runNotes(view);
	yield* targetsSection(view);
	yield planSection(targets);
	yield unmatchedSection(view);
	yield movingSection(view);
	yield exceptionsSection(view);
	yield* findingsSection(targets);
	yield "</main>\n";
	yield footSection(facts);
	yield "</body>\n</html>\n";
}
const REASON = 4e3;
const NOTE = 1e3;
const MOST_NOTES = 50;
function headSection(view) {
	const { answer } = view.verdict;
	return `<header class="top ${answer}">
<h1>${name(wholeNames(view.name, 200), 200)}${colonFor(view)} <span class="answer ${answer}">${verdictWords(view)}</span></h1>
<p class="reason">${sentence(reasonText(view), REASON) || "–"}</p>
${modeWords(view)}<p class="facts">${runFacts(view).join(" · ")}</p>
</header>
`;
}
function modeWords({ verdict, mode }) {
	if (mode !== "warn" || verdict.answer === "pass") return "";
	return `<p><code>mode: warn</code>: ${verdict.answer === "fail" ? "this is reported, the step does not fail." : "does not cover this: the step fails, as nobody knows what is in the image."}</p>\n`;
}
function policyWords({ path, from, isUnread = false }) {
	if (path !== void 0) return `policy ${code(path)}${branchWords(from)}`;
	return isUnread ? "" : "no policy file";
}
function runFacts({ now, policy, commit, runUrl }) {
	const iso = now.toISOString();
	return [
		`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`,
		policyWords(policy),
		commit === void 0 ? "" : `commit ${code(commit.slice(0, 12))}`,
		runUrl !== void 0 && isLinkable(runUrl) ? link("the run", runUrl) : ""
	].filter((part) => part !== "");
}
function runNotes({ notes = [] }) {
	if (notes.length === 0) return "";
	const left = notes.length - MOST_NOTES;
	return `<section class="note warning" aria-label="Notes on this run">${notes.slice(0, MOST_NOTES).map((note) => `<p>${sentence(note, NOTE)}</p>`).join("")}${left > 0 ? `<p>And ${left} more notes.</p>` : ""}</section>\n`;
}
function footSection({ tool }) {
	const made = `${escaped(tool.name)} ${escaped(tool.version)}`.trim();
	return `<footer>Made by ${isLinkable(tool.url) ? link(made, tool.url) : made}. This file is whole: it loads nothing.</footer>\n`;
}

export { renderHtml };
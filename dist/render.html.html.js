import { ORIGINS, SEVERITIES, SEVERITY_STYLES, STATUS_WORDS, acceptedWords, advisoryUrl, age, attentionWords, baseWords, briefInstruction, clearsWords, comparisonWords, counted, dockerfileWords, endOfLifeWords, everyRow, exploitWords, fixedIn, fixedWords as fixedWords$1, inOrder, join, joined$1 as joined, listWord, name, needingAttention, noFixEntries, nothingSeenWords, number, oncePer, ownerWords as ownerWords$1, pathEnd, placed, proofWords, prose, rowMarks, runProvenance, savedAs, say, severityRank, shortInstruction, shorten, someLines, split, statusOf, statusWords, stepWords, suppressedLine, uncomparedWords, unjudgedWords, unseenOf, unseenWords, upgradeText, version, wholeNames, worstFirst } from "./shared.answer.js";
import { breakable, changeWords, code, colonFor, documentHead, escaped, forceWords, headingReason, inPieces, isLinkable, link, modeWords, name as name$1, notKnownWords, pathCode, prose as prose$1, sentence, titleWords as titleWords$1, verdictWords } from "./shared.render.js";
import { agreementLine, agreementOf, looseningFirst, scannersLine } from "./shared.domain.js";

// src/render/print/html.ts
const ROOM = 4;
const LONGEST = {
	code: 300,
	name: 200,
	version: 100,
	path: 400,
	prose: 600
};
function htmlLine(inline) {
	if (typeof inline === "string") return escaped(inline.replaceAll("\xA0", " "));
	if (!("as" in inline)) return inline.map(htmlLine).join("");
	switch (inline.as) {
		case "strong": return `<b>${htmlLine(inline.of)}</b>`;
		case "small": return `<small>${htmlLine(inline.of)}</small>`;
		case "broken": return `<span class="broken">${htmlLine(inline.of)}</span>`;
		case "note": return htmlLine(inline.of);
		case "link": return inline.url !== void 0 && isLinkable(inline.url) ? link(htmlLine(inline.of), inline.url) : htmlLine(inline.of);
		case "severity": return `<span class="severity ${SEVERITY_STYLES[inline.severity].cssClass}">${inline.severity}</span>`;
		case "dot": return "";
		case "break": return "<br>";
		case "more": return `<details><summary>${htmlLine(inline.summary)}</summary>${htmlLine(inline.of)}</details>`;
		default: return foreign(inline);
	}
}
function foreign({ as, text, most }) {
	const room = most === void 0 ? LONGEST[as] : most * ROOM;
	switch (as) {
		case "code": return code(text, room);
		case "name": return text.trim() === "" ? code("", 1) : breakable(name$1(text, room));
		case "version": return name$1(text, room);
		case "path": return pathCode(text, room);
		case "prose": return sentence(text, room);
	}
}

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
const PATH$1 = 400;
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
		fixCell(place.fix),
		number(row.findings.length),
		shared.place ?? `${placeOf(finding)} <small>and other places</small>`,
		layerCell(finding.layer),
		...place.target === void 0 ? [] : [place.target],
		...place.scanners === void 0 ? [] : [shared.scanners ?? "<small>not the same for all</small>"],
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
		status: common(findings, statusWordsOf),
		scanners: common(findings, scannersOf)
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
		shared.status === void 0 ? statusWordsOf(judged) : "",
		shared.scanners === void 0 ? `seen by ${scannersOf(judged)}` : ""
	].filter((part) => part !== "");
}
function itemPackages(alike, packages) {
	const names = new Set(alike.map(({ finding }) => finding.package?.name ?? ""));
	if (packages < 2 || names.size === packages) return "";
	return `<span class="of">${[...names].slice(0, NAMES).map((each) => name$1(each, NAME$1)).join(", ")}${names.size > NAMES ? ", …" : ""}</span>`;
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
	const seen = place.scanners === void 0 ? "" : ` data-w="${seenBy(finding, place.scanners)}"`;
	return `<li ${later}data-s="${severityRank(finding.severity)}" data-o="${OUTCOMES[judged.outcome]}"${seen}${count}>${parts.join(" ")}</li>\n`;
}
function scannersOf({ finding }) {
	return (finding.opinions ?? []).map(({ scanner }) => name$1(scanner, NAME$1)).join(", ");
}
function seenBy({ opinions = [], missedBy = [] }, keys) {
	return [...opinions.flatMap(({ scanner }) => keys.get(scanner) ?? []), ...missedBy.length > 0 ? ["-"] : []].join(" ");
}
function titleWords({ id, title }) {
	return title === id ? "" : prose$1(title, TITLE$1);
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
	const names = packages.slice(0, NAMES).map((each) => name$1(each.name, NAME$1));
	const more = packages.length > NAMES ? ", …" : "";
	return `<b>${headName(source.name)}</b> <small>${number(packages.length)} packages: ${names.join(", ")}${more}</small>`;
}
function headName(of) {
	return of.trim() === "" ? code("") : breakable(name$1(of, NAME$1));
}
function versionCell({ source, packages: [first] }) {
	return name$1(source?.version ?? first?.version ?? "", VERSION);
}
function fixCell(fix) {
	if (fix === void 0) return "";
	if (fix.to === void 0) return prose$1(fix.none, VERSION);
	const shown = fix.to.slice(0, FIXES).map((version) => name$1(version, VERSION));
	const more = fix.to.length > FIXES ? " or …" : "";
	const of = fix.clears === fix.of ? "" : ` <small>for ${number(fix.clears)} of ${number(fix.of)}</small>`;
	return `${shown.join(" or ")}${more}${of}`;
}
function outcomeCounts(findings) {
	return STATUS.map(([outcome, words]) => [findings.filter((each) => each.outcome === outcome).length, words]).filter(([count]) => count > 0).map(([count, words]) => `${number(count)} ${words}`).join(", ");
}
function severity(of) {
	return `<span class="severity ${SEVERITY_STYLES[of].cssClass}">${of}</span>`;
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	return page === void 0 ? code(id, NAME$1) : link(name$1(id, NAME$1), page);
}
function fixedWords({ kind, fixedVersions, status }) {
	if (kind !== "vulnerability") return "";
	if (fixedVersions.length === 0) return prose$1(statusWords(status), VERSION);
	return fixedVersions.slice(0, FIXES).map((version) => name$1(version, VERSION)).join(", ") + (fixedVersions.length > FIXES ? ", …" : "");
}
function placeOf({ owner, path, line }) {
	const file = path === void 0 ? "" : pathCode(placed(path, line), PATH$1);
	if (owner === void 0) return file;
	return `<small class="owner">in ${ownerWords(owner)}</small> ${file}`;
}
function ownerWords({ ecosystem, name: of, version }) {
	return joined(" ", [
		name$1(ecosystem, 40),
		name$1(of, NAME$1),
		name$1(version ?? "", VERSION)
	]);
}
const cellOf = oncePer(({ number, instruction, source }) => {
	const short = instruction === void 0 ? "" : briefInstruction(instruction, INSTRUCTION);
	return joined(" ", [
		number === void 0 ? "" : `<b>${number}</b>`,
		short === "" ? "" : `<code>${escaped(short)}</code>`,
		source === void 0 ? "" : `<small>${escaped(pathEnd(placed(source.file, source.line), PATH$1))}</small>`
	]);
});
function layerCell(layer) {
	return layer === void 0 ? "" : cellOf(layer);
}
function statusWordsOf(judged) {
	const details = statusDetails(judged);
	const status = prose$1(statusOf(judged), REASON$1);
	return details.length === 0 ? status : `${status} <small>${details.join("; ")}</small>`;
}
const EXEMPTED = {
	unfixed: "without a fix",
	grace: "in its grace period",
	"not-introduced": "not brought in by this change",
	"not-agreed": "not all scanners see it"
};
function statusDetails(judged) {
	const { outcome, spared = "unfixed", origin, exceptions, vex } = judged;
	return [
		outcome === "not-counted" ? EXEMPTED[spared] : "",
		...holderWords(exceptions[0], vex),
		...rowMarks([judged]).map(({ words }) => prose$1(words, VERSION)),
		origin === void 0 ? "" : ORIGINS[origin]
	].filter((part) => part !== "");
}
function holderWords(exception, vex) {
	if (exception !== void 0) {
		const owner = exception.owner === void 0 ? "" : `, ${name$1(exception.owner, 80)}`;
		return [`until ${escaped(exception.expires)}${owner}`];
	}
	return vex === void 0 ? [] : [`by ${name$1(vex.document, NAME$1)}`];
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
	["scanners", "Scanners"],
	["status", "Status"]
];
function columnsFor(targets, scanners) {
	const hidden = /* @__PURE__ */ new Set([...targets.length > 1 ? [] : ["target"], ...scanners === void 0 ? ["scanners"] : []]);
	return COLUMNS.filter(([column]) => !hidden.has(column));
}
function scannersIn(targets) {
	const sources = targets.flatMap((target) => target.answer === "error" ? [] : target.scan.opinions ?? []);
	if (sources.length === 0) return void 0;
	return new Map([...new Set(sources.map(({ scanner }) => scanner))].map((scanner, key) => [scanner, key]));
}
function* findingsSection(targets) {
	const count = targets.reduce((sum, target) => sum + findingsOf(target).length, 0);
	yield "<section id=\"findings\" aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n";
	if (count === 0) {
		yield `<p>${nothingFound(targets)}</p>\n</section>\n`;
		return;
	}
	const layers = knownLayers(targets);
	const scanners = scannersIn(targets);
	const columns = columnsFor(targets, scanners);
	yield* agreements(targets);
	yield controls(targets, layers.options, scanners);
	yield `<p class="state" id="state" role="status" aria-live="polite">${counted(count, "finding")}.</p>\n`;
	yield tableHead(count, columns);
	yield* groups(targets, {
		layers,
		scanners,
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
	const names = targets.map(({ target }) => breakable(name$1(target.label, 120)));
	let left = FIRST;
	let piece = "";
	for (const { row, fix, index } of bySeverity(targets)) {
		const [{ finding }] = row.findings;
		const target = targets.length > 1 ? names[index] : void 0;
		const place = {
			...rest,
			fix,
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
	const all = targets.flatMap((target, index) => target.answer === "error" ? [] : everyRow(target).map((row) => ({
		...row,
		index
	})));
	return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}
function controls(targets, layers, scanners) {
	const severities = SEVERITIES.map((severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`).join("");
	const status = STATUS.map(([outcome, words]) => `<option value="${OUTCOMES[outcome]}">${words}</option>`).join("");
	const labels = targets.map(({ target }, index) => `<option value="${index}">${name$1(target.label, 120)}</option>`).join("");
	return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
<div class="field"><label for="by-status">Status</label><select id="by-status" name="status"><option value="">all</option>${status}</select></div>
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
<div class="field"><label for="by-layer">Layer</label><select id="by-layer" name="layer"><option value="">all</option>${layers}</select></div>
${targets.length === 1 ? "" : `<div class="field"><label for="by-target">Target</label><select id="by-target" name="target"><option value="">all</option>${labels}</select></div>\n`}${byScanner(scanners)}<button type="reset">Reset</button>
</form>
`;
}
function* agreements(targets) {
	for (const target of targets) {
		const agreement = target.answer === "error" ? void 0 : agreementOf(target.scan);
		if (agreement === void 0) continue;
		yield `<p>${targets.length > 1 ? `${name$1(target.target.label, 120)}: ` : ""}${name$1(agreementLine(agreement), 300)}.</p>\n`;
	}
}
function byScanner(scanners) {
	if (scanners === void 0) return "";
	return `<div class="field"><label for="by-scanner">Scanner</label><select id="by-scanner" name="scanner">${`<option value="">all</option>${[...scanners].map(([scanner, key]) => `<option value="${key}">seen by ${name$1(scanner, 60)}</option>`).join("")}<option value="-">not seen by all that could</option>`}</select></div>\n`;
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
		label: name$1(target.label, 100),
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
	const number = layer.number === void 0 ? "" : `${layer.number}`;
	return `<option value="${key}">${joined(": ", [number, escaped(instruction)]) || escaped(layer.diffId.slice(0, 19))}</option>`;
}

// src/render/html/fix-plan.ts
const OPEN_ROWS = 12;
const MOST_ROWS$1 = 500;
const MOST_OPEN$1 = 3;
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
			label: name$1(target.target.label),
			rows,
			plan: split(target).plan
		}];
	});
	if (parts.length === 0) return "";
	const made = parts.map(({ label, rows }) => {
		if (targets.length === 1) return tables(label, rows);
		return `<details${parts.length <= MOST_OPEN$1 ? " open" : ""}><summary><h3>${label}</h3></summary>\n${tables(label, rows)}</details>\n`;
	});
	const proof = htmlLine(proofWords(parts.map(({ plan }) => plan)));
	if (proof !== "") made.push(`<p>${proof}</p>\n`);
	return `<section aria-labelledby="plan-title">\n<h2 id="plan-title">What to do</h2>\n${made.join("")}</section>\n`;
}
function planRows(target) {
	const { plan } = split(target);
	return [...plan.steps.map(stepRow), ...noFixEntries(plan.noFix).map(noFixRow)];
}
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
	const { what, clears, notes, paste } = stepWords(step);
	const pasted = paste === void 0 ? "" : `<code>${escaped(paste.text)}</code>${paste.file === void 0 ? "" : ` in ${code(paste.file)}`}`;
	const members = step.kind === "base" ? baseMembers(step) : "";
	return row(htmlLine(what), htmlLine(clears), joined("<br>", [htmlLine(join("; ", notes)), pasted]) + members);
}
function baseMembers({ members }) {
	if (members.length === 0) return "";
	const shown = members.slice(0, OF_BASE).map((each) => `<li>${escaped(upgradeText(each))}</li>`);
	const left = members.length - shown.length;
	const rest = left > 0 ? `<li>${counted(left, "more package")} in the JSON report only</li>` : "";
	return `<details><summary>${counted(members.length, "package")}</summary><ul>${shown.join("")}${rest}</ul></details>`;
}
function noFixRow({ name: of, packages, version: installed, statuses, count, bySeverity, owner }) {
	const several = packages === 1 ? "" : ` (${counted(packages, "package")})`;
	const why = join(", ", statuses.map((status) => prose(statusWords(status), 60)));
	const bundled = owner === void 0 ? "" : say`; in ${ownerWords$1(owner)}`;
	const none = say`${name(of)}${several} ${version(installed)}: ${why}`;
	const stay = say`${clearsWords({
		clears: count,
		bySeverity
	})} stay${count === 1 ? "s" : ""}${bundled}`;
	return row(htmlLine(none), "", htmlLine(stay));
}
function row(head, ...cells) {
	return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
}

// src/render/html/page.generated.json
var page_generated_default = {
	style: "/* The HTML report, after base.css. Each colour pair has a contrast of at least 4.5:1. */\n:root {\n  --edge: #7a8592;\n  --pass: #14652f;\n  --fail: #a61b1b;\n  --error: #7a3e00;\n  --critical-ink: #fff;\n  --critical: #a61b1b;\n  --high-ink: #8a2f00;\n  --high: #fde6d8;\n  --medium-ink: #634c00;\n  --medium: #fbf0c4;\n  --low-ink: #2c4a6e;\n  --low: #e4edf7;\n  --unknown-ink: #4a525c;\n  --unknown: #eceef1;\n}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --edge: #7f8a97;\n    --pass: #6fd08c;\n    --fail: #ff9a92;\n    --error: #f5b66b;\n    --critical-ink: #fff;\n    --critical: #b3261e;\n    --high-ink: #ffbd94;\n    --high: #4a2714;\n    --medium-ink: #f0d678;\n    --medium: #413509;\n    --low-ink: #a9cbf2;\n    --low: #1e3350;\n    --unknown-ink: #c3cad2;\n    --unknown: #2e353d;\n  }\n}\n\nbody {\n  max-width: 120rem;\n}\n\nsmall,\n.soft {\n  font-size: 0.85rem;\n  color: var(--soft);\n}\n\n.skip {\n  position: absolute;\n  left: -100vw;\n  padding: 0.5rem 1rem;\n  background: var(--paper);\n}\n\n.skip:focus {\n  left: 0.75rem;\n  top: 0.75rem;\n  z-index: 2;\n}\n\n/* Head */\n.top {\n  border-left: 0.4rem solid var(--edge);\n  padding: 0.1rem 0 0.1rem 1rem;\n}\n\n.top .reason {\n  margin-top: 0.5rem;\n  font-size: 1.05rem;\n}\n\n.top .facts,\nfooter {\n  margin-top: 0.6rem;\n  color: var(--soft);\n  font-size: 0.9rem;\n}\n\n.top.pass {\n  border-color: var(--pass);\n}\n\n.top.fail {\n  border-color: var(--fail);\n}\n\n.top.error {\n  border-color: var(--error);\n}\n\n.answer {\n  font-weight: 700;\n}\n\n.answer.pass {\n  color: var(--pass);\n}\n\n.answer.fail,\n.broken {\n  color: var(--fail);\n  font-weight: 700;\n}\n\n.answer.error {\n  color: var(--error);\n}\n\n.note {\n  margin: 0.75rem 0;\n  padding: 0.6rem 0.9rem;\n  border: 1px solid var(--line);\n  border-left: 0.3rem solid var(--edge);\n  background: var(--panel);\n}\n\n.note.error {\n  border-left-color: var(--error);\n}\n\n.note.warning {\n  border-left-color: var(--error);\n}\n\n.note > h2 {\n  margin: 0;\n  font-size: 1.05rem;\n}\n\n.note > * + * {\n  margin-top: 0.4rem;\n}\n\n.note ul {\n  padding-left: 1.2rem;\n}\n\n/* Tables */\ntable {\n  border-collapse: collapse;\n  width: 100%;\n  font-variant-numeric: tabular-nums;\n}\n\ncaption,\n.caption {\n  text-align: left;\n  color: var(--soft);\n  font-size: 0.9rem;\n  padding: 0 0 0.4rem;\n}\n\nth,\ntd {\n  text-align: left;\n  vertical-align: top;\n  padding: 0.35rem 0.6rem;\n  border-bottom: 1px solid var(--line);\n}\n\nth {\n  font-size: 0.85rem;\n  font-weight: 600;\n}\n\nthead th {\n  border-bottom: 2px solid var(--edge);\n  vertical-align: bottom;\n  overflow-wrap: normal;\n}\n\ntbody th {\n  font-size: inherit;\n}\n\n/* Our own words and names of ecosystems: a narrow screen must not part them. */\n.coverage th {\n  overflow-wrap: break-word;\n}\n\n.number {\n  text-align: right;\n}\n\n.scroll {\n  overflow-x: auto;\n}\n\n/* Numbers do not wrap, because the table can scroll. A target's name can have any length. */\n.overview tbody th {\n  min-width: 12rem;\n}\n\n.overview td:first-child,\n.overview .number,\n.limit {\n  white-space: nowrap;\n}\n\n@media screen and (min-width: 68.01rem) {\n  .plan td:nth-child(2) {\n    white-space: nowrap;\n  }\n}\n\n/* If text lengths decided, a long reason would squeeze the owner to a few letters a line. */\n.exceptions {\n  table-layout: fixed;\n}\n\n.exceptions th:nth-child(1) {\n  width: 4rem;\n}\n\n.exceptions th:nth-child(2) {\n  width: 22%;\n}\n\n.exceptions th:nth-child(3) {\n  width: 26%;\n}\n\n.exceptions th:nth-child(4) {\n  width: 18%;\n}\n\n.counts {\n  width: auto;\n  min-width: 24rem;\n  max-width: 100%;\n}\n\n/* Targets */\n.target {\n  display: flex;\n  flex-wrap: wrap;\n  align-items: flex-start;\n  gap: 1rem 3rem;\n  margin: 0.75rem 0 1.25rem;\n}\n\n.target > :is(.notes, details) {\n  flex: 1 0 100%;\n}\n\n.fixed ul {\n  padding-left: 1.2rem;\n}\n\n.fixed li {\n  margin: 0.2rem 0;\n}\n\n.target > dl {\n  flex: 1 1 24rem;\n  display: grid;\n  grid-template-columns: max-content 1fr;\n  gap: 0.2rem 1rem;\n  align-content: start;\n  font-size: 0.92rem;\n}\n\ndt {\n  color: var(--soft);\n}\n\ndd {\n  min-width: 0;\n}\n\nsummary {\n  cursor: pointer;\n  padding: 0.3rem 0;\n}\n\nsummary h3 {\n  display: inline;\n}\n\ndetails + details,\n.scroll + details {\n  margin-top: 0.5rem;\n}\n\n/* Severities: the word carries the meaning, the colour helps. */\n.severity {\n  display: inline-block;\n  min-width: 5.4rem;\n  padding: 0.05rem 0.45rem;\n  border: 1px solid transparent;\n  border-radius: 0.2rem;\n  font-size: 0.78rem;\n  font-weight: 650;\n  letter-spacing: 0.02em;\n  text-align: center;\n  overflow-wrap: normal;\n}\n\n.s0 {\n  color: var(--critical-ink);\n  background: var(--critical);\n}\n\n.s1 {\n  color: var(--high-ink);\n  background: var(--high);\n}\n\n.s2 {\n  color: var(--medium-ink);\n  background: var(--medium);\n}\n\n.s3 {\n  color: var(--low-ink);\n  background: var(--low);\n}\n\n.s4 {\n  color: var(--unknown-ink);\n  background: var(--unknown);\n}\n\ninput,\nselect,\nbutton {\n  font: inherit;\n  font-size: 0.9rem;\n  color: inherit;\n}\n\nbutton {\n  cursor: pointer;\n}\n\nfieldset label {\n  display: inline-flex;\n  align-items: center;\n  gap: 0.35rem;\n  min-height: 2.1rem;\n  font-size: 0.9rem;\n}\n\n/* Controls are hidden unless the script runs. */\nform,\n.more,\nth > button {\n  display: none;\n}\n\n.js form {\n  display: flex;\n  flex-wrap: wrap;\n  align-items: end;\n  gap: 0.75rem 1.25rem;\n  padding: 0.8rem 1rem;\n  background: var(--panel);\n  border: 1px solid var(--line);\n}\n\nform fieldset {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0.2rem 0.9rem;\n  border: 0;\n  margin: 0;\n  padding: 0;\n  min-width: 0;\n}\n\nform legend,\nform .field > label {\n  display: block;\n  padding: 0;\n  margin-bottom: 0.25rem;\n  font-size: 0.85rem;\n  font-weight: 600;\n}\n\nform .field {\n  flex: 0 1 auto;\n  min-width: 0;\n}\n\ninput[type=\"checkbox\"] {\n  width: 1.05rem;\n  height: 1.05rem;\n  margin: 0;\n  accent-color: var(--link);\n}\n\ninput[type=\"search\"],\nselect,\nform button,\n.more button {\n  min-height: 2.1rem;\n  max-width: 100%;\n  padding: 0.2rem 0.55rem;\n  background: var(--paper);\n  border: 1px solid var(--edge);\n  border-radius: 0.25rem;\n}\n\ninput[type=\"search\"] {\n  width: 12rem;\n}\n\nselect {\n  width: 11.5rem;\n}\n\n.state {\n  margin: 0.75rem 0;\n  font-size: 0.95rem;\n}\n\n.js .more {\n  display: block;\n  margin: 1rem 0;\n}\n\n.js .more[hidden],\n.js .more [hidden] {\n  display: none;\n}\n\n/* Findings */\n@media screen {\n  /* The line above the table says more than the caption. */\n  .js .findings caption {\n    position: absolute;\n    width: 1px;\n    height: 1px;\n    overflow: hidden;\n    clip-path: inset(50%);\n  }\n}\n\n.findings {\n  table-layout: fixed;\n  font-size: 0.9rem;\n}\n\n.findings thead th {\n  position: sticky;\n  top: 0;\n  z-index: 1;\n  background: var(--paper);\n  padding: 0;\n}\n\n.findings thead th::before {\n  display: block;\n  padding: 0.35rem 0.6rem;\n  content: attr(data-name);\n}\n\n.js .findings thead th::before {\n  content: none;\n}\n\n.js .findings th > button {\n  display: block;\n  width: 100%;\n  padding: 0.4rem 0.6rem;\n  border: 0;\n  background: none;\n  text-align: left;\n  font-weight: 600;\n  font-size: 0.85rem;\n}\n\n.js .findings th > button:focus-visible {\n  outline-offset: -3px;\n}\n\n.findings th > button::after {\n  content: \" \\2195\" / \"\";\n  color: var(--soft);\n}\n\n.findings th[aria-sort=\"ascending\"] > button::after {\n  content: \" \\2191\" / \"\";\n  color: var(--ink);\n}\n\n.findings th[aria-sort=\"descending\"] > button::after {\n  content: \" \\2193\" / \"\";\n  color: var(--ink);\n}\n\n.findings :is(td, th) > small {\n  display: block;\n  font-weight: 400;\n}\n\n/* The two rows of a package look like one. */\n.findings tbody tr:first-child > :is(td, th) {\n  padding-top: 0.7rem;\n  border-bottom: 0;\n}\n\n.findings tbody tr:last-child > td {\n  padding: 0 0.6rem 0.7rem 8rem;\n}\n\n.findings ul {\n  padding: 0;\n  list-style: none;\n}\n\n.findings tbody ul > li {\n  padding: 0.12rem 0;\n}\n\n.findings li > .severity {\n  margin-right: 0.3rem;\n}\n\n/* The explanation takes the whole width, so it starts on a line of its own when it is open. */\n.findings li > details {\n  display: inline;\n}\n\n.findings li > details[open] {\n  display: block;\n  max-width: 70rem;\n  margin: 0.3rem 0 0.6rem;\n}\n\n.findings summary {\n  display: inline;\n  padding: 0;\n  font-size: 0.85rem;\n  color: var(--soft);\n  text-decoration: underline dotted;\n  text-underline-offset: 0.2em;\n}\n\n.findings details > :is(p, ul) {\n  margin: 0.45rem 0;\n}\n\n.findings details ul {\n  padding-left: 1.2rem;\n  list-style: disc;\n}\n\n.findings .code {\n  padding: 0.4rem 0.6rem;\n  background: var(--panel);\n  white-space: pre-wrap;\n}\n\n.w-severity {\n  width: 7.4rem;\n}\n\n.w-package {\n  width: 15%;\n}\n\n.w-installed {\n  width: 10%;\n}\n\n.w-fixed,\n.w-target {\n  width: 11%;\n}\n\n.w-findings {\n  width: 6.6rem;\n}\n\n.w-scanners {\n  width: 8%;\n}\n\n.w-status {\n  width: 13%;\n}\n\n/*\n * Before the script has started, a large report would be laid out completely, only to be hidden again. No rule for the groups\n * depends on their number (:nth-child): a browser would look at all that follow whenever one moves, and sorting 50,000 takes 20 s.\n */\n.js:not(.ready) .findings .later {\n  display: none;\n}\n\nfooter {\n  margin-top: 2.5rem;\n  padding-top: 0.75rem;\n  border-top: 1px solid var(--line);\n}\n\n/* Narrow screens: each package is a card. */\n@media screen and (max-width: 68rem) {\n  th,\n  td {\n    padding: 0.35rem 0.4rem;\n  }\n\n  .findings,\n  .findings thead,\n  .findings :is(tbody, td, tbody th) {\n    display: block;\n  }\n\n  .findings [hidden] {\n    display: none;\n  }\n\n  .cards,\n  .cards caption,\n  .cards tbody,\n  .cards tr,\n  .cards :is(th, td) {\n    display: block;\n  }\n\n  .cards thead {\n    display: none;\n  }\n\n  .cards tbody tr {\n    padding: 0.5rem 0;\n    border-bottom: 1px solid var(--line);\n  }\n\n  .cards :is(th, td) {\n    border: 0;\n    padding: 0.1rem 0;\n  }\n\n  .cards td {\n    display: flow-root;\n    padding-left: 5.6rem;\n  }\n\n  .cards td:empty {\n    display: none;\n  }\n\n  .plan td:nth-child(2)::before {\n    content: \"Clears \";\n  }\n\n  .plan td:nth-child(3)::before {\n    content: \"How \";\n  }\n\n  .exceptions td:nth-child(1)::before {\n    content: \"Line \";\n  }\n\n  .exceptions td:nth-child(2)::before {\n    content: \"Exception \";\n  }\n\n  .exceptions td:nth-child(3)::before {\n    content: \"State \";\n  }\n\n  .exceptions td:nth-child(4)::before {\n    content: \"Owner \";\n  }\n\n  .exceptions td:nth-child(5)::before {\n    content: \"Reason \";\n  }\n\n  .counts {\n    font-size: 0.9rem;\n  }\n\n  .findings thead tr {\n    display: flex;\n    flex-wrap: wrap;\n    gap: 0 0.5rem;\n    border-bottom: 2px solid var(--edge);\n  }\n\n  .findings thead th {\n    position: static;\n    width: auto;\n    border: 0;\n  }\n\n  .findings tbody {\n    padding: 0.8rem 0.2rem;\n    border-bottom: 1px solid var(--line);\n  }\n\n  .findings tbody tr:first-child {\n    display: flex;\n    flex-wrap: wrap;\n    gap: 0.25rem 1rem;\n  }\n\n  .findings tbody tr:last-child {\n    display: block;\n  }\n\n  .findings tbody tr:first-child > :is(td, th) {\n    flex: 1 0 min(100%, 17rem);\n    min-width: 0;\n    padding: 0;\n  }\n\n  .findings tbody tr:last-child > td {\n    border: 0;\n    padding: 0;\n  }\n\n  .findings tbody td:empty {\n    display: none;\n  }\n\n  /* Severity and name are the card's heading. */\n  .findings tbody tr:first-child > td:first-child {\n    flex: 0 0 auto;\n  }\n\n  .findings tbody tr:first-child > th {\n    flex: 1 0 calc(100% - 8rem);\n    font-size: 1rem;\n  }\n\n  .findings tbody ul {\n    margin-top: 0.5rem;\n  }\n\n  .findings tbody ul > li {\n    padding: 0.3rem 0;\n  }\n\n  .findings summary {\n    display: inline-block;\n    padding: 0.2rem 0;\n  }\n\n  /* All lines of a value stand beside its label. A grid would give each piece of a cell a place of its own. */\n  .findings tbody tr:first-child > td:nth-child(n + 3) {\n    padding-left: 5.6rem;\n  }\n\n  .cards td::before,\n  .findings tr:first-child > td:nth-child(n + 3)::before {\n    float: left;\n    width: 5.2rem;\n    margin-left: -5.6rem;\n    color: var(--soft);\n    font-size: 0.85rem;\n    line-height: 1.6;\n  }\n\n  .findings tr:first-child > td:nth-child(3)::before {\n    content: \"Installed \";\n  }\n\n  .findings tr:first-child > td:nth-child(4)::before {\n    content: \"Fixed \";\n  }\n\n  .findings tr:first-child > td:nth-child(5)::before {\n    content: \"Findings \";\n  }\n\n  .findings tr:first-child > td:nth-child(6)::before {\n    content: \"Where \";\n  }\n\n  .findings tr:first-child > td:nth-child(7)::before {\n    content: \"Layer \";\n  }\n\n  .findings tr:first-child > td:nth-child(8):not(:last-child)::before {\n    content: \"Target \";\n  }\n\n  .findings tr:first-child > td:last-child:nth-child(n + 3)::before {\n    content: \"Status \";\n  }\n\n  .counts {\n    min-width: 0;\n  }\n}\n\n@media screen and (max-width: 36rem) {\n  .counts {\n    width: 100%;\n  }\n\n  .counts :is(th, td) {\n    padding-inline: 0.2rem;\n  }\n\n  .counts thead th {\n    font-size: 0.78rem;\n  }\n\n  .counts .severity {\n    min-width: 0;\n    font-size: 0.72rem;\n  }\n\n  .target > dl {\n    grid-template-columns: 1fr;\n    gap: 0;\n  }\n\n  dd {\n    margin-bottom: 0.35rem;\n  }\n}\n\n/* Too narrow for the overview: each target is a card, with its counts side by side. */\n@media screen and (max-width: 54rem) {\n  .overview,\n  .overview tbody {\n    display: block;\n  }\n\n  .overview thead {\n    display: none;\n  }\n\n  .overview tr {\n    display: flex;\n    flex-wrap: wrap;\n    gap: 0.15rem 0.6rem;\n    padding: 0.6rem 0;\n    border-bottom: 1px solid var(--line);\n  }\n\n  .overview tbody :is(th, td) {\n    min-width: 0;\n    padding: 0;\n    border: 0;\n  }\n\n  .overview td:first-child {\n    flex: 0 0 3rem;\n  }\n\n  .overview tbody th {\n    flex: 1 0 calc(100% - 5rem);\n  }\n\n  .overview .number {\n    display: grid;\n    flex: 0 0 11.5rem;\n    grid-template-columns: 5.3rem minmax(0, 1fr);\n    align-items: baseline;\n    font-size: 0.95rem;\n    text-align: left;\n    white-space: normal;\n  }\n\n  .overview .number::before {\n    content: attr(data-name);\n    color: var(--soft);\n    font-size: 0.8rem;\n  }\n}\n\n/* Paper: all findings, also those that are filtered out, and no controls. */\n@media print {\n  @page {\n    size: a4 landscape;\n    margin: 12mm;\n  }\n\n  :root {\n    color-scheme: light;\n  }\n\n  html {\n    font-size: 9.5pt;\n  }\n\n  body {\n    max-width: none;\n    padding: 0;\n  }\n\n  tr,\n  .note,\n  .target {\n    break-inside: avoid;\n  }\n\n  /* A short table stays on one page. A long one would start on a new page and leave the last one empty. */\n  .cards:not(:has(tbody tr:nth-child(9))) {\n    break-inside: avoid;\n  }\n\n  /* Headings stay with what follows them. The findings are exempt, because there can be thousands. */\n  caption,\n  .caption,\n  thead,\n  .cards tr:first-child,\n  section > details > summary {\n    break-after: avoid;\n  }\n\n  .cards tr:last-child {\n    break-before: avoid;\n  }\n\n  /* Three targets fit on a page. */\n  .counts :is(th, td) {\n    padding-block: 0.15rem;\n  }\n\n  .target {\n    margin: 0.4rem 0 0.9rem;\n  }\n\n  .js form,\n  .js .more,\n  .js .findings th > button,\n  .state,\n  .skip {\n    display: none;\n  }\n\n  .js .findings thead th::before {\n    content: attr(data-name);\n  }\n\n  .js .findings tbody,\n  .js:not(.ready) .findings tbody.later {\n    display: table-row-group;\n  }\n\n  .findings li {\n    break-inside: avoid;\n  }\n\n  .js .findings li,\n  .js:not(.ready) .findings li.later {\n    display: list-item;\n  }\n\n  .findings tbody tr:first-child {\n    break-after: avoid;\n  }\n\n  .findings tbody tr:last-child {\n    break-inside: auto;\n  }\n\n  .findings tbody tr:last-child > td {\n    padding-left: 6.8rem;\n  }\n\n  .findings thead th {\n    position: static;\n  }\n\n  .findings {\n    font-size: 7.5pt;\n  }\n\n  .findings small,\n  .findings summary {\n    font-size: 6.8pt;\n  }\n\n  .w-severity {\n    width: 6.2rem;\n  }\n\n  .severity {\n    min-width: 0;\n    border-color: currentcolor;\n    font-size: 0.9em;\n    print-color-adjust: exact;\n    -webkit-print-color-adjust: exact;\n  }\n\n  h2,\n  h3 {\n    break-after: avoid;\n  }\n\n  .scroll {\n    overflow: visible;\n  }\n\n  main > section > details::details-content,\n  .fixed::details-content {\n    content-visibility: visible;\n    block-size: auto;\n  }\n}\n",
	script: "// The script of the HTML report: it sorts and filters. Without it, the page shows everything.\n// It reads the table in the page, and never turns text into markup.\n\n(() => {\n  /** Number of findings that are laid out at a time. */\n  const STEP = 500;\n  /** Most findings that can be shown at once. For 50,000, a browser needs many seconds. */\n  const MOST_AT_ONCE = 5_000;\n  /** The rank of a package whose cell is empty. Such packages come last in either direction. */\n  const NOTHING = -1;\n  const BY_DEFAULT = { column: \"severity\", descending: true };\n  /** Columns that begin with the highest value. All others begin with A. */\n  const HIGHEST_FIRST = [\"severity\", \"findings\"];\n  const number = new Intl.NumberFormat(\"en\");\n\n  /** An advisory in a package's list, with its findings. */\n  class Finding {\n    /** @type {string | undefined} */\n    #words;\n\n    /** @param {HTMLElement} item */\n    constructor(item) {\n      this.item = item;\n      this.severity = item.dataset.s ?? \"\";\n      this.outcome = item.dataset.o ?? \"\";\n      this.scanners = (item.dataset.w ?? \"\").split(\" \");\n      /** One item can stand for the findings of several packages. */\n      this.count = Number(item.dataset.n ?? 1);\n    }\n\n    /** Its id and its package, to search in. */\n    get words() {\n      this.#words ??= [...this.item.querySelectorAll(\":scope > :is(a, code), .of\")]\n        .map((each) => each.textContent)\n        .join(\" \")\n        .toLowerCase();\n      return this.#words;\n    }\n  }\n\n  /** A package: its group of rows, its position in the file, and its findings. */\n  class Package {\n    /** @type {string | undefined} */\n    #words;\n\n    /** @param {HTMLTableSectionElement} group @param {number} place */\n    constructor(group, place) {\n      this.group = group;\n      this.place = place;\n      this.severity = group.dataset.s ?? \"\";\n      this.layer = group.dataset.l ?? \"\";\n      this.target = group.dataset.t ?? \"\";\n      this.cells = /** @type {HTMLTableRowElement} */ (group.rows[0]).cells;\n      this.findings = [...group.querySelectorAll(\"li[data-s]\")].map(\n        (item) => new Finding(/** @type {HTMLElement} */ (item)),\n      );\n      this.count = this.findings.reduce((sum, { count }) => sum + count, 0);\n    }\n\n    /** Its names and the package that ships it, to search in. */\n    get words() {\n      this.#words ??= `${this.#text(1)} ${this.group.querySelector(\".owner\")?.textContent ?? \"\"}`.toLowerCase();\n      return this.#words;\n    }\n\n    /** The text that the package is sorted by. @param {string} column @param {number} cell */\n    key(column, cell) {\n      if (column === \"severity\") return this.severity;\n      if (column === \"status\") return `${this.findings[0]?.outcome ?? \"\"} ${this.#text(cell)}`;\n      if (column === \"findings\") return `${this.count}`;\n      return column === \"package\" || column === \"layer\" ? this.#first(cell) : this.#text(cell);\n    }\n\n    /** @param {number} cell */\n    #text(cell) {\n      return this.cells[cell]?.textContent ?? \"\";\n    }\n\n    /** @param {number} cell */\n    #first(cell) {\n      return this.cells[cell]?.firstElementChild?.textContent ?? \"\";\n    }\n  }\n\n  /** The values of the controls. */\n  class Filter {\n    /** @param {FormData} data */\n    constructor(data) {\n      const text = (/** @type {string} */ name) => String(data.get(name) ?? \"\");\n      this.severities = new Set(data.getAll(\"severity\"));\n      this.outcome = text(\"status\");\n      this.layer = text(\"layer\");\n      this.target = text(\"target\");\n      this.scanner = text(\"scanner\");\n      this.words = text(\"package\").toLowerCase().split(/\\s+/).filter(Boolean);\n    }\n\n    /** Whether findings of the package can match. @param {Package} each */\n    admits(each) {\n      return (this.layer === \"\" || this.layer === each.layer) && (this.target === \"\" || this.target === each.target);\n    }\n\n    /** @param {Finding} finding @param {Package} of */\n    matches(finding, of) {\n      return (\n        (this.severities.size === 0 || this.severities.has(finding.severity)) &&\n        (this.outcome === \"\" || this.outcome === finding.outcome) &&\n        (this.scanner === \"\" || finding.scanners.includes(this.scanner)) &&\n        this.words.every((word) => of.words.includes(word) || finding.words.includes(word))\n      );\n    }\n  }\n\n  /** The table in its current order. */\n  class Table {\n    /** For each column, the rank of each package. Kept, because comparing texts takes most of the time. */\n    #ranks = /** @type {Map<string, number[]>} */ (new Map());\n    sorting = BY_DEFAULT;\n\n    /** @param {HTMLTableElement} table */\n    constructor(table) {\n      this.element = table;\n      this.heads = [...table.querySelectorAll(\"thead th\")].map((head) => /** @type {HTMLElement} */ (head));\n      this.columns = this.heads.map((head) => head.dataset.column ?? \"\");\n      this.packages = [...table.tBodies].map((group, place) => new Package(group, place));\n      this.size = this.packages.reduce((sum, { count }) => sum + count, 0);\n      this.order = this.packages;\n    }\n\n    /** @param {string} column @param {boolean} descending */\n    sort(column, descending) {\n      this.sorting = { column, descending };\n      const ranks = this.#rank(column);\n      const at = (/** @type {Package} */ { place }) => ranks[place] ?? NOTHING;\n      // The highest severity has the lowest rank.\n      const sign = descending === (column !== \"severity\") ? -1 : 1;\n      this.order = [...this.packages].sort(\n        (a, b) => Number(at(a) === NOTHING) - Number(at(b) === NOTHING) || sign * (at(a) - at(b)) || a.place - b.place,\n      );\n      const groups = document.createDocumentFragment();\n      for (const { group } of this.order) groups.append(group);\n      this.element.append(groups);\n      for (const head of this.heads) {\n        const sorted = descending ? \"descending\" : \"ascending\";\n        head.setAttribute(\"aria-sort\", head.dataset.column === column ? sorted : \"none\");\n      }\n    }\n\n    /** @param {string} column */\n    #rank(column) {\n      const known = this.#ranks.get(column);\n      if (known !== undefined) return known;\n      const cell = this.columns.indexOf(column);\n      const keys = this.packages.map((each) => each.key(column, cell));\n      const { compare } = new Intl.Collator(\"en\", { numeric: true });\n      const places = new Map([...new Set(keys)].sort(compare).map((key, place) => [key, place]));\n      const ranks = keys.map((key) => (key === \"\" ? NOTHING : (places.get(key) ?? NOTHING)));\n      this.#ranks.set(column, ranks);\n      return ranks;\n    }\n\n    /** Shows the first findings that match, and hides all others. @param {Filter} filter @param {number} most */\n    show(filter, most) {\n      let found = 0;\n      let shown = 0;\n      for (const each of this.order) {\n        const before = shown;\n        const admitted = filter.admits(each);\n        for (const finding of each.findings) {\n          const matches = admitted && filter.matches(finding, each);\n          const isShown = matches && shown < most;\n          if (matches) found += finding.count;\n          if (isShown) shown += finding.count;\n          hide(finding.item, !isShown);\n        }\n        hide(each.group, shown === before);\n      }\n      return { found, shown };\n    }\n\n    /** The last finding that is shown. */\n    lastShown() {\n      const last = this.order.filter(({ group }) => !group.hidden).at(-1);\n      return last?.findings.filter(({ item }) => !item.hidden).at(-1)?.item;\n    }\n  }\n\n  /** Leaves an element alone that is as it should be, because changing it costs time. @param {HTMLElement} element @param {boolean} hidden */\n  function hide(element, hidden) {\n    if (element.hidden !== hidden) element.hidden = hidden;\n  }\n\n  /** Controls, table, and the line that says what is shown. */\n  class Page {\n    #most = STEP;\n    #waiting = 0;\n\n    /** @param {HTMLTableElement} table @param {HTMLFormElement} form */\n    constructor(table, form) {\n      this.table = new Table(table);\n      this.form = form;\n      this.state = /** @type {HTMLElement} */ (document.getElementById(\"state\"));\n      this.more = /** @type {HTMLElement} */ (document.getElementById(\"more\"));\n      this.all = /** @type {HTMLElement} */ (document.getElementById(\"show-all\"));\n    }\n\n    start() {\n      this.form.addEventListener(\"input\", ({ target }) => {\n        const typing = target instanceof HTMLInputElement && target.type === \"search\";\n        clearTimeout(this.#waiting);\n        this.#waiting = setTimeout(() => this.changed(), typing ? 150 : 0);\n      });\n      this.form.addEventListener(\"submit\", (event) => {\n        event.preventDefault();\n        this.changed();\n      });\n      // The controls are reset only after the event.\n      this.form.addEventListener(\"reset\", () => setTimeout(() => this.reset()));\n      for (const head of this.table.heads)\n        head.querySelector(\"button\")?.addEventListener(\"click\", () => this.sortBy(head.dataset.column ?? \"\"));\n      document.getElementById(\"show-more\")?.addEventListener(\"click\", () => this.showMore(STEP));\n      this.all.addEventListener(\"click\", () => this.showMore(Number.POSITIVE_INFINITY));\n      this.recall();\n      this.show();\n    }\n\n    show() {\n      const { found, shown } = this.table.show(new Filter(new FormData(this.form)), this.#most);\n      const all = this.table.size;\n      const left = found - shown;\n      const count = found === all ? \"\" : `${number.format(found)} of `;\n      const first = left > 0 ? `, the first ${number.format(shown)} shown` : \"\";\n      const { column } = this.table.sorting;\n      const findings = all === 1 ? \"finding\" : \"findings\";\n      this.state.textContent = `${count}${number.format(all)} ${findings}${first}. Sorted by ${column}, ${this.direction()}.`;\n      this.more.hidden = left <= 0;\n      this.all.hidden = found > MOST_AT_ONCE;\n    }\n\n    direction() {\n      const { column, descending } = this.table.sorting;\n      if (column === \"severity\") return descending ? \"most severe first\" : \"least severe first\";\n      return descending ? \"descending\" : \"ascending\";\n    }\n\n    /** Called when the controls or the order have changed. */\n    changed() {\n      this.#most = STEP;\n      this.show();\n      this.remember();\n    }\n\n    reset() {\n      this.table.sort(BY_DEFAULT.column, BY_DEFAULT.descending);\n      this.changed();\n    }\n\n    /** Sorts by a column. A second time reverses the order. @param {string} column */\n    sortBy(column) {\n      const { sorting } = this.table;\n      this.table.sort(column, sorting.column === column ? !sorting.descending : HIGHEST_FIRST.includes(column));\n      this.changed();\n    }\n\n    /** @param {number} findings */\n    showMore(findings) {\n      const last = this.table.lastShown();\n      this.#most += findings;\n      this.show();\n      // Keyboard users continue at the first new finding.\n      if (last === undefined) return;\n      last.tabIndex = -1;\n      last.focus();\n    }\n\n    /** Stores controls and order in the address, so that a copied address shows the same. */\n    remember() {\n      const kept = new URLSearchParams();\n      for (const [name, value] of new FormData(this.form)) if (value !== \"\") kept.append(name, String(value));\n      const { column, descending } = this.table.sorting;\n      if (column !== BY_DEFAULT.column || !descending) kept.set(\"sort\", `${descending ? \"-\" : \"\"}${column}`);\n      try {\n        history.replaceState(null, \"\", `#${kept}`);\n      } catch {\n        // Some browsers refuse this for files. The page works without it.\n      }\n    }\n\n    recall() {\n      if (!location.hash.includes(\"=\")) return;\n      const kept = new URLSearchParams(location.hash.slice(1));\n      for (const control of this.form.elements) set(control, kept);\n      const [, minus, column = \"\"] = /^(-?)(\\w+)$/.exec(kept.get(\"sort\") ?? \"\") ?? [];\n      if (this.table.columns.includes(column)) this.table.sort(column, minus === \"-\");\n    }\n  }\n\n  /** Sets a control to its value in the address. @param {Element} control @param {URLSearchParams} kept */\n  function set(control, kept) {\n    if (control instanceof HTMLInputElement && control.type === \"checkbox\")\n      control.checked = kept.getAll(control.name).includes(control.value);\n    else if (control instanceof HTMLInputElement) control.value = kept.get(control.name) ?? \"\";\n    else if (control instanceof HTMLSelectElement) {\n      const value = kept.get(control.name) ?? \"\";\n      if ([...control.options].some((option) => option.value === value)) control.value = value;\n    }\n  }\n\n  /** Opens everything folded for printing, except the explanations in the table of findings. */\n  function unfoldForPrint() {\n    /** @type {HTMLDetailsElement[]} */\n    let unfolded = [];\n    addEventListener(\"beforeprint\", () => {\n      unfolded = [...document.querySelectorAll(\"details\")].filter(\n        (details) => !details.open && details.closest(\".findings\") === null,\n      );\n      for (const details of unfolded) details.open = true;\n    });\n    addEventListener(\"afterprint\", () => {\n      for (const details of unfolded) details.open = false;\n    });\n  }\n\n  document.documentElement.classList.add(\"js\");\n  document.addEventListener(\"DOMContentLoaded\", () => {\n    const table = document.querySelector(\"table.findings\");\n    const form = document.querySelector(\"form\");\n    if (table instanceof HTMLTableElement && form !== null) new Page(table, form).start();\n    document.documentElement.classList.add(\"ready\");\n    unfoldForPrint();\n  });\n})();\n"
};

// src/render/html/policy-sections.ts
const MOST_CHANGES = 500;
const WHY = 1e3;
function changesSection(view) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return section(notKnownWords(view), "warning", `<p>${sentence(change.unreadable, WHY)}</p>`);
	const changes = looseningFirst(change.changes);
	if (changes.length === 0) return "";
	const { path } = view.policy;
	const about = [path === void 0 || changes.every(({ file }) => file !== void 0) ? "" : `In ${code(path)}.`, htmlLine(forceWords(view))].filter((part) => part !== "");
	const items = changes.slice(0, MOST_CHANGES).map(changeItem);
	const left = changes.length - items.length;
	return section(titleWords$1(changes, view), changes.some(({ loosens }) => loosens) ? "warning" : "", `${about.length === 0 ? "" : `<p>${about.join(" ")}</p>\n`}<ul>\n${items.join("")}</ul>${left > 0 ? `\n<p>${counted(left, "more change")} in the JSON report only.</p>` : ""}`);
}
function section(title, kind, inside) {
	return `<section class="${`note ${kind}`.trim()}" aria-labelledby="policy-title">
<h2 id="policy-title">${title}</h2>
${inside}
</section>
`;
}
function changeItem(change) {
	return `<li>${change.loosens ? "<b class=\"broken\">loosens:</b> " : ""}${htmlLine(changeWords(change))}</li>\n`;
}
function unmatchedSection(view) {
	const lines = dockerfileWords(view).map((words) => `<p>${htmlLine(words)}</p>\n`);
	if (lines.length === 0) return "";
	return `<section class="note warning" aria-label="The Dockerfile">\n${lines.join("")}</section>\n`;
}
const MOST_ROWS = 1e3;
function exceptionsSection({ verdict, policy }) {
	const items = needingAttention(verdict);
	if (items.length === 0) return "";
	const rows = items.slice(0, MOST_ROWS).map((item) => {
		const { id, package: about, owner, reason, line } = item.use.exception;
		return `<tr>${[
			`${line}`,
			`${listWord(item)}${advisory(id)}${about === void 0 ? "" : ` on ${breakable(name$1(about, 200))}`}`,
			prose$1(attentionWords(item)),
			owner === void 0 ? "" : breakable(name$1(owner, 100)),
			prose$1(reason, 400)
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
const NAME = 200;
const TITLE = 100;
const PATH = 400;
const MOST_FIXED = 500;
function fixedList(target, view) {
	return goneList(unseenOf(target, view), unseenWords) + goneList(fixedIn(target, view), fixedWords$1);
}
function goneList(fixed, words) {
	if (fixed.length === 0) return "";
	const rest = (more) => `<li>${more} in the JSON report only</li>\n`;
	const items = someLines(fixed, MOST_FIXED, {
		show: fixedItem,
		rest
	});
	return `<details class="fixed"><summary>${words(fixed.length)}</summary>\n<ul>\n${items.join("")}</ul>\n</details>\n`;
}
function fixedItem({ severity: of, id, url, package: about, title, path }) {
	const what = about === void 0 ? prose$1(title, TITLE) : joined(" ", [breakable(name$1(about.name, NAME)), name$1(about.version, NAME)]);
	const parts = [
		severity(of),
		advisory(id, url),
		what,
		path === void 0 ? "" : pathCode(path, PATH)
	];
	return `<li>${joined(" ", parts)}</li>\n`;
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
	const show = (line) => `<li>${sentence(line.replace(/;$/, ""), NOTE$1)}</li>`;
	const items = someLines(list, MOST_LISTED, {
		show,
		what: "line",
		rest: (more) => `<li>${more}</li>`
	});
	return `<div class="note error">
<h3>${answerWord("error")}: ${name$1(target.label)} could not be judged</h3>
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
	const label = `<td>${answerWord(target.answer)}</td><th scope="row">${[target.target.label, ...savedAs(target)].map((each) => breakable(name$1(each))).join("<br>")}`;
	if (target.answer === "error") return `<tr>${label}</th><td colspan="${COUNTED.length}">not judged: ${code(target.error.code, 100)}</td></tr>\n`;
	const exploits = (target.exploitRows ?? []).filter(({ broken }) => broken).map((row) => `<br>${overLimit(`${number(row.open)} ${escaped(exploitWords(row))}`, row.limit)}`);
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
	const title = `<h3>${answerWord(target.answer)}: ${name$1(target.target.label)}</h3>`;
	return open ? `${title}\n${inside}` : `<details><summary>${title}</summary>\n${inside}</details>\n`;
}
function notes(target, base) {
	const said = [
		endOfLifeWords(target),
		nothingSeenWords(target),
		...(target.scan.provenance.notes ?? []).slice(0, MOST_LISTED).map((each) => prose(each)),
		suppressedLine(target),
		uncomparedWords(target),
		prose(base?.problem ?? ""),
		prose(base?.note ?? "")
	].map(htmlLine).filter((words) => words !== "");
	if (said.length === 0) return "";
	return `<div class="notes note warning">${said.map((words) => `<p>${words}</p>`).join("")}</div>\n`;
}
function coverageTable({ coverage }) {
	if (coverage === void 0 || coverage.rows.length === 0) return "";
	const rows = coverage.rows.slice(0, MOST_COVERED).map(({ subject, status, detail }) => {
		const words = status === "gap" ? `<span class="broken">${STATUS_WORDS[status]}</span>` : STATUS_WORDS[status];
		return `<tr><th scope="row">${name$1(subject, 100)}</th><td>${words}</td><td>${sentence(detail, NOTE$1)}</td></tr>\n`;
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
${[...target.rows.map((row) => countsRow(severity(row.severity), row)), ...(target.exploitRows ?? []).map((row) => countsRow(escaped(exploitWords(row)), row))].join("")}</tbody>
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
	return `<dl>${[
		["Image", savedAs(target).map((saved) => code(saved, REFERENCE)).join("")],
		["Digest", artifact.digest === void 0 ? sentence(unknownDigest(target)) : code(artifact.digest, 200)],
		["Index", artifact.index?.digest === void 0 ? "" : code(artifact.index.digest, 200)],
		["Image id", artifact.imageId === void 0 ? "" : code(artifact.imageId, 200)],
		["Platform", name$1(artifact.platform ?? "", 60)],
		["Other platforms", htmlLine(unjudgedWords(target, view))],
		["System", artifact.os === void 0 || artifact.os.family === "none" ? "" : name$1(`${artifact.os.family} ${artifact.os.name}`.trim(), 100)],
		["Packages", artifact.packages === void 0 ? "not listed in the report" : number(artifact.packages)],
		["Source", sentence(provenance.source ?? "")],
		["Scanner", name$1(scannersLine(target.scan), 200)],
		["Looked for", (provenance.scanners ?? []).map((kind) => name$1(kind, 40)).join(", ")],
		["Database", databaseWords(provenance.databaseUpdatedAt, view)],
		["Skipped", listed(provenance.skipped ?? [])],
		["Base image", htmlLine(baseWords(view.bases?.get(target.target)))],
		["Baseline", htmlLine(comparisonWords(target, view))]
	].filter(([, words]) => words !== "").map(([term, words]) => `<dt>${term}</dt><dd>${words}</dd>`).join("\n")}</dl>\n`;
}
function databaseWords(updatedAt, view) {
	const old = updatedAt === void 0 ? void 0 : age(updatedAt, view.now);
	return updatedAt === void 0 || old === void 0 ? "" : `of ${name$1(updatedAt, 40)}, ${old} old`;
}
function listed(paths) {
	const shown = paths.slice(0, MOST_LISTED).map((path) => code(path));
	return shown.join(", ") + (paths.length > shown.length ? ", …" : "");
}

// src/render/html/html.ts
function* renderHtml(view, facts) {
	const { targets } = view.verdict;
	const title = `${name$1(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}`;
	yield documentHead({
		title,
		...page_generated_default
	});
	yield "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n";
	yield headSection(view);
	yield "<main>\n";
	yield changesSection(view);
	yield runNotes(view);
	const isAlone = targets.length === 1;
	if (isAlone) yield planSection(targets);
	yield* targetsSection(view);
	if (!isAlone) yield planSection(targets);
	yield unmatchedSection(view);
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
<h1>${name$1(wholeNames(view.name, 200), 200)}${colonFor(view)} <span class="answer ${answer}">${verdictWords(view)}</span></h1>
<p class="reason">${sentence(headingReason(view), REASON) || "–"}</p>
${modeLine(view)}<p class="facts">${runFacts(view).join(" · ")}</p>
</header>
`;
}
function modeLine(view) {
	const words = htmlLine(modeWords(view));
	return words === "" ? "" : `<p>${words}</p>\n`;
}
function runFacts(view) {
	const iso = view.now.toISOString();
	return [`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`, ...runProvenance(view).map(htmlLine)];
}
function runNotes({ notes = [] }) {
	if (notes.length === 0) return "";
	const show = (note) => `<p>${sentence(note, NOTE)}</p>`;
	return `<section class="note warning" aria-label="Notes on this run">${someLines(notes, MOST_NOTES, {
		show,
		what: "note",
		rest: (more) => `<p>${more}</p>`
	}).join("")}</section>\n`;
}
function footSection({ tool }) {
	const made = `${escaped(tool.name)} ${escaped(tool.version)}`.trim();
	return `<footer>Made by ${tool.url !== void 0 && isLinkable(tool.url) ? link(made, tool.url) : made}. This file is whole: it loads nothing.</footer>\n`;
}

export { renderHtml };
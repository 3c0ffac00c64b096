import { breakable, documentHead, escaped, htmlBlocks, htmlLine, isLinkable, link, name, prose } from "./shared.render.js";
import { counted, joined, number, wholeNames } from "./shared.inputs.js";
import { ALL, EXEMPTED, ORIGINS, advisory, blocksOf, briefInstruction, colonFor, everyRow, fileWords, headingSection, inOrder, joined as joined$1, rowMarks, runProvenance, shortInstruction, sourceWords, statusOf, statusWords, verdictWords } from "./shared.answer.js";
import { oncePer } from "./shared.start.js";
import { SEVERITIES, severityRank } from "./shared.names.js";
import { code, isEmpty, join, name as name$1, prose as prose$1, say, severity, small, some, strong, version } from "./shared.scan.js";

// src/render/html/findings.ts
const FIRST = 500;
const MOST_DESCRIBED = 3e3;
const DESCRIPTION = 1200;
const TITLE = 60;
const REASON = 100;
const INSTRUCTION = 100;
const FIXES = 5;
const NAMES = 20;
const OUTCOMES = [
	"open",
	"accepted",
	"not-counted"
];
function* findingsSection(targets) {
	const judged = targets.filter((target) => target.answer !== "error");
	const findings = judged.flatMap((target) => target.findings);
	yield "<section id=\"findings\" aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n";
	if (findings.length === 0) {
		yield `<p>${nothingFound(targets.length, judged.length)}</p>\n</section>\n`;
		return;
	}
	const page = {
		targets,
		layers: layersOf(findings),
		scanners: [...new Set(judged.flatMap(({ scan }) => (scan.opinions ?? []).map(({ scanner }) => scanner)))],
		hasDescriptions: findings.length <= MOST_DESCRIBED
	};
	const count = counted(findings.length, "finding");
	yield controls(page);
	yield `<p class="state" id="state" role="status" aria-live="polite">${count}.</p>\n`;
	yield tableHead(count, page);
	yield* joined$1(groups(page));
	yield `</table>\n${MORE}</section>\n`;
}
function nothingFound(targets, judged) {
	if (judged === targets) return "No findings.";
	return judged === 0 ? "Nothing is known, as nothing could be judged." : "No findings in what could be judged.";
}
function layersOf(findings) {
	const layers = /* @__PURE__ */ new Map();
	for (const { finding } of findings) if (finding.layer !== void 0) layers.set(finding.layer.diffId, finding.layer);
	return [...layers.values()].sort(({ number: a = LAST }, { number: b = LAST }) => a - b);
}
const LAST = Number.MAX_SAFE_INTEGER;
function controls({ targets, layers, scanners }) {
	const severities = SEVERITIES.map((severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`).join("");
	const outcomes = OUTCOMES.map((outcome) => outcome.replace("-", " "));
	const seen = scanners.map((scanner) => `seen by ${name(scanner, 60)}`);
	return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
${select("status", "Status", outcomes)}
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
${select("layer", "Layer", layers.map(layerOption))}
${targets.length === 1 ? "" : select("target", "Target", targets.map(targetName))}
${seen.length === 0 ? "" : select("scanner", "Scanner", seen, "<option value=\"-\">not seen by all that could</option>")}
<button type="reset">Reset</button>
</form>
`;
}
function select(name, label, options, last = "") {
	return `<div class="field"><label for="by-${name}">${label}</label><select id="by-${name}" name="${name}"><option value="">all</option>${options.map((words, key) => `<option value="${key}">${words}</option>`).join("")}${last}</select></div>`;
}
function layerOption({ instruction = "", number, diffId }) {
	return joined(": ", [number === void 0 ? "" : `${number}`, escaped(shortInstruction(instruction, 80))]) || escaped(diffId.slice(0, 19));
}
function targetName({ target }) {
	return name(target.label, 120);
}
function tableHead(count, { targets, scanners }) {
	return `<table class="findings">
<caption>All ${count}, by package, most severe first</caption>
<thead><tr>${[
		"Severity",
		"Package",
		"Installed",
		"Fixed",
		"Findings",
		"Where",
		"Layer",
		...[targets.length > 1 ? "Target" : "", scanners.length > 0 ? "Scanners" : ""],
		"Status"
	].filter(Boolean).map((word) => {
		const column = word.toLowerCase();
		return `<th scope="col" class="w-${column}" data-column="${column}" data-name="${word}" aria-sort="${column === "severity" ? "descending" : "none"}"><button type="button">${word}</button></th>`;
	}).join("")}</tr></thead>
`;
}
const MORE = `<p class="more" id="more" hidden><button type="button" id="show-more">Show more</button> <button type="button" id="show-all">Show all</button></p>
`;
function* groups(page) {
	const names = page.targets.map((target) => breakable(targetName(target)));
	const layerKeys = new Map(page.layers.map(({ diffId }, key) => [diffId, key]));
	let shown = 0;
	const later = () => shown < FIRST ? "" : " class=\"later\"";
	for (const { row, fix, index } of bySeverity(page.targets)) {
		const { source, packages, findings } = row;
		const [{ finding }] = findings;
		const { path, line, layer } = finding;
		const hasOnePlace = findings.every((each) => each.finding.path === path && each.finding.line === line);
		const cells = [
			htmlLine(version(source?.version ?? packages[0]?.version ?? "")),
			htmlLine(fixWords(fix)),
			number(findings.length),
			hasOnePlace ? htmlLine(fileWords(finding)) : "",
			layer === void 0 ? "" : layerCell(layer),
			...names.length > 1 ? [names[index]] : [],
			...page.scanners.length > 0 ? [""] : [],
			""
		];
		const layerKey = layer === void 0 ? "" : ` data-l="${layerKeys.get(layer.diffId)}"`;
		yield `<tbody${later()} data-s="${severityRank(finding.severity)}" data-t="${index}"${layerKey}>
<tr><td></td><th scope="rowgroup">${htmlLine(packageWords(row))}</th><td>${cells.join("</td><td>")}</td></tr>
`;
		for (const judged of findings) {
			yield `<tr${later()}${findingRow(judged, page, {
				hasOnePlace,
				hasOnePackage: packages.length < 2
			})}</tr>\n`;
			shown += 1;
		}
		yield "</tbody>\n";
	}
}
function bySeverity(targets) {
	const all = targets.flatMap((target, index) => target.answer === "error" ? [] : everyRow(target).map((row) => ({
		...row,
		index
	})));
	return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}
function findingRow(judged, { targets, scanners, hasDescriptions }, heading) {
	const { finding, outcome } = judged;
	const { id, url, severity: of, package: about, title, description = "", opinions = [], missedBy = [] } = finding;
	const ofSource = heading.hasOnePackage || about === void 0 ? "" : small(" ", name$1(about.name));
	const words = [title === id ? "" : prose$1(title, TITLE), heading.hasOnePlace ? "" : small(fileWords(finding))];
	const text = hasDescriptions ? prose(description, DESCRIPTION) : "";
	const explanation = text === "" ? "" : `<details><summary>Description</summary><p>${text}</p></details>`;
	const cells = [
		`<td>${htmlLine(severity(of))}`,
		`<td colspan="2">${htmlLine([advisory(id, url), ofSource])}`,
		`<td>${htmlLine(fixedIn(finding))}`,
		`<td colspan="${targets.length > 1 ? 4 : 3}">${htmlLine(words)}${explanation}`
	];
	let seen = "";
	if (scanners.length > 0) {
		seen = ` data-w="${[...opinions.map(({ scanner }) => scanners.indexOf(scanner)).filter((key) => key >= 0), ...missedBy.length > 0 ? ["-"] : []].join(" ")}"`;
		cells.push(`<td>${htmlLine(some(opinions, NAMES, { show: ({ scanner }) => prose$1(scanner, 60) }))}`);
	}
	cells.push(`<td>${htmlLine(statusOfRow(judged))}</td>`);
	return ` data-s="${severityRank(of)}" data-o="${OUTCOMES.indexOf(outcome)}"${seen}>${cells.join("</td>")}`;
}
function packageWords({ source, packages, findings: [{ finding }] }) {
	const about = source ?? packages[0];
	if (about === void 0) return strong(finding.kind.charAt(0).toUpperCase() + finding.kind.slice(1));
	const members = some(packages, NAMES, { show: (each) => name$1(each.name) });
	return [strong(name$1(about.name)), source ? small(` ${counted(packages.length, "package")}: `, members) : ""];
}
function fixWords(fix) {
	if (fix === void 0) return "";
	if (fix.to === void 0) return prose$1(fix.none);
	const shown = join(" or ", fix.to.slice(0, FIXES).map((each) => version(each)));
	const of = fix.clears === fix.of ? "" : small(` for ${number(fix.clears)} of ${number(fix.of)}`);
	return [
		shown,
		fix.to.length > FIXES ? " or …" : "",
		of
	];
}
function fixedIn({ kind, fixedVersions, status }) {
	if (kind !== "vulnerability") return "";
	return fixedVersions.length === 0 ? prose$1(statusWords(status)) : some(fixedVersions, FIXES, { show: (each) => version(each) });
}
const layerCell = oncePer((layer) => htmlLine(join(" ", [
	layer.number === void 0 ? "" : strong(`${layer.number}`),
	layer.instruction === void 0 ? "" : code(briefInstruction(layer.instruction, INSTRUCTION)),
	small(sourceWords(layer))
])));
function statusOfRow(judged) {
	const { outcome, spared = "unfixed", origin, exceptions, vex } = judged;
	const [exception] = exceptions;
	const details = [
		outcome === "not-counted" ? EXEMPTED[spared] : "",
		exception === void 0 ? "" : say`until ${prose$1(exception.expires)}${exception.owner ? [", ", prose$1(exception.owner, 20)] : ""}`,
		exception !== void 0 || vex === void 0 ? "" : say`by ${name$1(vex.document)}`,
		...rowMarks([judged]).map(({ words }) => prose$1(words)),
		origin === void 0 ? "" : ORIGINS[origin]
	];
	const status = outcome === "open" ? "open" : prose$1(statusOf(judged), REASON);
	return isEmpty(details) ? status : [
		status,
		" ",
		small(join("; ", details))
	];
}

// src/render/html/page.generated.json
var page_generated_default = {
	style: "/* The HTML report, after base.css. Each colour pair has a contrast of at least 4.5:1. */\n:root {\n  --edge: #7a8592;\n  --pass: #14652f;\n  --fail: #a61b1b;\n  --error: #7a3e00;\n  --critical-ink: #fff;\n  --critical: #a61b1b;\n  --high-ink: #8a2f00;\n  --high: #fde6d8;\n  --medium-ink: #634c00;\n  --medium: #fbf0c4;\n  --low-ink: #2c4a6e;\n  --low: #e4edf7;\n  --unknown-ink: #4a525c;\n  --unknown: #eceef1;\n}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --edge: #7f8a97;\n    --pass: #6fd08c;\n    --fail: #ff9a92;\n    --error: #f5b66b;\n    --critical-ink: #fff;\n    --critical: #b3261e;\n    --high-ink: #ffbd94;\n    --high: #4a2714;\n    --medium-ink: #f0d678;\n    --medium: #413509;\n    --low-ink: #a9cbf2;\n    --low: #1e3350;\n    --unknown-ink: #c3cad2;\n    --unknown: #2e353d;\n  }\n}\n\nbody {\n  max-width: 120rem;\n}\n\nsmall,\n.soft {\n  font-size: 0.85rem;\n  color: var(--soft);\n}\n\n.skip {\n  position: absolute;\n  left: -100vw;\n  padding: 0.5rem 1rem;\n  background: var(--paper);\n}\n\n.skip:focus {\n  left: 0.75rem;\n  top: 0.75rem;\n  z-index: 2;\n}\n\n/* Head */\n.top {\n  border-left: 0.4rem solid var(--edge);\n  padding: 0.1rem 0 0.1rem 1rem;\n}\n\n.top h1 + p {\n  margin-top: 0.5rem;\n  font-size: 1.05rem;\n}\n\n.top h1 + p > b {\n  font-weight: inherit;\n}\n\n.top .facts,\nfooter {\n  margin-top: 0.6rem;\n  color: var(--soft);\n  font-size: 0.9rem;\n}\n\n.top.pass {\n  border-color: var(--pass);\n}\n\n.top.fail {\n  border-color: var(--fail);\n}\n\n.top.error {\n  border-color: var(--error);\n}\n\n.answer {\n  font-weight: 700;\n}\n\n.answer.pass {\n  color: var(--pass);\n}\n\n.answer.fail,\n.broken {\n  color: var(--fail);\n  font-weight: 700;\n}\n\n.answer.error {\n  color: var(--error);\n}\n\n.note {\n  margin: 0.75rem 0;\n  padding: 0.6rem 0.9rem;\n  border: 1px solid var(--line);\n  border-left: 0.3rem solid var(--edge);\n  background: var(--panel);\n}\n\n.note.error {\n  border-left-color: var(--error);\n}\n\n.note.warning {\n  border-left-color: var(--error);\n}\n\n.note > h2 {\n  margin: 0;\n  font-size: 1.05rem;\n}\n\n.note > * + * {\n  margin-top: 0.4rem;\n}\n\n.note ul {\n  padding-left: 1.2rem;\n}\n\n/* What is said stands below each other. */\nmain > :is(p, ul, ol, table, details, pre),\nmain details > :not(summary) {\n  margin-top: 0.6rem;\n}\n\nmain :is(ul, ol) {\n  padding-left: 1.4rem;\n}\n\nmain li {\n  margin: 0.2rem 0;\n}\n\nmain > h2:first-child {\n  margin-top: 1.5rem;\n}\n\npre {\n  margin: 0;\n  padding: 0.6rem 0.9rem;\n  background: var(--panel);\n  white-space: pre-wrap;\n}\n\nsummary {\n  cursor: pointer;\n  padding: 0.3rem 0;\n}\n\nmain > details > summary {\n  font-weight: 600;\n}\n\n/* Tables */\ntable {\n  border-collapse: collapse;\n  font-variant-numeric: tabular-nums;\n}\n\n.cards {\n  max-width: 100%;\n}\n\ncaption {\n  text-align: left;\n  color: var(--soft);\n  font-size: 0.9rem;\n  padding: 0 0 0.4rem;\n}\n\nth,\ntd {\n  text-align: left;\n  vertical-align: top;\n  padding: 0.35rem 0.6rem;\n  border-bottom: 1px solid var(--line);\n}\n\nth {\n  font-size: 0.85rem;\n  font-weight: 600;\n}\n\nthead :is(th, td) {\n  border-bottom: 2px solid var(--edge);\n  vertical-align: bottom;\n  overflow-wrap: normal;\n}\n\ntbody th {\n  font-size: inherit;\n}\n\n.number {\n  text-align: right;\n}\n\n/* Severities: the word carries the meaning, the colour helps. */\n.severity {\n  display: inline-block;\n  min-width: 5.4rem;\n  padding: 0.05rem 0.45rem;\n  border: 1px solid transparent;\n  border-radius: 0.2rem;\n  font-size: 0.78rem;\n  font-weight: 650;\n  letter-spacing: 0.02em;\n  text-align: center;\n  overflow-wrap: normal;\n}\n\n.s0 {\n  color: var(--critical-ink);\n  background: var(--critical);\n}\n\n.s1 {\n  color: var(--high-ink);\n  background: var(--high);\n}\n\n.s2 {\n  color: var(--medium-ink);\n  background: var(--medium);\n}\n\n.s3 {\n  color: var(--low-ink);\n  background: var(--low);\n}\n\n.s4 {\n  color: var(--unknown-ink);\n  background: var(--unknown);\n}\n\ninput,\nselect,\nbutton {\n  font: inherit;\n  font-size: 0.9rem;\n  color: inherit;\n}\n\nbutton {\n  cursor: pointer;\n}\n\nfieldset label {\n  display: inline-flex;\n  align-items: center;\n  gap: 0.35rem;\n  min-height: 2.1rem;\n  font-size: 0.9rem;\n}\n\n/* Controls are hidden unless the script runs. */\nform,\n.more,\nth > button {\n  display: none;\n}\n\n.js form {\n  display: flex;\n  flex-wrap: wrap;\n  align-items: end;\n  gap: 0.75rem 1.25rem;\n  padding: 0.8rem 1rem;\n  background: var(--panel);\n  border: 1px solid var(--line);\n}\n\nform fieldset {\n  display: flex;\n  flex-wrap: wrap;\n  gap: 0.2rem 0.9rem;\n  border: 0;\n  margin: 0;\n  padding: 0;\n  min-width: 0;\n}\n\nform legend,\nform .field > label {\n  display: block;\n  padding: 0;\n  margin-bottom: 0.25rem;\n  font-size: 0.85rem;\n  font-weight: 600;\n}\n\nform .field {\n  flex: 0 1 auto;\n  min-width: 0;\n}\n\ninput[type=\"checkbox\"] {\n  width: 1.05rem;\n  height: 1.05rem;\n  margin: 0;\n  accent-color: var(--link);\n}\n\ninput[type=\"search\"],\nselect,\nform button,\n.more button {\n  min-height: 2.1rem;\n  max-width: 100%;\n  padding: 0.2rem 0.55rem;\n  background: var(--paper);\n  border: 1px solid var(--edge);\n  border-radius: 0.25rem;\n}\n\ninput[type=\"search\"] {\n  width: 12rem;\n}\n\nselect {\n  width: 11.5rem;\n}\n\n.state {\n  margin: 0.75rem 0;\n  font-size: 0.95rem;\n}\n\n.js .more {\n  display: block;\n  margin: 1rem 0;\n}\n\n.js .more[hidden],\n.js .more [hidden] {\n  display: none;\n}\n\n/* Findings */\n@media screen {\n  /* The line above the table says more than the caption. */\n  .js .findings caption {\n    position: absolute;\n    width: 1px;\n    height: 1px;\n    overflow: hidden;\n    clip-path: inset(50%);\n  }\n}\n\n.findings {\n  width: 100%;\n  table-layout: fixed;\n  font-size: 0.9rem;\n}\n\n.findings thead th {\n  position: sticky;\n  top: 0;\n  z-index: 1;\n  background: var(--paper);\n  padding: 0;\n}\n\n.findings thead th::before {\n  display: block;\n  padding: 0.35rem 0.6rem;\n  content: attr(data-name);\n}\n\n.js .findings thead th::before {\n  content: none;\n}\n\n.js .findings th > button {\n  display: block;\n  width: 100%;\n  padding: 0.4rem 0.6rem;\n  border: 0;\n  background: none;\n  text-align: left;\n  font-weight: 600;\n  font-size: 0.85rem;\n}\n\n.js .findings th > button:focus-visible {\n  outline-offset: -3px;\n}\n\n.findings th > button::after {\n  content: \" \\2195\" / \"\";\n  color: var(--soft);\n}\n\n.findings th[aria-sort=\"ascending\"] > button::after {\n  content: \" \\2191\" / \"\";\n  color: var(--ink);\n}\n\n.findings th[aria-sort=\"descending\"] > button::after {\n  content: \" \\2193\" / \"\";\n  color: var(--ink);\n}\n\n.findings :is(td, th) > small {\n  display: block;\n  font-weight: 400;\n}\n\n.findings tbody > tr:first-child {\n  background: var(--panel);\n}\n\n.findings tr[data-s] > * {\n  padding-block: 0.25rem;\n}\n\n/* A package's heading looks like one with its findings. */\n.findings tbody > tr:not(:last-child) > * {\n  border-bottom: 0;\n}\n\n.findings tbody > tr:last-child > * {\n  padding-bottom: 0.7rem;\n}\n\n/* An explanation that is folded is beside the title. */\n.findings details {\n  margin-left: 0.3rem;\n  display: inline;\n}\n\n.findings details[open] {\n  display: block;\n  max-width: 70rem;\n  margin: 0.3rem 0 0.6rem;\n}\n\n.findings summary {\n  display: inline;\n  padding: 0;\n  font-size: 0.85rem;\n  color: var(--soft);\n  text-decoration: underline dotted;\n  text-underline-offset: 0.2em;\n}\n\n.w-severity {\n  width: 7.4rem;\n}\n\n.w-package {\n  width: 15%;\n}\n\n.w-installed {\n  width: 10%;\n}\n\n.w-fixed,\n.w-target {\n  width: 11%;\n}\n\n.w-findings {\n  width: 6.6rem;\n}\n\n.w-scanners {\n  width: 8%;\n}\n\n.w-status {\n  width: 13%;\n}\n\n/*\n * Before the script has started, a large report would be laid out completely, only to be hidden again. No rule for the groups\n * depends on their number (:nth-child): a browser would look at all that follow whenever one moves, and sorting 50,000 takes 20 s.\n */\n.js:not(.ready) .findings .later {\n  display: none;\n}\n\nfooter {\n  margin-top: 2.5rem;\n  padding-top: 0.75rem;\n  border-top: 1px solid var(--line);\n}\n\n/* Narrow screens: each row of a table is a card, and so is each package. */\n@media screen and (max-width: 68rem) {\n  .cards,\n  .cards :is(tbody, tr, td),\n  .findings,\n  .findings :is(thead, tbody, td, tbody th) {\n    display: block;\n  }\n\n  .cards thead,\n  .cards td:empty,\n  .findings td:empty,\n  .findings [hidden] {\n    display: none;\n  }\n\n  .cards tr,\n  .findings tbody {\n    padding: 0.6rem 0.2rem;\n    border-bottom: 1px solid var(--line);\n  }\n\n  .cards td,\n  .findings tbody > tr > :is(td, th) {\n    border: 0;\n    padding: 0.1rem 0;\n  }\n\n  .cards tr,\n  .findings thead tr,\n  .findings tbody > tr {\n    display: flex;\n    flex-wrap: wrap;\n    gap: 0.2rem 1rem;\n  }\n\n  .findings thead th {\n    position: static;\n    width: auto;\n    border: 0;\n  }\n\n  /* The package's name is the card's heading. */\n  .findings tbody th {\n    flex: 1 0 100%;\n    font-size: 1rem;\n  }\n\n  .findings tbody > tr[data-s] {\n    padding: 0.3rem 0;\n  }\n\n  .findings tr[data-s] > td:nth-child(4) {\n    flex: 1 0 100%;\n  }\n\n  .findings summary {\n    display: inline-block;\n    padding: 0.2rem 0;\n  }\n\n  .findings tr:first-child > td:nth-child(n + 3) {\n    flex: 1 0 min(100%, 17rem);\n    min-width: 0;\n  }\n\n  /* All lines of a value stand beside its label. A grid would give each piece of a cell a place of its own. */\n  .cards td,\n  .findings tr:first-child > td:nth-child(n + 3) {\n    display: flow-root;\n    padding-left: 6.6rem;\n    text-align: left;\n  }\n\n  .cards td {\n    flex: 1 0 100%;\n  }\n\n  .cards td.number {\n    flex: 0 0 auto;\n    padding-left: 0;\n  }\n\n  .cards td:empty {\n    display: none;\n  }\n\n  .cards td::before,\n  .findings tr:first-child > td:nth-child(n + 3)::before {\n    float: left;\n    width: 6.2rem;\n    margin-left: -6.6rem;\n    color: var(--soft);\n    font-size: 0.85rem;\n    line-height: 1.6;\n    content: attr(data-name);\n  }\n\n  .cards td.number::before {\n    float: none;\n    margin: 0 0.4rem 0 0;\n  }\n\n  .findings tr:first-child > td:nth-child(3)::before {\n    content: \"Installed \";\n  }\n\n  .findings tr:first-child > td:nth-child(4)::before {\n    content: \"Fixed \";\n  }\n\n  .findings tr:first-child > td:nth-child(5)::before {\n    content: \"Findings \";\n  }\n\n  .findings tr:first-child > td:nth-child(6)::before {\n    content: \"Where \";\n  }\n\n  .findings tr:first-child > td:nth-child(7)::before {\n    content: \"Layer \";\n  }\n\n  .findings tr:first-child > td:nth-child(8)::before {\n    content: \"Target \";\n  }\n}\n\n/* Paper: all findings, also those that are filtered out, and no controls. */\n@media print {\n  @page {\n    size: a4 landscape;\n    margin: 12mm;\n  }\n\n  :root {\n    color-scheme: light;\n  }\n\n  html {\n    font-size: 9.5pt;\n  }\n\n  body {\n    max-width: none;\n    padding: 0;\n  }\n\n  tr,\n  main > :is(ol, ul) > li,\n  main details > :is(ol, ul) > li,\n  .note {\n    break-inside: avoid;\n  }\n\n  /* A short table stays on one page. A long one would start on a new page and leave the last one empty. */\n  .cards:not(:has(tbody tr:nth-child(9))) {\n    break-inside: avoid;\n  }\n\n  /* Headings stay with what follows them. */\n  h2,\n  h3,\n  caption,\n  thead,\n  summary,\n  .cards tr:first-child,\n  .findings tbody > tr:first-child {\n    break-after: avoid;\n  }\n\n  .cards tr:last-child {\n    break-before: avoid;\n  }\n\n  .js form,\n  .js .more,\n  .js .findings th > button,\n  .state,\n  .skip {\n    display: none;\n  }\n\n  .js .findings thead th::before {\n    content: attr(data-name);\n  }\n\n  .js .findings tbody,\n  .js:not(.ready) .findings tbody.later {\n    display: table-row-group;\n  }\n\n  .js .findings tr,\n  .js:not(.ready) .findings tr.later {\n    display: table-row;\n  }\n\n  .findings thead th {\n    position: static;\n  }\n\n  .findings {\n    font-size: 7.5pt;\n  }\n\n  .findings small,\n  .findings summary {\n    font-size: 6.8pt;\n  }\n\n  .w-severity {\n    width: 6.2rem;\n  }\n\n  .severity {\n    min-width: 0;\n    border-color: currentcolor;\n    font-size: 0.9em;\n    print-color-adjust: exact;\n    -webkit-print-color-adjust: exact;\n  }\n\n  main > details::details-content,\n  main > details details::details-content {\n    content-visibility: visible;\n    block-size: auto;\n  }\n}\n",
	script: "// The script of the HTML report: it sorts and filters. Without it, the page shows everything.\n// It reads the table in the page, and never turns text into markup.\n\n(() => {\n  /** Number of findings that are laid out at a time. */\n  const STEP = 500;\n  /** Most findings that can be shown at once. For 50,000, a browser needs many seconds. */\n  const MOST_AT_ONCE = 5_000;\n  /** The rank of a package whose cell is empty. Such packages come last in either direction. */\n  const NOTHING = -1;\n  const BY_DEFAULT = { column: \"severity\", descending: true };\n  /** Columns that begin with the highest value. All others begin with A. */\n  const HIGHEST_FIRST = [\"severity\", \"findings\"];\n  const number = new Intl.NumberFormat(\"en\");\n\n  /** A finding and its row. */\n  class Finding {\n    /** @type {string | undefined} */\n    #words;\n\n    /** @param {HTMLTableRowElement} row */\n    constructor(row) {\n      this.row = row;\n      this.severity = row.dataset.s ?? \"\";\n      this.outcome = row.dataset.o ?? \"\";\n      this.scanners = (row.dataset.w ?? \"\").split(\" \");\n    }\n\n    /** Its id and its package, to search in. */\n    get words() {\n      this.#words ??= this.row.cells[1]?.textContent.toLowerCase() ?? \"\";\n      return this.#words;\n    }\n  }\n\n  /** A package: its heading, its position in the file, and its findings. */\n  class Package {\n    /** @type {string | undefined} */\n    #words;\n\n    /** @param {HTMLTableSectionElement} group @param {number} place */\n    constructor(group, place) {\n      this.group = group;\n      this.place = place;\n      this.severity = group.dataset.s ?? \"\";\n      this.layer = group.dataset.l ?? \"\";\n      this.target = group.dataset.t ?? \"\";\n      const [heading, ...findings] = group.rows;\n      this.cells = /** @type {HTMLTableRowElement} */ (heading).cells;\n      this.findings = findings.map((row) => new Finding(row));\n    }\n\n    /** Its names and its place, with the package that ships it, to search in. */\n    get words() {\n      this.#words ??= `${this.#text(1)} ${this.#text(5)}`.toLowerCase();\n      return this.#words;\n    }\n\n    /** The text that the package is sorted by. @param {string} column @param {number} cell */\n    key(column, cell) {\n      if (column === \"severity\") return this.severity;\n      if (column === \"findings\") return `${this.findings.length}`;\n      const { outcome = \"\", row } = this.findings[0] ?? {};\n      if (column === \"status\") return `${outcome} ${row?.cells[row.cells.length - 1]?.textContent}`;\n      if (column === \"scanners\") return row?.cells[row.cells.length - 2]?.textContent ?? \"\";\n      return column === \"package\" || column === \"layer\" ? this.#first(cell) : this.#text(cell);\n    }\n\n    /** @param {number} cell */\n    #text(cell) {\n      return this.cells[cell]?.textContent ?? \"\";\n    }\n\n    /** @param {number} cell */\n    #first(cell) {\n      return this.cells[cell]?.firstElementChild?.textContent ?? \"\";\n    }\n  }\n\n  /** The values of the controls. */\n  class Filter {\n    /** @param {FormData} data */\n    constructor(data) {\n      const text = (/** @type {string} */ name) => String(data.get(name) ?? \"\");\n      this.severities = new Set(data.getAll(\"severity\"));\n      this.outcome = text(\"status\");\n      this.layer = text(\"layer\");\n      this.target = text(\"target\");\n      this.scanner = text(\"scanner\");\n      this.words = text(\"package\").toLowerCase().split(/\\s+/).filter(Boolean);\n    }\n\n    /** Whether findings of the package can match. @param {Package} each */\n    admits(each) {\n      return (this.layer === \"\" || this.layer === each.layer) && (this.target === \"\" || this.target === each.target);\n    }\n\n    /** @param {Finding} finding @param {Package} of */\n    matches(finding, of) {\n      return (\n        (this.severities.size === 0 || this.severities.has(finding.severity)) &&\n        (this.outcome === \"\" || this.outcome === finding.outcome) &&\n        (this.scanner === \"\" || finding.scanners.includes(this.scanner)) &&\n        this.words.every((word) => of.words.includes(word) || finding.words.includes(word))\n      );\n    }\n  }\n\n  /** The table in its current order. */\n  class Table {\n    /** For each column, the rank of each package. Kept, because comparing texts takes most of the time. */\n    #ranks = /** @type {Map<string, number[]>} */ (new Map());\n    sorting = BY_DEFAULT;\n\n    /** @param {HTMLTableElement} table */\n    constructor(table) {\n      this.element = table;\n      this.heads = [...table.querySelectorAll(\"thead th\")].map((head) => /** @type {HTMLElement} */ (head));\n      this.columns = this.heads.map((head) => head.dataset.column ?? \"\");\n      this.packages = [...table.tBodies].map((group, place) => new Package(group, place));\n      this.size = this.packages.reduce((sum, { findings }) => sum + findings.length, 0);\n      this.order = this.packages;\n    }\n\n    /** @param {string} column @param {boolean} descending */\n    sort(column, descending) {\n      this.sorting = { column, descending };\n      const ranks = this.#rank(column);\n      const at = (/** @type {Package} */ { place }) => ranks[place] ?? NOTHING;\n      // The highest severity has the lowest rank.\n      const sign = descending === (column !== \"severity\") ? -1 : 1;\n      this.order = [...this.packages].sort(\n        (a, b) => Number(at(a) === NOTHING) - Number(at(b) === NOTHING) || sign * (at(a) - at(b)) || a.place - b.place,\n      );\n      const groups = document.createDocumentFragment();\n      for (const { group } of this.order) groups.append(group);\n      this.element.append(groups);\n      for (const head of this.heads) {\n        const sorted = descending ? \"descending\" : \"ascending\";\n        head.setAttribute(\"aria-sort\", head.dataset.column === column ? sorted : \"none\");\n      }\n    }\n\n    /** @param {string} column */\n    #rank(column) {\n      const known = this.#ranks.get(column);\n      if (known !== undefined) return known;\n      const cell = this.columns.indexOf(column);\n      const keys = this.packages.map((each) => each.key(column, cell));\n      const { compare } = new Intl.Collator(\"en\", { numeric: true });\n      const places = new Map([...new Set(keys)].sort(compare).map((key, place) => [key, place]));\n      const ranks = keys.map((key) => (key === \"\" ? NOTHING : (places.get(key) ?? NOTHING)));\n      this.#ranks.set(column, ranks);\n      return ranks;\n    }\n\n    /** Shows the first findings that match, and hides all others. @param {Filter} filter @param {number} most */\n    show(filter, most) {\n      let found = 0;\n      let shown = 0;\n      for (const each of this.order) {\n        const before = shown;\n        const admitted = filter.admits(each);\n        for (const finding of each.findings) {\n          const matches = admitted && filter.matches(finding, each);\n          const isShown = matches && shown < most;\n          if (matches) found += 1;\n          if (isShown) shown += 1;\n          hide(finding.row, !isShown);\n        }\n        hide(each.group, shown === before);\n      }\n      return { found, shown };\n    }\n\n    /** The last finding that is shown. */\n    lastShown() {\n      const last = this.order.filter(({ group }) => !group.hidden).at(-1);\n      return last?.findings.filter(({ row }) => !row.hidden).at(-1)?.row;\n    }\n  }\n\n  /** Leaves an element alone that is as it should be, because changing it costs time. @param {HTMLElement} element @param {boolean} hidden */\n  function hide(element, hidden) {\n    if (element.hidden !== hidden) element.hidden = hidden;\n  }\n\n  /** Controls, table, and the line that says what is shown. */\n  class Page {\n    #most = STEP;\n    #waiting = 0;\n\n    /** @param {HTMLTableElement} table @param {HTMLFormElement} form */\n    constructor(table, form) {\n      this.table = new Table(table);\n      this.form = form;\n      this.state = /** @type {HTMLElement} */ (document.getElementById(\"state\"));\n      this.more = /** @type {HTMLElement} */ (document.getElementById(\"more\"));\n      this.all = /** @type {HTMLElement} */ (document.getElementById(\"show-all\"));\n    }\n\n    start() {\n      this.form.addEventListener(\"input\", ({ target }) => {\n        const typing = target instanceof HTMLInputElement && target.type === \"search\";\n        clearTimeout(this.#waiting);\n        this.#waiting = setTimeout(() => this.changed(), typing ? 150 : 0);\n      });\n      this.form.addEventListener(\"submit\", (event) => {\n        event.preventDefault();\n        this.changed();\n      });\n      // The controls are reset only after the event.\n      this.form.addEventListener(\"reset\", () => setTimeout(() => this.reset()));\n      for (const head of this.table.heads)\n        head.querySelector(\"button\")?.addEventListener(\"click\", () => this.sortBy(head.dataset.column ?? \"\"));\n      document.getElementById(\"show-more\")?.addEventListener(\"click\", () => this.showMore(STEP));\n      this.all.addEventListener(\"click\", () => this.showMore(Number.POSITIVE_INFINITY));\n      this.recall();\n      this.show();\n    }\n\n    show() {\n      const { found, shown } = this.table.show(new Filter(new FormData(this.form)), this.#most);\n      const all = this.table.size;\n      const left = found - shown;\n      const count = found === all ? \"\" : `${number.format(found)} of `;\n      const first = left > 0 ? `, the first ${number.format(shown)} shown` : \"\";\n      const { column } = this.table.sorting;\n      const findings = all === 1 ? \"finding\" : \"findings\";\n      this.state.textContent = `${count}${number.format(all)} ${findings}${first}. Sorted by ${column}, ${this.direction()}.`;\n      this.more.hidden = left <= 0;\n      this.all.hidden = found > MOST_AT_ONCE;\n    }\n\n    direction() {\n      const { column, descending } = this.table.sorting;\n      if (column === \"severity\") return descending ? \"most severe first\" : \"least severe first\";\n      return descending ? \"descending\" : \"ascending\";\n    }\n\n    /** Called when the controls or the order have changed. */\n    changed() {\n      this.#most = STEP;\n      this.show();\n      this.remember();\n    }\n\n    reset() {\n      this.table.sort(BY_DEFAULT.column, BY_DEFAULT.descending);\n      this.changed();\n    }\n\n    /** Sorts by a column. A second time reverses the order. @param {string} column */\n    sortBy(column) {\n      const { sorting } = this.table;\n      this.table.sort(column, sorting.column === column ? !sorting.descending : HIGHEST_FIRST.includes(column));\n      this.changed();\n    }\n\n    /** @param {number} findings */\n    showMore(findings) {\n      const last = this.table.lastShown();\n      this.#most += findings;\n      this.show();\n      // Keyboard users continue at the first new finding.\n      if (last === undefined) return;\n      last.tabIndex = -1;\n      last.focus();\n    }\n\n    /** Stores controls and order in the address, so that a copied address shows the same. */\n    remember() {\n      const kept = new URLSearchParams();\n      for (const [name, value] of new FormData(this.form)) if (value !== \"\") kept.append(name, String(value));\n      const { column, descending } = this.table.sorting;\n      if (column !== BY_DEFAULT.column || !descending) kept.set(\"sort\", `${descending ? \"-\" : \"\"}${column}`);\n      try {\n        history.replaceState(null, \"\", `#${kept}`);\n      } catch {\n        // Some browsers refuse this for files. The page works without it.\n      }\n    }\n\n    recall() {\n      if (!location.hash.includes(\"=\")) return;\n      const kept = new URLSearchParams(location.hash.slice(1));\n      for (const control of this.form.elements) set(control, kept);\n      const [, minus, column = \"\"] = /^(-?)(\\w+)$/.exec(kept.get(\"sort\") ?? \"\") ?? [];\n      if (this.table.columns.includes(column)) this.table.sort(column, minus === \"-\");\n    }\n  }\n\n  /** Sets a control to its value in the address. @param {Element} control @param {URLSearchParams} kept */\n  function set(control, kept) {\n    if (control instanceof HTMLInputElement && control.type === \"checkbox\")\n      control.checked = kept.getAll(control.name).includes(control.value);\n    else if (control instanceof HTMLInputElement) control.value = kept.get(control.name) ?? \"\";\n    else if (control instanceof HTMLSelectElement) {\n      const value = kept.get(control.name) ?? \"\";\n      if ([...control.options].some((option) => option.value === value)) control.value = value;\n    }\n  }\n\n  /** Opens everything folded for printing, except the explanations in the table of findings. */\n  function unfoldForPrint() {\n    /** @type {HTMLDetailsElement[]} */\n    let unfolded = [];\n    addEventListener(\"beforeprint\", () => {\n      unfolded = [...document.querySelectorAll(\"details\")].filter(\n        (details) => !details.open && details.closest(\".findings\") === null,\n      );\n      for (const details of unfolded) details.open = true;\n    });\n    addEventListener(\"afterprint\", () => {\n      for (const details of unfolded) details.open = false;\n    });\n  }\n\n  document.documentElement.classList.add(\"js\");\n  document.addEventListener(\"DOMContentLoaded\", () => {\n    const table = document.querySelector(\"table.findings\");\n    const form = document.querySelector(\"form\");\n    if (table instanceof HTMLTableElement && form !== null) new Page(table, form).start();\n    document.documentElement.classList.add(\"ready\");\n    unfoldForPrint();\n  });\n})();\n"
};

// src/render/html/html.ts
function* renderHtml(view, facts) {
	const title = `${name(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}`;
	yield documentHead({
		title,
		...page_generated_default
	});
	yield "<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n";
	yield `<header class="top ${view.verdict.answer}">\n`;
	yield* htmlBlocks(headingSection(view));
	const iso = view.now.toISOString();
	yield `<p class="facts">${[`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`, ...runProvenance(view).map(htmlLine)].join(" · ")}</p>\n</header>\n<main>\n`;
	yield* htmlBlocks(blocksOf(view, {
		form: ALL,
		isPage: true
	}));
	yield* findingsSection(view.verdict.targets);
	yield "</main>\n";
	yield footSection(facts);
	yield "</body>\n</html>\n";
}
function footSection({ tool }) {
	const made = `${escaped(tool.name)} ${escaped(tool.version)}`.trim();
	return `<footer>Made by ${tool.url !== void 0 && isLinkable(tool.url) ? link(made, tool.url) : made}. This file is whole: it loads nothing.</footer>\n`;
}

export { renderHtml };
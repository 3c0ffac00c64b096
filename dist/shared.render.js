import { createHash, hash } from "./shared.thread.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityRank } from "./shared.names.js";
import { SEVERITY_STYLES, oncePer, printText, said } from "./shared.scan.js";
import { counted, number, pathEnd, reasonOf, shorten, stamped, visible, wholeNames, worstAnswer } from "./shared.inputs.js";
import { agreementLine, agreementsOf, differences, whyWords } from "./shared.domain.js";
import { ALL, EXEMPTED, LINKABLE, LONG, SHORT as SHORT$1, advisory, alert, baseSection, bodyLines, branchWords, changeRequest, changesSection, code as code$1, code$1 as code$2, commonStepsSection, comparisonWords, countsSection, coverageSection, dockerfileSection, errorSection, exceptionsSection, fence, firstRows, fitBlocks, fold, gapSnippet, goneSections, heading, html, instructionWords, isEmpty, join, kindWords, leaves, leftOut, link as link$1, list, modeLines, name as name$2, names, note, noticesOf, packageName, packagesSection, packagesWords, para, paragraphLines, planSection, proofSection, prose as prose$1, quote, reasonLine, rowsOf, runNotesSection, runProvenance, say, severity, small, smallPrint, snippetSection, some, sourceWords, split, splitRows, startSection, strong, table, tableHead, tableRow, targetProvenance, targetsOverview, text, utf16Units, utf8Bytes, version, worstFirst } from "./shared.answer.js";

// src/render/print/markdown.ts
const PATH = 48;
function markdownPrinter(dialect) {
	const printer = {
		document: (blocks, depth = 0) => blocks.map((block) => blockText$1(block, depth, printer)).filter((shown) => shown !== "").join("\n\n"),
		line: (inline) => lineText(inline, dialect),
		row: oncePer((row) => row.length === 1 ? `- ${printer.line(row)}` : tableRow(row.map(printer.line)))
	};
	return printer;
}
const GFM = markdownPrinter();
function markdown(...blocks) {
	return GFM.document(blocks);
}
function markdownLine(inline) {
	return GFM.line(inline);
}
function blockText$1(block, depth, { document, line, row }) {
	switch (block.kind) {
		case "heading": return `${"#".repeat(Math.min(block.level + depth, 4))} ${line(block.words)}`;
		case "para": return line(block.words);
		case "table": return block.rows.length === 0 ? "" : tableText$1(block, row);
		case "list": return block.items.map((item, index) => `${block.from === void 0 ? "-" : `${block.from + index}.`} ${line(item)}`).join("\n");
		case "fold": return [
			`<details${block.open ? " open" : ""}><summary>${summaryText(block.summary)}</summary>`,
			document(block.blocks, depth + 1),
			"</details>"
		].filter((part) => part !== "").join("\n\n");
		case "alert": return quote((depth === 0 ? `[!${block.as}]\n` : `${ALERT_SIGN[block.as]} `) + block.paragraphs.map(line).join("\n\n"));
		case "paste": return fence(block.text, block.language);
		case "rows": return document(block.layout([], []), depth);
	}
}
const ALERT_SIGN = {
	NOTE: "ℹ️",
	TIP: "💡",
	IMPORTANT: "❗",
	WARNING: "⚠️",
	CAUTION: "🛑"
};
function tableText$1({ head, rows }, row) {
	return [tableHead(head.map(columnText), head.map(({ align = "left" }) => align)), ...rows.map(row)].join("\n");
}
function columnText({ words, letters = -1 }) {
	return words + "&nbsp;".repeat(Math.max(0, (letters - words.length + 1) * 2));
}
function lineText(inline, dialect) {
	let made = "";
	let isAfterForeign = false;
	for (const leaf of leaves(inline)) {
		const piece = typeof leaf === "string" ? own$1(leaf) : pieceText(leaf, dialect);
		if (piece === "") continue;
		const isForeign = typeof leaf !== "string" && "text" in leaf;
		if (isForeign && isAfterForeign || piece.startsWith("`") && made.endsWith("`")) made += " ";
		made += piece;
		isAfterForeign = isForeign;
	}
	return made;
}
function pieceText(leaf, dialect) {
	switch (leaf.as) {
		case "strong":
		case "broken": return `**${lineText(leaf.of, dialect)}**`;
		case "small": return lineText(leaf.of, dialect).replace(/^.+$/s, (words) => `<sub>${words}</sub>`);
		case "note": return `_${lineText(leaf.of, dialect)}_`;
		case "link": {
			const isLink = leaf.url !== void 0 && LINKABLE.test(leaf.url);
			const words = isLink && typeof leaf.of === "string" && /^[A-Za-z0-9-]+(?::\d+)?$/.test(leaf.of) ? leaf.of : lineText(leaf.of, dialect);
			return isLink ? `[${words}](${leaf.url})` : words;
		}
		case "severity": return `${SEVERITY_STYLES[leaf.severity].dot}&nbsp;${leaf.severity}`;
		case "dot": return `${SEVERITY_STYLES[leaf.severity].dot}&nbsp;`;
		case "break": return "<br>";
		case "more": return `<details><summary>${lineText(leaf.summary, dialect)}</summary>${lineText(leaf.of, dialect)}</details>`;
		default: return foreignText(leaf, dialect);
	}
}
const VERSION = 60;
function foreignText({ as, text: untrusted, most }, dialect) {
	switch (as) {
		case "code": return code$1(untrusted, most);
		case "name": return packageName(most === void 0 ? untrusted : shorten(untrusted, most, "middle"));
		case "path": return code$1(pathEnd(untrusted, most ?? PATH), most ?? PATH);
		case "prose": return text(untrusted, most);
		case "version":
			if (untrusted === "") return "";
			return dialect === "glfm" && untrusted.includes("~") || untrusted.length > VERSION ? code$1(untrusted, most ?? VERSION) : version(untrusted);
	}
}
const NOT_OURS = /(?!\u{FE0F})[^\p{L}\p{N}\p{So}\p{Sm}\p{P}\u{A0} ]|[!"#$%&*<>@[\\\]^_`{|}~]|^(?:[-/]|;;;|\+(?!\d))|^\d+[.)]|www\.|:\/|\w:\w|g[hl]-\d|[\da-f]{7}/iu;
const OURS = /^(?![-/;])(?!.*(?:www\.|g[hl]-\d|[\da-f]{7}|\d[.)]))[a-z\d ,.;()/'-]*$/i;
function isOurs(words) {
	return OURS.test(words) || !NOT_OURS.test(words);
}
function own$1(words) {
	if (isOurs(words)) return words.replaceAll("\xA0", "&nbsp;");
	const [, before = "", within = "", after = ""] = /^(\s*)(.*?)(\s*)$/su.exec(words) ?? [];
	return `${before && " "}${text(within, Number.POSITIVE_INFINITY)}${after && " "}`;
}
function summaryText(inline) {
	return leaves(inline).map((leaf) => typeof leaf === "string" ? ownInSummary(leaf) : summaryPiece(leaf)).join("");
}
function ownInSummary(words) {
	return isOurs(words) ? words.replaceAll("\xA0", "&nbsp;") : html(words);
}
function summaryPiece(leaf) {
	if ("text" in leaf) return html(leaf.text, leaf.most ?? (leaf.as === "prose" ? 600 : 160), leaf.as !== "prose");
	if (leaf.as === "strong" || leaf.as === "broken") return `<strong>${summaryText(leaf.of)}</strong>`;
	if (leaf.as === "severity") return leaf.severity;
	return "of" in leaf ? summaryText(leaf.of) : " ";
}

// src/render/story/heading.ts
const REASON = 1500;
const NAME = 100;
const SIGN$1 = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function title({ verdict: { answer }, mode, name }, words) {
	const sign = answer === "fail" && mode === "warn" ? "⚠️" : SIGN$1[answer];
	return heading(2, say`${sign} ${code$2(wholeNames(name, NAME), NAME)}${words}`);
}
function headingSection(view) {
	return [
		title(view, `${colonFor(view)} ${verdictWords(view)}`),
		para(strong(headingReason(view).trim() === "" ? "–" : prose$1(headingReason(view), REASON))),
		para(modeWords(view))
	];
}
function verdictWords({ verdict, mode }) {
	const { answer, targets } = verdict;
	if (answer === "pass") return "may run";
	const [errors, fails] = [answering("error", verdict), answering("fail", verdict)];
	const isOne = targets.length <= 1;
	const failing = mode === "enforce" ? "must not run" : `${isOne || fails === 1 ? "breaks" : "break"} the policy`;
	if (isOne) return answer === "error" ? "could not be judged" : failing;
	const of = `of ${number(targets.length)}`;
	if (errors === 0) return `${number(fails)} ${of} ${failing}`;
	return `${number(errors)} ${of} could not be judged${fails === 0 ? "" : `, ${number(fails)} ${failing}`}`;
}
function colonFor({ verdict }) {
	return verdict.answer !== "pass" && verdict.targets.length > 1 ? ":" : "";
}
function answering(answer, { targets }) {
	return targets.filter((target) => target.answer === answer).length;
}
function reasonText(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}
const DIGEST = /(@sha256:[0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g;
function headingReason(view) {
	const error = commonError(view.verdict.targets)?.error;
	return error?.what.includes("\n") ? `[${error.code}] ${error.what.replace(/:?\n[\s\S]*$/, "")}` : reasonText(view).replace(DIGEST, "$1…");
}
function commonError(targets) {
	const [first] = targets;
	if (first?.answer !== "error") return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first : void 0;
}
function modeWords({ verdict, mode }) {
	if (mode !== "warn" || verdict.answer === "pass") return "";
	return verdict.answer === "fail" ? say`${code$2("mode: warn")}: this is reported, the step does not fail.` : say`${code$2("mode: warn")} does not cover this: the step fails, as nobody knows what is in the image.`;
}

// src/render/story/opinions.ts
function agreementsWords(targets) {
	const all = agreementsOf(targets.map(({ scan }) => scan));
	return join(" ", all.map((each) => say`${prose$1(agreementLine(each), 300)}.`));
}
function missingOpinions({ scan }) {
	return (scan.opinions ?? []).filter((each) => each.failed !== void 0).map(({ scanner, failed: why }) => alert("WARNING", say`${strong(name$1(scanner), " failed, and the policy says that it is optional.")} The answer is without it: ${prose$1(`[${why?.code}] ${why?.what}`, 300)}`));
}
function differencesSection(target, rank) {
	if (target.scan.opinions === void 0) return void 0;
	const found = differencesIn(target);
	return rowsOf(found, {
		row: cellsOf,
		rank: ({ finding }) => rank + severityRank(finding.severity),
		layout: (rows, left) => [fold(`${counted(found.length, "difference")} between the scanners`, [table(HEAD$1, rows), para(leftOut(left, "row", "left out here; the JSON report has all"))])]
	});
}
const HEAD$1 = [
	"severity",
	{
		words: "advisory",
		letters: 14
	},
	"package",
	"difference",
	"likely reason"
];
const differencesIn = oncePer(({ scan, findings }) => {
	const differencesOf = differences(scan);
	return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({
		finding,
		difference
	})));
});
function cellsOf({ finding, difference }) {
	return [
		severity(finding.severity),
		advisory(finding.id, finding.url),
		name$2(finding.package?.name ?? finding.path ?? ""),
		what(difference),
		why(difference, finding)
	];
}
const name$1 = (scanner) => prose$1(scanner, 60);
function what(difference) {
	if (difference.kind === "seen") {
		const [by, not] = [difference.by.map(name$1), difference.not.map(name$1)];
		return say`${by.length === 1 ? "only " : ""}${names(by)}, not ${names(not, "or")}`;
	}
	const said = difference.kind === "severity" ? ({ severity: of }) => of : fixWords;
	return some(difference.says, 3, { show: (each) => say`${name$1(each.scanner)}: ${said(each)}` });
}
function fixWords({ fixedVersions }) {
	return fixedVersions.length === 0 ? "no fix" : some(fixedVersions, 2, { show: (each) => prose$1(each, 60) });
}
function why(difference, finding) {
	if (difference.kind === "seen") return prose$1(whyWords(difference, finding), 200);
	if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
	const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
	return say`fix known to ${some(known, 3, { show: ({ scanner }) => name$1(scanner) })} only`;
}

// src/render/story/accepted.ts
const HEAD = [
	"severity",
	{
		words: "advisory",
		letters: 14
	},
	"package",
	"reason",
	"owner",
	{
		words: "last day",
		letters: 11
	}
];
function acceptedSection(accepted, rank, unfolded = false) {
	const groups = byException(accepted);
	return rowsOf(groups, {
		row: acceptedRow,
		rank: (group) => rank + severityRank(first(group).finding.severity),
		layout: (rows, left) => [fold(`${counted(accepted.length, "accepted finding")} with reason, owner and last day`, [table(HEAD, rows), para(leftOut(left, groups.some(isByVex) ? "row" : "exception", "left out here; the least severe first"))], unfolded)]
	});
}
function first(group) {
	return group.findings[0];
}
function byException(accepted) {
	const groups = /* @__PURE__ */ new Map();
	for (const judged of accepted) {
		const holder = judged.exceptions[0] ?? (judged.vex && vexKey(judged));
		if (holder === void 0) continue;
		const group = groups.get(holder) ?? { findings: [] };
		group.findings.push(judged);
		groups.set(holder, group);
	}
	return [...groups.values()];
}
function isByVex(group) {
	return first(group).exceptions.length === 0;
}
function acceptedRow(group) {
	const { findings } = group;
	const { finding, exceptions } = first(group);
	const names = new Set(findings.map(({ finding: each }) => each.package?.name ?? each.path ?? each.title));
	const shown = some([...names], 3, { show: (each) => name$2(each) });
	return [
		severity(finding.severity),
		advisory(exceptions[0]?.id ?? finding.id, finding.url),
		findings.length > 1 ? say`${shown} (${number(findings.length)})` : shown,
		...holderCells(first(group))
	];
}
function holderCells({ exceptions: [exception], vex }) {
	if (exception === void 0) return vex === void 0 ? [
		"–",
		"–",
		"–"
	] : vexCells(vex);
	const { reason, owner, expires } = exception;
	return [
		prose$1(reason, 300),
		owner === void 0 ? "–" : code$2(owner, 60),
		prose$1(expires, 20)
	];
}
function vexKey({ finding, vex }) {
	return JSON.stringify([
		finding.id,
		vex?.document,
		vex?.author,
		vex?.status,
		vex?.justification
	]);
}
function vexCells({ status, justification, author, document }) {
	const said = justification?.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " "));
	const why = said === void 0 ? "" : say`: ${prose$1(said, 300)}`;
	return [
		say`VEX ${status === "fixed" ? "fixed" : "not affected"}${why} (${code$2(document, 100)})`,
		author === void 0 ? "–" : code$2(author, 60),
		"–"
	];
}

// src/render/story/layers.ts
const OPEN = 5;
function layersSection(rows, rank) {
	const layers = numbered(rows);
	return rowsOf(layers, {
		row: (layer) => [layerWords(layer)],
		rank,
		share: .1,
		layout: (rows, left) => {
			const items = [...rows.flat(), leftOut(left, "more layer")];
			if (layers.length <= OPEN) return [para(small("Layers: ", join(" · ", items)))];
			const words = `Layers: what made the ${counted(layers.length, "layer")} with findings`;
			return [fold(words, [list(items)])];
		}
	});
}
function numbered(rows) {
	const layers = /* @__PURE__ */ new Map();
	for (const { findings } of rows) {
		const [{ finding, origin }] = findings;
		const { layer } = finding;
		if (layer?.number !== void 0 && !layers.has(layer.number)) layers.set(layer.number, {
			layer,
			origin
		});
	}
	return [...layers.values()].sort((a, b) => a.layer.number - b.layer.number);
}
function layerWords({ layer, origin }) {
	const about = join(", ", [sourceWords(layer), origin === "base" ? "base image" : ""]);
	return join(" ", [
		strong(`${layer.number}`),
		instructionWords(layer),
		isEmpty(about) ? "" : say`(${about})`
	]);
}

// src/render/story/story.ts
const RANK = {
	changes: 0,
	overview: 1,
	exceptions: 2,
	upgrades: 3,
	layers: 4,
	fresh: 5,
	failing: 10,
	accepted: 20,
	fixed: 25,
	within: 30,
	packages: 35,
	notCounted: 40,
	differences: 45
};
function blocksOf(view, telling) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const several = targets.length > 1;
	return present([
		changesSection(view, RANK.changes),
		...runNotesSection(view),
		...several ? [...commonStepsSection(targets), targetsOverview(targets, RANK.overview)] : [],
		...targetSections(view, telling),
		proofSection(targets),
		...dockerfileSection(view),
		exceptionsSection(view, RANK.exceptions, telling.form.unfolded),
		...snippetSection(judged, startSection(view, judged), view.policy),
		...gapSnippet(view),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view, telling.isPage)), ...telling.isPage ? [] : runProvenance(view)])
	]);
}
function present(blocks) {
	return blocks.filter((block) => block !== void 0);
}
function targetSections(view, telling) {
	const { targets } = view.verdict;
	const common = commonError(targets);
	if (common) return errorSections(common, view);
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, telling));
	const worst = worstFirst(targets);
	const shown = worst.slice(0, telling.form.mostTargets);
	const isFew = ({ answer }) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
	return [...shown.map((target) => foldedTarget(target, view, telling, isFew(target))), para(leftOut(worst.length - shown.length, "more target", "in the table above only"))];
}
function foldedTarget(target, view, telling, open) {
	const { answer } = target;
	const blocks = [...sections(target, view, telling), answer === "error" ? void 0 : smallPrint(targetProvenance(target, view, telling.isPage))];
	const summary = say`${SIGN$1[answer]} ${code$2(target.target.label)}: ${summaryWords(target)}`;
	return fold(summary, present(blocks), open && answer !== "pass");
}
function summaryWords(target) {
	if (target.answer === "error") return say`not judged, ${prose$1(target.error.code)}`;
	return kindWords(target, "open") || "nothing open";
}
const MOST_OPEN = 3;
function sections(target, view, telling) {
	return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, telling);
}
function errorSections(target, view) {
	return [...errorSection(target, view), ...coverageSection(target)];
}
function judgedSections(target, view, telling) {
	const { accepted } = split(target);
	const coverage = coverageSection(target);
	const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
	const { form } = telling;
	return [
		...missingOpinions(target),
		...noticesOf(target, view),
		countsSection(target, telling.form.unfolded),
		...hasGaps ? coverage : [],
		planSection(target, RANK.upgrades, view.verdict.targets.length === 1),
		...baseSection(view.bases?.get(target.target)),
		para(comparisonWords(target, view)),
		para(agreementsWords([target])),
		differencesSection(target, RANK.differences),
		...telling.isPage ? [] : openSections(target, telling),
		telling.isPage ? void 0 : acceptedSection(accepted, RANK.accepted, form.unfolded),
		...goneSections(target, view, {
			findings: RANK.fixed,
			packages: RANK.packages
		}, form),
		...telling.isPage ? [] : quietSections(target, telling),
		...hasGaps ? [] : coverage
	];
}
const FRESH = "New with this change";
function failsTitle(hasFresh) {
	return `What${hasFresh ? " else" : ""} fails`;
}
const OPEN_FRESH = 6;
function openSections(target, telling) {
	const { elsewhere, form } = telling;
	const { fresh, failing, within, notCounted, fixes } = splitRows(target);
	const common = {
		elsewhere,
		form,
		fixes,
		folded: (packages, severities) => `And ${packages}: ${severities}`
	};
	const title = failsTitle(fresh.length > 0);
	return [
		packagesSection({
			...common,
			rows: fresh,
			heading: `${FRESH}: ${rowsWords(fresh)}`,
			open: Math.max(form.open, OPEN_FRESH),
			rank: RANK.fresh,
			share: .4
		}),
		packagesSection({
			...common,
			rows: failing,
			heading: `${title}: ${rowsWords(failing)}`,
			rank: RANK.failing,
			share: .9
		}),
		layersSection([
			...fresh,
			...failing,
			...within,
			...notCounted.flatMap(({ rows }) => rows)
		], RANK.layers)
	];
}
function rowsWords(rows) {
	const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
	return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}
function quietSections(target, { elsewhere, form }) {
	const { within, notCounted, fixes } = splitRows(target);
	const folded = (rows, words, rank) => packagesSection({
		elsewhere,
		form,
		fixes,
		rows,
		folded: (packages, severities) => `${severities} ${words}, in ${packages}`,
		rank
	});
	return [folded(within, "open within the limits", RANK.within), ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted))];
}

// src/render/documents.ts
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const printer = markdownPrinter(frame.dialect);
	const first = frame.first === void 0 ? "" : `${frame.first}\n`;
	const foot = printer.document(frame.foot ?? []);
	const end = `${foot === "" ? "" : `\n\n${foot}`}\n`;
	const heading = [...headingSection(view), ...frame.notes ?? []];
	const { text, isWhole } = fitBlocks([...heading, ...blocksOf(view, frame)], {
		limit: frame.limit - frame.measure(first + end),
		measure: frame.measure,
		printer,
		always: heading.length + 1
	});
	const hasAllTargets = targets.length <= frame.form.mostTargets || commonError(targets) !== void 0;
	return {
		text: first + text + end,
		isWhole: isWhole && hasAllTargets
	};
}
const COMMENT = 65e3;
const SUMMARY = 1e6;
function renderComment(view, limit = COMMENT) {
	return fitComment(view, void 0, limit).text;
}
function fitComment(view, whole, limit = COMMENT, { measuredIn = "units", dialect } = {}) {
	const { notes = [], foot = [] } = wholeReportNote(whole);
	return renderDocument(view, {
		limit,
		measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
		first: stamped(marker(view.name), view.stamp),
		form: SHORT$1,
		elsewhere: wholeReportWords(whole) ?? view.words?.elsewhere ?? "the job summary and the JSON report have more",
		notes: [para(foreignRunNote(view)), ...notes],
		foot,
		dialect
	});
}
function foreignRunNote(view) {
	const { lookedUpOn: event, policy } = view;
	if (event === void 0) return "";
	const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
	return note(say`A run on ${code$2(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run.`);
}
function marker(name) {
	return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}
function renderSummary(view, limitBytes = SUMMARY) {
	return fitSummary(view, void 0, limitBytes).text;
}
function fitSummary(view, whole, limitBytes = SUMMARY) {
	return renderDocument(view, {
		limit: limitBytes,
		measure: utf8Bytes,
		form: LONG,
		elsewhere: wholeReportWords(whole) ?? "the JSON report has all",
		...wholeReportNote(whole)
	});
}
function renderWholeMarkdown(view) {
	return [renderDocument(view, {
		limit: Number.POSITIVE_INFINITY,
		measure: utf16Units,
		form: ALL,
		elsewhere: "the JSON report has all"
	}).text];
}
function wholeReportWords(whole) {
	return whole !== void 0 && "url" in whole ? say`${linked(whole.url)} has all` : void 0;
}
function wholeReportNote(whole) {
	if (whole === void 0) return {};
	if ("url" in whole) {
		const words = say`Not everything has room here: ${linked(whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}.`;
		return { notes: [para(note(words))] };
	}
	return { foot: [para(note(say`Not everything has room here. ${filesWords(whole.files)}.`))] };
}
function filesWords(files) {
	if (files.length === 0) return "The log says why no file has it all";
	const named = names(files.map((file) => code$2(file, 300)));
	return say`On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}
function linked(url) {
	return link$1("the whole report", url);
}

// src/render/part.ts
function partOf({ exceptions: uses }, targets) {
	const exceptions = usesFor(targets, uses);
	return {
		answer: worstAnswer(targets.map(({ answer }) => answer)),
		reason: reasonOf(targets, exceptions),
		targets,
		exceptions
	};
}
function usesFor(targets, uses) {
	const findings = targets.flatMap((target) => target.answer === "error" ? [] : target.findings);
	const gaps = targets.flatMap(({ coverage }) => coverage?.gaps ?? []);
	return uses.flatMap((use) => {
		const { exception } = use;
		const covered = findings.filter(({ exceptions }) => exceptions.includes(exception)).length;
		const over = findings.filter(({ ended }) => ended === exception);
		const matches = covered + over.length + gaps.filter((gap) => [gap.accepted, gap.ended].includes(exception)).length;
		return matches === 0 ? [] : [{
			...use,
			matches,
			open: over.filter(({ outcome }) => outcome === "open").length
		}];
	});
}

// src/render/terminal/answer.ts
const MOST_ROWS = 40;
const ENOUGH_BYTES = 5e7;
function renderAnswer(view, look) {
	const { columns, severities, isTerminal } = look;
	const body = bodyLines(view, {
		columns,
		severities,
		limitBytes: ENOUGH_BYTES,
		mostRows: isTerminal ? MOST_ROWS : Number.POSITIVE_INFINITY,
		what: severities === void 0 ? "failing finding" : "finding"
	});
	return printText([
		...answerHead(view),
		...body,
		moreLine(view, look)
	], look);
}
function answerHead(view) {
	const changes = changesSection(view, 0);
	return [
		reasonLine(view),
		...policyLines(view),
		...modeLines(view, "the exit code is 0"),
		"",
		...paragraphLines(changes === void 0 ? [] : [changes])
	];
}
const OF = {
	workspace: "the working directory",
	base: "the base",
	"default-branch": "the default branch"
};
function policyLines({ policy: { path, from, isUnread }, verdict }) {
	if (isUnread) return [];
	if (path === void 0) return [`Policy: none in ${OF[from]}; ${limitsWords(verdict)}`];
	const isElsewhere = from === "workspace" && OUTSIDE.test(path);
	return [`Policy: ${said(path, 300)}${isElsewhere ? "" : ` of ${OF[from]}`}`];
}
function limitsWords({ targets }) {
	return targets.flatMap((target) => target.answer === "error" ? [] : target.rows).every(({ severity, limit }) => limit === DEFAULT_THRESHOLDS[severity]) ? "the default limits" : "the limits that were given";
}
const OUTSIDE = /^(?:\/|\.\.\/|[A-Za-z]:[\\/])/;
function moreLine({ verdict }, { command, severities }) {
	const parts = verdict.targets.flatMap((target) => target.answer === "error" ? [] : [split(target)]);
	const [first] = parts.flatMap(({ failing }) => failing);
	if (first !== void 0 && /^[A-Za-z][\w-]+$/.test(first.finding.id)) return `More: image-gate explain ${first.finding.id}`;
	if (parts.some(({ within }) => within.length > 0) && severities === void 0) return `More: image-gate ${command} --severity ${SEVERITIES.join(",")}`;
	return `More: image-gate ${parts.length > 0 ? `${command} --json` : `${command.split(" ")[0]} --help`}`;
}

// src/render/report-format.ts
const CATEGORY_PREFIX = "image-gate/";
function uniqueTexts(between) {
	const seen = /* @__PURE__ */ new Map();
	return (text) => {
		const count = (seen.get(text) ?? 0) + 1;
		seen.set(text, count);
		return count === 1 ? text : `${text}${between}${count}`;
	};
}

// src/render/formats/uuid.ts
function uuidOf(text) {
	const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash("sha256", text)) ?? [];
	return `${a}-${b}-8${c}-8${d}-${e}`;
}

// src/render/print/html-text.ts
const SPECIAL = /[&<>"']/;
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
const SHORT = 12;
const SHORT_PATH = 24;
const LONGEST$1 = 300;
function escaped(untrusted) {
	const text = visible(untrusted);
	return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}
function name(untrusted, most = LONGEST$1) {
	return escaped(shorten(untrusted, most, "middle"));
}
function breakable(html) {
	return html.length <= SHORT ? html : html.replace(/[/:.@](?=[a-z0-9])/gi, "$&<wbr>");
}
function pathCode(path, most) {
	const html = escaped(pathEnd(path, most));
	return `<code>${html.length <= SHORT_PATH ? html : html.replace(/\/(?=[^/])/g, "/<wbr>")}</code>`;
}
function prose(untrusted, most = LONGEST$1) {
	return escaped(shorten(oneLine(untrusted, most), most));
}
function sentence(untrusted, most = LONGEST$1) {
	return prose(untrusted, most).replace(/`([^`]+)`/g, "<code>$1</code>");
}
function code(untrusted, most = LONGEST$1) {
	return `<code>${untrusted === "" ? "&quot;&quot;" : name(untrusted, most)}</code>`;
}
function link(label, url) {
	return `<a href="${escaped(url)}" rel="noreferrer noopener">${label}</a>`;
}
function isLinkable(url) {
	return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*$/i.test(url);
}
function oneLine(text, most) {
	return text.slice(0, most * 4).replace(/\s+/g, " ").trim();
}

// src/render/print/html.ts
const ROOM = 4;
const LONGEST = {
	code: 300,
	name: 200,
	version: 100,
	path: 400,
	prose: 600
};
const ANSWERS = {
	"✅": "pass",
	"❌": "fail",
	"⛔": "error"
};
const SIGN = /(\p{Extended_Pictographic})\uFE0F?( ?)/gu;
const PLAIN = /^[\x20-\x7e]*$/;
function own(words) {
	if (PLAIN.test(words)) return escaped(words);
	return escaped(words.replaceAll("\xA0", " ").replaceAll("️", "")).replace(SIGN, (_, sign, blank) => ANSWERS[sign] === void 0 ? "" : `<span class="answer ${ANSWERS[sign]}">●</span>${blank}`);
}
function* htmlBlocks(blocks, depth = 0) {
	for (const block of blocks) yield blockText(block, depth);
}
function blockText(block, depth) {
	const within = (blocks, deeper = 1) => [...htmlBlocks(blocks, depth + deeper)].join("");
	switch (block.kind) {
		case "heading": {
			const tag = `h${block.level - 1 + depth}`;
			return `<${tag}>${htmlLine(block.words)}</${tag}>\n`;
		}
		case "para": return isEmpty(block.words) ? "" : `<p>${htmlLine(block.words)}</p>\n`;
		case "table": return block.rows.length === 0 ? "" : tableText(block);
		case "list": {
			if (block.items.length === 0) return "";
			const [open, close] = block.from === void 0 ? ["ul", "ul"] : [`ol start="${block.from}"`, "ol"];
			return `<${open}>\n${block.items.map((item) => `<li>${htmlLine(item)}</li>\n`).join("")}</${close}>\n`;
		}
		case "fold": return `<details${block.open ? " open" : ""}><summary>${htmlLine(block.summary)}</summary>\n${within(block.blocks)}</details>\n`;
		case "alert": return `<div class="note ${block.as === "NOTE" ? "" : "warning"}">${block.paragraphs.map((each) => `<p>${htmlLine(each)}</p>`).join("")}</div>\n`;
		case "paste": return `<pre><code>${block.text.split("\n").map(escaped).join("\n")}</code></pre>\n`;
		case "rows": return within(firstRows(block), 0);
	}
}
function tableText({ head, rows }) {
	const right = head.map(({ align }) => align === "right" ? " class=\"number\"" : "");
	const heads = head.map(({ words }, at) => words === "" ? "<td></td>" : `<th scope="col"${right[at]}>${escaped(words)}</th>`);
	const cell = (words, at) => `<td${right[at]} data-name="${escaped(head[at]?.words ?? "")}">${htmlLine(words)}</td>`;
	const row = (cells) => `<tr>${cells.map(cell).join("")}</tr>\n`;
	return `<table class="cards">\n<thead><tr>${heads.join("")}</tr></thead>\n<tbody>\n${rows.map(row).join("")}</tbody>\n</table>\n`;
}
function htmlLine(inline) {
	if (typeof inline === "string") return own(inline);
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
		case "name": return text.trim() === "" ? code("", 1) : breakable(name(text, room));
		case "version": return name(text, room);
		case "path": return pathCode(text, room);
		case "prose": return sentence(text, room);
	}
}

// src/render/html/base.generated.json
var style = "/* What all pages have alike: colours for light and dark screens, fonts and headings. Each colour of text has a contrast of at least 4.5:1. */\n:root {\n  color-scheme: light dark;\n  --paper: #fff;\n  --panel: #f6f7f9;\n  --ink: #1c2127;\n  --soft: #555f6b;\n  --line: #d5dae0;\n  --link: #0b57b0;\n  --sans: system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif;\n  --mono: ui-monospace, \"SF Mono\", \"Cascadia Mono\", Menlo, Consolas, \"Liberation Mono\", monospace;\n}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --paper: #14181d;\n    --panel: #1c2229;\n    --ink: #e4e8ed;\n    --soft: #a5afba;\n    --line: #343c46;\n    --link: #85b8ff;\n  }\n}\n\n* {\n  box-sizing: border-box;\n}\n\nhtml {\n  font: 15px / 1.45 var(--sans);\n  color: var(--ink);\n  background: var(--paper);\n  -webkit-text-size-adjust: 100%;\n  text-size-adjust: 100%;\n}\n\nbody {\n  margin: 0 auto;\n  padding: 1.5rem clamp(0.75rem, 2.5vw, 2.5rem) 3rem;\n  overflow-wrap: anywhere;\n}\n\na {\n  color: var(--link);\n  text-underline-offset: 0.15em;\n}\n\n:focus-visible {\n  outline: 3px solid var(--link);\n  outline-offset: 2px;\n}\n\nh1,\nh2,\nh3,\np,\nul,\ndl,\ndd,\nfigure,\ntable {\n  margin: 0;\n}\n\nh1 {\n  font-size: 1.65rem;\n  line-height: 1.2;\n  font-weight: 650;\n  letter-spacing: -0.01em;\n}\n\nh2 {\n  font-size: 1.2rem;\n  margin: 2.25rem 0 0.75rem;\n  font-weight: 650;\n}\n\nh3 {\n  font-size: 1rem;\n  font-weight: 650;\n}\n\ncode {\n  font: 0.88em / 1.4 var(--mono);\n}\n\n/* Untrusted text never changes the direction of the text beside it. */\ncode,\na,\nbdi,\nsmall,\nh1,\nh3 {\n  unicode-bidi: isolate;\n}\n";

// src/render/html/document-head.ts
function documentHead({ title, style: own, script }) {
	const style$1 = `${style}${own}`;
	return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style$1, script)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style$1}</style>
<script>${script}<\/script>
</head>
<body>
`;
}
function contentPolicy(style, script) {
	const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
	return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

export { CATEGORY_PREFIX, agreementsWords, answerHead, blocksOf, breakable, code, colonFor, documentHead, escaped, fitComment, fitSummary, foldedTarget, headingReason, htmlBlocks, htmlLine, isLinkable, link, markdown, markdownLine, markdownPrinter, marker, modeWords, name, partOf, reasonText, renderAnswer, renderComment, renderDocument, renderSummary, renderWholeMarkdown, sentence, title, uniqueTexts, uuidOf, verdictWords };
import { createHash, hash } from "./shared.thread.js";
import { oncePer } from "./shared.start.js";
import { SEVERITIES, severityName, severityRank } from "./shared.names.js";
import { SEVERITY_STYLES, age, allRows, code as code$1, fold, heading, isEmpty, leaves, link as link$1, list, listed, names, note, para, paste, prose as prose$1, say, strong, table, textPrinter } from "./shared.scan.js";
import { counted, number, pathEnd, reasonOf, shorten, spanWords, stamped, visible, worstAnswer } from "./shared.inputs.js";
import { ALL, LINKABLE, LONG, SHORT as SHORT$1, blocksOf, branchWords, changeRequest, code as code$2, commonError, explained, fence, fitBlocks, headingSection, html, modeWords, packageName, quote, reasonWords, smallPrint, split, tableHead, tableRow, text, utf16Units, utf8Bytes, version } from "./shared.answer.js";
import { VERDICT_TYPE } from "./shared.evidence.js";

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
function markdownSummary(blocks, limitBytes = 1e6, always) {
	return `${fitBlocks(blocks, {
		limit: limitBytes - 1,
		measure: utf8Bytes,
		printer: GFM,
		always
	}).text}\n`;
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
		case "alert":
			if (block.paragraphs.length === 0) return "";
			return quote((depth === 0 ? `[!${block.as}]\n` : `${ALERT_SIGN[block.as]} `) + block.paragraphs.map(line).join("\n\n"));
		case "paste": return fence(block.text, block.language);
		case "rows": return document(block.layout([]), depth);
	}
}
const ALERT_SIGN = {
	NOTE: "ℹ️",
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
		case "broken":
		case "answer": return `**${lineText(leaf.of, dialect)}**`;
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
		case "code": return code$2(untrusted, most);
		case "name": return packageName(most === void 0 ? untrusted : shorten(untrusted, most, "middle"));
		case "path": return code$2(pathEnd(untrusted, most ?? PATH), most ?? PATH);
		case "prose": return text(untrusted, most);
		case "version":
			if (untrusted === "") return "";
			return dialect === "glfm" && untrusted.includes("~") || untrusted.length > VERSION ? code$2(untrusted, most ?? VERSION) : version(untrusted);
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

// src/render/terminal/answer.ts
const MOST_ROWS = 40;
function renderAnswer(view, look) {
	const { severities, isTerminal } = look;
	return withHead(view, look, blocksOf(view, {
		form: ALL,
		table: {
			severities,
			most: isTerminal ? MOST_ROWS : void 0
		}
	}), moreWords(view, look));
}
function withHead(view, look, blocks, more) {
	const head = [para(reasonWords(view)), list([modeWords(view)])];
	return textPrinter(look).document([
		...head,
		...blocks,
		para(say`More: image-gate ${more}`)
	]);
}
function moreWords({ verdict }, { command, severities }) {
	const parts = verdict.targets.flatMap((target) => target.answer === "error" ? [] : [split(target)]);
	const [first] = parts.flatMap(({ failing }) => failing);
	if (first !== void 0 && /^[A-Za-z][\w-]+$/.test(first.finding.id)) return `explain ${first.finding.id}`;
	return `${command} ${severities === void 0 && parts.some(({ within }) => within.length > 0) ? `--severity ${SEVERITIES.join(",")}` : "--json"}`;
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
function fitComment(view, whole, limit = COMMENT, { measuredIn = "units", dialect } = {}) {
	const { notes = [], foot = [] } = wholeReportNote(whole);
	return renderDocument(view, {
		limit,
		measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
		first: stamped(marker(view.name), view.stamp),
		form: SHORT$1,
		notes: [para(foreignRunNote(view)), ...notes],
		foot,
		dialect
	});
}
function foreignRunNote(view) {
	const { lookedUpOn: event, policy } = view;
	if (event === void 0) return "";
	const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
	return note(say`A run on ${code$1(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run.`);
}
function marker(name) {
	return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}
function fitSummary(view, whole, limitBytes = SUMMARY) {
	return renderDocument(view, {
		limit: limitBytes,
		measure: utf8Bytes,
		form: LONG,
		...wholeReportNote(whole)
	});
}
function renderWholeMarkdown(view) {
	return [renderDocument(view, {
		limit: Number.POSITIVE_INFINITY,
		measure: utf16Units,
		form: ALL
	}).text];
}
function wholeReportNote(whole) {
	if (whole === void 0) return {};
	if ("url" in whole) {
		const words = say`Not everything fits here: ${link$1("the whole report", whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}.`;
		return { notes: [para(note(words))] };
	}
	return { foot: [para(note(say`Not everything fits here. ${filesWords(whole.files)}.`))] };
}
function filesWords(files) {
	if (files.length === 0) return "The log says why no file has it all";
	const named = names(files.map((file) => code$1(file, 300)));
	return say`On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
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

// src/render/signing/summary.ts
function renderSigningSummary(view, limitBytes) {
	return markdownSummary(storyOf$1(view), limitBytes);
}
function renderSigningLog(view) {
	return textPrinter().document(storyOf$1(view));
}
function storyOf$1(view) {
	if (!("failure" in view)) return signed(view);
	const { code: id, what, remedy } = view.failure;
	return [
		heading(2, "⛔ Not signed"),
		para(code$1(id), " ", prose$1(what), "."),
		para(strong("What to do:"), " ", prose$1(remedy), " ", explained(id, view.pages)),
		para("Nothing may be deployed because of this run, whatever it had written before.")
	];
}
function signed(view) {
	const { rows, formats, top, promoted, notes } = view;
	const [format = "", ...others] = formats;
	const many = rows.length === 1 ? "One manifest has" : `${counted(rows.length, "manifest")} have`;
	const form = others.length > 0 ? "both formats" : say`the format ${code$1(format)}`;
	return [
		heading(2, "✅ Signed"),
		para(say`${many} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${form}.`),
		listed(rows, {
			head: [
				"manifest",
				"platform",
				"evidence",
				"state"
			],
			row: signedRow,
			rank: 0,
			what: "more manifest"
		}),
		para(promoted ? say`Promoted: ${code$1(promoted, 300)} is ${code$1(top, 300)}, and signed there as well.` : ""),
		...notes.map((note) => para(prose$1(note))),
		...howToVerify(view)
	];
}
function signedRow({ reference, platform, isIndex, evidence, wasThere }) {
	return [
		code$1(reference, 300),
		isIndex ? "index" : platform === void 0 ? "" : code$1(platform),
		prose$1(evidence.join(", ")),
		wasThere ? "was signed before" : "signed now"
	];
}
function howToVerify({ publicKey, workflow, tlog, top }) {
	const identity = workflow === void 0 ? "--certificate-identity IDENTITY" : `--certificate-identity-regexp ${quoted(`^${workflow.replace(/[.+]/g, "\\$&")}@`)}`;
	const who = publicKey === void 0 ? `${identity} --certificate-oidc-issuer https://token.actions.githubusercontent.com` : `--key cosign.pub${tlog ? "" : " --insecure-ignore-tlog"}`;
	const commands = [`cosign verify ${who} ${quoted(top)}`, `cosign verify-attestation ${who} --type ${VERDICT_TYPE} ${quoted(top)}`];
	return [
		para(say`Verify it before a deployment: with ${code$1("verify/")}, which also checks age, counts and exceptions against its limits, or with Cosign, which only says who has signed:`),
		paste(commands.join("\n"), "sh"),
		...publicKey === void 0 ? [] : [fold("The public key", [paste(publicKey.trim(), "text")])]
	];
}
function quoted(word) {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// src/render/signing/verify.ts
const SIGN$1 = {
	pass: "✅",
	refused: "❌",
	error: "⛔"
};
const ANSWERS$1 = {
	pass: "may be deployed",
	refused: "must not be deployed",
	error: "could not be verified"
};
const MOST = 50;
function renderVerifySummary(view) {
	return markdownSummary(storyOf(view));
}
function renderVerifyLog(view) {
	return textPrinter().document([...storyOf(view), para(prose$1(view.reason, 4e3))]);
}
function storyOf(view) {
	const { verdict, asked, pinned, refusals, pages } = view;
	return [
		heading(2, say`${SIGN$1[verdict]} ${code$1(asked || "image", 200)} ${ANSWERS$1[verdict]}`),
		para(verdict === "pass" && pinned !== void 0 ? say`Deploy ${code$1(pinned, 300)}: its digest cannot change.` : ""),
		...refusals.slice(0, MOST).flatMap(({ code: id, what, remedy }) => [para(strong(prose$1(what), "."), " (", code$1(id), ")"), para(prose$1(remedy), " ", explained(id, pages))]),
		...attestedBlocks(view),
		smallPrint(factsOf(view))
	];
}
const COUNTS = [
	"findings",
	"limit of the gate",
	"limit here"
].map((words) => ({
	words,
	align: "right"
}));
function attestedBlocks(view) {
	const { attested, limits: here = {} } = view;
	if (attested === void 0) return [];
	const { counts, limits } = attested;
	const rows = SEVERITIES.map((severity) => {
		const name = severityName(severity);
		return [
			severity,
			number(counts[name]),
			String(limits[name]),
			String(here[severity] ?? "–")
		];
	});
	return [
		para("The gate's newest verdict: ", strong(attested.verdict), ", ", scannedWords(attested, view), "."),
		table(["severity", ...COUNTS], rows),
		para(restsOn(attested)),
		listed(attested.exceptions, {
			head: [
				"exception",
				"package",
				"last day",
				"owner",
				"reason"
			],
			row: ({ id, package: of, expires, owner = "", reason }) => [
				code$1(id),
				of === void 0 ? "" : code$1(of),
				expires,
				prose$1(owner),
				prose$1(reason, 300)
			],
			rank: 0,
			most: MOST,
			what: "more exception",
			open: 0,
			folded: () => "The exceptions that the verdict rests on"
		})
	];
}
function scannedWords({ scannedAt }, { now, maxAgeMs }) {
	const when = Date.parse(scannedAt) > now.getTime() ? "after this machine's clock" : `${age(scannedAt, now)} ago`;
	const most = maxAgeMs === void 0 ? "" : `, at most ${spanWords(maxAgeMs)} are allowed`;
	return say`scanned ${when} (${prose$1(scannedAt)})${most}`;
}
function restsOn({ accepted, coverage, exceptions, image: { platforms = [] } }) {
	const { gaps } = coverage;
	return [
		...accepted === 0 ? [] : [`${counted(accepted, "finding")} accepted`],
		...exceptions.length === 0 ? [] : [counted(exceptions.length, "exception")],
		...gaps.length === 0 ? [] : [`${counted(gaps.length, "accepted gap")} in coverage`],
		...platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]
	].join("; ");
}
function scannersOf({ scanner, scanners = [scanner] }) {
	const named = scanners.map(({ name, version }) => `${name} ${version}`);
	return say`${named.length === 1 ? "Scanner" : "Scanners"}: ${prose$1(named.join(", "), 200)}`;
}
function factsOf({ pinned, signer, attested, cosign }) {
	const run = attested?.run.url;
	return [
		pinned === void 0 ? "" : say`Digest: ${code$1(pinned, 300)}`,
		signer === void 0 ? "" : say`Accepted: signatures of ${prose$1(signer)}`,
		attested === void 0 ? "" : scannersOf(attested),
		run === void 0 ? "" : link$1("the run that judged it", run),
		cosign === void 0 ? "" : say`Cosign ${prose$1(cosign.version)}, SHA-256 ${code$1(cosign.sha256)}`
	];
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
	return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*(?:#[a-z0-9-]+)?$/i.test(url);
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
		case "alert":
			if (block.paragraphs.length === 0) return "";
			return `<div class="note ${block.as === "NOTE" ? "" : "warning"}">${block.paragraphs.map((each) => `<p>${htmlLine(each)}</p>`).join("")}</div>\n`;
		case "paste": return `<pre><code>${block.text.split("\n").map(escaped).join("\n")}</code></pre>\n`;
		case "rows": return within(allRows(block), 0);
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
	if (!("as" in inline)) return inline.reduce((html, part) => html + htmlLine(part), "");
	switch (inline.as) {
		case "strong":
		case "answer": return `<b>${htmlLine(inline.of)}</b>`;
		case "small": return `<small>${htmlLine(inline.of)}</small>`;
		case "broken": return `<span class="broken">${htmlLine(inline.of)}</span>`;
		case "note": return htmlLine(inline.of);
		case "link": return inline.url !== void 0 && isLinkable(inline.url) ? link(htmlLine(inline.of), inline.url) : htmlLine(inline.of);
		case "severity": return `<span class="severity s${severityRank(inline.severity)}">${inline.severity}</span>`;
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

export { CATEGORY_PREFIX, breakable, code, documentHead, escaped, fitComment, fitSummary, htmlBlocks, htmlLine, isLinkable, link, markdown, markdownLine, markdownSummary, marker, name, partOf, prose, renderAnswer, renderDocument, renderSigningLog, renderSigningSummary, renderVerifyLog, renderVerifySummary, renderWholeMarkdown, uniqueTexts, uuidOf, withHead };
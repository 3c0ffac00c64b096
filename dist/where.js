import { F as pathEnd, L as shorten, N as codePoint, R as visible } from "./shared.js";

// src/render/markdown.ts
const LONGEST_CODE = 160;
const LONGEST_TEXT = 600;
const LONGEST_WORD = 100;
function code(untrusted, most = LONGEST_CODE) {
	return span(visible(shorten(untrusted, most, "middle")));
}
function packageName(untrusted) {
	return span(visible(shorten(untrusted, LONGEST_CODE, "middle")).replace(/[^\x20-\x7e…]/gu, (letter) => `${letter}[${hex(letter)}]`));
}
function hex(letter) {
	return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
function span(text) {
	if (text === "") return "`\"\"`";
	const shown = noComment(text).replace(/\\(?=\|)/g, codePoint).replace(/^ | $/g, codePoint);
	if (!shown.includes("`")) return `\`${shown}\``;
	const fenceText = "`".repeat(longestRun(shown) + 1);
	return `${fenceText} ${shown} ${fenceText}`;
}
function longestRun(text) {
	return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
function noComment(text) {
	return text.includes("<!--") ? text.replaceAll("<!--", "<\\u{21}--") : text;
}
const AROUND = /^["'(]+|["'.,;:!?)%…]+$/gu;
const HARMLESS_CORE = /^[\p{L}\p{M}\p{N}\p{S}\p{P}]+$/u;
const MEANINGFUL = /[!"#$%&()*+.:;<=>?@[\\\]^_`{|}~]/;
const NUMBER = /^\d+(\.\d+)+$/;
const REFERENCE = /(?:^|[^\p{L}\p{N}])(?:gh-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;
function text(untrusted, most = LONGEST_TEXT) {
	return shorten(untrusted, most).replace(/\s+/g, " ").trim().split(/(`[^`]+`)/).map((piece, index) => index % 2 === 1 ? code(piece.slice(1, -1)) : proseWords(piece)).reduce((before, piece) => before.endsWith("`") && piece.startsWith("`") ? `${before} ${piece}` : before + piece, "").replace(/^(\d+)([.)])(?= |$)/, "$1\\$2");
}
const PLAIN_WORD = /^[a-f]*[g-z][a-z]*[.,]?$/i;
function proseWords(piece) {
	return piece.split(" ").map((word) => {
		if (word === "" || word.length <= LONGEST_WORD && PLAIN_WORD.test(word)) return word;
		return proseWord(visible(shorten(word, LONGEST_WORD, "middle")));
	}).join(" ");
}
function proseWord(word) {
	if (/^[-–—/]+$/.test(word)) return word.replaceAll("-", "\\-");
	if (word === "&") return "&amp;";
	if (/^(?:["'(]*[.,;!?)"'%…]*|:)$/.test(word)) return word;
	if (isHarmless(word.replace(AROUND, ""))) return word;
	const [, before = "", within = word, after = ""] = /^([("']*)(.*?)([.,;!?)"']*)$/su.exec(word) ?? [];
	return within === "" ? span(word) : `${before}${span(within)}${after}`;
}
function isHarmless(core) {
	if (!HARMLESS_CORE.test(core) || core.startsWith("-") || REFERENCE.test(core)) return false;
	return !MEANINGFUL.test(core) || NUMBER.test(core);
}
function version(untrusted) {
	if (!/^(?:\d{1,4}:)?[0-9A-Za-z][0-9A-Za-z.+~-]{0,59}$/.test(untrusted) || REFERENCE.test(untrusted) || /www\./i.test(untrusted)) return untrusted === "" ? "" : code(untrusted, 60);
	return untrusted.replaceAll("~", "\\~");
}
function link(label, url) {
	return url !== void 0 && LINKABLE.test(url) ? `[${label}](${url})` : label;
}
const LINKABLE = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./:%~+=?-]*$/i;
function tableHead(columns, align = []) {
	return `${tableRow(columns)}\n|${columns.map((_, i) => align[i] === "right" ? "--:" : "---").join("|")}|`;
}
function tableRow(cells) {
	return `| ${cells.map(tableCell).join(" | ")} |`;
}
function tableCell(markdown) {
	return markdown.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|");
}
function table(columns, rows, align = []) {
	return [tableHead(columns, align), ...rows.map(tableRow)].join("\n");
}
function details(summary, body) {
	return `<details><summary>${html(summary)}</summary>\n\n${body}\n\n</details>`;
}
function fold(sign, label, words, isOpen) {
	const name = `<code>${escaped(visible(shorten(label, LONGEST_CODE, "middle")))}</code>`;
	return {
		open: `<details${isOpen ? " open" : ""}><summary>${sign} ${name}: ${html(words)}</summary>`,
		close: "</details>"
	};
}
function html(untrusted) {
	const one = visible(untrusted.replace(/\s+/g, " "));
	const shown = escaped(one);
	return /^(?:[\p{L}\p{N} ,.;()'’?!–-]|: )*$/u.test(one) && !/\.\p{L}/u.test(one) && !REFERENCE.test(one) ? shown : `<code>${shown}</code>`;
}
function escaped(text) {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
function fence(untrusted, language = "") {
	const lines = untrusted.split(/\r\n|\r|\n/).map(visible).join("\n");
	const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
	return `${marks}${language}\n${noComment(lines)}\n${marks}`;
}
function alert(kind, markdown) {
	return quote(`[!${kind}]\n${markdown}`);
}
const ALERT_SIGN = {
	NOTE: "ℹ️",
	TIP: "💡",
	IMPORTANT: "❗",
	WARNING: "⚠️",
	CAUTION: "🛑"
};
function foldedAlert(kind, markdown) {
	return quote(`${ALERT_SIGN[kind]} ${markdown}`);
}
function quote(markdown) {
	return markdown.split("\n").map((line) => `> ${line}`).join("\n");
}

// src/render/where.ts
const PATH = 48;
const INSTRUCTION = 44;
const WHOLE_PATH = 4096;
const WHOLE_INSTRUCTION = 500;
function shortInstruction(instruction, most = INSTRUCTION) {
	const bare = shorten(instruction, 2e3).replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => nop === void 0 ? "RUN " : "").replace(/\s*# buildkit\s*$/, "").replace(/\s+/g, " ").trim();
	return shorten(bare, most);
}
function layerWords(layer, unabridged = false) {
	if (layer === void 0) return "";
	const place = layer.number === void 0 ? "" : `layer ${layer.number}`;
	const most = unabridged ? WHOLE_INSTRUCTION : INSTRUCTION;
	const instruction = layer.instruction === void 0 ? "" : shortInstruction(layer.instruction, most);
	return [
		sourceWords(layer.source),
		place,
		instruction === "" ? "" : code(instruction, most)
	].filter((part) => part !== "").join(" ");
}
function sourceWords(source) {
	return source === void 0 ? "" : code(pathEnd(`${source.file}:${source.line}`, PATH));
}
function whereCell(finding, unabridged = false) {
	const { owner, path, line } = finding;
	const most = unabridged ? WHOLE_PATH : PATH;
	const place = path === void 0 ? "" : code(pathEnd(line === void 0 ? path : `${path}:${line}`, most), most);
	const parts = [owner === void 0 ? place : [`in ${ownerWords(owner)}`, place].filter((part) => part !== "").join(": "), layerWords(finding.layer, unabridged)].filter((part) => part !== "");
	return parts.length === 0 ? "–" : parts.join("<br>");
}
function ownerWords(owner) {
	const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
	return owner.version === void 0 || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}

export { text as _, alert as a, fence as c, link as d, packageName as f, tableRow as g, tableHead as h, whereCell as i, fold as l, tableCell as m, ownerWords as n, code as o, table as p, shortInstruction as r, details as s, layerWords as t, foldedAlert as u, version as v };
import { R as visible, nt as oneLine } from "./shared.js";
import { t as advisoryUrl } from "./advisory.js";
import { t as statusOf } from "./status.js";
import { r as shortInstruction } from "./where.js";

// src/render/csv.ts
const COLUMNS = [
	"target",
	"advisory",
	"severity",
	"package",
	"version",
	"fixed",
	"path",
	"status",
	"layer",
	"title",
	"url"
];
const PIECE = 500;
function* renderCsv(view) {
	yield line(COLUMNS);
	for (const target of view.verdict.targets) {
		const rows = target.answer === "error" ? [errorRow(target)] : target.findings.map((each) => row(target, each));
		for (let from = 0; from < rows.length; from += PIECE) yield rows.slice(from, from + PIECE).join("");
	}
}
function row({ target }, judged) {
	const { finding } = judged;
	return line([
		target.label,
		finding.id,
		finding.severity,
		finding.package?.name ?? "",
		finding.package?.version ?? "",
		finding.fixedVersions.join(", "),
		finding.path === void 0 || finding.line === void 0 ? finding.path ?? "" : `${finding.path}:${finding.line}`,
		statusOf(judged),
		layerOf(finding),
		finding.title,
		advisoryUrl(finding.id, finding.url) ?? ""
	]);
}
function layerOf({ layer }) {
	if (layer?.instruction !== void 0) return shortInstruction(layer.instruction, 500);
	return layer?.number === void 0 ? "" : `layer ${layer.number}`;
}
function errorRow({ target, error }) {
	return line([
		target.label,
		"",
		"",
		"",
		"",
		"",
		"",
		`error: [${error.code}] ${oneLine(error.what)}`
	]);
}
function line(cells) {
	return `${COLUMNS.map((_, index) => cell(cells[index] ?? "")).join(",")}\r\n`;
}
function cell(untrusted) {
	const guarded = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(untrusted) ? `'${untrusted}` : untrusted;
	const text = visible(guarded);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

export { renderCsv };
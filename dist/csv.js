import { b as visible, r as shortInstruction, v as plain } from "./where.js";

// src/render/status.ts
function statusOf(judged) {
	if (judged.outcome === "open") return "open";
	return judged.outcome === "not-counted" ? "not counted" : `accepted: ${whyAccepted(judged)}`;
}
function whyAccepted({ exceptions: [exception], vex }) {
	if (exception !== void 0) return plain(exception.reason);
	const words = vex?.status === "fixed" ? "VEX fixed" : "VEX not affected";
	return plain(vex?.justification === void 0 ? words : `${words}: ${vex.justification}`);
}

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
		finding.layer?.instruction === void 0 ? "" : shortInstruction(finding.layer.instruction, 500),
		finding.title,
		finding.url ?? ""
	]);
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
		`error: [${error.code}] ${error.what}`
	]);
}
function line(cells) {
	return `${COLUMNS.map((_, index) => cell(cells[index] ?? "")).join(",")}\r\n`;
}
function cell(untrusted) {
	const guarded = /^[=+\-@\t\r]/.test(untrusted) ? `'${untrusted}` : untrusted;
	const text = visible(guarded);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

export { renderCsv };
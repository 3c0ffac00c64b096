import { array, object, string } from "./package.zod.js";
import { UNSPECIFIED_TYPE, fixedVersionsIn } from "./shared.answer.js";
import { isObject } from "./domain.json.is-object.js";
import { memoize } from "./shared.scan.js";
import { toSeverity } from "./shared.names.js";
import { checked, dateIn, invalidReport, severityOfWord } from "./scanners.given-report.js";

// src/scanners/harbor/report.ts
const REPORT_FORMATS = ["application/vnd.security.vulnerability.report; version=1.1", "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0"];
function bestFormat(found) {
	const format = REPORT_FORMATS.find((each) => found && Object.hasOwn(found, each));
	return format && found?.[format];
}
const scannerSchema = object({
	name: string().max(200).nullish(),
	vendor: string().max(200).nullish(),
	version: string().max(200).nullish()
});
const MOST_ROWS = 2e5;
const rowSchema = object({
	id: string().min(1).max(1e3),
	package: string().max(5e3),
	version: string().max(5e3),
	fix_version: string().max(2e4).nullish(),
	severity: string().max(100),
	links: array(string()).nullish().catch(void 0),
	artifact_digests: array(string()).nullish()
});
const reportSchema = object({
	generated_at: string(),
	scanner: scannerSchema.nullish(),
	severity: string().nullish(),
	vulnerabilities: array(rowSchema).max(MOST_ROWS).nullable().transform((rows) => rows ?? [])
});
function readReport(value, source) {
	const { generated_at: made, scanner, severity, vulnerabilities: rows } = checked(reportSchema, value, source);
	if (rows.length === 0 && severity != null && toSeverity(severity) !== "UNKNOWN") throw invalidReport(source, "lists nothing, although its worst vulnerability has a severity");
	const date = dateIn(made);
	return {
		rows,
		scanner: scanner ?? void 0,
		made: date === void 0 ? void 0 : new Date(date)
	};
}
function scannerOf({ name, vendor, version } = {}) {
	return {
		scanner: `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`,
		scannerVersion: version || void 0
	};
}
function* rowsOf(rows, source) {
	const versionsIn = memoize(fixedVersionsIn);
	for (const [index, { id, package: name, version, fix_version: fix, links, severity: word }] of rows.entries()) yield {
		advisories: [{
			id,
			aliases: []
		}],
		severity: severityOfWord(/^none$/i.test(word) ? "Low" : word, source, [
			"vulnerabilities",
			index,
			"severity"
		]),
		links: links?.[0],
		about: {
			name,
			version,
			type: UNSPECIFIED_TYPE
		},
		fixedVersions: versionsIn(fix ?? "")
	};
}
function digestsIn(report) {
	const { artifact, vulnerabilities } = isObject(report) ? report : {};
	const own = isObject(artifact) ? artifact.digest : void 0;
	const named = (Array.isArray(vulnerabilities) ? vulnerabilities : []).flatMap((row) => isObject(row) && Array.isArray(row.artifact_digests) ? row.artifact_digests : []);
	return {
		own,
		all: /* @__PURE__ */ new Set([own, ...named])
	};
}

export { REPORT_FORMATS, bestFormat, digestsIn, readReport, rowsOf, scannerOf, scannerSchema };
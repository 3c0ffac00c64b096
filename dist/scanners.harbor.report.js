import { UNSPECIFIED_TYPE, fixedVersionsIn } from "./shared.answer.js";
import { isObject } from "./domain.json.is-object.js";
import { memoize } from "./shared.scan.js";
import { array, object, string } from "./package.zod.js";
import { SEVERITIES, toSeverity } from "./shared.names.js";
import { dateIn } from "./scanners.given-report.js";

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
function readReport(value, refuse) {
	const read = reportSchema.safeParse(value);
	if (!read.success) {
		const path = read.error.issues[0]?.path.map((key) => String(key).slice(0, 80)) ?? [];
		throw refuse(`has no content of the right kind at ${JSON.stringify(path.join("."))}`);
	}
	const { generated_at: made, scanner, severity, vulnerabilities: rows } = read.data;
	if (rows.length === 0 && severity != null && toSeverity(severity) !== UNRATED) throw refuse("lists nothing, although its worst vulnerability has a severity");
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
function findingsOf(rows, refuse) {
	const versionsOf = memoize(fixedVersionsIn);
	let last;
	return rows.map((row) => {
		const { id, package: name, version, fix_version: fix, links } = row;
		if (last?.name !== name || last.version !== version) last = {
			name,
			version,
			type: UNSPECIFIED_TYPE
		};
		const fixedVersions = versionsOf(fix ?? "");
		return {
			kind: "vulnerability",
			id,
			severity: severityOf(row, refuse),
			title: "",
			url: links?.[0],
			package: last,
			fixedVersions,
			status: fixedVersions.length > 0 ? "fixed" : "unknown"
		};
	});
}
const UNRATED = toSeverity(void 0);
const LEAST = SEVERITIES.filter((each) => each !== UNRATED).at(-1);
function severityOf({ severity: text }, refuse) {
	if (/^(?:none|negligible)$/i.test(text)) return LEAST;
	const severity = toSeverity(text);
	if (severity === UNRATED && text.toUpperCase() !== UNRATED) throw refuse("has a severity that Harbor does not know");
	return severity;
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

export { REPORT_FORMATS, bestFormat, digestsIn, findingsOf, readReport, scannerOf, scannerSchema };
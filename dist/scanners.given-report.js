import { orEmpty } from "./shared.scan.js";
import { joined, number } from "./shared.inputs.js";
import { severityRank, toSeverity } from "./shared.names.js";
import { array, string } from "./package.zod.js";
import { GateError } from "./shared.thread.js";

// src/scanners/given-report.ts
const word = string().max(5e3);
const listOf = (value) => orEmpty(array(value), []);
function invalidReport({ name, remedy }, what, cause) {
	return new GateError("report-invalid", `The report of ${name} ${what}`, remedy, { cause });
}
function unknownVersion({ name }, what, known) {
	return new GateError("report-schema-unknown", `The report of ${name} ${what}`, `Known are ${known}.`);
}
function unfinishedReport({ name, remedy }, what) {
	return new GateError("report-unfinished", `The report of ${name} is no finished one: ${what}`, remedy);
}
function neverScanned({ name }, what) {
	return new GateError("report-unfinished", `The report of ${name} has no result: ${what}`, "Scan this image here: name it in `image` instead of its report.");
}
function checked(schema, value, source, at = []) {
	const read = schema.safeParse(value);
	if (read.success) return read.data;
	const path = [...at, ...read.error.issues[0]?.path ?? []].map((key) => String(key).slice(0, 80));
	throw invalidReport(source, `has no content of the right kind at ${JSON.stringify(path.join("."))}`);
}
function severityOfWord(word, source, at) {
	if (/^negligible$/i.test(word)) return "LOW";
	const severity = toSeverity(word);
	if (severity !== "UNKNOWN" || /^unknown$/i.test(word)) return severity;
	throw invalidReport(source, `has ${word === "" ? "no severity" : "a severity that its scanner does not know"} at ${JSON.stringify(at.join("."))}`);
}
function dateIn(text) {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? "")) return void 0;
	const date = new Date(text);
	return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? void 0 : date.toISOString();
}
function undatedNotes(report, { scannedAt, databaseUpdatedAt } = {}) {
	const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
	return missing === "" ? [] : [`${report} has no date of ${missing}, so that its age is unknown.`];
}
function pathIn(text) {
	return text?.replace(/^\/+/, "") || void 0;
}
function reportedScan({ input, as }, { packages, artifact, provenance, ...told }) {
	const { notes, ...rest } = provenance;
	return {
		...told,
		artifact: {
			names: as === void 0 ? [input] : [as, input],
			...artifact,
			packages: packages?.length
		},
		packages: packages ?? [],
		layers: [],
		suppressed: told.suppressed ?? 0,
		provenance: {
			...rest,
			scanners: ["vuln"],
			notes
		}
	};
}
const MOST_FINDINGS = 5e5;
function requireFewer(count, source) {
	if (count > MOST_FINDINGS) throw invalidReport(source, `has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
}
function allOf(rows, findingsOf, source) {
	const all = [];
	for (const [index, row] of rows.entries()) {
		for (const each of findingsOf(row, index)) all.push(each);
		requireFewer(all.length, source);
	}
	return all;
}
function findingsIn(advisories, { title = "", ...row }) {
	return advisories.map(({ id, aliases }) => ({
		...row,
		kind: "vulnerability",
		id,
		...aliases.length > 0 && { aliases },
		title: title === id ? "" : title,
		status: row.fixedVersions.length > 0 ? "fixed" : "unknown"
	}));
}
function worstOf(severities) {
	return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

export { allOf, checked, dateIn, findingsIn, invalidReport, listOf, neverScanned, pathIn, reportedScan, requireFewer, severityOfWord, undatedNotes, unfinishedReport, unknownVersion, word, worstOf };
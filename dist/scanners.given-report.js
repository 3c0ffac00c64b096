import { reportedCoverage, shownSystem } from "./shared.domain.js";
import { orEmpty } from "./shared.scan.js";
import { joined, number, withoutLogin } from "./shared.inputs.js";
import { oneLine } from "./shared.start.js";
import { array, string } from "./package.zod.js";
import { severityOfScore, severityRank, toSeverity } from "./shared.names.js";
import { GateError } from "./shared.thread.js";

// src/scanners/given-report.ts
const word = string().max(5e3);
const listOf = (value) => orEmpty(array(value), []);
function invalidReport({ name, remedy, refusal }, what, cause) {
	const { start, code } = refusal ?? {
		start: `The report of ${name}`,
		code: "report-invalid"
	};
	return new GateError(code, `${start} ${what}`, remedy, { cause });
}
function unknownVersion({ name }, what, known) {
	return new GateError("report-schema-unknown", `The report of ${name} ${what}`, `Known are ${known}.`);
}
function unfinishedReport({ name, remedy }, what) {
	return new GateError("report-unfinished", `The report of ${name} is no finished one: ${what}`, remedy);
}
function neverScanned({ name }, what) {
	return new GateError("report-unfinished", `The report of ${name} has no result: ${what}`, "Scan this image here instead of giving its report.");
}
function checked(schema, value, source, at = []) {
	const read = schema.safeParse(value, { jitless: at.length === 0 });
	if (read.success) return read.data;
	const path = [...at, ...read.error.issues[0]?.path ?? []].map((key) => String(key).slice(0, 80));
	throw invalidReport(source, `has no content of the right kind at ${JSON.stringify(path.join("."))}`);
}
function severityOfWord(word, source, at) {
	if (source.lowest?.test(word)) return "LOW";
	const severity = toSeverity(word);
	if (severity !== "UNKNOWN" || /^unknown$/i.test(word)) return severity;
	throw invalidReport(source, `has ${word === "" ? "no severity" : "a severity that its scanner does not know"} at ${JSON.stringify(at.join("."))}`);
}
function severityOf(words, score, source, at) {
	const stated = words.find((each) => each != null);
	const severity = stated == null ? "UNKNOWN" : severityOfWord(stated, source, at);
	return severity === "UNKNOWN" && score != null ? severityOfScore(score) : severity;
}
function dateIn(text) {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? "")) return void 0;
	const date = new Date(text);
	return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? void 0 : date.toISOString();
}
function pathIn(text) {
	return text?.replace(/^\/+/, "") || void 0;
}
const MOST_FINDINGS = 5e5;
function requireFewer(count, source) {
	if (count > MOST_FINDINGS) throw invalidReport(source, `has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
}
const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 1e3;
function findingsOf(row, { descriptions = false }) {
	const { about, severity, publishedAt } = row;
	const { versions: fixedVersions } = row.fix;
	const title = oneLine(row.title ?? "").slice(0, LONGEST_TITLE);
	const description = descriptions && row.description?.slice(0, LONGEST_DESCRIPTION) || void 0;
	const url = row.links?.split(/\s+/).find((link) => link !== "");
	const { name = "", version = "", type = "", ecosystem, purl, path } = about ?? {};
	const named = about && {
		name,
		version,
		type,
		ecosystem,
		purl
	};
	const status = fixedVersions.length > 0 ? "fixed" : "unknown";
	const kind = "vulnerability";
	return row.advisories.map(({ id, aliases }) => {
		const finding = {
			kind,
			id,
			severity,
			title: title === id ? "" : title,
			description,
			url,
			path,
			package: named,
			fixedVersions,
			status,
			publishedAt
		};
		return aliases.length === 0 ? finding : {
			...finding,
			aliases
		};
	});
}
function findingsIn(rows, source, options) {
	const findings = [];
	const places = /* @__PURE__ */ new Map();
	let [count, unreadable] = [0, 0];
	for (const row of rows) {
		if (row.fix.isUnreadable) unreadable += 1;
		for (const finding of findingsOf(row, options)) {
			requireFewer(++count, source);
			const key = row.place && JSON.stringify([
				row.place,
				finding.id,
				finding.fixedVersions
			]);
			const at = key === void 0 ? void 0 : places.get(key);
			if (at === void 0) findings.push(finding);
			else if (severityRank(finding.severity) < severityRank(findings[at]?.severity ?? "UNKNOWN")) findings[at] = finding;
			if (key !== void 0 && at === void 0) places.set(key, findings.length - 1);
		}
	}
	return {
		findings,
		unreadable
	};
}
function reportedScan(source, { input, as }, options, parts) {
	const { rows, packages, artifact, claim = "", system, looked, suppressed = 0, provenance } = parts;
	const { findings, unreadable } = findingsIn(rows, source, options);
	const fixes = `${unreadable} of the rows name a fix that is not a version; they count as having none.`;
	return {
		artifact: {
			names: as === void 0 ? [input] : [as, input],
			...claim !== "" && { claims: [withoutLogin(claim)] },
			...system && { os: shownSystem(system) },
			...artifact,
			packages: packages?.length
		},
		packages: packages ?? [],
		layers: [],
		findings,
		suppressed,
		coverage: "gaps" in looked ? looked : reportedCoverage({
			...looked,
			system
		}),
		provenance: {
			scanner: source.name,
			...provenance,
			scanners: ["vuln"],
			notes: [
				...undatedNotes(source, provenance),
				...unreadable > 0 ? [fixes] : [],
				...provenance.notes ?? []
			]
		}
	};
}
function undatedNotes({ name }, { scannedAt, databaseUpdatedAt }) {
	const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
	return missing === "" ? [] : [`The report of ${name} has no date of ${missing}, so that its age is unknown.`];
}
function worstOf(severities) {
	return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

export { checked, dateIn, invalidReport, listOf, neverScanned, pathIn, reportedScan, requireFewer, severityOf, severityOfWord, undatedNotes, unfinishedReport, unknownVersion, word, worstOf };
import { unspecifiedCoverage, withReportGap } from "./shared.domain.js";
import { UNSPECIFIED_TYPE, fixedVersionsIn } from "./shared.scan.js";
import { parseReference, severityRank, toSeverity } from "./shared.names.js";
import { isObject, listIn } from "./domain.json.is-object.js";
import { array, object, string } from "./package.zod.js";
import { memoize } from "./shared.start.js";
import { ReportSource, dateIn, worstOf } from "./scanners.given-report.js";

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
const LOWEST = /^(?:negligible|none)$/i;
function readReport(value, source) {
	const report = source.checked(reportSchema, value);
	const rows = report.vulnerabilities.map((row, index) => {
		return {
			...row,
			severity: source.severityOfWord(row.severity, [
				"vulnerabilities",
				index,
				"severity"
			])
		};
	});
	const worst = worstOf(rows.map(({ severity }) => severity)) ?? "UNKNOWN";
	if (severityRank(toSeverity(report.severity ?? void 0)) < severityRank(worst)) throw source.invalid("lists nothing that has the severity of its worst vulnerability");
	const date = dateIn(report.generated_at);
	return {
		rows,
		scanner: report.scanner ?? void 0,
		made: date === void 0 ? void 0 : new Date(date)
	};
}
function scannerOf({ name, vendor, version } = {}) {
	return {
		scanner: `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`,
		scannerVersion: version || void 0
	};
}
function* rowsOf(rows) {
	const versionsIn = memoize(fixedVersionsIn);
	for (const { id, package: name, version, fix_version: fix, links, severity } of rows) yield {
		advisories: [{
			id,
			aliases: []
		}],
		severity,
		links: links?.[0],
		about: {
			name,
			version,
			type: UNSPECIFIED_TYPE
		},
		fix: {
			versions: versionsIn(fix ?? ""),
			isUnreadable: false
		}
	};
}
function digestsIn(report) {
	const { artifact, vulnerabilities } = isObject(report) ? report : {};
	const rows = listIn(vulnerabilities).filter(isObject);
	return [isObject(artifact) ? artifact.digest : void 0, ...rows.flatMap((row) => listIn(row.artifact_digests))];
}
const HARBOR = new ReportSource({
	name: "Harbor",
	lowest: LOWEST,
	remedy: "Let Harbor scan the image again, and give its whole answer to `GET …/artifacts/DIGEST/additions/vulnerabilities`."
});
const harborReports = HARBOR.reader({
	madeBy: "Harbor's report (`GET …/artifacts/DIGEST/additions/vulnerabilities`)",
	owns: (document) => isAnswer(document) || isReport(document),
	digests: (document) => digestsIn(innerOf(document)),
	parts: (document, target) => partsOf(innerOf(document), target)
});
function isAnswer(document) {
	return REPORT_FORMATS.some((format) => Object.hasOwn(document, format));
}
function isReport(document) {
	return typeof document.generated_at === "string" && "scanner" in document && "vulnerabilities" in document;
}
function innerOf(document) {
	return isAnswer(document) ? bestFormat(document) : document;
}
function partsOf(inner, target) {
	if (inner === null) throw HARBOR.unfinished("the answer has no report in it");
	const { rows, scanner, made } = readReport(inner, HARBOR);
	const asked = target.as === void 0 ? void 0 : parseReference(target.as)?.digest;
	const [own, ...others] = digestsIn(inner);
	const isOfImage = asked !== void 0 && asked !== own && others.includes(asked);
	return {
		rows: rowsOf(rows.filter(({ artifact_digests: of }) => !isOfImage || !of?.length || of.includes(asked))),
		looked: rows.length > 0 ? unspecifiedCoverage() : withReportGap(unspecifiedCoverage(), NOTHING),
		provenance: {
			...scannerOf(scanner),
			scannedAt: made?.toISOString(),
			source: "an existing report of Harbor"
		}
	};
}
const NOTHING = {
	code: "os-unknown",
	what: "Harbor's report lists no vulnerability and no package, so there is no sign that its scanner knows the image's distribution",
	remedy: "Check in Harbor that its scanner knows the distribution. Or scan the image here."
};

export { LOWEST, REPORT_FORMATS, bestFormat, harborReports, readReport, rowsOf, scannerOf, scannerSchema };
import { UNSPECIFIED_TYPE, fixedVersionsIn, memoize, unspecifiedCoverage } from "./shared.domain.js";
import { SEVERITIES, toSeverity } from "./shared.answer.js";
import { GateError } from "./shared.start.js";
import { array, number, object, record, string, unknown } from "./package.zod.js";
import { dateIn } from "./scanners.given-report.js";

// src/scanners/harbor/report.ts
const REPORT_FORMATS = ["application/vnd.security.vulnerability.report; version=1.1", "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0"];
const scannerSchema = object({
	name: string().max(200).nullish(),
	vendor: string().max(200).nullish(),
	version: string().max(200).nullish()
});
const summarySchema = object({
	scan_status: string(),
	complete_percent: number().nullish(),
	scanner: scannerSchema.nullish(),
	summary: object({ total: number().nullish() }).nullish()
});
const artifactSchema = object({
	digest: string(),
	type: string(),
	references: array(object({
		child_digest: string(),
		platform: object({
			os: string().nullish(),
			architecture: string().nullish(),
			variant: string().nullish()
		}).nullish()
	})).nullish(),
	extra_attrs: object({
		os: string().nullish().catch(void 0),
		architecture: string().nullish().catch(void 0)
	}).nullish().catch(void 0),
	scan_overview: record(string(), summarySchema).nullish()
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
	vulnerabilities: array(rowSchema).max(MOST_ROWS)
});
const reportsSchema = record(string(), unknown());
function bestFormat(found) {
	for (const format of REPORT_FORMATS) if (found && Object.hasOwn(found, format)) return found[format];
}
const HOUR_MS = 36e5;
function readReport(found, target, context) {
	const read = reportSchema.safeParse(found);
	if (!read.success) throw invalid(target, `its ${placeOf(read.error)} is not as Harbor describes it`);
	const report = read.data;
	requireOwnReport(report, target, context);
	const made = instantIn(report.generated_at);
	if (made === void 0) throw invalid(target, "it does not say when it was made");
	const { now, platform } = context;
	if (made.getTime() > now.getTime() + HOUR_MS) throw invalid(target, "it was made in the future");
	const scanner = report.scanner ?? context.summary.scanner ?? {};
	const database = databaseBefore(made, context.databaseOf(scanner));
	requireFresh(made, database, target, context);
	const { rows, gaps } = unspecifiedCoverage();
	const since = {
		subject: "Vulnerability database",
		status: "not-known",
		detail: UNSPECIFIED_DATABASE
	};
	return {
		artifact: {
			names: [target.input],
			platform,
			packages: void 0
		},
		packages: [],
		layers: [],
		findings: findingsOf(report.vulnerabilities, (why) => invalid(target, why)),
		suppressed: 0,
		coverage: {
			rows: database === void 0 ? [...rows, since] : rows,
			gaps
		},
		provenance: {
			scanner: nameOf(scanner),
			scannerVersion: scanner.version || void 0,
			databaseUpdatedAt: database?.toISOString(),
			scannedAt: made.toISOString(),
			source: `the report of Harbor's own scan of ${made.toISOString().slice(0, 10)}`,
			digestUnknown: "Harbor's report was read and not the image",
			scanners: ["vuln"]
		}
	};
}
const UNSPECIFIED_DATABASE = "Harbor does not tell its date; it is no newer than the report";
function nameOf({ name, vendor }) {
	return `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`;
}
function databaseBefore(made, updatedAt) {
	const built = updatedAt === void 0 ? void 0 : instantIn(updatedAt);
	return built !== void 0 && built.getTime() <= made.getTime() ? built : void 0;
}
function requireFresh(made, database, target, { now, maxAgeMs }) {
	const isOld = (date) => now.getTime() - date.getTime() > maxAgeMs;
	const what = isOld(made) ? "report" : database !== void 0 && isOld(database) ? "scanner's database" : void 0;
	if (what === void 0) return;
	const hours = Math.round(maxAgeMs / HOUR_MS).toLocaleString("en-US");
	const since = (what === "report" ? made : database ?? made).toISOString().slice(0, 16).replace("T", " ");
	throw new GateError("harbor-report-stale", `Harbor's ${what} for ${target.label} is of ${since} UTC, and so older than \`max-db-age\` allows (${hours} hours)`, what === "report" ? "Let Harbor scan every day (Interrogation Services, Vulnerability, Schedule to scan all), or raise `max-db-age`." : "See why the scanner does not renew its database, or raise `max-db-age`.");
}
function requireOwnReport(report, target, { digest, summary }) {
	const { vulnerabilities: rows, severity } = report;
	if (rows.some(({ artifact_digests: digests }) => digests && digests.length > 0 && !digests.includes(digest))) throw invalid(target, "it has findings of another image");
	const counted = (summary.summary?.total ?? 0) > 0;
	if (rows.length === 0 && (counted || isRated(severity))) throw invalid(target, "it lists nothing, although by its summary there are vulnerabilities");
}
function isRated(severity) {
	return severity != null && toSeverity(severity) !== UNRATED;
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
function isLeast(text) {
	return /^(?:none|negligible)$/i.test(text);
}
function severityOf({ severity: text }, refuse) {
	if (isLeast(text)) return LEAST;
	const severity = toSeverity(text);
	if (severity === UNRATED && text.toUpperCase() !== UNRATED) throw refuse("it has a severity that Harbor does not know");
	return severity;
}
function instantIn(text) {
	const date = dateIn(text);
	return date === void 0 ? void 0 : new Date(date);
}
function placeOf({ issues }) {
	const path = issues[0]?.path ?? [];
	return path.length === 0 ? "content" : path.map(String).join(".");
}
function invalid({ label }, why) {
	return new GateError("harbor-report-invalid", `Harbor's report on ${label} cannot be judged: ${why}`, "Let Harbor scan the image again. If that does not help, scan it here: take `harbor-report` out.");
}

export { REPORT_FORMATS, artifactSchema, bestFormat, findingsOf, invalid, isRated, readReport, reportSchema, reportsSchema };
import { SYSTEM_GAPS, platformMatches } from "./shared.domain.js";
import { repositoryName } from "./shared.answer.js";
import { array, number, object, string } from "./package.zod.js";
import { artifact, exploitRow, fieldsOf, finding, installed, provenance, reportSchema, severityRow, target } from "./shared.evidence.js";
import { baselineIncomplete } from "./baseline.errors.js";
import { kindsOf } from "./baseline.stored-baseline.js";

// src/baseline/stored-report.ts
const text = string();
const targetSchema = object({
	...fieldsOf(target, "label", "as", "kind", "verdict"),
	input: text.optional(),
	artifact: object({
		...fieldsOf(artifact, "names", "claims", "platform"),
		os: object(artifact.shape.os.unwrap().shape).optional()
	}).optional(),
	packages: array(object({
		...installed.shape,
		source: object(installed.shape.source.unwrap().shape).optional()
	})).optional(),
	provenance: object(fieldsOf(provenance, "scanners")).optional(),
	baseline: object({
		...fieldsOf(target.shape.baseline.unwrap(), "trouble"),
		kind: text
	}).optional(),
	rows: array(object({
		...fieldsOf(severityRow, "broken"),
		severity: text
	})).optional(),
	coverage: object({ gaps: array(object({ code: text })) }).optional(),
	exploitRows: array(object({
		...fieldsOf(exploitRow, "above", "broken"),
		kind: text
	})).optional()
});
const findingSchema = object({
	...fieldsOf(finding, "target", "kind", "id", "aliases", "severity", "title", "url", "path"),
	package: object(finding.shape.package.unwrap().shape).optional(),
	opinions: array(object({ scanner: text })).optional(),
	outcome: text.optional(),
	spared: text.optional(),
	exploitation: object({
		kev: object({}).optional(),
		epss: number().optional()
	}).optional()
});
const storedReportSchema = object({
	...fieldsOf(reportSchema, "version", "generatedAt"),
	mode: text.optional(),
	count: text.optional(),
	targets: array(targetSchema),
	findings: array(findingSchema),
	provenance: object(fieldsOf(reportSchema.shape.provenance, "commit", "run"))
});
function isBlind({ coverage }) {
	return coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) === true;
}
function findingsOf(report, target) {
	const index = report.targets.indexOf(target);
	const earlier = [];
	const unsettled = /* @__PURE__ */ new Set();
	const isStock = tookStock(report, target);
	for (const each of report.findings) {
		if (each.target !== index) continue;
		const { opinions, ...rest } = each;
		const finding = {
			...rest,
			fixedVersions: [],
			status: "unknown",
			...opinions && { opinions: opinions.map(({ scanner }) => ({
				...NO_OPINION,
				scanner,
				id: each.id
			})) }
		};
		earlier.push(finding);
		if (!isLetIn(each, target, isStock)) unsettled.add(finding);
	}
	return {
		earlier,
		unsettled
	};
}
const NO_OPINION = {
	severity: "UNKNOWN",
	fixedVersions: []
};
function isLetIn({ outcome, spared, severity, exploitation }, target, isStock) {
	if (outcome === "not-counted") return spared === "not-introduced";
	if (outcome !== "open") return false;
	if (isStock) return true;
	const { rows = [], exploitRows = [] } = target;
	if (rows.length === 0 || rows.some((row) => row.broken && row.severity === severity)) return false;
	return !exploitRows.some(({ broken, kind, above = 1 }) => broken && kind === "exploited" ? exploitation?.kev !== void 0 : broken && (exploitation?.epss ?? 0) > above);
}
function tookStock({ mode, count }, { baseline }) {
	const hadNone = baseline === void 0 || baseline.kind === "none" && baseline.trouble !== true;
	return mode === "warn" && (hadNone || count !== "introduced");
}
function baselineInReport(report, judged, source, name) {
	const stored = matching(report, judged);
	if (stored === void 0) throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
	if (stored.verdict === "error") throw baselineIncomplete(name, "is of a scan that did not happen");
	if (stored.packages === void 0) throw baselineIncomplete(name, "was made by an Image Gate that kept no packages");
	return {
		source: {
			image: stored.label,
			commit: report.provenance.commit,
			madeAt: report.generatedAt,
			...source
		},
		names: [...stored.artifact?.names ?? [], ...stored.artifact?.claims ?? []],
		platform: stored.artifact?.platform,
		contents: {
			packages: stored.packages,
			os: stored.artifact?.os
		},
		...findingsOf(report, stored),
		blind: isBlind(stored),
		kinds: kindsOf(stored.provenance?.scanners)
	};
}
function matching({ targets }, judged) {
	const { platform } = judged.scan.artifact;
	const typed = repositoryName(judged.target.as ?? judged.target.input);
	const same = targets.filter(({ as, input, label }) => repositoryName(as ?? input ?? label) === typed);
	return same.filter((each) => platform === void 0 || platformMatches(platform, each.artifact?.platform))[0] ?? same[0] ?? (targets.length === 1 ? targets[0] : void 0);
}

export { baselineInReport, storedReportSchema };
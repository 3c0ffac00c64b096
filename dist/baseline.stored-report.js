import { SYSTEM_GAPS } from "./shared.answer.js";
import { kindsOf, platformMatches } from "./shared.scan.js";
import { repositoryName } from "./shared.names.js";
import { toScan } from "./shared.evidence.js";
import { breaks } from "./shared.inputs.js";
import { baselineIncomplete } from "./baseline.errors.js";

// src/baseline/stored-report.ts
function isLetIn(finding, { rows = [], exploitRows }, isStock) {
	const { outcome, spared } = finding;
	if (outcome === "not-counted") return spared === "not-introduced";
	if (outcome !== "open") return false;
	return isStock || rows.length > 0 && !breaks({
		rows,
		exploitRows
	})({
		...finding,
		finding
	});
}
function tookStock({ mode, count }, { baseline }) {
	const hadNone = baseline === void 0 || baseline.kind === "none" && baseline.trouble !== true;
	return mode === "warn" && (hadNone || count !== "introduced");
}
function baselineInReport(report, judged, source, name) {
	const index = matching(report, judged);
	if (index === void 0) throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
	return storedIn(report, index, source, name);
}
function storedIn(report, index, source, name) {
	const target = report.targets[index];
	if (target.verdict === "error") throw baselineIncomplete(name, "is from a scan that failed");
	if (target.packages === void 0) throw baselineIncomplete(name, "was made by a version that kept no packages");
	const { scan, reported } = toScan(report, index);
	const { names, claims = [], platform, os } = scan.artifact;
	const { gaps = [] } = scan.coverage ?? {};
	const isStock = tookStock(report, target);
	return {
		source: {
			image: target.label,
			commit: report.provenance.commit,
			madeAt: report.generatedAt,
			...source
		},
		names: [...names, ...claims],
		typed: typedName(target),
		platform,
		contents: {
			packages: scan.packages,
			os
		},
		earlier: scan.findings,
		unsettled: new Set(scan.findings.filter((each) => !isLetIn(reported.get(each), target, isStock))),
		blind: gaps.some(({ code }) => SYSTEM_GAPS.has(code)),
		gaps,
		by: scan.provenance,
		kinds: kindsOf(scan.provenance.scanners)
	};
}
function matching({ targets }, judged) {
	const { platform } = judged.scan.artifact;
	const typed = typedName(judged.target);
	const same = [...targets.keys()].filter((index) => typedName(targets[index]) === typed);
	return same.find((index) => platform === void 0 || platformMatches(platform, targets[index]?.artifact?.platform)) ?? same[0] ?? (targets.length === 1 ? 0 : void 0);
}
function typedName({ as, input }) {
	return repositoryName(as ?? input);
}

export { baselineInReport, storedIn };
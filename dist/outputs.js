import { Et as severityName, St as SEVERITIES, Tt as perSeverityName, U as plain } from "./shared.js";

// src/actions/gate/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	...SEVERITIES.map(severityName),
	"accepted",
	"results",
	"report",
	"trivy-report",
	"image-digest",
	"index-digest",
	"trivy-version",
	"db-updated-at",
	"db-age-hours",
	"comment-url"
];
function outputsOf(view, facts) {
	const { verdict } = view;
	const judged = verdict.targets.filter((target) => target.answer !== "error");
	const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
	const count = (value) => known ? String(value) : "";
	return {
		verdict: verdict.answer,
		reason: plain(verdict.reason),
		...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
		accepted: count(sum(judged, acceptedCount)),
		results: harmlessJson(verdict.targets.map((target) => resultOf(target, facts))),
		report: facts.reportFile ?? "",
		"trivy-report": facts.reportFiles.join("\n"),
		"image-digest": singleImage(verdict.targets)?.digest ?? "",
		"index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
		"trivy-version": facts.scannerVersion ?? "",
		"db-updated-at": facts.databaseUpdatedAt ?? "",
		"db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
		"comment-url": facts.commentUrl ?? ""
	};
}
function harmlessJson(value) {
	const escaped = (text) => text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
	return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}
const UNKNOWN_COUNTS = perSeverityName(() => null);
function resultOf(target, { reportFileOf }) {
	const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
		code: gap.code,
		path: gap.path,
		accepted: accepted?.expires ?? null
	}));
	const base = {
		target: target.target.label,
		verdict: target.answer,
		gaps,
		trivyReport: reportFileOf.get(target.target) ?? ""
	};
	if (target.answer === "error") return {
		...base,
		code: target.error.code,
		counts: UNKNOWN_COUNTS,
		accepted: null,
		digest: "",
		indexDigest: ""
	};
	return {
		...base,
		counts: perSeverityName((severity) => openCount(target, severity)),
		accepted: acceptedCount(target),
		digest: target.scan.artifact.digest ?? "",
		indexDigest: target.scan.artifact.index?.digest ?? ""
	};
}
function openCount(target, severity) {
	return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}
function acceptedCount(target) {
	return target.rows.reduce((total, row) => total + row.accepted, 0);
}
function wholeHours(since, now) {
	return since === void 0 ? "" : String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 36e5)));
}
function singleImage(targets) {
	const [only] = targets;
	return targets.length !== 1 || only === void 0 || only.answer === "error" ? void 0 : only.scan.artifact;
}
function sum(items, value) {
	return items.reduce((total, item) => total + value(item), 0);
}

export { outputsOf as n, OUTPUT_NAMES as t };
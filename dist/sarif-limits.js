import { E as severityList, I as plain, T as number, V as perSeverity, w as counted } from "./shared.js";

// src/render/sarif-limits.ts
const MOST_RESULTS = 25e3;
const SHOWN_RESULTS = 5e3;
function selectFindings(findings, most = MOST_RESULTS) {
	if (findings.length <= most) return {
		kept: findings,
		dropped: []
	};
	const open = findings.filter(({ outcome }) => outcome === "open").length;
	let roomForOpen = Math.min(open, most);
	let roomForOthers = most - roomForOpen;
	const kept = [];
	const dropped = [];
	for (const judged of findings) ((judged.outcome === "open" ? roomForOpen-- > 0 : roomForOthers-- > 0) ? kept : dropped).push(judged);
	return {
		kept,
		dropped
	};
}
function openOf(target) {
	return {
		...target,
		findings: target.findings.filter(({ outcome }) => outcome === "open")
	};
}
function judgedTargets(targets) {
	return targets.filter((target) => target.answer !== "error");
}
function droppedWords({ dropped, kept }) {
	const counts = perSeverity((severity) => dropped.filter(({ finding }) => finding.severity === severity).length);
	const all = counted(kept.length + dropped.length, "finding");
	return `${number(dropped.length)} of its ${all} (${severityList(counts)})`;
}
function cutsOf(targets) {
	return judgedTargets(targets).flatMap(({ target, findings }) => {
		const selection = selectFindings(findings);
		if (selection.dropped.length === 0) return [];
		const left = droppedWords(selection);
		return [`SARIF of ${plain(target.label)} leaves out ${left}, the least severe: GitHub takes ${number(MOST_RESULTS)} a run`];
	});
}
function hiddenOf(targets) {
	return targets.filter(({ findings }) => findings.length > SHOWN_RESULTS).map(({ target, findings }) => `Of the ${number(findings.length)} open findings of ${plain(target.label)} code scanning shows the ${number(SHOWN_RESULTS)} most severe`);
}

export { judgedTargets as a, hiddenOf as i, cutsOf as n, openOf as o, droppedWords as r, selectFindings as s, MOST_RESULTS as t };
import { MOST_RESULTS, droppedWords, hiddenOf, judgedTargets, openOf, reportFacts, sarifOf, selectionOf } from "./shared.reports.js";
import "./shared.domain.js";
import { counted, number, plain } from "./shared.answer.js";
import { GateError } from "./shared.start.js";
import { createGzip } from "node:zlib";

// src/reports/upload-sarif.ts
async function uploadSarif(view, access, platform, world) {
	const { log } = world;
	const targets = judgedTargets(view.verdict.targets);
	const { alerts, words } = platform;
	if (alerts === void 0) {
		log.warning(`No upload to code scanning: ${words.lacking}.`);
		return;
	}
	const decision = await alerts.decide(targets.length, access);
	if (decision.about === void 0) {
		log[decision.level](`No upload to code scanning: ${decision.why}.`);
		return;
	}
	try {
		const facts = reportFacts(view, platform, world);
		const { uploads, cuts } = await uploadsOf(targets, facts, alerts.mostBytes);
		for (const cut of cuts) log.warning(new GateError("sarif-cut", cut, "The verdict stands on all findings.").message);
		for (const hidden of hiddenOf(targets.map(openOf))) log.info(`${hidden}.`);
		const { about } = decision;
		await alerts.send({
			uploads,
			about,
			tool: facts.tool.name,
			startedAt: view.now
		}, access);
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		log.warning(new GateError("sarif-not-uploaded", `SARIF could not be made for code scanning: ${why}`, "The verdict stands; please report this to Image Gate.").message);
	}
}
async function uploadsOf(targets, facts, mostBytes) {
	const uploads = [];
	const cuts = [];
	for (let from = 0; from < targets.length; from += 20) {
		const runs = targets.slice(from, from + 20).map((target) => ({
			target,
			onlyOpen: true
		}));
		for (const { gzip, runs: inside } of await fitting(runs, facts, mostBytes)) {
			uploads.push({
				gzip,
				what: whatIsIn(inside)
			});
			cuts.push(...inside.flatMap(cutOf));
		}
	}
	return {
		uploads,
		cuts
	};
}
async function fitting(runs, facts, mostBytes) {
	const gzip = await compressed(sarifOf(runs, facts));
	if (gzip.length <= mostBytes) return [{
		gzip,
		runs
	}];
	const [only, second] = runs;
	if (only === void 0) return [];
	if (second !== void 0) {
		const half = Math.ceil(runs.length / 2);
		const parts = [runs.slice(0, half), runs.slice(half)];
		return (await Promise.all(parts.map((part) => fitting(part, facts, mostBytes)))).flat();
	}
	const kept = selectionOf(only).kept.length;
	const most = Math.floor(kept * .9 * mostBytes / gzip.length);
	return fitting([{
		...only,
		most: kept === 0 ? 0 : most
	}], facts, kept === 0 ? Number.POSITIVE_INFINITY : mostBytes);
}
async function compressed(pieces) {
	const gzip = createGzip();
	const chunks = [];
	gzip.on("data", (chunk) => chunks.push(chunk));
	const ended = new Promise((resolve, reject) => gzip.on("end", resolve).on("error", reject));
	for (const piece of pieces) if (!gzip.write(piece)) await new Promise((resolve) => gzip.once("drain", resolve));
	gzip.end();
	await ended;
	return Buffer.concat(chunks);
}
function whatIsIn(runs) {
	const findings = runs.reduce((sum, run) => sum + selectionOf(run).kept.length, 0);
	return `${counted(findings, "open finding")} of ${counted(runs.length, "target")}`;
}
function cutOf(run) {
	const selection = selectionOf(run);
	if (selection.dropped.length === 0) return [];
	return [`The upload to code scanning leaves out ${droppedWords(selection)} of ${plain(run.target.target.label)}, the least severe: GitHub takes ${number(MOST_RESULTS)} results a run and 10 MB`];
}

export { uploadSarif };
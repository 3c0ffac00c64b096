import { judgedTargets, reportFacts, sarifOf, selectionOf } from "./shared.reports.js";
import { counted, number, plain } from "./shared.answer.js";
import { GateError } from "./shared.thread.js";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

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
		const { uploads, cuts } = await uploadsOf(targets, facts);
		for (const cut of cuts) log.info(`${cut}.`);
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
const SHOWN_RESULTS = 5e3;
const compressed = promisify(gzip);
async function uploadsOf(targets, facts) {
	const uploads = [];
	const cuts = [];
	for (const target of targets) {
		const run = {
			target,
			onlyOpen: true,
			most: SHOWN_RESULTS
		};
		const { kept, dropped } = selectionOf(run);
		const label = plain(target.target.label);
		uploads.push({
			gzip: await compressed([...sarifOf([run], facts)].join("")),
			what: `${counted(kept.length, "open finding")} of ${label}`
		});
		if (dropped.length > 0) cuts.push(`Of the ${number(kept.length + dropped.length)} open findings of ${label} code scanning gets the ${number(kept.length)} most severe, as it shows no more`);
	}
	return {
		uploads,
		cuts
	};
}

export { uploadSarif };
import { capability, counted, decideSending, judgedAmong, plain } from "./shared.inputs.js";
import { reportFacts, sarifOf, sarifRun } from "./shared.reports.js";
import "./shared.scan.js";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

// src/reports/upload-sarif.ts
async function uploadSarif(view, forge, platform, world) {
	const { log } = world;
	const targets = judgedAmong(view.verdict.targets);
	const alerts = capability(forge, (server) => server.alerts, platform.words);
	const nothing = targets.length === 0 ? "there is nothing to upload, as no target could be judged" : void 0;
	const decision = decideSending(alerts, nothing, world.signal);
	if ("why" in decision) return log[decision.level](`No upload to code scanning: ${decision.why}.`);
	const facts = reportFacts(view, platform, world);
	const uploads = [];
	for (const target of targets) uploads.push(await uploadOf(target, facts));
	for (const { cut } of uploads) if (cut !== void 0) log.info(`${cut}.`);
	await decision.page.send({
		uploads,
		about: decision.about,
		tool: facts.tool.name,
		startedAt: view.now
	});
}
const SHOWN_RESULTS = 5e3;
const compressed = promisify(gzip);
async function uploadOf(target, facts) {
	const open = target.findings.filter(({ outcome }) => outcome === "open");
	const run = sarifRun(target, open, SHOWN_RESULTS);
	return {
		gzip: await compressed([...sarifOf([run], facts)].join("")),
		what: `${counted(run.kept.length, "open finding")} of ${plain(target.target.label)}`,
		cut: run.cut
	};
}

export { uploadSarif };
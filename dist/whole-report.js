import { a as wholeReportName, n as whyNoArtifacts, t as uploadArtifact } from "./process.js";
import { o as quoted } from "./process2.js";
import { t as renderWholeMarkdown } from "./document.js";
import { M as writePieces, N as GateError } from "./shared.js";
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// src/reports/keep-full-report.ts
const DEADLINE_MS = 15e3;
async function keepWholeReport(view, options, world) {
	const { reportFile, offline } = options;
	const files = [writeMarkdown(view, world), reportFile].filter((file) => file !== void 0);
	if (files.length === 0) return { files };
	const why = whyNot(view, offline, world);
	const kept = why === void 0 ? await upload(view, files, options, world) : { why };
	if ("url" in kept) return kept;
	world.log.info(`Comment or summary leave something out; all is in ${files.join(" and ")} (${kept.why}).`);
	return { files };
}
function writeMarkdown(view, { runFolder, log }) {
	const path = join(runFolder, "report.md");
	try {
		writePieces(path, renderWholeMarkdown(view));
		return path;
	} catch (error) {
		log.warning(notWritten(error instanceof Error ? error.message : String(error)).message);
		return;
	}
}
function whyNot(view, offline, { env, signal }) {
	if (offline) return "`offline` forbids to keep an artifact";
	if (signal.aborted) return "the run was cancelled";
	return view.runUrl === void 0 ? "this run has no page" : whyNoArtifacts(env);
}
async function upload(view, files, { program = fileURLToPath(new URL("./artifact-service.js", import.meta.url)), deadlineMs = DEADLINE_MS }, world) {
	const { env, log, runFolder } = world;
	const end = performance.now() + deadlineMs;
	const name = wholeReportName(view.name);
	const second = `${name}-${Number(env.GITHUB_RUN_ATTEMPT) || 1}-${basename(runFolder).slice(-6).replace(/\W/g, "x")}`;
	let reason = "its name is taken";
	for (const each of [name, second]) {
		const request = {
			name: each,
			files,
			folder: dirname(files[0] ?? runFolder)
		};
		const answer = await uploadArtifact(program, request, Math.max(1, Math.round(end - performance.now())), world);
		if (answer === void 0) return { why: "the run was cancelled" };
		if (answer.outcome === "exists") continue;
		if (answer.outcome === "kept" && answer.id !== void 0) {
			const url = `${view.runUrl}/artifacts/${answer.id}`;
			log.info(`Comment or summary leave something out; all is in the artifact ${each} (${sizeOf(files)}): ${url}`);
			return { url };
		}
		reason = answer.outcome === "kept" ? "the service gave it no number" : answer.reason;
		break;
	}
	log.warning(notKept(reason).message);
	return { why: "no artifact could be made of them" };
}
function sizeOf(files) {
	return `${(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toFixed(1)} MB`;
}
function notWritten(reason) {
	return new GateError("whole-report-not-written", `Comment or summary leave something out, and the whole report could not be written as Markdown: ${quoted(reason)}`, "The verdict stands; see whether the runner's disk is full, or a step removed RUNNER_TEMP.");
}
function notKept(reason) {
	return new GateError("whole-report-not-kept", `Comment or summary leave something out, and the whole report could not be kept as an artifact: ${quoted(reason)}`, "The verdict stands. Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or ask for a report of your own by `reports`.");
}

export { keepWholeReport };
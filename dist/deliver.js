import { o as oneLine } from "./start.js";
import { $t as reasonAndRemedies, wt as writePieces } from "./shared.js";
import { K as renderReport, Y as annotationsOf, rt as renderLog, tt as coloured } from "./document.js";
import { n as removeProgramFolders } from "./program-folder.js";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

// src/steps/deliver.ts
async function deliver(view, delivery) {
	const { reports, failure, platform, world } = delivery;
	const { log } = world;
	await attempt(world, "log-not-written", () => log.info(renderLog(view), coloured));
	const reportFile = await attempt(world, "report-not-written", () => writeReport(view, world));
	if (reports !== void 0) await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery));
	const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
	const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
	const whole = [summary, comment].some((draft) => draft?.isWhole === false) ? await attempt(world, "whole-report-not-written", () => keepWhole(view, reportFile, delivery)) : void 0;
	await attempt(world, "summary-not-written", async () => summary?.write(whole));
	const commentUrl = await send(view, comment, whole, delivery);
	await attempt(world, "log-not-written", () => platform.annotate([...mistakesOf(failure), ...annotationsOf(view)]));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(delivery.outputs({
		reportFile,
		commentUrl
	})));
	await attempt(world, "log-not-written", () => finalAnnotation(view, world));
}
async function send(view, comment, whole, { channels: { uploadSarif, dependencyGraph, access }, platform, world }) {
	const [commentUrl] = await Promise.all([
		attempt(world, "comment-not-written", async () => comment?.write(whole)),
		uploadSarif && attempt(world, "sarif-not-uploaded", () => sendAlerts(view, access, platform, world)),
		dependencyGraph && attempt(world, "dependency-snapshot-not-made", () => sendPackages(view, access, platform, world))
	]);
	return commentUrl;
}
function writeReport(view, world) {
	const path = join(world.runFolder, "report.json");
	writePieces(path, renderReport(view));
	return path;
}
async function writeReports(reports, view, { sboms, platform, world }) {
	const files = await import("./reports.js");
	await files.writeReports(reports, view, {
		...files.reportFacts(view, platform, world),
		sboms
	}, world);
}
async function sendAlerts(view, access, platform, world) {
	const { uploadSarif } = await import("./reports-upload-sarif.js");
	await uploadSarif(view, access, platform, world);
}
async function sendPackages(view, access, platform, world) {
	const { submitPackages } = await import("./reports-submit-packages.js");
	await submitPackages(view, access, platform, world);
}
function draft(render, write) {
	const first = render();
	return {
		isWhole: first.isWhole,
		write: (whole) => write(first.isWhole || whole === void 0 ? first.text : render(whole).text)
	};
}
async function draftSummary(view, { channels, platform }) {
	const { summary } = platform;
	if (!channels.summary || summary === void 0) return void 0;
	const { fitSummary } = await import("./documents.js");
	return draft((whole) => fitSummary(view, whole), summary);
}
async function keepWhole(view, reportFile, { channels: { access }, platform, world }) {
	if (world.signal.aborted) return void 0;
	const { keepWholeReport } = await import("./reports-keep-full-report.js");
	const { wholeReportName } = await import("./baseline-artifact-name.js");
	const { offline } = access;
	return keepWholeReport(view, {
		reportFile,
		offline,
		name: wholeReportName(view.name),
		platform
	}, world);
}
async function draftComment(view, { channels, platform, world: { log, signal } }) {
	if (signal.aborted) return void 0;
	const decision = platform.decideComment(channels.comment, view.verdict.answer, channels.access);
	if (!decision.write) {
		log[decision.level](`No comment: ${decision.why}.`);
		return;
	}
	const { fitComment, marker } = await import("./documents.js");
	const about = {
		marker: marker(view.name),
		stamp: view.stamp,
		create: decision.create
	};
	return draft((whole) => fitComment(view, whole), async (body) => signal.aborted ? void 0 : platform.comment({
		...about,
		body
	}, channels.access));
}
function mistakesOf(failure) {
	if (failure?.code !== "policy-invalid") return [];
	const { file, mistakes } = failure;
	return mistakes.map(({ line, message }) => ({
		level: "error",
		message,
		file,
		line
	}));
}
function finalAnnotation({ verdict, mode }, { log }) {
	const { answer, reason } = verdict;
	if (answer === "error") log.annotate("error", reasonAndRemedies(verdict));
	else if (answer === "fail" && mode === "warn") log.annotate("warning", reason);
	else if (answer === "fail") log.annotate("error", reason);
}
async function attempt({ log }, code, act) {
	try {
		return await act();
	} catch (thrown) {
		const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
		log.warning(`[${code}] ${why}. The verdict stands; see whether the runner's disk is full, or a step removed its files.`);
		return;
	}
}
function clearRunFolder(world) {
	const { runFolder, log } = world;
	try {
		removeProgramFolders(world);
		for (const entry of readdirSync(runFolder)) if (!/\.(?:jsonl?|md)$/.test(entry)) rmSync(join(runFolder, entry), {
			recursive: true,
			force: true
		});
	} catch (error) {
		log.debug(`Temporary files are left: ${String(error)}`);
	}
}

export { mistakesOf as a, finalAnnotation as i, clearRunFolder as n, deliver as r, attempt as t };
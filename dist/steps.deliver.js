import { oneLine } from "./shared.start.js";
import { isWithin, reasonAndRemedies, writePieces } from "./shared.domain.js";
import { annotationsOf, coloured, renderLog, renderReport } from "./shared.render.js";
import { removeProgramFolders } from "./system.store.program-folder.js";
import { sha256OfFile } from "./system.store.hashing.js";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createHash } from "node:crypto";

// src/steps/write-report.ts
async function writeReport(view, beside, { runFolder }) {
	const path = join(runFolder, "report.json");
	const files = view.verdict.answer === "pass" ? await hashedFiles(path, beside) : void 0;
	const bytes = createHash("sha256");
	writePieces(path, renderReport(view, files), { scanFacts: (piece) => bytes.update(piece) });
	return {
		path,
		digest: `sha256:${bytes.digest("hex")}`
	};
}
async function hashedFiles(report, { scannerReports, written = [] }) {
	const files = /* @__PURE__ */ new Map();
	for (const [target, path] of scannerReports) {
		const sbom = written.find((each) => each.format === "cyclonedx" && each.target === target);
		const scannerReport = await hashed(path, dirname(report));
		const cyclonedx = sbom && await hashed(sbom.path, dirname(report));
		files.set(target, {
			...scannerReport && { scannerReport },
			...cyclonedx && { cyclonedx }
		});
	}
	return files;
}
async function hashed(path, folder) {
	try {
		return {
			path: isWithin(folder, path) ? relative(folder, path) : path,
			sha256: await sha256OfFile(path)
		};
	} catch {
		return;
	}
}

// src/steps/deliver.ts
async function deliver(view, delivery) {
	const { reports, failure, platform, world } = delivery;
	const { log } = world;
	await attempt(world, "log-not-written", () => log.info(renderLog(view), coloured));
	const written = reports && await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery));
	const { path: reportFile, digest: reportDigest } = await attempt(world, "report-not-written", () => writeReport(view, {
		...delivery,
		written
	}, world)) ?? {};
	const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
	const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
	const whole = [summary, comment].some((draft) => draft?.isWhole === false) ? await attempt(world, "whole-report-not-written", () => keepWhole(view, reportFile, delivery)) : void 0;
	await attempt(world, "summary-not-written", async () => summary?.write(whole));
	const commentUrl = await send(view, comment, whole, delivery);
	await attempt(world, "log-not-written", () => platform.annotate([...mistakesOf(failure), ...annotationsOf(view)]));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(delivery.outputs({
		reportFile,
		reportDigest,
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
async function writeReports(reports, view, { sboms, platform, world }) {
	const files = await import("./reports.js");
	return files.writeReports(reports, view, {
		...files.reportFacts(view, platform, world),
		sboms
	}, world);
}
async function sendAlerts(view, access, platform, world) {
	const { uploadSarif } = await import("./reports.upload-sarif.js");
	await uploadSarif(view, access, platform, world);
}
async function sendPackages(view, access, platform, world) {
	const { submitPackages } = await import("./reports.submit-packages.js");
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
	const { fitSummary } = await import("./render.documents.js");
	return draft((whole) => fitSummary(view, whole, summary.mostBytes), summary.write);
}
async function keepWhole(view, reportFile, { channels: { access }, platform, world }) {
	if (world.signal.aborted) return void 0;
	const { keepWholeReport } = await import("./reports.keep-full-report.js");
	const { wholeReportName } = await import("./baseline.artifact-name.entry.js");
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
	const { comments, words } = platform;
	const decision = comments?.decide(channels.comment, view.verdict.answer, channels.access) ?? {
		write: false,
		level: "info",
		why: words.lacking
	};
	if (comments === void 0 || !decision.write) {
		if (!decision.write) log[decision.level](`No comment: ${decision.why}.`);
		return;
	}
	const { fitComment, marker } = await import("./render.documents.js");
	const about = {
		marker: marker(view.name),
		stamp: view.stamp,
		create: decision.create
	};
	return draft((whole) => fitComment(view, whole, comments.mostUnits), async (body) => signal.aborted ? void 0 : comments.write({
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

export { attempt, clearRunFolder, deliver, finalAnnotation, mistakesOf };
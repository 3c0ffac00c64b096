import { quoted, writePieces } from "./shared.start.js";
import { renderWholeMarkdown } from "./shared.render.js";
import { GateError } from "./shared.thread.js";
import { basename, join } from "node:path";

// src/reports/keep-full-report.ts
const DEADLINE_MS = 15e3;
async function keepWholeReport(view, options, world) {
	const { reportFile } = options;
	const markdown = join(world.runFolder, "report.md");
	writePieces(markdown, renderWholeMarkdown(view));
	const files = reportFile === void 0 ? [markdown] : [markdown, reportFile];
	const kept = await keep(files, options, world);
	if ("url" in kept) return kept;
	world.log.info(`The comment or the summary leaves something out; all is in ${files.join(" and ")} (${kept.why}).`);
	return { files };
}
async function keep(files, { name, offline, platform, deadlineMs = DEADLINE_MS }, { log, runFolder, signal }) {
	if (offline) return { why: "`offline` forbids keeping an artifact" };
	if (signal.aborted) return { why: "the run was cancelled" };
	const own = `${name}-${basename(runFolder).slice(-6).replace(/\W/g, "x")}`;
	if (platform.keepFiles === void 0) return { why: platform.words.lacking };
	const kept = await platform.keepFiles({
		name: own,
		files,
		folder: runFolder,
		deadlineMs
	});
	if (kept.outcome === "impossible") return { why: kept.why };
	if (kept.outcome === "failed") {
		log.warning(notKept(kept).message);
		return { why: "no artifact could be made of them" };
	}
	log.info(`The comment or the summary leaves something out; all is in the artifact ${own}: ${kept.url}`);
	return { url: kept.url };
}
function notKept({ reason, remedy }) {
	return new GateError("whole-report-not-kept", `The comment or the summary leaves something out, and the whole report could not be kept as an artifact: ${quoted(reason)}`, `The verdict is unaffected. ${remedy}, or ask for your own report with \`reports\`.`);
}

export { keepWholeReport };
import { GateError, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "./shared.thread.js";
import { quoted } from "./shared.start.js";
import { isBaseline } from "./forge.baseline.js";
import { MOST_HANDED_ON } from "./job.job.js";
import { kindIn } from "./shared.inputs.js";
import { askLibrary } from "./job.github.library.js";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// src/job/github/artifacts/keep.ts
const impossible = (why) => ({
	outcome: "impossible",
	why
});
const CANCELLED = impossible("the run was cancelled");
function moveArtifact(program, request, deadlineMs, world) {
	const isReplaced = kindIn(world.env).artifacts === "replaced";
	const env = () => isReplaced ? { GITHUB_SERVER_URL: "https://github.com" } : {};
	return askLibrary(request, {
		program,
		deadlineMs,
		env
	}, world);
}
function whyNoArtifacts(env) {
	if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
	if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
}
const DEADLINE_MS = 6e4;
const PROGRAM = fileURLToPath(new URL("./artifact-service.js", import.meta.url));
async function keepReport({ name, file }, event, world, { program = PROGRAM, deadlineMs = DEADLINE_MS } = {}) {
	const { log, signal } = world;
	if (!isBaseline(event) || signal.aborted) return;
	const kept = await keepFiles({
		names: [name],
		files: [file],
		folder: dirname(file),
		deadlineMs
	}, "", world, program);
	if (kept === CANCELLED) return;
	if (kept.outcome === "impossible") log.info(`Baseline: no report is kept for later runs: ${kept.why}.`);
	else if (kept.outcome === "kept") log.info(`Baseline: kept the report as the artifact ${name}.`);
	else if (kept.reason === TAKEN) log.info(`Baseline: this run has kept a report as ${name} already.`);
	else log.warning(new GateError("baseline-not-kept", `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(kept.reason)}`, `${REACH}, or set \`baseline: none\`.`).message);
}
const TAKEN = "its name is taken";
const REACH = "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate)";
async function keepFiles({ names, files, folder, deadlineMs }, runUrl, world, program = PROGRAM) {
	const why = runUrl === void 0 ? "this run has no page" : whyNoArtifacts(world.env);
	if (why !== void 0) return impossible(why);
	const end = performance.now() + deadlineMs;
	for (const name of names) {
		const left = Math.max(1, Math.round(end - performance.now()));
		const answer = await moveArtifact(program, {
			name,
			files,
			folder
		}, left, world);
		if (answer === void 0) return CANCELLED;
		if (answer.outcome === "exists") continue;
		if (answer.outcome === "failed") return {
			outcome: "failed",
			reason: answer.reason,
			remedy: REACH
		};
		if (answer.id === void 0 && runUrl !== "") return {
			outcome: "failed",
			reason: "the service gave it no number",
			remedy: REACH
		};
		return {
			outcome: "kept",
			name,
			url: `${runUrl}/artifacts/${answer.id}`
		};
	}
	return {
		outcome: "failed",
		reason: TAKEN,
		remedy: REACH
	};
}
async function keepForRun(name, file, world) {
	const kept = await keepFiles({
		names: [name],
		files: [file],
		folder: dirname(file),
		deadlineMs: DEADLINE_MS
	}, "", world);
	if (kept.outcome === "kept" || kept.outcome === "failed" && kept.reason === TAKEN) return void 0;
	return kept;
}
async function fetchFromRun(name, world) {
	const why = whyNoArtifacts(world.env);
	if (why !== void 0) return impossible(why);
	const folder = mkdtempSync(join(world.runFolder, "fetched-"));
	try {
		const answer = await moveArtifact(PROGRAM, {
			name,
			folder
		}, DEADLINE_MS, world);
		if (answer === void 0) return CANCELLED;
		const [file] = readdirSync(folder);
		const isThere = answer.outcome === "kept" && file !== void 0;
		if (isThere && statSync(join(folder, file)).size <= 67108864) return readFileSync(join(folder, file));
		const without = isThere ? "it is larger than such an archive can be" : "the service gave no file";
		return {
			outcome: "failed",
			reason: answer.reason || without,
			remedy: REACH
		};
	} finally {
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}

export { fetchFromRun, keepFiles, keepForRun, keepReport };
import { GateError, mkdtempSync, readFileSync, readdirSync, statSync } from "./shared.thread.js";
import { quoted, removedAtEnd } from "./shared.start.js";
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
const failed = (reason) => ({
	outcome: "failed",
	reason,
	remedy: REACH
});
const REACH = "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate)";
const TAKEN = {
	...failed("its name is taken"),
	remedy: "Start the run again"
};
const EXISTS = /\(409\)|already exists/;
const DEADLINE_MS = 6e4;
const PROGRAM = fileURLToPath(new URL("./artifact-service.js", import.meta.url));
function whyNoArtifacts(env) {
	if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
	if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
}
async function moveArtifact(request, world, { program = PROGRAM, deadlineMs = DEADLINE_MS } = {}) {
	const why = whyNoArtifacts(world.env);
	if (why !== void 0) return impossible(why);
	const isReplaced = kindIn(world.env).artifacts === "replaced";
	const env = () => isReplaced ? { GITHUB_SERVER_URL: "https://github.com" } : {};
	const answer = await askLibrary(request, {
		program,
		deadlineMs,
		env
	}, world);
	if (answer === void 0) return impossible("the run was cancelled");
	if (answer.outcome === "kept") return {
		outcome: "kept",
		id: answer.id
	};
	return EXISTS.test(answer.reason) ? TAKEN : failed(answer.reason);
}
async function keepReport({ name, file }, event, world, options) {
	const { log, signal } = world;
	if (!isBaseline(event) || signal.aborted) return;
	const kept = await moveArtifact({
		name,
		files: [file],
		folder: dirname(file)
	}, world, options);
	if (kept.outcome === "impossible") log.info(`Baseline: no report is kept for later runs: ${kept.why}.`);
	else if (kept.outcome === "kept") log.info(`Baseline: kept the report as the artifact ${name}.`);
	else if (kept === TAKEN) log.info(`Baseline: this run has kept a report as ${name} already.`);
	else log.warning(new GateError("baseline-not-kept", `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(kept.reason)}`, `${REACH}, or set \`baseline: none\`.`).message);
}
async function keepFiles({ deadlineMs, ...request }, runUrl, world, program) {
	if (runUrl === void 0) return impossible("this run has no page");
	const kept = await moveArtifact(request, world, {
		program,
		deadlineMs
	});
	if (kept.outcome !== "kept") return kept;
	if (kept.id === void 0) return failed("the service gave it no number");
	return {
		outcome: "kept",
		url: `${runUrl}/artifacts/${kept.id}`
	};
}
async function keepForRun(name, file, world) {
	const kept = await moveArtifact({
		name,
		files: [file],
		folder: dirname(file)
	}, world);
	return kept.outcome === "kept" || kept === TAKEN ? void 0 : kept;
}
async function fetchFromRun(name, world) {
	const folder = mkdtempSync(join(world.runFolder, "fetched-"));
	using _ = removedAtEnd(folder);
	const kept = await moveArtifact({
		name,
		folder
	}, world);
	if (kept.outcome !== "kept") return kept;
	const [file = "no file"] = readdirSync(folder);
	const { size = 1e400 } = statSync(join(folder, file), { throwIfNoEntry: false }) ?? {};
	if (size > 67108864) return failed("the service gave no file, or a larger one than such an archive can be");
	return readFileSync(join(folder, file));
}

export { fetchFromRun, keepFiles, keepForRun, keepReport };
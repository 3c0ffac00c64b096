import { wholeNumber } from "./shared.domain.js";
import { lackingOn } from "./platforms.github.lacking.js";

// src/platforms/github/state/may-write.ts
const WRITING = /* @__PURE__ */ new Set([
	"schedule",
	"workflow_dispatch",
	"push"
]);
async function readOnlyBecause(circumstances, ask) {
	const { event, env } = circumstances;
	const known = lackingOn(event, circumstances)?.why ?? byTrigger(event, env);
	if (known !== void 0) return known;
	const { name: branch, commit } = await ask();
	const elsewhere = elsewhereBecause(env, branch);
	if (elsewhere !== void 0) return elsewhere;
	if ((wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1) === 1) return void 0;
	return commit === event.runSha ? void 0 : `this repeats a run of an older commit than ${JSON.stringify(branch)} has now`;
}
function readOnlyByEvent({ event, env }) {
	if (event.name === "") return void 0;
	const known = byTrigger(event, env);
	if (known !== void 0) return known;
	const { defaultBranch } = event;
	return defaultBranch === void 0 ? "the event does not say which branch is the default one" : elsewhereBecause(env, defaultBranch);
}
function byTrigger(event, env) {
	if (event.problem !== void 0) return event.problem;
	if (!WRITING.has(event.name)) return `a run on \`${event.name}\` does not write it`;
	if (!env.GITHUB_REF?.startsWith("refs/heads/")) return "this run is on no branch";
}
function elsewhereBecause(env, branch) {
	const { GITHUB_REF: ref = "" } = env;
	if (ref === `refs/heads/${branch}`) return void 0;
	return `this run is on ${JSON.stringify(ref)} and only runs of the default branch, ${JSON.stringify(branch)}, write it`;
}

export { readOnlyBecause, readOnlyByEvent };
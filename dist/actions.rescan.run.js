import { undecided } from "./shared.domain.js";
import { asGateError } from "./shared.start.js";
import { beginning } from "./actions.rescan.context.js";
import { readInputs } from "./actions.rescan.inputs.js";
import { OUTPUT_NAMES } from "./actions.rescan.outputs.js";

// src/actions/rescan/run.ts
async function rescan(world, platform) {
	const context = beginning(world);
	const judged = await runPart(context, platform, world).catch((thrown) => brokenOff(thrown, context));
	if ("exitCode" in judged) return judged.exitCode;
	const { report } = await import("./actions.rescan.report.js");
	const verdict = await report(judged, context, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && context.inputs.mode === "warn" ? 0 : 1;
}
async function runPart(context, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	context.inputs = inputs;
	context.wanted = inputs;
	return (await story(inputs.part))(inputs, context, platform, world);
}
async function story(part) {
	if (part === "plan") return (await import("./actions.rescan.plan.js")).plan;
	if (part === "scan") return (await import("./actions.rescan.shard.js")).scanShard;
	if (part === "merge") return (await import("./actions.rescan.merge.js")).merge;
	return (await import("./actions.rescan.scan-and-judge.entry.js")).scanAndJudge;
}
function brokenOff(thrown, context) {
	context.failure = asGateError(thrown);
	context.rescanned = [];
	return undecided(context.failure, [], context.inputs.name);
}

export { OUTPUT_NAMES, rescan };
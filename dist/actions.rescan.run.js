import { exitCodeOf, undecided } from "./shared.inputs.js";
import { asGateError } from "./shared.thread.js";
import { readInputs } from "./actions.rescan.inputs.js";
import { rescanRun } from "./actions.rescan.rescan-run.js";
import "./actions.rescan.outputs.js";

// src/actions/rescan/run.ts
async function rescan(world, platform, take) {
	const run = rescanRun(world, platform);
	const result = await resultOf(run, platform, world);
	if (typeof result === "number") return result;
	const { report } = await import("./actions.rescan.report.js");
	const { answer } = await report(result, run, {
		platform,
		take
	}, world);
	return exitCodeOf(answer, run.inputs.mode);
}
async function resultOf(run, platform, world) {
	try {
		if (world.unusable) throw world.unusable;
		const inputs = readInputs(world.env);
		run.inputs = inputs;
		return await (await actOf(inputs.part))(inputs, run, platform, world);
	} catch (thrown) {
		run.failure = asGateError(thrown);
		run.rescanned = [];
		return undecided(run.failure, [], run.inputs.name);
	}
}
async function actOf(part) {
	if (part === "plan") return (await import("./actions.rescan.plan.js")).plan;
	if (part === "scan") return (await import("./actions.rescan.shard.js")).scanShard;
	if (part === "merge") return (await import("./actions.rescan.merge.js")).merge;
	return (await import("./actions.rescan.scan-and-judge.entry.js")).scanAndJudge;
}

export { rescan };
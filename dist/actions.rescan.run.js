import { errorInWords, runSteps, undecided } from "./shared.answer.js";
import { asGateError } from "./shared.start.js";
import { contextOf } from "./actions.rescan.context.js";
import { readInputs } from "./actions.rescan.inputs.js";
import "./actions.rescan.outputs.js";

// src/actions/rescan/run.ts
async function rescan(world, platform, show) {
	const now = world.now();
	const { learnt, result, thrown } = await runSteps(steps(now, platform, world));
	if (result !== void 0 && "exitCode" in result) return result.exitCode;
	const known = contextOf(learnt, now, world);
	const { verdict: judged, context } = result === void 0 ? brokenOff(asGateError(thrown), known) : {
		verdict: result,
		context: known
	};
	const { report } = await import("./actions.rescan.report.js");
	const { message } = platform.words;
	const sources = context.sources.map(({ error, ...source }) => error === void 0 ? source : errorInWords({
		...source,
		error
	}, message));
	const verdict = await report(judged, {
		...context,
		sources
	}, {
		platform,
		show
	}, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && context.inputs.mode === "warn" ? 0 : 1;
}
async function* steps(now, platform, world) {
	if (world.unusable) throw world.unusable;
	const wanted = readInputs(world.env);
	yield { wanted };
	return yield* (await stepsOf(wanted.part))(wanted, now, platform, world);
}
async function stepsOf(part) {
	if (part === "plan") return (await import("./actions.rescan.plan.js")).plan;
	if (part === "scan") return (await import("./actions.rescan.shard.js")).scanShard;
	if (part === "merge") return (await import("./actions.rescan.merge.js")).merge;
	return (await import("./actions.rescan.scan-and-judge.entry.js")).scanAndJudge;
}
function brokenOff(failure, known) {
	const context = {
		...known,
		failure,
		rescanned: []
	};
	return {
		verdict: undecided(failure, [], known.inputs.name),
		context
	};
}

export { rescan };
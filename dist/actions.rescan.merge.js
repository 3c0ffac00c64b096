import { gatherShards } from "./fleet.gather.js";
import { readPlan } from "./fleet.shard-plan.js";
import { background } from "./system.background.js";
import { runOf } from "./actions.rescan.context.js";
import { loadHistory } from "./actions.rescan.history.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";

// src/actions/rescan/merge.ts
async function merge(inputs, context, platform, world) {
	const plan = readPlan(inputs.expected ?? "");
	await using work = background(world.signal);
	context.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : void 0;
	const loading = work.begin(() => loadHistory(inputs, context, platform, world));
	const rules = await loadRules(inputs, context, platform, world);
	context.sources = plan.sources;
	const expected = {
		run: runOf(platform.change),
		now: context.now,
		maxAgeMs: inputs.maxDbAge
	};
	const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
	context.history = await loading;
	const check = async (questions, at) => {
		const { beginScanner, imagesFor } = await import("./actions.rescan.scan-and-judge.entry.js");
		await using images = imagesFor(inputs, world);
		return await (await beginScanner(inputs, context, {
			work,
			images
		}, world)()).checkVersions?.(questions, at) ?? [];
	};
	return judgeRunning(gathered, check, {
		inputs,
		context,
		rules
	}, world);
}

export { merge };
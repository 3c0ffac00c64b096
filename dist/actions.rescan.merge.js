import { gatherShards } from "./fleet.gather.js";
import { background, loadRules } from "./shared.scan.js";
import { openCache } from "./shared.inputs.js";
import { loadHistory } from "./actions.rescan.history.js";
import { byRulesOf, judgeRunning } from "./actions.rescan.judging.js";
import { fetchPlan } from "./actions.rescan.plan-file.js";
import { runOf } from "./actions.rescan.rescan-run.js";

// src/actions/rescan/merge.ts
async function merge(inputs, run, platform, world) {
	const plan = await fetchPlan(inputs.expected ?? "", platform, world);
	await using work = background(world.signal);
	const cache = await openCache(inputs, run, platform);
	const loading = work.begin(() => loadHistory(inputs, run, platform, world));
	const rules = await loadRules(inputs, run, platform, world);
	run.sources = plan.sources;
	const expected = {
		run: runOf(platform.change),
		now: run.now,
		maxAgeMs: inputs.maxDbAge
	};
	const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
	await loading;
	const { policy } = rules.policy;
	const check = async (lists, options, at) => {
		const { beginScanner, imagesFor } = await import("./actions.rescan.scan-and-judge.entry.js");
		await using images = imagesFor(inputs, world);
		return await (await beginScanner({
			...inputs,
			scanWith: inputs.scanWith.slice(0, 1)
		}, {
			cache,
			work,
			images,
			policy
		}, world)).match?.(lists, options, at) ?? [];
	};
	return await judgeRunning(byRulesOf(policy, gathered), check, {
		inputs,
		run,
		rules
	}, world);
}

export { merge };
import { gatherShards } from "./fleet.gather.js";
import { readPlan } from "./fleet.shard-plan.js";
import { background } from "./system.background.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";
import { runOf } from "./actions.rescan.known.js";
import { loadHistory } from "./actions.rescan.remember.js";

// src/actions/rescan/merge.ts
async function merge(inputs, known, platform, world) {
	const plan = readPlan(inputs.expected ?? "");
	await using work = background(world.signal);
	known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : void 0;
	const loading = work.begin(() => loadHistory(inputs, known, platform, world));
	const rules = await loadRules(inputs, known, platform, world);
	known.sources = plan.sources;
	const expected = {
		run: runOf(platform.change),
		now: known.now,
		maxAgeMs: inputs.maxDbAge
	};
	const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
	known.history = await loading;
	const check = async (questions, at) => {
		const { beginScanner, imagesFor } = await import("./actions.rescan.look.entry.js");
		await using images = imagesFor(inputs, world);
		return await (await beginScanner(inputs, known, {
			work,
			images
		}, world)()).checkVersions?.(questions, at) ?? [];
	};
	return judgeRunning(gathered, check, {
		inputs,
		known,
		rules
	}, world);
}

export { merge };
import { keepPlan, makePlan } from "./actions.rescan.plan-file.js";
import { endPart } from "./actions.rescan.outputs.js";
import { findRunning, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/plan.ts
async function plan(inputs, run, platform, world) {
	const found = await findRunning(inputs, run, world);
	const { images, ...resolved } = await resolve(found, () => false, run, world);
	const { sources } = run;
	const made = makePlan({
		images,
		...resolved
	}, sources, inputs.shards ?? 1);
	for (const { source, images: count, notes, error } of sources) {
		world.log.info(`${source}: ${count} found`);
		for (const note of notes) world.log.info(`  ${note}`);
		if (error !== void 0) world.log.annotate("error", `[${error.code}] ${source}: ${error.what}. ${error.remedy}`);
	}
	world.log.info(`${images.length} images to scan, in ${made.shards.length} shards`);
	const unread = sources.filter(({ error }) => error !== void 0).map(({ source }) => source);
	const error = unread.length === 0 ? void 0 : `error: ${unread.join(", ")} could not be read`;
	await keepPlan(made, platform, world);
	const matrix = JSON.stringify({ shard: made.shards });
	return endPart({
		matrix,
		expected: made.digest,
		images,
		error
	}, run, platform, world);
}

export { plan };
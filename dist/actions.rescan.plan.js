import { keepPlan, makePlan } from "./actions.rescan.plan-file.js";
import { clearRunFolder } from "./shared.inputs.js";
import { endPart } from "./actions.rescan.outputs.js";
import { findRunning, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/plan.ts
async function plan(inputs, run, platform, world) {
	const found = await findRunning(inputs, run, world);
	const { images: resolved, sources } = await resolve(found, () => false, world);
	const made = makePlan(resolved, sources, inputs.shards ?? 1);
	for (const { source, images, notes, error } of sources) {
		world.log.info(`${source}: ${images} found`);
		for (const note of notes) world.log.info(`  ${note}`);
		if (error !== void 0) world.log.annotate("error", `[${error.code}] ${source}: ${error.what}. ${error.remedy}`);
	}
	world.log.info(`${resolved.images.length} images to scan, in ${made.shards.length} shards`);
	const unread = sources.filter(({ error }) => error !== void 0);
	const error = unread.length === 0 ? void 0 : `error: ${unread.map(({ source }) => source).join(", ")} could not be read`;
	await keepPlan(made, platform, world);
	const matrix = JSON.stringify({ shard: made.shards });
	const done = await endPart(resolved.images, {
		matrix,
		expected: made.digest
	}, error, platform);
	clearRunFolder(world);
	return done;
}

export { plan };
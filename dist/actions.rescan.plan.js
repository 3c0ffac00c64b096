import { keepPlan, makePlan } from "./actions.rescan.plan-file.js";
import { clearRunFolder } from "./shared.inputs.js";
import { partOutputs } from "./actions.rescan.outputs.js";
import { findRunning, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/plan.ts
async function plan(inputs, run, platform, world) {
	const found = await findRunning(inputs, run, world);
	const { images: resolved, sources } = await resolve(found, () => false, world);
	const made = makePlan(resolved, sources, inputs.shards ?? 1);
	const names = new Set(resolved.images.map(({ name }) => name));
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
	const outputs = partOutputs({
		matrix,
		expected: made.digest,
		images: String(names.size)
	}, error);
	await platform.outputs?.(outputs);
	clearRunFolder(world);
	return { exitCode: error === void 0 ? 0 : 1 };
}

export { plan };
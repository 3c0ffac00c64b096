import { dayOf, openCache } from "./shared.inputs.js";
import { notScanned, writeShard } from "./fleet.gather.js";
import { fetchPlan, shardIn } from "./actions.rescan.plan-file.js";
import { background, loadPolicy, ruleSource } from "./shared.scan.js";
import { asGateError } from "./shared.thread.js";
import { writePieces } from "./shared.start.js";
import { loadHistory } from "./actions.rescan.history.js";
import { endPart } from "./actions.rescan.outputs.js";
import { runOf } from "./actions.rescan.rescan-run.js";
import { imagesFor, scanImages } from "./actions.rescan.scan-and-judge.js";
import { join } from "node:path";

// src/actions/rescan/shard.ts
async function scanShard(inputs, run, platform, world) {
	const shard = shardIn(await fetchPlan(inputs.expected ?? "", platform, world), inputs.shard ?? "");
	const resolved = {
		images: shard.images.map(({ image }) => image),
		errors: new Map(shard.images.flatMap(({ image, error }) => error === void 0 ? [] : [[image, error]])),
		notes: /* @__PURE__ */ new Map()
	};
	await openCache(inputs, run, platform);
	const scanned = await scanAll(resolved, {
		inputs,
		run
	}, platform, world).catch((thrown) => {
		if (world.signal.aborted) throw thrown;
		return notScanned(shard, asGateError(thrown));
	});
	const path = join(world.runFolder, `shard-${shard.name.replace("/", "-of-")}.jsonl`);
	writePieces(path, writeShard(shard, scanned, runOf(platform.change)));
	const error = errorIn(scanned, shard.name);
	if (error !== void 0) world.log.annotate("error", error);
	return endPart({
		report: path,
		images: resolved.images,
		error
	}, run, platform, world);
}
async function scanAll(resolved, { inputs, run }, platform, world) {
	await using work = background(world.signal);
	await using images = imagesFor(inputs, world);
	const source = ruleSource("workspace", run.forge, platform);
	const policy = inputs.scanWith.length > 1 ? (await loadPolicy(inputs.policy, source, dayOf(run.now), world)).policy : {};
	const history = loadHistory(inputs, run, platform, world);
	const means = {
		cache: run.cache,
		work,
		images,
		policy,
		history,
		resolved: async () => resolved
	};
	return (await scanImages(resolved.images, {
		inputs,
		...means
	}, world)).scanned;
}
function errorIn({ scanned }, shard) {
	const failed = scanned.flatMap(({ outcome }) => "error" in outcome ? [outcome] : []);
	const [first] = failed;
	if (first === void 0) return void 0;
	const { code, what, remedy } = first.error;
	return `error: ${failed.length} of the ${scanned.length} images of shard ${shard} were not scanned, the first for this reason: [${code}] ${what}. ${remedy}`;
}

export { scanShard };
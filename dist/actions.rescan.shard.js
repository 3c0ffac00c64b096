import { attempt, clearRunFolder, dayOf, openCache } from "./shared.inputs.js";
import { notScanned, writeShard } from "./fleet.gather.js";
import { fetchPlan, shardIn } from "./actions.rescan.plan-file.js";
import { background, loadPolicy, ruleSource } from "./shared.scan.js";
import { asGateError } from "./shared.thread.js";
import { writePieces } from "./shared.start.js";
import { loadHistory } from "./actions.rescan.history.js";
import { endPart } from "./actions.rescan.outputs.js";
import { runOf } from "./actions.rescan.rescan-run.js";
import { hasReport, reportsOf } from "./actions.rescan.running.js";
import { beginScanner, imagesFor, scan } from "./actions.rescan.scan-and-judge.js";
import { join } from "node:path";

// src/actions/rescan/shard.ts
async function scanShard(inputs, run, platform, world) {
	const shard = shardIn(await fetchPlan(inputs.expected ?? "", platform, world), inputs.shard ?? "");
	const resolved = {
		images: shard.images.map(({ image }) => image),
		errors: new Map(shard.images.flatMap(({ image, error }) => error === void 0 ? [] : [[image, error]])),
		notes: /* @__PURE__ */ new Map()
	};
	const cache = await openCache(inputs, run, platform);
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
	const done = await endPart(resolved.images, { report: path }, error, platform);
	await attempt(world, "run-not-tidied", async () => cache?.settle());
	clearRunFolder(world);
	return done;
}
async function scanAll(resolved, { inputs, run }, platform, world) {
	await using work = background(world.signal);
	await using images = imagesFor(inputs, world);
	const isOwn = !resolved.images.every((image) => hasReport(inputs, image));
	const source = ruleSource("workspace", run.forge, platform);
	const policy = isOwn && inputs.scanWith.length > 1 ? (await loadPolicy(inputs.policy, source, dayOf(run.now), world)).policy : {};
	const preparing = isOwn ? beginScanner(inputs, {
		cache: run.cache,
		work,
		images,
		policy
	}, world) : void 0;
	const history = await loadHistory(inputs, run, platform, world);
	const scanners = {
		own: await preparing,
		reported: await reportsOf(inputs, resolved.images, world)
	};
	return await scan(resolved, scanners, inputs.reuseSbom && isOwn ? history.sbom : void 0, world);
}
function errorIn({ scanned }, shard) {
	const failed = scanned.flatMap(({ outcome }) => "error" in outcome ? [outcome] : []);
	const [first] = failed;
	if (first === void 0) return void 0;
	const { code, what, remedy } = first.error;
	return `error: ${failed.length} of the ${scanned.length} images of shard ${shard} were not scanned, the first for this reason: [${code}] ${what}. ${remedy}`;
}

export { scanShard };
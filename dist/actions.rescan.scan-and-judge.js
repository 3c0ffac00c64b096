import { imageAcquirer, onAcquiredImages } from "./scan.acquired.js";
import { progressLine } from "./shared.render.js";
import { scanRunning } from "./scan.running.js";
import { SCANNER } from "./scanners.list.js";
import { background } from "./system.background.js";
import { scannerWish } from "./actions.input-names.js";
import { loadHistory } from "./actions.rescan.history.js";
import { harborOf } from "./actions.rescan.inputs.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";
import { findRunning, reportsOf, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/scan-and-judge.ts
async function scanAndJudge(inputs, context, platform, world) {
	await using work = background(world.signal);
	context.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : void 0;
	const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === void 0);
	await using images = imagesFor(inputs, world);
	const preparing = isOwn ? beginScanner(inputs, context, {
		work,
		images
	}, world) : void 0;
	const loading = work.begin(() => loadHistory(inputs, context, platform, world));
	const rules = await loadRules(inputs, context, platform, world);
	const found = await findRunning(inputs, context, world);
	const history = await loading;
	context.history = history;
	const own = await preparing?.();
	const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : void 0;
	const resolved = await resolve(found, context, (digest) => sbomOf?.(digest) !== void 0, world);
	const scanned = await scan(resolved, {
		own,
		reported: await reportsOf(inputs, resolved.images, world)
	}, sbomOf, world);
	return judgeRunning(scanned, own?.checkVersions, {
		inputs,
		context,
		rules
	}, world);
}
function imagesFor({ offline, timeout: timeoutMs, cache }, world) {
	return imageAcquirer({
		imageSource: ["remote"],
		offline,
		timeoutMs,
		isKept: cache
	}, world);
}
function beginScanner(inputs, { cache }, { work, images }, world) {
	const install = {
		...scannerWish(inputs),
		cache
	};
	const installing = work.begin((signal) => SCANNER.install(install, {
		...world,
		signal
	}));
	const all = {
		skipDirs: [],
		skipFiles: [],
		descriptions: false
	};
	return async () => {
		const installed = await installing;
		return onAcquiredImages(await installed.ready({
			...inputs,
			...all,
			cache
		}, work, world), images);
	};
}
async function scan(resolved, { own, reported }, sbomOf, world) {
	const scanner = own ?? reported?.scanner;
	if (scanner === void 0) throw new TypeError("images without a report need a scanner");
	return await scanRunning(resolved, {
		scanner,
		reported,
		sbomOf,
		progress: progressLine
	}, world);
}

export { beginScanner, imagesFor, scan, scanAndJudge };
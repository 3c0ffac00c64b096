import { imageAcquirer } from "./images.acquire.acquire.js";
import { progressLine } from "./shared.answer.js";
import { onAcquiredImages } from "./scan.acquired.js";
import { scanRunning } from "./scan.running.js";
import { background } from "./system.background.js";
import { chosenScanner } from "./actions.chosen-scanner.js";
import { cacheFor } from "./actions.rescan.context.js";
import { loadHistory } from "./actions.rescan.history.js";
import { harborOf } from "./actions.rescan.inputs.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";
import { findRunning, reportsOf, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/scan-and-judge.ts
async function* scanAndJudge(inputs, now, platform, world) {
	await using work = background(world.signal);
	const cache = await cacheFor(inputs, platform);
	yield { cache };
	const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === void 0);
	await using images = imagesFor(inputs, world);
	const preparing = isOwn ? beginScanner(inputs, {
		cache,
		work,
		images
	}, world) : void 0;
	const loading = work.begin(() => loadHistory(inputs, now, platform, world));
	const rules = yield* loadRules({
		inputs,
		now,
		cache
	}, platform, world);
	const found = yield* findRunning(inputs, world);
	const history = await loading;
	yield { history };
	const own = await preparing?.(rules.policy.policy);
	const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : void 0;
	const resolved = await resolve(found, (digest) => sbomOf?.(digest) !== void 0, world);
	yield { sources: resolved.sources };
	const reported = await reportsOf(inputs, resolved.images.images, world);
	const scanned = await scan(resolved.images, {
		own,
		reported
	}, sbomOf, world);
	return yield* judgeRunning(scanned, own?.match, {
		inputs,
		now,
		cache,
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
function beginScanner(inputs, { cache, work, images }, world) {
	const chosen = chosenScanner(inputs);
	const installing = work.begin((signal) => chosen.install(cache, {
		...world,
		signal
	}));
	const all = {
		skipDirs: [],
		skipFiles: [],
		descriptions: false
	};
	return async ({ severityFrom, optionalScanners: optional }) => {
		const installed = await installing;
		const rules = {
			severityFrom,
			optional,
			asked: inputs.scanners
		};
		return onAcquiredImages(await installed.ready({
			...inputs,
			...all,
			cache,
			rules
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
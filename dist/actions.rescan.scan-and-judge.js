import { imageAcquirer } from "./images.acquire.acquire.js";
import { background, chosenScanner, outcomeFor, progressLine } from "./shared.scan.js";
import { onAcquiredImages } from "./scan.acquired.js";
import { scanRunning } from "./scan.running.js";
import { loadHistory } from "./actions.rescan.history.js";
import { harborOf, names } from "./actions.rescan.inputs.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";
import { cacheFor } from "./actions.rescan.rescan-run.js";
import { findRunning, reportsOf, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/scan-and-judge.ts
async function scanAndJudge(inputs, run, platform, world) {
	await using work = background(world.signal);
	const cache = await cacheFor(inputs, platform);
	run.cache = cache;
	const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === void 0);
	await using images = imagesFor(inputs, world);
	const preparing = isOwn ? beginScanner(inputs, {
		cache,
		work,
		images
	}, world) : void 0;
	const loading = work.begin(() => loadHistory(inputs, run, platform, world));
	const rules = await loadRules(inputs, run, platform, world);
	const found = await findRunning(inputs, run, world);
	const history = await loading;
	run.history = history;
	const own = await preparing?.(rules.policy.policy);
	const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : void 0;
	const resolved = await resolve(found, (digest) => sbomOf?.(digest) !== void 0, world);
	run.sources = resolved.sources;
	const reported = await reportsOf(inputs, resolved.images.images, world);
	const scanned = await scan(resolved.images, {
		own,
		reported
	}, sbomOf, world);
	return await judgeRunning(scanned, own?.match, {
		inputs,
		run,
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
	const { scanned, ...images } = await scanRunning(resolved, {
		scanner,
		reported,
		sbomOf,
		progress: progressLine
	}, world);
	return {
		...images,
		scanned: scanned.map((each) => ({
			...each,
			outcome: outcomeFor(names, each.outcome)
		}))
	};
}

export { beginScanner, imagesFor, scan, scanAndJudge };
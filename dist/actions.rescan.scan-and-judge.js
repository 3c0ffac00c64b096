import { imageAcquirer, onAcquiredImages } from "./shared.scanner.js";
import { background, installScanners, loadRules, outcomeFor, progressLine } from "./shared.scan.js";
import { scanRunning } from "./scan.running.js";
import { openCache } from "./shared.inputs.js";
import { loadHistory } from "./actions.rescan.history.js";
import { INPUT_NAMES } from "./actions.rescan.inputs.js";
import { judgeRunning } from "./actions.rescan.judging.js";
import { findRunning, hasReport, reportsOf, resolve } from "./actions.rescan.running.js";

// src/actions/rescan/scan-and-judge.ts
async function scanAndJudge(inputs, run, platform, world) {
	await using work = background(world.signal);
	await using images = imagesFor(inputs, world);
	const cache = await openCache(inputs, run, platform);
	const history = work.begin(() => loadHistory(inputs, run, platform, world));
	const rules = await loadRules(inputs, run, platform, world);
	const found = await findRunning(inputs, run, world);
	const means = {
		cache,
		work,
		images,
		policy: rules.policy.policy
	};
	const resolved = (isStored) => resolve(found, isStored, run, world);
	const { scanned, match } = await scanImages(found, {
		inputs,
		history,
		resolved,
		...means
	}, world);
	return await judgeRunning(scanned, match, {
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
function beginScanner(inputs, { cache, work, images, policy: { severityFrom, optionalScanners: optional } }, world) {
	const rules = {
		severityFrom,
		optional,
		asked: inputs.scanners
	};
	const settings = {
		...inputs,
		skipDirs: [],
		skipFiles: [],
		descriptions: false,
		cache,
		rules
	};
	return work.begin(async (signal) => {
		const installed = await installScanners(inputs, cache, {
			...world,
			signal
		});
		return onAcquiredImages(await installed.ready(settings, work, world), images);
	});
}
async function scanImages(found, { inputs, history, resolved, ...means }, world) {
	const isOwn = !found.every((image) => hasReport(inputs, image));
	const preparing = isOwn ? beginScanner(inputs, means, world) : void 0;
	const { sbom } = await history;
	const sbomOf = inputs.reuseSbom && isOwn ? sbom : void 0;
	const images = await resolved((digest) => sbomOf?.(digest) !== void 0);
	const own = await preparing;
	const reported = await reportsOf(inputs, images.images, world);
	const scanner = own ?? reported?.scanner;
	if (scanner === void 0) throw new TypeError("images without a report need a scanner");
	const all = await scanRunning(images, {
		scanner,
		reported,
		sbomOf,
		progress: progressLine
	}, world);
	const scanned = all.scanned.map((each) => ({
		...each,
		outcome: outcomeFor(INPUT_NAMES, each.outcome)
	}));
	return {
		scanned: {
			...all,
			scanned
		},
		match: own?.match
	};
}

export { beginScanner, imagesFor, scanAndJudge, scanImages };
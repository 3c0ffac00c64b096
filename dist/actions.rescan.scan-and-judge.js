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
	const loading = work.begin(() => loadHistory(inputs, run, platform, world));
	const rules = await loadRules(inputs, run, platform, world);
	const found = await findRunning(inputs, run, world);
	const isOwn = !found.images.every((image) => hasReport(inputs, image));
	const { policy } = rules.policy;
	const preparing = isOwn ? beginScanner(inputs, {
		cache,
		work,
		images,
		policy
	}, world) : void 0;
	const history = await loading;
	run.history = history;
	const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : void 0;
	const resolved = await resolve(found, (digest) => sbomOf?.(digest) !== void 0, world);
	run.sources = resolved.sources;
	const own = await preparing;
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
			outcome: outcomeFor(INPUT_NAMES, each.outcome)
		}))
	};
}

export { beginScanner, imagesFor, scan, scanAndJudge };
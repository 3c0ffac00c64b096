import { a as onAcquiredImages, n as trivyScanner, r as installTrivy, s as imageAcquirer } from "./scanner.js";
import { nt as progressLine } from "./document.js";
import { r as scanRunning } from "./running.js";
import { t as background } from "./background.js";
import { s as trivyOf } from "./shared-inputs.js";
import { t as harborOf } from "./inputs.js";
import { n as loadRules, t as judgeRunning } from "./judging.js";
import { t as loadHistory } from "./remember.js";
import { i as resolve, r as reportsOf, t as find } from "./running2.js";

// src/actions/rescan/look.ts
async function look(inputs, known, platform, world) {
	await using work = background(world.signal);
	known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache() : void 0;
	const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === void 0);
	await using images = imagesFor(inputs, world);
	const preparing = isOwn ? beginScanner(inputs, known, {
		work,
		images
	}, world) : void 0;
	const loading = work.begin(() => loadHistory(inputs, known, platform, world));
	const rules = await loadRules(inputs, known, platform, world);
	const found = await find(inputs, known, world);
	const history = await loading;
	known.history = history;
	const own = await preparing?.();
	const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : void 0;
	const resolved = await resolve(found, known, (digest) => sbomOf?.(digest) !== void 0, world);
	const scanned = await scan(resolved, {
		own,
		reported: await reportsOf(inputs, resolved.images, world)
	}, sbomOf, world);
	return judgeRunning(scanned, own?.checkVersions, {
		inputs,
		known,
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
		...trivyOf(inputs),
		cache
	};
	const installing = work.begin((signal) => installTrivy(install, {
		...world,
		signal
	}));
	const all = {
		skipDirs: [],
		skipFiles: [],
		descriptions: false
	};
	return async () => onAcquiredImages(await trivyScanner(await installing, {
		...inputs,
		...all,
		cache
	}, work, world), images);
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

export { scan as i, imagesFor as n, look as r, beginScanner as t };
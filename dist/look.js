import { a as engineBridges, i as resolve, r as reportsOf, t as find } from "./running.js";
import { nt as progressLine } from "./document.js";
import { r as scanRunning } from "./running2.js";
import { i as installTrivy, n as trivyScanner } from "./scanner.js";
import { t as background } from "./background.js";
import { s as trivyOf } from "./shared-inputs.js";
import { t as harborOf } from "./inputs.js";
import { n as loadRules, t as judgeRunning } from "./judging.js";
import { t as loadHistory } from "./remember.js";

// src/actions/rescan/look.ts
async function look(inputs, known, platform, world) {
	await using work = background(world.signal);
	known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache() : void 0;
	const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === void 0);
	const preparing = isOwn ? beginScanner(inputs, known, work, world) : void 0;
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
function beginScanner(inputs, { cache }, work, world) {
	const install = {
		...trivyOf(inputs),
		cache
	};
	const installing = work.begin((signal) => installTrivy(install, {
		...world,
		signal
	}));
	const all = {
		imageSource: [],
		skipDirs: [],
		skipFiles: [],
		descriptions: false
	};
	return async () => trivyScanner(await installing, {
		...inputs,
		...all,
		cache
	}, work, world);
}
async function scan(resolved, { own, reported }, sbomOf, world) {
	const scanner = own ?? reported?.scanner;
	if (scanner === void 0) throw new TypeError("images without a report need a scanner");
	await using engines = engineBridges(world);
	const means = {
		scanner,
		reported,
		hostOf: engines.hostOf,
		sbomOf
	};
	return await scanRunning(resolved, {
		...means,
		progress: progressLine
	}, world);
}

export { look as n, scan as r, beginScanner as t };
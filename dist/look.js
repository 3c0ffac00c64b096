import { n as resolve, r as engineBridges, t as find } from "./running.js";
import { nt as progressLine } from "./document.js";
import { r as scanRunning } from "./running2.js";
import { i as installTrivy, n as trivyScanner } from "./scanner.js";
import { t as background } from "./background.js";
import { o as trivyOf } from "./shared-inputs.js";
import { n as loadRules, t as judgeRunning } from "./judging.js";
import { t as loadHistory } from "./remember.js";

// src/actions/rescan/look.ts
async function look(inputs, known, platform, world) {
	await using work = background(world.signal);
	known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache() : void 0;
	const preparing = beginScanner(inputs, known, work, world);
	const loading = work.begin(() => loadHistory(inputs, known, platform, world));
	const rules = await loadRules(inputs, known, platform, world);
	const found = await find(inputs, known, world);
	const history = await loading;
	known.history = history;
	const scanner = await preparing();
	const sbomOf = inputs.reuseSbom ? history.sbom : void 0;
	const scanned = await scan(await resolve(found, known, (digest) => sbomOf?.(digest) !== void 0, world), scanner, sbomOf, world);
	return judgeRunning(scanned, scanner.checkVersions, {
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
async function scan(resolved, scanner, sbomOf, world) {
	await using engines = engineBridges(world);
	const means = {
		scanner,
		hostOf: engines.hostOf,
		sbomOf
	};
	return await scanRunning(resolved, {
		...means,
		progress: progressLine
	}, world);
}

export { look as n, scan as r, beginScanner as t };
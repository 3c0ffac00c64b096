import { Wn as dayOf, Zt as judge } from "./shared.js";
import { a as withChanges, i as loadPolicy, n as planUpgrades, o as beginWeighing, r as addCommands } from "./background.js";
import { t as loadRuleFiles } from "./rule-files.js";
import { n as ruleSource } from "./rule-source.js";

// src/actions/rescan/judging.ts
async function loadRules(inputs, known, platform, world) {
	const source = ruleSource("workspace", known.access(), platform);
	known.policy = await loadPolicy(inputs.policy, source, dayOf(known.now), world);
	const { vex, offline } = inputs;
	const files = await loadRuleFiles({
		vex,
		baseline: "none"
	}, source, known.policy.policy, world);
	const { policy, notes } = withChanges(known.policy, files.changes, files.notes);
	known.policy = policy;
	return {
		weighing: await beginWeighing(policy.policy, {
			...files,
			offline,
			cache: known.cache
		}, world),
		notes
	};
}
async function judgeRunning(images, check, { inputs, known, rules }, world) {
	const { weighing, notes } = rules;
	const verdict = await judged(images, check, {
		inputs,
		known,
		weighing
	}, world);
	const weighed = withChanges(known.policy, weighing.changes(), weighing.notes());
	known.policy = weighed.policy;
	known.sboms = images.sboms;
	known.notes = [
		...notes,
		...weighed.notes,
		...images.notes
	];
	known.rescanned = images.scanned.flatMap(({ image, way }, at) => {
		const one = verdict.targets[at];
		return one === void 0 ? [] : [{
			...image,
			way,
			verdict: one
		}];
	});
	return verdict;
}
async function judged({ scanned }, checkVersions, { inputs, known, weighing }, world) {
	const outcomes = scanned.map(({ outcome }) => outcome);
	const { limits, ignoreUnfixed } = inputs;
	const { policy } = known.policy;
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(known.now),
		...weights
	};
	const check = checkVersions && ((asked) => checkVersions(asked, world));
	return addCommands(await planUpgrades(judge(outcomes, settings), {
		settings,
		weigh: weighing.about,
		check
	}, world), world);
}

export { loadRules as n, judgeRunning as t };
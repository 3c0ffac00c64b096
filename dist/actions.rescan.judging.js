import { ADVICE_MS, counted, dayOf } from "./shared.inputs.js";
import { checkedBy, choiceNotes, judge, severityOf, unconfirmedTagNotes } from "./shared.domain.js";
import { beginWeighing, loadPolicy, oncePer, ruleSource, withChanges } from "./shared.scan.js";
import { planUpgrades } from "./shared.judging.js";
import { loadRuleFiles } from "./steps.rule-files.js";

// src/actions/rescan/judging.ts
async function loadRules(inputs, run, platform, world) {
	const source = ruleSource("workspace", run.forge, platform);
	const own = await loadPolicy(inputs.policy, source, dayOf(run.now), world);
	run.policy = own;
	const { vex, offline } = inputs;
	const files = await loadRuleFiles({
		vex,
		baseline: "none"
	}, source, own.policy, world);
	const { policy, notes } = withChanges(own, files.changes, files.notes);
	run.policy = policy;
	return {
		policy,
		weighing: await beginWeighing(policy.policy, {
			...files,
			offline,
			cache: run.cache
		}, world),
		notes
	};
}
async function judgeRunning(images, check, judging, world) {
	const { policy: own, weighing, notes } = judging.rules;
	const verdict = await judged(images, check, judging, world);
	const weighed = withChanges(own, weighing.changes(), weighing.notes());
	const { policy } = weighed;
	const outcomes = images.scanned.map(({ outcome }) => outcome);
	const nameNotes = [...unconfirmedTagNotes(outcomes, policy.policy), ...choiceNotes(outcomes, policy.policy)];
	const rescanned = images.scanned.flatMap(({ image, way }, at) => {
		const one = verdict.targets[at];
		return one === void 0 ? [] : [{
			...image,
			way,
			verdict: one
		}];
	});
	const all = [
		...failedNotes(images),
		...notes,
		...weighed.notes,
		...images.notes,
		...nameNotes
	];
	Object.assign(judging.run, {
		policy,
		sboms: images.sboms,
		rescanned,
		notes: all
	});
	return verdict;
}
async function judged({ scanned }, match, { inputs, run, rules }, world) {
	const outcomes = scanned.map(({ outcome }) => outcome);
	const { limits, ignoreUnfixed } = inputs;
	const { weighing } = rules;
	const { policy } = rules.policy;
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(run.now),
		...weights
	};
	const check = match && checkedBy((lists) => match(lists, { timeoutMs: 2e4 }, world));
	return planUpgrades(judge(outcomes, settings), {
		settings,
		weigh: weighing.about,
		check
	}, world);
}
function byRulesOf(policy, images) {
	const again = oncePer((findings) => findings.map((finding) => finding.opinions === void 0 ? finding : {
		...finding,
		severity: severityOf(finding.opinions, policy)
	}));
	const outcomeOf = (outcome) => {
		if ("error" in outcome || outcome.scan.opinions === void 0) return outcome;
		const { target, scan } = outcome;
		const error = failureIn(scan, policy);
		return error === void 0 ? {
			target,
			scan: {
				...scan,
				findings: again(scan.findings)
			}
		} : {
			target,
			error
		};
	};
	const scanned = images.scanned.map((each) => {
		const outcome = outcomeOf(each.outcome);
		return {
			...each,
			outcome,
			way: "error" in outcome ? void 0 : each.way
		};
	});
	return {
		...images,
		scanned
	};
}
function failureIn({ opinions = [] }, { optionalScanners = [] }) {
	const failed = opinions.find((each) => each.failed !== void 0 && !optionalScanners.includes(each.scanner.toLowerCase()));
	if (failed?.failed === void 0) return void 0;
	const { code, what } = failed.failed;
	return {
		code,
		what: `${failed.scanner}: ${what}`,
		remedy: "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though that of the shard did."
	};
}
function failedNotes({ scanned }) {
	const failed = scanned.flatMap(({ outcome }) => "scan" in outcome ? (outcome.scan.opinions ?? []).flatMap(({ scanner, failed: why }) => why === void 0 ? [] : [{
		scanner,
		why
	}]) : []);
	return [...Map.groupBy(failed, ({ scanner }) => scanner)].map(([scanner, all]) => {
		const { code = "", what = "" } = all[0]?.why ?? {};
		return `${scanner} failed, and the policy says that it is optional: ${counted(all.length, "image")} judged without it, the first for this reason: [${code}] ${what}.`;
	});
}

export { byRulesOf, judgeRunning, loadRules };
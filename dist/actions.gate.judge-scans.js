import { dayOf } from "./shared.inputs.js";
import { checkedBy, choiceNotes, claimNotes, judge, unconfirmedTagNotes } from "./shared.domain.js";
import { withChanges } from "./shared.scan.js";
import { planUpgrades } from "./steps.plan-upgrades.js";

// src/actions/gate/judge-scans.ts
async function judgeScans(attributed, judging, world) {
	const { outcomes, forJudging, forView } = attributed;
	const { inputs, run, rules, weighing, match } = judging;
	const { limits, ignoreUnfixed } = inputs;
	const { policy } = rules.policy;
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(run.now),
		...forJudging,
		...weights
	};
	const verdict = judge(outcomes, settings);
	const weighed = withChanges(rules.policy, weighing.changes(), weighing.notes());
	const nameNotes = [
		...claimNotes(outcomes, policy),
		...unconfirmedTagNotes(outcomes, policy),
		...choiceNotes(outcomes, policy)
	];
	run.policy = weighed.policy;
	run.around = {
		...forView,
		notes: [
			...rules.notes,
			...weighed.notes,
			...nameNotes
		]
	};
	const planning = {
		settings,
		weigh: weighing.about,
		check: match && checkedBy(match),
		bases: forView.bases
	};
	return planUpgrades(verdict, planning, world);
}

export { judgeScans };